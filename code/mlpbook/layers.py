"""Layers written out, as pure functions of tensors.

Weights have shape (inputs, outputs), as in D2L; `torch.nn.Linear` stores the transpose. All
functions follow the device and dtype of their input, and stay finite where the true value is.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from jaxtyping import Float, Int64
from torch import Generator, Tensor

from mlpbook import _check

Activation = Callable[[Tensor], Tensor]
Initialiser = Callable[..., Tensor]


def linear(
    X: Float[Tensor, "*batch inputs"],
    W: Float[Tensor, "inputs outputs"],
    b: Float[Tensor, " outputs"] | None = None,
) -> Float[Tensor, "*batch outputs"]:
    """An affine map, X W + b."""
    return X @ W if b is None else X @ W + b


def relu(X: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """max(x, 0), with slope 0 at x = 0 as in PyTorch."""
    return torch.where(X <= 0, torch.zeros_like(X), X)


def sigmoid(X: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """1 / (1 + exp(-x)), written so that no exponent is positive and nothing overflows."""
    zero = torch.zeros_like(X)
    rise = torch.exp(torch.minimum(X, zero))
    fall = torch.exp(torch.minimum(-X, zero))
    return rise / (rise + fall)


def tanh(X: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """(exp(x) - exp(-x)) / (exp(x) + exp(-x)), without overflow or cancellation near 0.

    With r = exp(min(2x, 0)) - 1 and f = exp(min(-2x, 0)) - 1, one of which is always 0, it is
    (r - f) / (r + f + 2).
    """
    zero = torch.zeros_like(X)
    rise = torch.expm1(torch.minimum(2 * X, zero))
    fall = torch.expm1(torch.minimum(-2 * X, zero))
    return (rise - fall) / (rise + fall + 2)


def log_softmax(logits: Float[Tensor, "*batch classes"]) -> Float[Tensor, "*batch classes"]:
    """Logarithm of softmax over the last axis; the largest logit is taken off first."""
    shifted = logits - logits.detach().amax(dim=-1, keepdim=True)
    return shifted - shifted.exp().sum(dim=-1, keepdim=True).log()


def softmax(logits: Float[Tensor, "*batch classes"]) -> Float[Tensor, "*batch classes"]:
    """exp(logit) over the sum of all, along the last axis; the largest logit is taken off first."""
    weights = torch.exp(logits - logits.detach().amax(dim=-1, keepdim=True))
    return weights / weights.sum(dim=-1, keepdim=True)


def cross_entropy(
    logits: Float[Tensor, "batch classes"],
    labels: Int64[Tensor, " batch"],
    *,
    reduction: str = "mean",
) -> Float[Tensor, ""] | Float[Tensor, " batch"]:
    """Minus the log-probability of the right class, in nats.

    Args:
        logits: scores before softmax.
        labels: right classes, 0-based.
        reduction: "mean" over the batch, "sum", or "none" for a loss per example.

    Raises:
        ValueError: an unknown reduction, or a label that is no class.
    """
    _check.one_of("reduction", reduction, ("mean", "sum", "none"))
    num_classes = logits.shape[-1]
    if labels.numel() and not 0 <= int(labels.min()) <= int(labels.max()) < num_classes:
        found = f"{int(labels.min())} to {int(labels.max())}"
        raise ValueError(f"labels: got {found}, expected 0 to {num_classes - 1}")
    losses = -log_softmax(logits).gather(1, labels.unsqueeze(1)).squeeze(1)
    if reduction == "none":
        return losses
    return losses.mean() if reduction == "mean" else losses.sum()


def dropout(
    X: Float[Tensor, "*shape"],
    p: float,
    *,
    training: bool = True,
    generator: Generator | None = None,
) -> Float[Tensor, "*shape"]:
    """Inverted dropout: drop each unit with probability p and divide what stays by 1 - p.

    Dividing in training keeps every expectation, so that outside training X is returned as it is.

    Raises:
        ValueError, TypeError: p is no number in [0, 1].

    Source:
        Srivastava et al. (2014); D2L, section 4.6.
    """
    p = _check.real("p", p, low=0, high=1)
    if not training or p == 0:
        return X
    if p == 1:
        return torch.zeros_like(X) * X
    keep = torch.rand(X.shape, generator=generator, device=X.device) >= p
    return keep * X / (1 - p)


def normal(
    num_inputs: int, num_outputs: int, *, std: float = 0.01, generator: Generator | None = None
) -> Float[Tensor, "num_inputs num_outputs"]:
    """Weights from N(0, std²)."""
    return std * torch.randn(num_inputs, num_outputs, generator=generator)


def xavier_normal(
    num_inputs: int, num_outputs: int, *, generator: Generator | None = None
) -> Float[Tensor, "num_inputs num_outputs"]:
    """Normal weights of variance 2 / (inputs + outputs).

    Source:
        Glorot and Bengio (2010); D2L, section 4.8.
    """
    std = math.sqrt(2 / (num_inputs + num_outputs))
    return normal(num_inputs, num_outputs, std=std, generator=generator)


def xavier_uniform(
    num_inputs: int, num_outputs: int, *, generator: Generator | None = None
) -> Float[Tensor, "num_inputs num_outputs"]:
    """Weights uniform in ±sqrt(6 / (inputs + outputs)): variance 2 / (inputs + outputs) again.

    Source:
        Glorot and Bengio (2010); D2L, section 4.8.
    """
    bound = math.sqrt(6 / (num_inputs + num_outputs))
    return bound * (2 * torch.rand(num_inputs, num_outputs, generator=generator) - 1)


def he_normal(
    num_inputs: int, num_outputs: int, *, generator: Generator | None = None
) -> Float[Tensor, "num_inputs num_outputs"]:
    """Normal weights of variance 2 / inputs, which keeps the scale of signals through ReLUs.

    Source:
        He et al. (2015).
    """
    return normal(num_inputs, num_outputs, std=math.sqrt(2 / num_inputs), generator=generator)


def mlp_params(
    sizes: Sequence[int],
    *,
    init: Initialiser = he_normal,
    generator: Generator | None = None,
) -> list[Tensor]:
    """Parameters [W1, b1, W2, b2, …] of an MLP, biases 0, ready for autograd.

    Args:
        sizes: units of each layer from the inputs to the outputs, e.g. (784, 256, 10).
        init: called as init(inputs, outputs, generator=…) for each weight matrix.
        generator: source of randomness; PyTorch's global one by default.

    Raises:
        ValueError, TypeError: fewer than two sizes, or one that is no whole number >= 1.
    """
    if len(sizes) < 2:
        raise ValueError(f"sizes: got {tuple(sizes)}, expected at least inputs and outputs")
    for position, size in enumerate(sizes):
        _check.positive_int(f"sizes[{position}]", size)
    params = []
    for num_inputs, num_outputs in pairwise(sizes):
        W = init(num_inputs, num_outputs, generator=generator)
        params += [W.requires_grad_(), torch.zeros(num_outputs, requires_grad=True)]
    return params


def mlp(
    X: Float[Tensor, "batch *shape"], params: Sequence[Tensor], *, activation: Activation = relu
) -> Float[Tensor, "batch outputs"]:
    """The logits of an MLP with parameters [W1, b1, W2, b2, …].

    X is flattened to (batch, inputs). The activation stands between layers, not after the last.
    """
    H = X.flatten(1)
    for W, b in zip(params[:-2:2], params[1:-2:2], strict=True):
        H = activation(linear(H, W, b))
    return linear(H, *params[-2:])


@dataclass
class MLP:
    """An MLP as its parameters and a function: call it on X to get logits.

    Example:
        >>> net = MLP(mlp_params((784, 256, 10)))
        >>> net(torch.zeros(32, 1, 28, 28)).shape
        torch.Size([32, 10])
    """

    params: list[Tensor]
    activation: Activation = relu

    def __call__(self, X: Tensor) -> Tensor:
        return mlp(X, self.params, activation=self.activation)
