"""Training with the data in memory: fit, evaluate, many seeds.

Losses are means over examples, in nats; accuracies are fractions; times are seconds. The same seed
on the same machine gives the same numbers, bit for bit.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, fields
from time import perf_counter
from typing import Any, NamedTuple

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional
from tqdm.auto import tqdm

from mlpbook import _check
from mlpbook._nets import Net, mode
from mlpbook.data import Batches
from mlpbook.seeds import SeedRuns, run_histories, run_seeds, seed_everything

__all__ = [
    "Evaluation",
    "History",
    "SeedRuns",
    "evaluate",
    "fit",
    "run_histories",
    "run_seeds",
    "seed_everything",
]

Loss = Callable[[Tensor, Tensor], Tensor]
Data = tuple[Tensor, Tensor]


class Evaluation(NamedTuple):
    """Mean loss over a data set, and accuracy; None where labels are numbers, not classes."""

    loss: float
    accuracy: float | None


@dataclass
class History:
    """What `fit` saw, one entry an epoch; a list stays empty where there was nothing to measure.

    Training loss and accuracy are taken while the weights move, so they lag those of the epoch's
    end; validation is measured at the end. `seconds` is training time, validation excluded.
    """

    train_loss: list[float] = field(default_factory=list)
    train_accuracy: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)
    validation_accuracy: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.train_loss)

    def series(self, metric: str | None = None) -> dict[str, list[float]]:
        """The measured curves by name, times excepted; of one `metric` ("loss", …) if given."""
        names = [f.name for f in fields(self) if f.name != "seconds"]
        chosen = [n for n in names if metric is None or n.endswith(f"_{metric}")]
        return {name: values for name in chosen if (values := getattr(self, name))}

    def append(self, train: Evaluation, validation: Evaluation | None, seconds: float) -> None:
        """Add the measurements of one epoch."""
        for name, result in (("train", train), ("validation", validation)):
            if result is not None:
                getattr(self, f"{name}_loss").append(result.loss)
                if result.accuracy is not None:
                    getattr(self, f"{name}_accuracy").append(result.accuracy)
        self.seconds.append(seconds)


def fit(
    net: Net,
    train_data: Data,
    *,
    num_epochs: int,
    batch_size: int,
    lr: float | None = None,
    optimizer: torch.optim.Optimizer | None = None,
    params: Sequence[Tensor] | None = None,
    loss: Loss = functional.cross_entropy,
    validation: Data | None = None,
    generator: Generator | None = None,
    seed: int | None = None,
    progress: bool = True,
    on_epoch: Callable[[History], bool | None] | None = None,
) -> History:
    """Train a network by minibatch steps, in place.

    Args:
        net: an `nn.Module`, or any function of X with its tensors in `net.params` or in `params`.
        train_data: (X, y), tensors with one row an example.
        num_epochs: passes over the data.
        batch_size: examples of a step; the last step of an epoch may see fewer.
        lr: learning rate of plain minibatch SGD; or give
        optimizer: a `torch.optim` optimizer that holds the network's parameters.
        params: the tensors to train, where `net` is a plain function.
        loss: (y_hat, y) -> a mean loss, or a loss per example, of which the mean is taken.
        validation: (X, y) to evaluate after every epoch.
        generator: source of the order of examples; PyTorch's global one by default.
        seed: one number for the order and for all else that the network draws (dropout, say);
            PyTorch's global state is put back afterwards.
        progress: show a bar, gone at the end (the environment's TQDM_DISABLE=1 hides it too).
        on_epoch: called with the history after each epoch; training stops when it returns True.

    Returns:
        History, one entry an epoch. A run that diverges ends with nan in it, not with an error.

    Raises:
        ValueError, TypeError: an argument is not as described; the message says which and how.
    """
    X, y = _checked_data("train_data", train_data)
    if validation is not None:
        _checked_data("validation", validation)
    _check.positive_int("num_epochs", num_epochs)
    _check.positive_int("batch_size", batch_size)
    step = _make_step(net, params, lr, optimizer)
    if generator is not None and seed is not None:
        raise ValueError("generator, seed: got both, expected one of them")
    with _seeded(seed, X.device):
        batches = Batches(X, y, batch_size=batch_size, shuffle=True, generator=generator)
        history = History()
        hidden: dict[str, Any] = {} if progress else {"disable": True}
        with tqdm(range(num_epochs), desc="epoch", leave=False, **hidden) as epochs:
            for _ in epochs:
                started = perf_counter()
                trained = _train_epoch(net, batches, loss, step)
                seconds = perf_counter() - started
                validated = evaluate(net, validation, loss=loss) if validation else None
                history.append(trained, validated, seconds)
                epochs.set_postfix(loss=f"{trained.loss:.3f}")
                if on_epoch is not None and on_epoch(history):
                    break
    return history


def _train_epoch(
    net: Net, batches: Batches, loss: Loss, step: Callable[[Tensor], None]
) -> Evaluation:
    total = _Total()
    with mode(net, training=True):
        for X, y in batches:
            y_hat = net(X)
            value = loss(y_hat, y).mean()
            step(value)
            total.add(value, y_hat, y)
    return total.evaluation()


def evaluate(
    net: Net,
    data: Data,
    *,
    batch_size: int = 2048,
    loss: Loss = functional.cross_entropy,
) -> Evaluation:
    """Mean loss and accuracy of a network on (X, y), without training it.

    An `nn.Module` is switched to evaluation for the while. Accuracy is the fraction of rows whose
    largest output stands at the label; None where y holds no class labels.

    Raises:
        ValueError, TypeError: an argument is not as described; the message says which and how.
    """
    X, y = _checked_data("data", data)
    total = _Total()
    with mode(net, training=False), torch.no_grad():
        for X_batch, y_batch in Batches(X, y, batch_size=batch_size):
            y_hat = net(X_batch)
            total.add(loss(y_hat, y_batch).mean(), y_hat, y_batch)
    return total.evaluation()


class _Total:
    """Sums of losses and of right answers over batches, kept on the device until asked for."""

    def __init__(self) -> None:
        self.loss: Tensor | float = 0.0
        self.correct: Tensor | int = 0
        self.count = 0
        self.has_classes = False

    def add(self, mean_loss: Tensor, y_hat: Tensor, y: Tensor) -> None:
        self.loss = self.loss + mean_loss.detach().double() * len(y)
        self.count += len(y)
        self.has_classes = y.ndim == 1 and not y.is_floating_point()
        if self.has_classes:
            self.correct = self.correct + (y_hat.detach().argmax(dim=1) == y).sum()

    def evaluation(self) -> Evaluation:
        accuracy = float(self.correct) / self.count if self.has_classes else None
        return Evaluation(float(self.loss) / self.count, accuracy)


def _make_step(
    net: Net,
    params: Sequence[Tensor] | None,
    lr: float | None,
    optimizer: torch.optim.Optimizer | None,
) -> Callable[[Tensor], None]:
    """A function that moves the parameters one step down the gradient of the loss it is given."""
    if (lr is None) == (optimizer is None):
        got = "neither" if lr is None else "both"
        raise ValueError(f"lr, optimizer: got {got}, expected one of them")
    if optimizer is not None:
        if not isinstance(optimizer, torch.optim.Optimizer):
            raise TypeError(f"optimizer: got {optimizer!r}, expected a torch.optim.Optimizer")
        return lambda loss: _optimizer_step(optimizer, loss)
    rate = _check.real("lr", lr, low=0)
    tensors = _parameters(net, params)
    return lambda loss: _sgd_step(tensors, rate, loss)


def _optimizer_step(optimizer: torch.optim.Optimizer, loss: Tensor) -> None:
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


def _sgd_step(params: Sequence[Tensor], lr: float, loss: Tensor) -> None:
    for param in params:
        param.grad = None
    loss.backward()
    with torch.no_grad():
        for param in params:
            if param.grad is not None:
                param.sub_(param.grad, alpha=lr)


def _parameters(net: Net, params: Sequence[Tensor] | None) -> list[Tensor]:
    if not callable(net):
        raise TypeError(f"net: got {type(net).__name__}, expected a function of X or an nn.Module")
    if params is None:
        params = list(net.parameters()) if isinstance(net, nn.Module) else _own_params(net)
    tensors = [p for p in params if p.requires_grad]
    if not tensors:
        raise ValueError("params: got no tensor with requires_grad=True, expected at least one")
    return tensors


def _own_params(net: Net) -> list[Tensor]:
    if not hasattr(net, "params"):
        raise TypeError(
            f"net: got {type(net).__name__} without params, expected an nn.Module, "
            "a callable with .params, or params=[…]"
        )
    return list(net.params)  # pyright: ignore[reportFunctionMemberAccess]


def _checked_data(name: str, data: Any) -> Data:
    expected = "a pair of tensors (X, y) with the same number of rows, at least one"
    if not (
        isinstance(data, tuple | list)
        and len(data) == 2
        and all(isinstance(part, Tensor) for part in data)
    ):
        raise TypeError(f"{name}: got {type(data).__name__}, expected {expected}")
    X, y = data
    if len(X) != len(y) or len(X) == 0:
        raise ValueError(f"{name}: got {len(X)} and {len(y)} rows, expected {expected}")
    return X, y


@contextmanager
def _seeded(seed: int | None, device: torch.device) -> Iterator[None]:
    """Seed PyTorch for the while, and put its state back."""
    devices = [device] if device.type == "cuda" else []
    with torch.random.fork_rng(devices=devices) if seed is not None else nullcontext():
        if seed is not None:
            torch.manual_seed(seed)
        yield
