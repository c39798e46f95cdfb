"""A fully connected network drawn with the units that a dropout mask leaves."""

from collections.abc import Sequence
from itertools import pairwise

from matplotlib.axes import Axes
from torch import Tensor

from mlpbook._style import new_axes, styled
from mlpbook.tokens import color

Edge = tuple[int, int, int]


def edges(masks: Sequence[Tensor]) -> list[Edge]:
    """The connections between kept units, as (layer, unit in it, unit in the next).

    Args:
        masks: one tensor of 0 and 1 a layer, from the inputs to the outputs.
    """
    return [
        (layer, i, j)
        for layer, (left, right) in enumerate(pairwise(masks))
        for i in range(len(left))
        for j in range(len(right))
        if left[i] and right[j]
    ]


@styled
def draw(masks: Sequence[Tensor], *, ax: Axes | None = None) -> Axes:
    """Draw kept units as discs with their connections, dropped units as crosses.

    Args:
        masks: one tensor of 0 and 1 a layer, of shape (units,), from the inputs to the outputs.
        ax: where to draw; a new figure by default.
    """
    ax = ax or new_axes()
    for layer, i, j in edges(masks):
        y = -_height(masks[layer], i), -_height(masks[layer + 1], j)
        ax.plot((layer, layer + 1), y, color=color("ghost"), linewidth=0.8, zorder=1)
    for layer, mask in enumerate(masks):
        for i, kept in enumerate(mask.tolist()):
            look = {"marker": "o", "s": 170} if kept else {"marker": "x", "s": 90}
            shade = color("activation") if kept else color("wrong")
            ax.scatter([layer], [-_height(mask, i)], color=shade, zorder=2, **look)
    ax.set_axis_off()
    ax.margins(0.12)
    return ax


def _height(mask: Tensor, i: int) -> float:
    """Where unit i of a layer stands, the layer centred about 0."""
    return i - (len(mask) - 1) / 2
