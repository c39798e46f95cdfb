"""Small data sets drawn from a rule: two for regression, four in the plane.

Classes come in turn (0, 1, 0, 1, …), so that any prefix is balanced; shuffle where order matters.
"""

import math

import torch
from jaxtyping import Float, Int64
from torch import Generator, Tensor

from mlpbook import _check


def noisy_polynomial(
    n: int = 200,
    *,
    num_features: int = 20,
    weights: tuple[float, ...] = (5.0, 1.2, -3.4, 5.6),
    noise: float = 0.1,
    generator: Generator | None = None,
) -> tuple[Float[Tensor, "n num_features"], Float[Tensor, "n 1"]]:
    """A cubic in disguise: features x^i / i! for i < `num_features`, of which four matter.

    y = 5 + 1.2 x - 3.4 x²/2! + 5.6 x³/3! + normal noise, with x ~ N(0, 1). X[:, 1] is x itself.

    Args:
        n: number of examples.
        num_features: monomials given, the constant included.
        weights: true weights of the first monomials; the others are 0.
        noise: standard deviation of the noise.
        generator: source of randomness; PyTorch's global one by default.

    Raises:
        ValueError, TypeError: a number is out of range or no number.

    Source:
        D2L, section 4.4 (20 features, 100 + 100 examples).
    """
    _check.positive_int("n", n)
    _check.positive_int("num_features", num_features)
    _check.real("noise", noise, low=0)
    if len(weights) > num_features:
        raise ValueError(f"weights: got {len(weights)}, expected at most {num_features}")
    x = torch.randn(n, 1, generator=generator, dtype=torch.float64)
    powers = torch.arange(num_features, dtype=torch.float64)
    X = x**powers / torch.lgamma(powers + 1).exp()
    true_weights = torch.zeros(num_features, 1, dtype=torch.float64)
    true_weights[: len(weights), 0] = torch.tensor(weights, dtype=torch.float64)
    y = X @ true_weights
    y += noise * torch.randn(y.shape, generator=generator, dtype=torch.float64)
    return X.float(), y.float()


def high_dimensional_linear(
    n: int = 120,
    *,
    num_inputs: int = 200,
    weight: float = 0.01,
    bias: float = 0.05,
    noise: float = 0.01,
    generator: Generator | None = None,
) -> tuple[Float[Tensor, "n num_inputs"], Float[Tensor, "n 1"]]:
    """More inputs than examples: y = bias + sum of weight · x_i + normal noise, x_i ~ N(0, 1).

    Args:
        n: number of examples; D2L trains on the first 20 and tests on 100.
        num_inputs: number of inputs.
        weight, bias: the true parameters; all weights are equal.
        noise: standard deviation of the noise.
        generator: source of randomness; PyTorch's global one by default.

    Raises:
        ValueError, TypeError: a number is out of range or no number.

    Source:
        D2L, section 4.5.
    """
    _check.positive_int("n", n)
    _check.positive_int("num_inputs", num_inputs)
    _check.real("noise", noise, low=0)
    X = torch.randn(n, num_inputs, generator=generator)
    y = weight * X.sum(1, keepdim=True) + bias
    return X, y + noise * torch.randn(n, 1, generator=generator)


def xor(
    n: int = 200, *, noise: float = 0.1, generator: Generator | None = None
) -> tuple[Float[Tensor, "n 2"], Int64[Tensor, " n"]]:
    """Exclusive or: points about (±1, ±1), of class 1 where the two signs differ.

    Args:
        n: number of points; the four corners hold n/4 each, to within one.
        noise: standard deviation about the corner.
        generator: source of randomness; PyTorch's global one by default.

    Raises:
        ValueError, TypeError: a number is out of range or no number.
    """
    corner = torch.arange(_check.positive_int("n", n)) % 4
    first, second = corner % 2, corner // 2
    X = torch.stack((first, second), 1) * 2.0 - 1.0
    return _jitter(X, noise, generator), first ^ second


def moons(
    n: int = 200, *, noise: float = 0.1, generator: Generator | None = None
) -> tuple[Float[Tensor, "n 2"], Int64[Tensor, " n"]]:
    """Two interleaved half-circles of radius 1, one a class.

    Args:
        n: number of points; half of them in each class, to within one.
        noise: standard deviation about the circle.
        generator: source of randomness; PyTorch's global one by default.

    Raises:
        ValueError, TypeError: a number is out of range or no number.
    """
    y = torch.arange(_check.positive_int("n", n)) % 2
    angle = math.pi * torch.rand(n, generator=generator)
    sign = 1.0 - 2.0 * y
    X = torch.stack((sign * angle.cos() + y - 0.5, sign * angle.sin() + 0.5 * y - 0.25), 1)
    return _jitter(X, noise, generator), y


def spirals(
    n: int = 200,
    *,
    noise: float = 0.05,
    num_classes: int = 2,
    turns: float = 1.0,
    generator: Generator | None = None,
) -> tuple[Float[Tensor, "n 2"], Int64[Tensor, " n"]]:
    """Spiral arms that wind `turns` times about the origin, out to radius 1, one a class.

    Args:
        n: number of points, spread evenly over the classes.
        noise: standard deviation about the arm.
        num_classes: number of arms.
        turns: how often an arm winds about the origin.
        generator: source of randomness; PyTorch's global one by default.

    Raises:
        ValueError, TypeError: a number is out of range or no number.
    """
    y = torch.arange(_check.positive_int("n", n)) % _check.positive_int("num_classes", num_classes)
    radius = torch.rand(
        n, generator=generator
    ).sqrt()  # evenly spread over the arm's length, nearly
    angle = 2 * math.pi * (radius * _check.real("turns", turns, low=0) + y / num_classes)
    X = radius.unsqueeze(1) * torch.stack((angle.cos(), angle.sin()), 1)
    return _jitter(X, noise, generator), y


def blobs(
    n: int = 200,
    *,
    noise: float = 0.3,
    num_classes: int = 2,
    generator: Generator | None = None,
) -> tuple[Float[Tensor, "n 2"], Int64[Tensor, " n"]]:
    """Round clouds about points spaced evenly on the unit circle, one a class.

    Args:
        n: number of points, spread evenly over the classes.
        noise: standard deviation about the centre.
        num_classes: number of clouds.
        generator: source of randomness; PyTorch's global one by default.

    Raises:
        ValueError, TypeError: a number is out of range or no number.
    """
    y = torch.arange(_check.positive_int("n", n)) % _check.positive_int("num_classes", num_classes)
    angle = 2 * math.pi * y / num_classes
    return _jitter(torch.stack((angle.cos(), angle.sin()), 1), noise, generator), y


def _jitter(
    X: Float[Tensor, "n d"], noise: float, generator: Generator | None
) -> Float[Tensor, "n d"]:
    noise = _check.real("noise", noise, low=0)
    return X + noise * torch.randn(X.shape, generator=generator)
