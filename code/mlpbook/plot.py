"""Figures in the book's style: curves with spread, error bars, decision regions, images, heat maps.

Every function takes `ax=None` (None makes a figure) and returns the Axes; none prints or shows.
Colours and sizes come from `tokens`. The same code draws the same SVG, byte for byte.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, NullLocator
from matplotlib.transforms import ScaledTranslation

from mlpbook._drawings import functions, network, regions
from mlpbook._graph_pictures import graph, numbered_network
from mlpbook._pictures import decision_regions, heatmap, images
from mlpbook._style import STYLE, look, new_axes, styled, svg, use_style
from mlpbook.seeds import SeedRuns
from mlpbook.tokens import TOKENS

__all__ = [
    "STYLE",
    "curves",
    "decision_regions",
    "errorbars",
    "functions",
    "graph",
    "heatmap",
    "images",
    "network",
    "numbered_network",
    "regions",
    "svg",
    "use_style",
]

_OPACITY, _MARKERS = TOKENS["opacity"], TOKENS["marker_sizes"]
_DODGE = 6  # points between the bars of two series


@styled
def curves(
    series: Any,
    *,
    x: Sequence[float] | None = None,
    metric: str | None = None,
    xlabel: str = "epoch",
    ylabel: str | None = None,
    yscale: str = "linear",
    ax: Axes | None = None,
) -> Axes:
    """Draw curves; several runs of one become their mean with a band of ± one standard deviation.

    Args:
        series: a `History`, or a mapping from names to curves. A curve is a sequence of numbers, or
            `SeedRuns` or an array (runs, points). Names choose colours: "train", "validation",
            "loss", … mean what they mean throughout the book.
        x: where the points stand; 1, 2, … by default.
        metric: draw only the names that end so ("loss" for "train_loss"), without that ending; of
            a `History`, the loss by default.
        xlabel, ylabel, yscale: as in matplotlib; `ylabel` is the metric by default.
        ax: where to draw.

    Raises:
        ValueError, TypeError: nothing to draw, or a curve of the wrong length or shape.
    """
    metric = metric or ("loss" if hasattr(series, "series") else None)
    chosen = _choose(series, metric)
    ax = ax or new_axes()
    for position, (name, values) in enumerate(chosen.items()):
        where = np.arange(1, values.shape[1] + 1) if x is None else np.asarray(x)
        _check_length(name, values, len(where))
        _curve(ax, where, values, name, position)
    ax.set(xlabel=xlabel, ylabel=ylabel or metric or "", yscale=yscale)
    if x is None:
        ax.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    _legend(ax, chosen, "band")
    return ax


def _curve(ax: Axes, x: np.ndarray, values: np.ndarray, name: str, position: int) -> None:
    style, mean = look(name, position), values.mean(0)
    ax.plot(x, mean, label=_label(name), **style)
    if len(values) > 1:
        low, high = mean - _spread(values), mean + _spread(values)
        ax.fill_between(x, low, high, color=style["color"], alpha=_OPACITY["band"], lw=0)


@styled
def errorbars(
    series: Any,
    x: Sequence[Any],
    *,
    xlabel: str = "",
    ylabel: str = "",
    xscale: str = "linear",
    ax: Axes | None = None,
) -> Axes:
    """Draw the mean over runs with bars of ± one standard deviation, and each run as a dot.

    Args:
        series: `SeedRuns` or an array (runs, points); or a mapping from names to such.
        x: the settings that were compared: numbers, or words.
        xlabel, ylabel, xscale: as in matplotlib.
        ax: where to draw.

    Raises:
        ValueError, TypeError: nothing to draw, or runs of the wrong length or shape.
    """
    chosen = _choose(series if isinstance(series, Mapping) else {"": series}, None)
    ax = ax or new_axes()
    words = any(isinstance(setting, str) for setting in x)
    where = np.arange(len(x), dtype=float) if words else np.asarray(x, dtype=float)
    ax.set(xlabel=xlabel, ylabel=ylabel, xscale=xscale)
    for position, (name, values) in enumerate(chosen.items()):
        _check_length(name, values, len(where))
        shift = _DODGE * (position - (len(chosen) - 1) / 2)
        _bars(ax, where, values, (name, position), shift)
    ax.margins(0.06)
    if words or len(where) <= 10:
        ax.xaxis.set_minor_locator(NullLocator())
        ax.set_xticks(where, [str(setting) for setting in x])
    _legend(ax, chosen, "bars")
    _make_room_for_legend(ax, len(chosen))
    return ax


def _bars(
    ax: Axes, x: np.ndarray, values: np.ndarray, which: tuple[str, int], shift: float
) -> None:
    """Draw one series, moved aside by `shift` points so that the bars of several do not overlap."""
    style, mean = look(*which), values.mean(0)
    drawn = ax.plot(x, mean, marker="o", label=_label(which[0]), **style)
    dots = None
    if len(values) > 1:
        bars = ax.errorbar(x, mean, _spread(values), fmt="none", color=style["color"], capsize=3)
        every_x, size = np.broadcast_to(x, values.shape), _MARKERS["small"] ** 2
        dots = ax.scatter(
            every_x, values, s=size, color=style["color"], alpha=_OPACITY["ghost"], lw=0, zorder=3
        )
        drawn += bars.get_children()
    moved = ax.transData + ScaledTranslation(shift / 72, 0, ax.figure.dpi_scale_trans)
    for artist in drawn:
        artist.set_transform(moved)
    if dots is not None:
        dots.set_offset_transform(moved)


def _choose(series: Any, metric: str | None) -> dict[str, np.ndarray]:
    """The curves to draw by name, each as an array (runs, points)."""
    named = series.series() if hasattr(series, "series") else series
    if not isinstance(named, Mapping):
        got = type(series).__name__
        raise TypeError(f"series: got {got}, expected a History or a mapping from names to curves")
    ending = f"_{metric}"
    chosen = {
        str(name).removesuffix(ending): _runs(str(name), curve)
        for name, curve in named.items()
        if metric is None or str(name).endswith(ending)
    }
    if not chosen:
        raise ValueError(f"series: got names {list(named)}, expected at least one to draw")
    return chosen


def _runs(name: str, curve: Any) -> np.ndarray:
    values = np.asarray(curve.values if isinstance(curve, SeedRuns) else curve, dtype=float)
    if values.ndim == 1:
        values = values[np.newaxis]
    if values.ndim != 2 or values.size == 0:
        raise ValueError(f"{name}: got shape {values.shape}, expected (points,) or (runs, points)")
    return values


def _check_length(name: str, values: np.ndarray, expected: int) -> None:
    if values.shape[1] != expected:
        raise ValueError(f"{name}: got {values.shape[1]} points, expected {expected} as in x")


def _spread(values: np.ndarray) -> np.ndarray:
    return values.std(axis=0, ddof=1)


def _label(name: str) -> str:
    return name.replace("_", " ")


def _legend(ax: Axes, chosen: Mapping[str, np.ndarray], mark: str) -> None:
    """Name the curves, and say once what a band or a bar stands for."""
    num_runs = max(len(values) for values in chosen.values())
    note = f"mean, {mark}: ±1 SD of {num_runs} runs" if num_runs > 1 else None
    if any(chosen):
        ax.legend(title=note, alignment="left")
    elif note:
        ax.set_title(note, fontsize=TOKENS["font_sizes"]["small"])


def _make_room_for_legend(ax: Axes, num_lines: int) -> None:
    """Raise the top, since matplotlib's placement of a legend does not see error bars."""
    legend = ax.get_legend()
    if legend is not None:
        low, high = ax.get_ylim()
        ax.set_ylim(low, high + 0.1 * (num_lines + 1) * (high - low))
        legend.set_loc("upper right")
