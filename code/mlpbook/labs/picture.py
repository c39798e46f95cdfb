"""A lab's picture: a run with the default settings, drawn once when the lab is built."""

import io
import re

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mlpbook import plot
from mlpbook._style import scale
from mlpbook.labs.engine import KernelEngine
from mlpbook.labs.lab import Lab
from mlpbook.labs.program import Tensors
from mlpbook.labs.spec import Chart, Json
from mlpbook.tokens import TOKENS, color

Curves = dict[str, tuple[list[float], list[float]]]
POINTS = 150  # a curve has no more
EVALUATIONS = 20
SHOWN = 32  # points of each class


def draw(lab: Lab) -> str:
    """The picture as SVG text."""
    curves, arrays = run(lab)
    with mpl.rc_context({**plot.STYLE, "svg.fonttype": "none", "font.family": "sans-serif"}):
        figure = paint(lab, curves, arrays)
        text = svg(figure)
        plt.close(figure)
    return text


def run(lab: Lab) -> tuple[Curves, Tensors]:
    """Train with the default settings: every metric's curve, and the charts' arrays at the end."""
    engine = KernelEngine(lab)
    total = engine.init({})["total_steps"]
    names = [chart.name for chart in lab.charts]
    curves: Curves = {}
    arrays: Tensors = {}
    for _ in range(EVALUATIONS):
        steps = engine.step(-(-total // EVALUATIONS))["steps"]
        for step in thinned(steps):
            add(curves, step["step"], step["metrics"])
        found, arrays = engine.evaluate(names)
        add(curves, steps[-1]["step"], found["metrics"])
    return curves, arrays


def thinned(steps: list[Json]) -> list[Json]:
    """Means over equal stretches of steps: few enough points for a small file."""
    size = max(1, -(-len(steps) * EVALUATIONS // POINTS))
    stretches = [steps[i : i + size] for i in range(0, len(steps), size)]
    return [
        {
            "step": stretch[-1]["step"],
            "metrics": {
                name: float(np.mean([step["metrics"][name] for step in stretch]))
                for name in stretch[0]["metrics"]
            },
        }
        for stretch in stretches
    ]


def add(curves: Curves, step: float, metrics: dict[str, float]) -> None:
    for name, value in metrics.items():
        x, y = curves.setdefault(name, ([], []))
        x.append(step)
        y.append(value)


def paint(lab: Lab, curves: Curves, arrays: Tensors) -> Figure:
    """Curves side by side, and below them the images or the plane with the hidden units, if any."""
    charts = [chart for chart in lab.charts if chart.kind == "lines"]
    if not arrays:
        rows = 1 if len(charts) < 4 else 2
        figure = plt.figure(figsize=(9.0, 2.8 * rows))
        axes = figure.subplots(rows, len(charts) // rows, squeeze=False)
        for ax, chart in zip(axes.flat, charts, strict=True):
            paint_lines(ax, lab, chart, curves)
        return figure
    figure = plt.figure(figsize=(7.2, 5.0))
    upper, lower = figure.subfigures(2, 1, height_ratios=(1, 1.05), squeeze=False).flat
    for ax, chart in zip(upper.subplots(1, len(charts)), charts, strict=True):
        paint_lines(ax, lab, chart, curves)
    if "pixels" in arrays:
        paint_images(lower.subplots(), arrays)
    else:
        paint_plane(lower, arrays)
    return figure


def paint_lines(ax: Axes, lab: Lab, chart: Chart, curves: Curves) -> None:
    for series in chart.options["series"]:
        x, y = curves[series["metric"]]
        dashes = TOKENS["dashes"].get(series["color"], [])
        ax.plot(
            x,
            y,
            color=color(series["color"]),
            dashes=dashes or (None, None),
            label=series["label"]["en"],
        )
    for line in lab.reference_lines:
        if line.chart == chart.name:
            ax.axhline(line.y, color=color("muted"), lw=TOKENS["line_widths"]["thin"], ls=":")
            ax.annotate(
                line.label.en,
                (1, line.y),
                xycoords=("axes fraction", "data"),
                ha="right",
                va="bottom",
                fontsize=8,
                color=color("muted"),
            )
    axis = chart.options["y"]
    ax.set(xlabel="step", ylabel=axis["label"]["en"], yscale=axis["scale"])
    ax.set_ylim(axis["min"], axis["max"])
    ax.legend()


def paint_images(ax: Axes, arrays: Tensors) -> None:
    count = min(12, len(arrays["pixels"]))
    plot.images(
        arrays["pixels"][:count].float() / 255,
        labels=arrays["labels"][:count],
        predictions=arrays["predictions"][:count],
        num_cols=6,
        ax=ax,
    )
    ax.images[0].set_interpolation("none")  # one pixel a pixel: a smaller file


def paint_plane(figure: Figure, arrays: Tensors) -> None:
    """The probability of class 1 with the training points, and the map of each hidden unit."""
    left, right = figure.subfigures(1, 2, width_ratios=(1, 1.6), squeeze=False).flat
    extent = tuple(arrays["extent"].tolist())
    ax = left.subplots()
    paint_map(ax, arrays["grid"].numpy(), extent, 0, 1, alpha=0.5)
    for k, marker in enumerate("os"):
        points = arrays["points"][arrays["point_labels"] == k].numpy()[:SHOWN]
        ax.scatter(*points.T, s=6, color=color(f"class_{k}"), marker=marker, lw=0)
    ax.set(xlim=extent[:2], ylim=extent[2:])
    units = np.concatenate([arrays[name].numpy() for name in sorted(arrays) if "hidden_" in name])
    columns = -(-len(units) // 2)
    for ax, unit in zip(right.subplots(2, columns).flat, units, strict=False):
        reach = float(np.abs(unit).max()) or 1.0
        paint_map(ax, unit, extent, -reach, reach)


def paint_map(
    ax: Axes, values: np.ndarray, extent: tuple, low: float, high: float, alpha: float = 1
) -> None:
    colors = scale("diverging")
    picture = ax.imshow(values, extent=extent, origin="lower", cmap=colors, vmin=low, vmax=high)
    picture.set(interpolation="none", alpha=alpha)
    ax.set_xticks([])
    ax.set_yticks([])
    ax.grid(False)


def svg(figure: Figure) -> str:
    """The figure as SVG, small since it travels in pages: text as text, places with one decimal."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    text = re.sub(r"<metadata>.*?</metadata>", "", buffer.getvalue(), flags=re.DOTALL)
    text = re.sub(r"font-family: [^;\"]*, sans-serif", "font-family: sans-serif", text)
    text = re.sub(r' transform="rotate\(-0 [^"]*"', "", text)
    text = re.sub(r' [dxy]="[^"]*"', lambda place: re.sub(r"(\.\d)\d+", r"\1", place[0]), text)
    text = re.sub(r"\n(?=[LMQCz\"])", " ", text)
    return "\n".join(line.strip() for line in text.splitlines() if line.strip()) + "\n"
