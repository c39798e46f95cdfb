"""The figures of `mlpbook.d2l`: D2L's names, drawn in the book's style."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from torch import Tensor

from mlpbook.plot import use_style

_FMTS = ("-", "m--", "g-.", "r:")


def use_svg_display() -> None:
    """Show figures as SVG, in the book's style."""
    use_style()


def set_figsize(figsize: tuple[float, float] = (3.5, 2.5)) -> None:
    """Set the size of the figures to come, in inches."""
    use_svg_display()
    plt.rcParams["figure.figsize"] = figsize


def set_axes(axes: Axes, xlabel, ylabel, xlim, ylim, xscale, yscale, legend) -> None:
    """Label and scale axes; None leaves a label, a limit or the legend as it is."""
    settings = {"xlabel": xlabel, "ylabel": ylabel, "xlim": xlim, "ylim": ylim}
    axes.set(xscale=xscale, yscale=yscale)
    axes.set(**{name: value for name, value in settings.items() if value is not None})
    if legend:
        axes.legend(legend)
    axes.grid(True)


def plot(
    X: Any,
    Y: Any = None,
    xlabel=None,
    ylabel=None,
    legend=None,
    xlim=None,
    ylim=None,
    xscale="linear",
    yscale="linear",
    fmts: Sequence[str] = _FMTS,
    figsize: tuple[float, float] = (3.5, 2.5),
    axes: Axes | None = None,
) -> None:
    """Plot Y against X, or X against 0, 1, …; either may be one curve or a list of curves.

    Raises:
        ValueError: lists of X and of Y of unequal length.
    """
    set_figsize(figsize)
    axes = axes or plt.gca()
    if Y is None:
        ys = _curves(X)
        xs = [np.arange(len(y)) for y in ys]
    else:
        xs, ys = _curves(X), _curves(Y)
        xs = xs * len(ys) if len(xs) == 1 else xs
    if len(xs) != len(ys):
        raise ValueError(f"X, Y: got {len(xs)} and {len(ys)} curves, expected equal numbers")
    axes.cla()
    for i, (x, y) in enumerate(zip(xs, ys, strict=True)):
        axes.plot(x, y, fmts[i % len(fmts)])
    set_axes(axes, xlabel, ylabel, xlim, ylim, xscale, yscale, legend)


def _curves(values: Any) -> list[np.ndarray]:
    """One curve, or a list of curves, as a list of arrays."""
    if isinstance(values, Tensor | np.ndarray):
        return [_array(values)] if values.ndim == 1 else list(_array(values))
    nested = len(values) > 0 and np.ndim(_array(values[0])) > 0
    return [_array(v) for v in values] if nested else [_array(values)]


def _array(values: Any) -> np.ndarray:
    return values.detach().cpu().numpy() if isinstance(values, Tensor) else np.asarray(values)


def show_images(
    imgs: Iterable[Any],
    num_rows: int,
    num_cols: int,
    titles: Sequence[str] | None = None,
    scale: float = 1.5,
) -> np.ndarray:
    """Draw images in a grid and return the Axes, a flat array."""
    figsize = (num_cols * scale, num_rows * scale)
    axes = plt.subplots(num_rows, num_cols, figsize=figsize, squeeze=False)[1].flatten()
    for i, (ax, image) in enumerate(zip(axes, imgs, strict=False)):
        ax.imshow(_array(image) if isinstance(image, Tensor) else image)
        ax.set_axis_off()
        if titles:
            ax.set_title(titles[i], loc="center")
    return axes


class Animator:
    """A figure that grows while a network learns."""

    def __init__(
        self,
        xlabel=None,
        ylabel=None,
        legend: Sequence[str] | None = None,
        xlim=None,
        ylim=None,
        xscale="linear",
        yscale="linear",
        fmts: Sequence[str] = _FMTS,
        nrows: int = 1,
        ncols: int = 1,
        figsize: tuple[float, float] = (3.5, 2.5),
    ) -> None:
        use_svg_display()
        self.fig, axes = plt.subplots(nrows, ncols, figsize=figsize, squeeze=False)
        plt.close(self.fig)  # shown by _show alone; else a notebook would show it a second time
        self.axes = list(axes.flatten())
        settings = (xlabel, ylabel, xlim, ylim, xscale, yscale, legend or [])
        self.config_axes = lambda: set_axes(self.axes[0], *settings)
        self.X: list[list[float]] = []
        self.Y: list[list[float]] = []
        self.fmts = fmts
        self._handle: Any = None

    def add(self, x: Any, y: Any) -> None:
        """Add a point to each curve; None leaves a curve without one at this x."""
        ys = list(y) if hasattr(y, "__len__") else [y]
        xs = list(x) if hasattr(x, "__len__") else [x] * len(ys)
        self.X = self.X or [[] for _ in ys]
        self.Y = self.Y or [[] for _ in ys]
        for i, (a, b) in enumerate(zip(xs, ys, strict=True)):
            if a is not None and b is not None:
                self.X[i].append(float(a))
                self.Y[i].append(float(b))
        self._draw()

    def _draw(self) -> None:
        self.axes[0].cla()
        for i, (x, y) in enumerate(zip(self.X, self.Y, strict=True)):
            self.axes[0].plot(x, y, self.fmts[i % len(self.fmts)])
        self.config_axes()
        self._show()

    def _show(self) -> None:
        """Show the figure in a notebook, and from then on replace it in place."""
        from IPython.core.getipython import get_ipython
        from IPython.display import display

        if get_ipython() is None:
            return
        if self._handle is None:
            self._handle = display(self.fig, display_id=True)
        else:
            self._handle.update(self.fig)
