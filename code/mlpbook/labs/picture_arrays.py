"""The picture of a curve lab or a table lab: its charts at the default settings."""

from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from mlpbook import plot
from mlpbook._style import scale
from mlpbook.labs.curves import ArrayLab
from mlpbook.labs.picture import svg
from mlpbook.labs.spec import Chart
from mlpbook.tokens import TOKENS, color

Arrays = dict[str, np.ndarray]
SIZE = (3.6, 2.8)  # inches, of one chart
BELOW = -0.26  # of the axes' height: under the axis label
FEW = 4  # lines of one colour; more are drawn thin, as the front end does
MOST_CELLS = 64  # a side of a matrix: a smaller file


def draw(lab: ArrayLab) -> str:
    """The picture as SVG text."""
    arrays = {name: array.numpy() for name, array in lab.arrays(lab.settings()).items()}
    charts = [chart for chart in lab.charts if chart.kind != "numbers"]
    columns = min(2, len(charts))
    rows = -(-len(charts) // columns)
    wide = SIZE[0] * (columns if columns > 1 else 1.6)
    with mpl.rc_context({**plot.STYLE, "svg.fonttype": "none", "font.family": "sans-serif"}):
        figure = plt.figure(figsize=(wide, SIZE[1] * rows))
        axes = list(figure.subplots(rows, columns, squeeze=False).flat)
        for ax, chart in zip(axes, charts, strict=False):
            PAINTERS[chart.kind](ax, chart, arrays)
        for ax in axes[len(charts) :]:
            ax.axis("off")
        text = svg(figure)
        plt.close(figure)
    return text


def paint_curves(ax: Axes, chart: Chart, arrays: Arrays) -> None:
    options = chart.options
    for series in options["series"]:
        x, lines = arrays[series["x"]], np.atleast_2d(arrays[series["y"]])
        for i, y in enumerate(lines):
            name = series["label"]["en"] if i == 0 else None
            token = series["colors"][i % len(series["colors"])]
            thin = len(lines) > FEW * len(series["colors"])
            look = {"color": color(token), "label": name} | ({"lw": 0.7} if thin else {})
            paint_series(ax, series["style"], x, y, look)
    for mark in options["marks"]:
        paint_mark(ax, mark, arrays)
    for side in ("x", "y"):
        axis = options[side]
        ax.set(**{f"{side}label": axis["label"]["en"], f"{side}scale": axis["scale"]})
        low, high = axis["min"], axis["max"]
        getattr(ax, f"set_{side}lim")(low, high)
    ax.minorticks_off()  # a logarithmic axis has dozens, and each is an element of the file
    ax.set_title(chart.title.en)
    if len(options["series"]) > 1:  # below the chart: anywhere else it would hide a curve
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, BELOW), ncols=2, fontsize="small")


def paint_series(ax: Axes, style: str, x: np.ndarray, y: np.ndarray, look: dict[str, Any]) -> None:
    if not np.isfinite(y).any():
        return
    if style == "bars":
        width = 0.8 * float(np.diff(x).min()) if len(x) > 1 else 0.8
        ax.bar(x, y, width=width, **look)
    elif style == "dots":
        ax.plot(x, y, "o", ms=TOKENS["marker_sizes"]["small"], **look)
    elif style == "step":
        ax.step(x, y, where="mid", **look)
    else:
        ax.plot(x, y, **look)


def paint_mark(ax: Axes, mark: dict[str, Any], arrays: Arrays) -> None:
    """Lines and points of one mark, for one place or several."""
    look: dict[str, Any] = {"color": color(mark["color"])}
    xs, ys = (places(mark[side], arrays) for side in ("x", "y"))
    if xs is not None and ys is not None:
        ax.plot(xs, ys, "o", ms=TOKENS["marker_sizes"]["point"], **look)
        return
    for x in xs if xs is not None else ():
        ax.axvline(x, lw=TOKENS["line_widths"]["thin"], ls="--", **look)
    for y in ys if ys is not None else ():
        ax.axhline(y, lw=TOKENS["line_widths"]["thin"], ls="--", **look)


def places(value: float | str | None, arrays: Arrays) -> np.ndarray | None:
    """A number, or a named array, as an array of places."""
    if value is None:
        return None
    return np.atleast_1d(arrays[value] if isinstance(value, str) else value)


def paint_heat(ax: Axes, chart: Chart, arrays: Arrays) -> None:
    options = chart.options
    matrix = arrays[options["value"]]
    stride = -(-max(matrix.shape) // MOST_CELLS)
    low, high = limits(matrix, options)
    rows, columns = matrix.shape
    picture = ax.imshow(
        matrix[::stride, ::stride],
        cmap=scale(options["scale"]),
        vmin=low,
        vmax=high,
        aspect="auto",
        extent=(0.5, columns + 0.5, rows + 0.5, 0.5),
    )
    picture.set_interpolation("none")
    ax.grid(False)
    ax.locator_params(integer=True)  # rows and columns are counted
    ax.set(title=chart.title.en, xlabel=options["x"]["en"], ylabel=options["y"]["en"])
    assert ax.figure is not None
    ax.figure.colorbar(picture, ax=ax, label=options["label"]["en"])


def limits(matrix: np.ndarray, options: Any) -> tuple[float, float]:
    """Values of the outermost colours: those given, or the matrix's own."""
    finite = matrix[np.isfinite(matrix)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    if options["scale"] == "diverging":
        high = max(abs(low), abs(high)) or 1.0
        low = -high
    low = low if options["min"] is None else options["min"]
    high = high if options["max"] is None else options["max"]
    return low, high


PAINTERS = {"curves": paint_curves, "heat": paint_heat}
