"""Pictures of what a network sees and decides: regions of the plane, grids of images, heat maps."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.image import AxesImage
from torch import Tensor

from mlpbook import _check
from mlpbook._nets import Net, mode
from mlpbook._style import new_axes, scale, styled
from mlpbook.data import FASHION_LABELS
from mlpbook.tokens import TOKENS, color, contrast

_IMAGE = 28  # pixels along an edge
_GAP = 4  # pixels between images


@styled
def decision_regions(
    net: Net,
    X: Tensor,
    y: Tensor,
    *,
    resolution: int = 200,
    margin: float = 0.15,
    ax: Axes | None = None,
) -> Axes:
    """Colour the plane by the class probabilities of a network, and mark the data.

    The tint of a place mixes the colours of the classes in proportion to their probabilities; dark
    lines stand where the decision changes.

    Args:
        net: from points (n, 2) to logits: (n, classes), or (n,) or (n, 1) for two classes.
        X, y: the points (n, 2) to mark, and their classes (n,).
        resolution: cells along an edge.
        margin: room about the data, as a fraction of their extent.
        ax: where to draw.

    Raises:
        ValueError, TypeError: points that are not in the plane, or arguments out of range.
    """
    if X.ndim != 2 or X.shape[1] != 2 or len(X) != len(y):
        expected = "(n, 2) and (n,)"
        raise ValueError(f"X, y: got {tuple(X.shape)} and {tuple(y.shape)}, expected {expected}")
    _check.positive_int("resolution", resolution)
    ax = ax or new_axes(3.6, 3.4)
    axes_of_grid = [_axis(X[:, d], resolution, margin) for d in (0, 1)]
    probabilities = _probabilities(net, axes_of_grid, X)
    palette = np.array([to_rgb(color(f"class_{k % 10}")) for k in range(probabilities.shape[-1])])
    tint = 1 + TOKENS["opacity"]["region"] * (probabilities @ palette - 1)
    (left, *_, right), (bottom, *_, top) = axes_of_grid
    extent = (left, right, bottom, top)
    ax.imshow(tint, extent=extent, origin="lower", interpolation="bilinear", aspect="auto")
    _boundaries(ax, axes_of_grid, probabilities)
    _points(ax, X, y)
    ax.set(xlabel="$x_1$", ylabel="$x_2$", xlim=(left, right), ylim=(bottom, top))
    ax.grid(False)
    return ax


def _axis(values: Tensor, resolution: int, margin: float) -> np.ndarray:
    low, high = float(values.min()), float(values.max())
    room = margin * ((high - low) or 1.0)
    return np.linspace(low - room, high + room, resolution)


def _probabilities(net: Net, axes_of_grid: list[np.ndarray], like: Tensor) -> np.ndarray:
    """Class probabilities on the grid, shape (rows, columns, classes)."""
    columns, rows = np.meshgrid(*axes_of_grid)
    points = torch.as_tensor(np.stack((columns, rows), -1).reshape(-1, 2)).to(like)
    with mode(net, training=False), torch.no_grad():
        logits = net(points)
    logits = logits.reshape(len(points), -1)
    if logits.shape[1] == 1:
        logits = torch.cat((torch.zeros_like(logits), logits), dim=1)
    return logits.softmax(1).double().cpu().numpy().reshape(*columns.shape, -1)


def _boundaries(ax: Axes, axes_of_grid: list[np.ndarray], probabilities: np.ndarray) -> None:
    for k in range(1 if probabilities.shape[-1] == 2 else probabilities.shape[-1]):
        lead = probabilities[..., k] - np.delete(probabilities, k, axis=-1).max(-1)
        if lead.min() < 0 < lead.max():
            ax.contour(*axes_of_grid, lead, levels=[0.0], colors=color("text"), linewidths=1.2)


def _points(ax: Axes, X: Tensor, y: Tensor) -> None:
    markers = "osD^vPX*<>"
    size, edge = TOKENS["marker_sizes"]["point"] ** 2, TOKENS["line_widths"]["thin"]
    for k in y.unique().tolist():
        first, second = X[y == k].detach().cpu().T.numpy()
        ax.scatter(
            first,
            second,
            s=size,
            color=color(f"class_{k % 10}"),
            marker=markers[k % 10],
            edgecolors=color("background"),
            linewidths=edge,
            label=f"class {k}",
        )


@styled
def images(
    X: Tensor,
    *,
    labels: Sequence[int] | Tensor | None = None,
    predictions: Sequence[int] | Tensor | None = None,
    names: Sequence[Any] = FASHION_LABELS,
    num_cols: int = 8,
    ax: Axes | None = None,
) -> Axes:
    """Draw a grid of images with their labels; with predictions, say which are right.

    A right prediction stands above its image in the colour of "correct"; a wrong one in the colour
    of "wrong", with the true label in brackets.

    Args:
        X: (n, 1, 28, 28), (n, 28, 28) or (n, 784); 0 is drawn white, the largest value dark.
        labels: true classes, (n,).
        predictions: predicted classes, (n,).
        names: the name of each class, a string or a `Label`.
        num_cols: images in a row.
        ax: where to draw.

    Raises:
        ValueError, TypeError: no images, images of another size, or texts of another number.
    """
    if X.numel() == 0 or X.numel() != len(X) * _IMAGE**2:
        raise ValueError(f"X: got shape {tuple(X.shape)}, expected images of 28 by 28 pixels")
    num_cols = min(_check.positive_int("num_cols", num_cols), len(X))
    captions = _captions(len(X), labels, predictions, names)
    lines = max(text.count("\n") + bool(text) for text, _ in captions)
    cell_height = _IMAGE + _GAP + 6 * lines
    num_rows = -(-len(X) // num_cols)
    width, height = num_cols * (_IMAGE + _GAP) - _GAP, num_rows * cell_height - _GAP
    ax = ax or new_axes(width / 36, height / 36)
    canvas = np.zeros((height + _GAP, width + _GAP))
    for i, picture in enumerate(X.detach().cpu().reshape(-1, _IMAGE, _IMAGE).numpy()):
        left, top = (
            i % num_cols * (_IMAGE + _GAP),
            (i // num_cols + 1) * cell_height - _GAP - _IMAGE,
        )
        canvas[top : top + _IMAGE, left : left + _IMAGE] = picture
        text, ink = captions[i]
        ax.text(
            left + _IMAGE / 2,
            top - 1.5,
            text,
            color=ink,
            ha="center",
            va="bottom",
            fontsize=TOKENS["font_sizes"]["small"],
            linespacing=1.05,
        )
    ax.imshow(canvas[:height, :width], cmap="gray_r", vmin=0, interpolation="nearest")
    ax.set_axis_off()
    return ax


def _captions(n: int, labels: Any, predictions: Any, names: Sequence[Any]) -> list[tuple[str, str]]:
    """The text above each image, and its colour."""
    words = [getattr(name, "en", name) for name in names]
    truths = _classes("labels", labels, n, len(words))
    guesses = _classes("predictions", predictions, n, len(words))
    return [_caption(truths[i], guesses[i], words) for i in range(n)]


def _caption(truth: int | None, guess: int | None, words: Sequence[str]) -> tuple[str, str]:
    if guess is None:
        return ("" if truth is None else words[truth]), color("text")
    if truth is None:
        return words[guess], color("text")
    if guess == truth:
        return words[guess], color("correct")
    return f"{words[guess]}\n({words[truth]})", color("wrong")


def _classes(name: str, values: Any, n: int, num_classes: int) -> list[int] | list[None]:
    if values is None:
        return [None] * n
    classes = [int(value) for value in values]
    if len(classes) != n:
        raise ValueError(f"{name}: got {len(classes)}, expected {n}, one for each image")
    if not all(0 <= k < num_classes for k in classes):
        raise ValueError(f"{name}: got {sorted(set(classes))}, expected 0 to {num_classes - 1}")
    return classes


@styled
def heatmap(
    values: Any,
    *,
    xticks: Sequence[Any] | None = None,
    yticks: Sequence[Any] | None = None,
    xlabel: str = "",
    ylabel: str = "",
    label: str = "",
    center: float | None = None,
    annotate: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a matrix as coloured cells with a colour bar.

    Args:
        values: (rows, columns); the first row is drawn at the top.
        xticks, yticks: the names of the columns and rows.
        xlabel, ylabel: of the axes.
        label: what the colours measure.
        center: draw in two colours that part at this value.
        annotate: write each value in its cell with this format, e.g. ".2f".
        ax: where to draw.

    Raises:
        ValueError: not a matrix, or a wrong number of names.
    """
    matrix = np.asarray(values.detach().cpu() if isinstance(values, Tensor) else values, float)
    if matrix.ndim != 2 or matrix.size == 0:
        raise ValueError(f"values: got shape {matrix.shape}, expected (rows, columns)")
    ax = ax or new_axes(4.6, 3.6)
    cmap, limits = scale("sequential"), (None, None)
    if center is not None:
        reach = float(np.nanmax(np.abs(matrix - center))) or 1.0
        cmap, limits = scale("diverging"), (center - reach, center + reach)
    image = ax.imshow(matrix, cmap=cmap, aspect="auto", vmin=limits[0], vmax=limits[1])
    bar = ax.figure.colorbar(image, ax=ax, label=label)
    bar.outline.set_visible(False)
    if annotate is not None:
        _annotate(ax, image, matrix, annotate)
    _ticks(ax, "x", xticks, matrix.shape[1])
    _ticks(ax, "y", yticks, matrix.shape[0])
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.grid(False)
    return ax


def _annotate(ax: Axes, image: AxesImage, matrix: np.ndarray, spec: str) -> None:
    """Write each value in black or white, whichever stands out more from its cell."""
    cells = np.asarray(image.cmap(image.norm(matrix)))
    for row, column in np.ndindex(*matrix.shape):
        red, green, blue, _ = cells[row, column].tolist()
        cell = to_hex((red, green, blue))
        ink = max(("#000000", "#ffffff"), key=lambda ink, cell=cell: contrast(ink, cell))
        value = format(matrix[row, column], spec)
        size = TOKENS["font_sizes"]["small"]
        ax.text(column, row, value, color=ink, ha="center", va="center", fontsize=size)


def _ticks(ax: Axes, which: str, names: Sequence[Any] | None, expected: int) -> None:
    if names is None:
        return
    if len(names) != expected:
        raise ValueError(f"{which}ticks: got {len(names)} names, expected {expected}")
    axis, texts = (ax.xaxis if which == "x" else ax.yaxis), [str(name) for name in names]
    axis.set_ticks(range(expected), texts)
    if which == "x" and max(map(len, texts)) > 4:
        axis.set_tick_params(rotation=40, rotation_mode="xtick")
