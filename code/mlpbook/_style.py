"""The book's matplotlib style, made from the tokens."""

import io
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import matplotlib as mpl
from cycler import cycler
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from mlpbook.tokens import TOKENS, color

_WIDTHS, _FONTS = TOKENS["line_widths"], TOKENS["font_sizes"]
_MARKERS = TOKENS["marker_sizes"]
ROLES = ("validation", "test", "loss", "train", "gradient", "activation", "data", "ghost")
_METADATA = {"Date": None, "Creator": None}

STYLE: dict[Any, Any] = {
    "svg.hashsalt": "mlpbook",
    "svg.fonttype": "path",
    "figure.figsize": (4.8, 3.0),
    "figure.dpi": 120,
    "figure.facecolor": color("background"),
    "figure.constrained_layout.use": True,
    "figure.constrained_layout.h_pad": 0.08,
    "figure.constrained_layout.w_pad": 0.08,
    "savefig.facecolor": color("background"),
    "font.size": _FONTS["label"],
    "axes.titlesize": _FONTS["title"],
    "axes.titlelocation": "left",
    "axes.titlepad": 8,
    "axes.labelsize": _FONTS["label"],
    "axes.labelcolor": color("text"),
    "axes.edgecolor": color("border"),
    "axes.linewidth": _WIDTHS["thin"],
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.xmargin": 0.02,
    "axes.prop_cycle": cycler(color=[color(f"class_{k}") for k in range(10)]),
    "grid.color": color("grid"),
    "grid.linewidth": _WIDTHS["grid"],
    "lines.linewidth": _WIDTHS["line"],
    "lines.markersize": _MARKERS["point"],
    "lines.solid_capstyle": "round",
    "text.color": color("text"),
    "xtick.labelsize": _FONTS["tick"],
    "ytick.labelsize": _FONTS["tick"],
    "xtick.color": color("border"),
    "ytick.color": color("border"),
    "xtick.labelcolor": color("muted"),
    "ytick.labelcolor": color("muted"),
    "xtick.major.size": 3,
    "ytick.major.size": 3,
    "legend.framealpha": 0.85,
    "legend.edgecolor": "none",
    "legend.fontsize": _FONTS["tick"],
    "legend.title_fontsize": _FONTS["small"],
    "legend.handlelength": 2.2,
    "image.interpolation": "nearest",
    "image.cmap": "gray_r",
}


def use_style() -> None:
    """Draw all figures in the book's style from now on; in a notebook, as reproducible SVG."""
    mpl.rcParams.update(STYLE)
    if "IPython" in sys.modules and sys.modules["IPython"].get_ipython() is not None:
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        set_matplotlib_formats("svg", metadata=_METADATA)


def svg(figure: Figure) -> str:
    """The figure as SVG text; the same code gives the same text on every run."""
    buffer = io.StringIO()
    with mpl.rc_context(STYLE):
        figure.savefig(buffer, format="svg", metadata=_METADATA)
    return buffer.getvalue()


P = ParamSpec("P")
R = TypeVar("R")


def styled(function: Callable[P, R]) -> Callable[P, R]:
    """Run a plotting function in the book's style, whether or not `use_style` was called."""

    @wraps(function)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> R:
        with mpl.rc_context(STYLE):
            return function(*args, **kwargs)

    return drawn


def new_axes(width: float | None = None, height: float | None = None) -> Axes:
    """Axes of a new figure, its size in inches."""
    default = STYLE["figure.figsize"]
    return plt.subplots(figsize=(width or default[0], height or default[1]))[1]


def look(name: str, position: int) -> dict[str, Any]:
    """Colour and dashes of a series: by the meaning in its name, else by its position."""
    words = name.lower().replace("_", " ").split()
    role = next((role for role in ROLES if role in words), None)
    dashes = TOKENS["dashes"].get(role, [])
    line = {"dashes": dashes} if dashes else {"linestyle": "-"}
    return {"color": color(role or f"class_{position % 10}"), **line}


def scale(name: str) -> LinearSegmentedColormap:
    """The "sequential" or the "diverging" colour map of the book."""
    return LinearSegmentedColormap.from_list(name, TOKENS["scales"][name]["light"])
