"""The linear regions of a ReLU network in the plane, cut out exactly, polygon by polygon.

Between the kinks a ReLU network is affine. `linear_regions` starts with one rectangle and lets
every hidden unit cut each polygon along the line where the unit's input is 0.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import torch
from jaxtyping import Float64
from torch import Tensor

from mlpbook import _check

_SLIVER = 1e-15  # a cut that leaves less than this share of the area is rounding, not a cut


class Region(NamedTuple):
    """A convex polygon on which a network is affine: f(x) = x A + c.

    Shape:
        corners: (corners, 2), in order round the polygon.
        A, c: (2, outputs) and (outputs,).
    """

    corners: Float64[Tensor, "corners 2"]
    A: Float64[Tensor, "2 outputs"]
    c: Float64[Tensor, " outputs"]


def linear_regions(
    params: Sequence[Tensor],
    *,
    box: tuple[float, float, float, float] = (-2.0, 2.0, -2.0, 2.0),
    slope: float = 0.0,
) -> list[Region]:
    """Cut a rectangle into the regions on which an MLP with two inputs is affine.

    Args:
        params: [W1, b1, W2, b2, …] as in `layers.mlp`; W1 has two rows.
        box: left, right, bottom and top of the rectangle.
        slope: of the activation for negative inputs: 0 for ReLU, a for leaky or parametric ReLU.

    Returns:
        One `Region` for each activation pattern that occurs inside the box. Two neighbours may
        carry the same affine map.

    Raises:
        ValueError, TypeError: not two inputs, an odd number of parameters, or an empty box.
    """
    if len(params) < 2 or len(params) % 2 or params[0].shape[0] != 2:
        shapes = [tuple(p.shape) for p in params]
        raise ValueError(f"params: got shapes {shapes}, expected W1 (2, h), b1 (h,), W2, b2, …")
    left, right, bottom, top = box
    if not (left < right and bottom < top):
        raise ValueError(f"box: got {box}, expected left < right and bottom < top")
    _check.real("slope", slope, low=-math.inf)
    values = [p.detach().double() for p in params]
    corners = torch.tensor(
        [[left, bottom], [right, bottom], [right, top], [left, top]], dtype=torch.float64
    )
    identity, zero = torch.eye(2, dtype=torch.float64), torch.zeros(2, dtype=torch.float64)
    pieces = [Region(corners, identity, zero)]
    for W, b in zip(values[:-2:2], values[1:-2:2], strict=True):
        pieces = [part for piece in pieces for part in _through_layer(piece, W, b, slope)]
    W, b = values[-2:]
    return [Region(piece.corners, piece.A @ W, piece.c @ W + b) for piece in pieces]


def area(corners: Float64[Tensor, "corners 2"]) -> float:
    """The area of a polygon, by the shoelace formula."""
    x, y = corners.T
    return 0.5 * abs(float((x * y.roll(-1) - y * x.roll(-1)).sum()))


def _through_layer(piece: Region, W: Tensor, b: Tensor, slope: float) -> list[Region]:
    """Cut one polygon by all units of a layer, and pass each part through their activation."""
    A, c = piece.A @ W, piece.c @ W + b
    parts = [piece.corners]
    for unit in range(W.shape[1]):
        parts = [half for part in parts for half in _cut(part, A[:, unit], c[unit])]
    found = []
    for part in parts:
        on = part.mean(0) @ A + c > 0
        gain = torch.where(on, 1.0, slope).double()
        found.append(Region(part, A * gain, c * gain))
    return found


def _cut(corners: Tensor, normal: Tensor, offset: Tensor) -> list[Tensor]:
    """The parts of a convex polygon on the two sides of the line x·normal + offset = 0."""
    height = corners @ normal + offset
    if bool((height >= 0).all()) or bool((height <= 0).all()):
        return [corners]
    halves = [_keep(corners, sign * height) for sign in (1, -1)]
    whole = area(corners)
    if any(len(half) < 3 or area(half) < _SLIVER * whole for half in halves):
        return [corners]
    return halves


def _keep(corners: Tensor, height: Tensor) -> Tensor:
    """The part of a polygon where the height, given at its corners, is positive."""
    kept = []
    for i, (here, there) in enumerate(zip(height.tolist(), height.roll(-1).tolist(), strict=True)):
        if here >= 0:
            kept.append(corners[i])
        if here * there < 0:
            step = here / (here - there)
            kept.append(corners[i] + step * (corners[(i + 1) % len(corners)] - corners[i]))
    return torch.stack(kept) if kept else corners[:0]
