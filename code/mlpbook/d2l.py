"""PyTorch names of "Dive into Deep Learning" (Chinese edition 2.0), those of chapters 3 and 4.

Write `from mlpbook import d2l` in place of `from d2l import torch as d2l`: same names, arguments
and meaning. What differs: the data ship with the package and stay in memory, nothing is downloaded,
and `train_ch3` does not stop with an error when a run learns badly.
"""

from collections.abc import Callable, Iterable, Sequence
from time import perf_counter
from typing import Any, NoReturn

import numpy as np
import torch
import torchvision
from matplotlib import pyplot as plt
from torch import Tensor, nn
from torch.nn import functional as F
from torchvision import transforms

from mlpbook._d2l_figures import (
    Animator,
    plot,
    set_axes,
    set_figsize,
    show_images,
    use_svg_display,
)
from mlpbook._nets import mode
from mlpbook.data import FASHION_LABELS, Batches, fashion_mnist

__all__ = [
    "Accumulator",
    "Animator",
    "F",
    "Timer",
    "accuracy",
    "download",
    "download_all",
    "download_extract",
    "evaluate_accuracy",
    "evaluate_loss",
    "get_dataloader_workers",
    "get_fashion_mnist_labels",
    "linreg",
    "load_array",
    "load_data_fashion_mnist",
    "nn",
    "np",
    "plot",
    "plt",
    "predict_ch3",
    "set_axes",
    "set_figsize",
    "sgd",
    "show_images",
    "squared_loss",
    "synthetic_data",
    "torch",
    "torchvision",
    "train_ch3",
    "train_epoch_ch3",
    "transforms",
    "try_all_gpus",
    "try_gpu",
    "use_svg_display",
]

# Data


def synthetic_data(w: Tensor, b: float, num_examples: int) -> tuple[Tensor, Tensor]:
    """Draw X ~ N(0, 1) and y = X w + b + N(0, 0.01²): shapes (n, len(w)) and (n, 1)."""
    X = torch.normal(0, 1, (num_examples, len(w)))
    y = torch.matmul(X, w) + b
    y += torch.normal(0, 0.01, y.shape)
    return X, y.reshape((-1, 1))


def load_array(data_arrays: Sequence[Tensor], batch_size: int, is_train: bool = True) -> Batches:
    """Minibatches of tensors, in a new order on every pass if `is_train`."""
    return Batches(*data_arrays, batch_size=batch_size, shuffle=is_train)


def get_dataloader_workers() -> int:
    """4, as in D2L. Nothing here needs a worker: the data are in memory."""
    return 4


def get_fashion_mnist_labels(labels: Iterable[Any]) -> list[str]:
    """The names of classes given by number."""
    return [FASHION_LABELS[int(i)].en for i in labels]


def load_data_fashion_mnist(batch_size: int, resize: int | None = None) -> tuple[Batches, Batches]:
    """Minibatches (X, y) of the 60,000 training and the 10,000 test images.

    X is float32 in [0, 1], (batch, 1, 28, 28) or (batch, 1, resize, resize); y is int64, (batch,).
    The training images come in a new order on every pass.
    """
    transform = None if resize is None else _resizer(resize)
    train, test = fashion_mnist("train+validation"), fashion_mnist("test")
    return (
        Batches(*train, batch_size=batch_size, shuffle=True, transform=transform),
        Batches(*test, batch_size=batch_size, transform=transform),
    )


def _resizer(size: int) -> Callable[[Tensor], Tensor]:
    return lambda X: F.interpolate(X, size=(size, size), mode="bilinear", antialias=True)


# Models, losses and steps


def linreg(X: Tensor, w: Tensor, b: Tensor) -> Tensor:
    """Linear regression, X w + b."""
    return torch.matmul(X, w) + b


def squared_loss(y_hat: Tensor, y: Tensor) -> Tensor:
    """Half the squared error of each example, of the shape of y_hat."""
    return (y_hat - y.reshape(y_hat.shape)) ** 2 / 2


def sgd(params: Iterable[Tensor], lr: float, batch_size: int) -> None:
    """One step of minibatch SGD on gradients that were summed over the batch; clears them.

    Raises:
        ValueError: a parameter has no gradient.
    """
    with torch.no_grad():
        for param in params:
            gradient = param.grad
            if gradient is None:
                raise ValueError("params: got one without a gradient, expected backward() first")
            param -= lr * gradient / batch_size
            gradient.zero_()


def accuracy(y_hat: Tensor, y: Tensor) -> float:
    """The number of right predictions (not their fraction)."""
    if y_hat.ndim > 1 and y_hat.shape[1] > 1:
        y_hat = y_hat.argmax(dim=1)
    return float((y_hat.to(y.dtype) == y).sum())


class Accumulator:
    """Sums over n quantities."""

    def __init__(self, n: int) -> None:
        self.data = [0.0] * n

    def add(self, *args: Any) -> None:
        """Add a number to each sum."""
        numbers = [b.item() if isinstance(b, Tensor) else float(b) for b in args]
        self.data = [a + b for a, b in zip(self.data, numbers, strict=True)]

    def reset(self) -> None:
        """Set all sums to 0."""
        self.data = [0.0] * len(self.data)

    def __getitem__(self, idx: int) -> float:
        return self.data[idx]


class Timer:
    """A stopwatch that remembers each lap, in seconds."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.start()

    def start(self) -> None:
        """Start a lap."""
        self.tik = perf_counter()

    def stop(self) -> float:
        """End the lap and return its time."""
        self.times.append(perf_counter() - self.tik)
        return self.times[-1]

    def avg(self) -> float:
        """The mean lap."""
        return self.sum() / len(self.times)

    def sum(self) -> float:
        """All laps together."""
        return sum(self.times)

    def cumsum(self) -> list[float]:
        """The time at the end of each lap."""
        return np.cumsum(self.times).tolist()


# Training


def evaluate_accuracy(net: Callable[[Tensor], Tensor], data_iter: Iterable[Any]) -> float:
    """The fraction of right predictions over a data set."""
    metric = Accumulator(2)
    with mode(net, training=False), torch.no_grad():
        for X, y in data_iter:
            metric.add(accuracy(net(X), y), y.numel())
    return metric[0] / metric[1]


def evaluate_loss(net: Callable[[Tensor], Tensor], data_iter: Iterable[Any], loss: Any) -> float:
    """The mean loss over a data set, for a loss that gives one value an example."""
    metric = Accumulator(2)
    for X, y in data_iter:
        out = net(X)
        losses = loss(out, y.reshape(out.shape))
        metric.add(losses.sum(), losses.numel())
    return metric[0] / metric[1]


def train_epoch_ch3(
    net: Any, train_iter: Iterable[Any], loss: Any, updater: Any
) -> tuple[float, float]:
    """Train for one epoch; return the mean loss and the accuracy, taken while training.

    Args:
        loss: gives one value an example (reduction "none").
        updater: a `torch.optim` optimizer, or a function of the batch size such as one that calls
            `sgd`.
    """
    metric = Accumulator(3)
    with mode(net, training=True):
        for X, y in train_iter:
            y_hat = net(X)
            losses = loss(y_hat, y)
            _update(updater, losses, len(X))
            metric.add(losses.sum(), accuracy(y_hat, y), y.numel())
    return metric[0] / metric[2], metric[1] / metric[2]


def _update(updater: Any, losses: Tensor, batch_size: int) -> None:
    if isinstance(updater, torch.optim.Optimizer):
        updater.zero_grad()
        losses.mean().backward()
        updater.step()
    else:
        losses.sum().backward()
        updater(batch_size)


def train_ch3(
    net: Any,
    train_iter: Iterable[Any],
    test_iter: Iterable[Any],
    loss: Any,
    num_epochs: int,
    updater: Any,
) -> None:
    """Train for several epochs and draw the loss, the training and the test accuracy."""
    legend = ["train loss", "train acc", "test acc"]
    animator = Animator(xlabel="epoch", xlim=[1, num_epochs], ylim=[0.3, 0.9], legend=legend)
    for epoch in range(num_epochs):
        train_metrics = train_epoch_ch3(net, train_iter, loss, updater)
        animator.add(epoch + 1, (*train_metrics, evaluate_accuracy(net, test_iter)))


def predict_ch3(net: Any, test_iter: Iterable[Any], n: int = 6) -> None:
    """Draw the first n images with their true and, below it, their predicted labels."""
    X, y = next(iter(test_iter))
    with mode(net, training=False), torch.no_grad():
        predictions = net(X[:n]).argmax(dim=1)
    pairs = zip(get_fashion_mnist_labels(y[:n]), get_fashion_mnist_labels(predictions), strict=True)
    show_images(X[:n].squeeze(1), 1, n, titles=[f"{true}\n{guess}" for true, guess in pairs])


# Devices


def try_gpu(i: int = 0) -> torch.device:
    """The i-th GPU if there is one, else the CPU."""
    return torch.device(f"cuda:{i}" if torch.cuda.device_count() > i else "cpu")


def try_all_gpus() -> list[torch.device]:
    """All GPUs, or the CPU if there is none."""
    gpus = [torch.device(f"cuda:{i}") for i in range(torch.cuda.device_count())]
    return gpus or [torch.device("cpu")]


# What is left out


def download(name: str, cache_dir: str = "") -> NoReturn:
    """Raises RuntimeError: this book downloads nothing."""
    raise RuntimeError(
        f"download: got {name!r}, expected no call: this book downloads nothing, and section 4.10 "
        "(house prices) is not part of it. Fashion-MNIST is in mlpbook.data."
    )


def download_extract(name: str, folder: str | None = None) -> NoReturn:
    """Raises RuntimeError: this book downloads nothing."""
    download(name)


def download_all() -> NoReturn:
    """Raises RuntimeError: this book downloads nothing."""
    download("all files")


def __getattr__(name: str) -> NoReturn:
    raise AttributeError(
        f"mlpbook.d2l has no {name!r}: it holds the names of D2L's chapters 3 and 4 "
        f"({', '.join(__all__)})"
    )
