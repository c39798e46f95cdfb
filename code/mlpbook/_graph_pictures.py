"""Pictures of computation: a graph with both directions, a small network with all its numbers."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from torch import Tensor

from mlpbook._style import new_axes, styled
from mlpbook.tokens import color

Graph = Mapping[str, tuple[str, Sequence[str]]]
Place = tuple[float, float]
_STEP = 1.7  # distance of two variables along the main row


@styled
def graph(variables: Graph, *, leaves: Sequence[str] = (), ax: Axes | None = None) -> Axes:
    """Draw a computational graph, with the backward direction to the leaves beside the forward one.

    The last variable stands at the right end of the main row, its first input left of it, and so
    on; other inputs stand above, those whose name begins with W below, computed ones lowest.

    Args:
        variables: computed variables in order: name -> (operation, names of its inputs).
        leaves: the parameters, drawn bold; backward arrows lead to them alone.
        ax: where to draw.

    Raises:
        ValueError: no variables, or a leaf that nothing uses.
    """
    if not variables:
        raise ValueError("variables: got none, expected at least one")
    used = {name for _, inputs in variables.values() for name in inputs}
    if missing := [leaf for leaf in leaves if leaf not in used]:
        raise ValueError(f"leaves: got {missing[0]!r}, expected inputs of the graph")
    ax = ax or new_axes(7.2, 3.4)
    places, wanted = _places(variables), set(leaves)
    for name, (operation, inputs) in variables.items():
        for source in inputs:
            _arrow(ax, places[source], places[name], "text", 0.07)
            if source in wanted:
                _arrow(ax, places[name], places[source], "gradient", 0.07)
                wanted.add(name)
        x, y = places[name]
        ax.text(x + 0.1, y - 0.4, operation, ha="left", fontsize=7.5, color=color("muted"))
    for name, (x, y) in places.items():
        bold = name in leaves
        edge = {"fc": color("surface"), "ec": color("text" if bold else "border")}
        box = {"boxstyle": "round,pad=0.35", "lw": 1.8 if bold else 0.8, **edge}
        ax.text(x, y, _symbol(name), ha="center", va="center", bbox=box, zorder=3)
    return _bare(ax, list(places.values()))


def _places(variables: Graph) -> dict[str, Place]:
    """Where each variable stands."""
    row = [list(variables)[-1]]
    while row[-1] in variables:
        row.append(variables[row[-1]][1][0])
    places = {name: (_STEP * k, 0.0) for k, name in enumerate(reversed(row))}
    for name in [name for name in places if name in variables]:
        x = places[name][0]
        for source in variables[name][1][1:]:
            if source in variables:
                places[source] = (x - _STEP, -2.1)
            else:
                places.setdefault(source, (x - 0.45, -1.1 if source.startswith("W") else 1.1))
    return places


def _symbol(name: str) -> str:
    letter, digits = name.rstrip("0123456789"), name.lstrip("XYZWbHOLsJxyzho")
    return rf"$\mathbf{{{letter}}}^{{({digits})}}$" if digits.isdigit() else f"${name}$"


def _arrow(ax: Axes, start: Place, end: Place, ink: str, shift: float) -> None:
    """An arrow a little to the left of the straight line, so that two ways stand side by side."""
    (x0, y0), (x1, y1) = start, end
    length = float(np.hypot(x1 - x0, y1 - y0))
    dx, dy = -(y1 - y0) / length * shift, (x1 - x0) / length * shift
    ax.annotate(
        "",
        (x1 + dx, y1 + dy),
        (x0 + dx, y0 + dy),
        arrowprops={
            "arrowstyle": "-|>",
            "color": color(ink),
            "lw": 1.1,
            "shrinkA": 13,
            "shrinkB": 13,
        },
    )


@styled
def numbered_network(
    inputs: Tensor,
    layers: Sequence[tuple[Tensor, Tensor, Tensor]],
    *,
    adjoints: Sequence[Tensor],
    gradients: Sequence[Tensor],
    ax: Axes | None = None,
) -> Axes:
    """Draw a small network with the values of one example, its weights, and their adjoints.

    Args:
        inputs: (d,).
        layers: for each layer its weights (in, out), pre-activations (out,) and outputs (out,).
        adjoints: for each layer the gradients for its pre-activations, (out,).
        gradients: for each layer those for its weights, (in, out).
        ax: where to draw.

    Raises:
        ValueError: another number of adjoints or gradients than of layers.
    """
    if not len(layers) == len(adjoints) == len(gradients):
        got = f"{len(adjoints)} and {len(gradients)}"
        raise ValueError(f"adjoints, gradients: got {got}, expected one a layer, {len(layers)}")
    ax = ax or new_axes(6.6, 3.4)
    columns = [len(inputs), *(len(h) for _, _, h in layers)]
    places = [[(3.0 * k, 2.2 * ((n - 1) / 2 - i)) for i in range(n)] for k, n in enumerate(columns)]
    for k, ((weights, _, _), slopes) in enumerate(zip(layers, gradients, strict=True)):
        for i, start in enumerate(places[k]):
            for j, end in enumerate(places[k + 1]):
                _line(ax, start, end, f"{weights[i, j]:.4g} ", f"({slopes[i, j] + 0.0:.3f})")
    for i, place in enumerate(places[0]):
        _node(ax, place, rf"$x_{i + 1}={inputs[i]:.4g}$", "")
    for k, ((_, z, h), back) in enumerate(zip(layers, adjoints, strict=True), start=1):
        for j, place in enumerate(places[k]):
            plain = bool(z[j] == h[j])
            value = f"$o={h[j]:.3f}$" if plain else f"$z={z[j]:.4g}$\n$h={h[j]:.3f}$"
            _node(ax, place, value, f"({back[j]:.3f})")
    return _bare(ax, [place for column in places for place in column])


def _node(ax: Axes, place: Place, value: str, back: str) -> None:
    box = {"boxstyle": "round,pad=0.4", "fc": color("surface"), "ec": color("activation")}
    ax.text(*place, value, ha="center", va="center", bbox=box, zorder=3, fontsize=8.5)
    x, y = place
    ink = color("gradient")
    ax.text(x, y - 0.5, back, ha="center", va="center", color=ink, zorder=4, fontsize=8.5)


def _line(ax: Axes, start: Place, end: Place, weight: str, slope: str) -> None:
    (x0, y0), (x1, y1) = start, end
    ax.plot([x0, x1], [y0, y1], color=color("border"), lw=1, zorder=1)
    part = 0.36
    x, y = x0 + part * (x1 - x0), y0 + part * (y1 - y0)
    box = {"boxstyle": "round,pad=0.1", "fc": color("background"), "ec": "none"}
    at: dict[str, Any] = {"va": "center", "fontsize": 8, "zorder": 2, "bbox": box}
    ax.text(x, y, slope, ha="left", color=color("gradient"), **at)
    ax.text(x, y, weight, ha="right", **at)


def _bare(ax: Axes, places: Sequence[Place]) -> Axes:
    xs, ys = zip(*places, strict=True)
    ax.set(xlim=(min(xs) - 0.9, max(xs) + 0.9), ylim=(min(ys) - 0.9, max(ys) + 0.8))
    ax.axis("off")
    return ax
