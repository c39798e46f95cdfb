"""Gradients by central differences, to check those that were derived by hand or by autograd.

All is done in float64: with a step of 1e-6 the difference quotient is good to about nine digits,
where float32 would leave hardly one.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from jaxtyping import Float64
from torch import Tensor

from mlpbook import _check

Scalar = Callable[..., Tensor]


class GradientCheck(NamedTuple):
    """What `gradcheck` found.

    Attributes:
        ok: whether every relative error is within the tolerance.
        relative_errors: the largest relative error for each input.
        analytic, numeric: the gradients that were compared, one tensor an input.
    """

    ok: bool
    relative_errors: tuple[float, ...]
    analytic: tuple[Tensor, ...]
    numeric: tuple[Tensor, ...]

    def __bool__(self) -> bool:
        return self.ok


def numeric_gradient(
    f: Callable[[Tensor], Tensor], x: Tensor, *, step: float = 1e-6
) -> Float64[Tensor, "..."]:
    """The gradient of a scalar function by central differences, (f(x + h) - f(x - h)) / 2h.

    Args:
        f: from a float64 tensor of the shape of x to a tensor of one element.
        x: where; not changed.
        step: h. The error is of order h² from the formula and 1e-16 / h from rounding.

    Returns:
        The gradient, float64, of the shape of x.

    Raises:
        ValueError, TypeError: f does not return one element, or the step is not above 0.

    Source:
        CS224n notes on gradient checks; D2L, section 4.7.
    """
    _check.real("step", step, low=0, open_low=True)
    point = x.detach().to(torch.float64).contiguous().clone()
    gradient = torch.zeros_like(point)
    entries, slopes = point.view(-1), gradient.view(-1)
    with torch.no_grad():
        for i in range(entries.numel()):
            here = entries[i].item()
            entries[i] = here + step
            above = _scalar(f(point))
            entries[i] = here - step
            below = _scalar(f(point))
            entries[i] = here
            slopes[i] = (above - below) / (2 * step)
    return gradient


def _scalar(value: Tensor) -> float:
    if value.numel() != 1:
        raise ValueError(f"f: got a result of shape {tuple(value.shape)}, expected one element")
    return value.item()


def relative_error(first: Tensor, second: Tensor, *, floor: float = 1e-3) -> float:
    """The largest |a - b| / max(|a|, |b|, floor) over all elements.

    Below `floor` the error is measured against the floor: a difference quotient of values near 1
    cannot be nearer to the truth than about 1e-10. Empty tensors agree: 0. Where a nan stands
    the error is inf.

    Raises:
        ValueError: the shapes differ.
    """
    if first.shape != second.shape:
        got = f"{tuple(first.shape)} and {tuple(second.shape)}"
        raise ValueError(f"first, second: got shapes {got}, expected equal ones")
    a, b = first.detach().double(), second.detach().double()
    if a.numel() == 0:
        return 0.0
    size = torch.maximum(a.abs(), b.abs()).clamp(min=floor)
    error = torch.where(a == b, torch.zeros_like(a), (a - b).abs() / size)
    return float(error.nan_to_num(nan=float("inf")).max())


def gradcheck(
    f: Scalar,
    *inputs: Tensor,
    gradients: Sequence[Tensor] | None = None,
    step: float = 1e-6,
    tolerance: float = 1e-6,
) -> GradientCheck:
    """Compare gradients with central differences, in float64.

    Args:
        f: a function of all inputs, with one element as its result; random functions must draw the
            same numbers on every call.
        inputs: where to check, floating-point tensors.
        gradients: the gradients to check, one an input; those of autograd by default.
        step: h of the central difference.
        tolerance: largest relative error that passes.

    Returns:
        GradientCheck; it is true where all gradients agree.

    Raises:
        ValueError, TypeError: an input holds no floating-point numbers, or gradients of another
            number or shape than the inputs.

    Example:
        >>> x = torch.tensor([0.0, 1.0])
        >>> gradcheck(lambda x: x.exp().sum(), x).ok
        True
    """
    points = [_leaf(position, x) for position, x in enumerate(inputs)]
    analytic = _autograd(f, points) if gradients is None else tuple(gradients)
    if len(analytic) != len(points):
        raise ValueError(f"gradients: got {len(analytic)}, expected {len(points)}")
    numeric = tuple(
        numeric_gradient(_with_input(f, points, i), point, step=step)
        for i, point in enumerate(points)
    )
    errors = tuple(relative_error(a, n) for a, n in zip(analytic, numeric, strict=True))
    return GradientCheck(all(error <= tolerance for error in errors), errors, analytic, numeric)


def _leaf(position: int, x: Tensor) -> Tensor:
    if not isinstance(x, Tensor) or not x.is_floating_point():
        got = x.dtype if isinstance(x, Tensor) else type(x).__name__
        raise TypeError(f"inputs[{position}]: got {got}, expected a floating-point tensor")
    return x.detach().to(torch.float64).clone().requires_grad_()


def _autograd(f: Scalar, points: Sequence[Tensor]) -> tuple[Tensor, ...]:
    value = f(*points)
    _scalar(value)
    found = torch.autograd.grad(value.reshape(()), points, allow_unused=True)
    pairs = zip(found, points, strict=True)
    return tuple(torch.zeros_like(x) if g is None else g for g, x in pairs)


def _with_input(f: Scalar, points: Sequence[Tensor], i: int) -> Callable[[Tensor], Tensor]:
    """f as a function of its i-th input alone."""
    return lambda x: f(*points[:i], x, *points[i + 1 :])
