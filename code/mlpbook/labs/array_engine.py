"""The engine that computes a curve lab's or a table lab's arrays in the kernel."""

from collections.abc import Callable, Mapping
from typing import Any

from mlpbook.labs.curves import ArrayLab, float_tensors
from mlpbook.labs.edited import check_signature, check_tensors, describe
from mlpbook.labs.errors import EngineError, bad_setting, python_error
from mlpbook.labs.program import Settings, Tensors
from mlpbook.labs.spec import Json


class ArrayEngine:
    """Computes in Python what the page computes with a graph, or looks up.

    Args:
        lab: the lab.
        compute: a function to use in place of the lab's own.

    Raises:
        TypeError: what is given is no function, or takes other arguments.
    """

    def __init__(self, lab: ArrayLab, *, compute: Callable[..., Any] | None = None) -> None:
        if compute is not None:
            check_signature("compute", compute, lab.compute)
        self.lab, self.edited = lab, compute

    def load(self) -> Json:
        """Nothing to load: answering at all says that the kernel is alive."""
        return {"engine": "kernel"}

    def compute(self, settings: Mapping[str, Any]) -> Tensors:
        """The named arrays for these settings.

        Raises:
            EngineError: a setting is wrong, or the reader's function fails.
        """
        try:
            checked = self.lab.settings(settings)
        except (ValueError, TypeError) as error:
            raise bad_setting(str(error)) from error
        own = self.lab.arrays(checked)
        return own if self.edited is None else self._edited(self.edited, checked, own)

    def _edited(self, function: Callable[..., Any], settings: Settings, own: Tensors) -> Tensors:
        positional, named = self.lab.arguments(settings)
        try:
            found = float_tensors(function(*positional, **named))
        except EngineError:
            raise
        except Exception as error:
            raise python_error("compute", describe(error, function)) from error
        return check_tensors("compute", "result", found, own)
