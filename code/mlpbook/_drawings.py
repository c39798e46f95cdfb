"""Drawings of networks and their parts: nodes and edges, functions with slopes, regions."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise, product

import torch
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from torch import Tensor

from mlpbook import _check
from mlpbook._style import new_axes, scale, styled
from mlpbook.regions import Region
from mlpbook.tokens import TOKENS, color

_THIN = TOKENS["line_widths"]["thin"]


@styled
def network(sizes: Sequence[int], *, ax: Axes | None = None) -> Axes:
    """Draw an MLP as columns of units, with a line for every weight; biases are not drawn.

    Args:
        sizes: units of each layer from the inputs to the outputs, e.g. (4, 5, 3).
        ax: where to draw.

    Raises:
        ValueError, TypeError: fewer than two sizes, or one that is no whole number >= 1.
    """
    if len(sizes) < 2:
        raise ValueError(f"sizes: got {tuple(sizes)}, expected at least inputs and outputs")
    for position, size in enumerate(sizes):
        _check.positive_int(f"sizes[{position}]", size)
    ax = ax or new_axes(1.6 * len(sizes), 0.5 * max(sizes) + 0.6)
    columns = [[(k, (n - 1) / 2 - i) for i in range(n)] for k, n in enumerate(sizes)]
    for left, right in pairwise(columns):
        for (x0, y0), (x1, y1) in product(left, right):
            ax.plot([x0, x1], [y0, y1], color=color("muted"), linewidth=_THIN, zorder=1)
    last = len(sizes) - 1
    for k, column in enumerate(columns):
        role = "data" if k == 0 else "activation" if k < last else "validation"
        x, y = zip(*column, strict=True)
        ax.scatter(x, y, s=200, color=color(role), edgecolors=color("background"), zorder=2)
        name = "inputs" if k == 0 else "outputs" if k == last else "hidden"
        name = name.rstrip("s") if sizes[k] == 1 else name
        size = TOKENS["font_sizes"]["small"]
        low = -max(sizes) / 2 - 0.35
        ax.text(k, low, f"{sizes[k]} {name}", ha="center", fontsize=size, color=color("text"))
    ax.set(xlim=(-0.5, last + 0.5), ylim=(-max(sizes) / 2 - 0.6, max(sizes) / 2))
    ax.set_axis_off()
    return ax


@styled
def functions(
    named: Mapping[str, Callable[[Tensor], Tensor]], *, reach: float = 5.0, num_cols: int = 4
) -> Axes:
    """Draw scalar functions, each with its derivative by autograd, in a grid of small panels.

    Args:
        named: the functions by name, elementwise.
        reach: they are drawn from -reach to reach.
        num_cols: panels in a row.

    Returns:
        The first panel's Axes.
    """
    x = torch.linspace(-reach, reach, 401, dtype=torch.float64, requires_grad=True)
    num_rows = -(-len(named) // num_cols)
    figure, grid = plt.subplots(
        num_rows, num_cols, figsize=(2 * num_cols, 1.8 * num_rows), sharex=True, squeeze=False
    )
    for ax in grid.flat[len(named) :]:
        ax.set_axis_off()
    for position, (ax, (name, f)) in enumerate(zip(grid.flat, named.items(), strict=False)):
        y = f(x)
        (slope,) = torch.autograd.grad(y.sum(), x)
        where = x.detach().numpy()
        ax.plot(where, y.detach().numpy(), color=color("activation"), label="f")
        ax.plot(where, slope.numpy(), color=color("gradient"), linestyle="--", label="f′")
        ax.set_title(name)
        ax.set_ylim(-1.4, 2.2)
        if position == 0:
            ax.legend(loc="upper left")
    return figure.axes[0]


@styled
def regions(pieces: Sequence[Region], *, ax: Axes | None = None) -> Axes:
    """Draw linear regions: each polygon in the colour of the function's value at its centre.

    Args:
        pieces: from `mlpbook.regions.linear_regions`; the first output is drawn.
        ax: where to draw.

    Raises:
        ValueError: no regions.
    """
    if not pieces:
        raise ValueError("pieces: got none, expected at least one region")
    ax = ax or new_axes(3.4, 3.2)
    heights = [float(p.corners.mean(0) @ p.A[:, 0] + p.c[0]) for p in pieces]
    low, span = min(heights), (max(heights) - min(heights)) or 1.0
    paint = scale("sequential")
    for piece, height in zip(pieces, heights, strict=True):
        x, y = piece.corners.T.numpy()
        tint = to_rgb(paint(0.12 + 0.6 * (height - low) / span))
        ax.fill(x, y, facecolor=tint, edgecolor=color("text"), linewidth=_THIN)
    corners = torch.cat([piece.corners for piece in pieces])
    (left, bottom), (right, top) = corners.amin(0).tolist(), corners.amax(0).tolist()
    ax.set(xlim=(left, right), ylim=(bottom, top), xlabel="$x_1$", ylabel="$x_2$")
    ax.set_aspect("equal")
    ax.grid(False)
    return ax
