"""Interactive experiments: `show("fashion_mlp")` in a notebook; live on a page without a kernel."""

import importlib
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mlpbook.labs.widget import LabWidget

_LABS = (
    "activations",
    "regions",
    "playground",
    "fashion_mlp",
    "depth_activation",
    "polynomial",
    "bias_variance",
    "shrinkage",
    "ratio",
    "mask",
    "dropout",
    "backprop_steps",
    "memory",
    "signal",
    "matrix_product",
    "perceptron",
    "epsilon",
    "ravine",
    "schedule",
    "descent_race",
    "loss_shapes",
    "curve_doctor",
    "dead_relu",
    "quantise",
)


def names() -> tuple[str, ...]:
    """The names of all labs."""
    return _LABS


def get(name: str) -> Any:
    """The lab of that name: a `Lab`, `CurveLab` or `TableLab`.

    Raises:
        ValueError: there is none; the message lists those that there are.
    """
    if name not in _LABS:
        raise ValueError(f"lab: got {name!r}, expected one of {', '.join(_LABS)}")
    return importlib.import_module(f"mlpbook.labs.{name}").LAB


def show(
    name: str,
    *,
    init: Callable[..., Any] | None = None,
    step: Callable[..., Any] | None = None,
    evaluate: Callable[..., Any] | None = None,
    compute: Callable[..., Any] | None = None,
    hide: Iterable[str] = (),
    compact: bool = False,
    **values: Any,
) -> "LabWidget":
    """A lab as a widget; it runs when its reader presses Run or moves a control.

    Args:
        name: one of `names()`.
        init, step, evaluate, compute: your own functions in place of the lab's (a training lab has
            the first three, others the last); the kernel runs them. "Show the code" in the lab
            gives the originals to start from.
        hide: names of controls that are not shown.
        compact: leave out the table of runs and the text, for a small place or a slide.
        **values: initial values of controls, such as lr=0.5.

    Raises:
        ValueError, TypeError: no such lab or control, or a value that a control cannot take.
    """
    from mlpbook.labs.widget import LabWidget

    given = {"init": init, "step": step, "evaluate": evaluate, "compute": compute}
    return LabWidget(
        get(name),
        edited={name: function for name, function in given.items() if function is not None},
        hide=tuple(hide),
        compact=compact,
        values=values,
    )
