"""A reader's own functions in place of a lab's: called, checked, and their faults put in words."""

import inspect
import traceback
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor

from mlpbook.labs.errors import EngineError, python_error
from mlpbook.labs.lab import Lab
from mlpbook.labs.program import Tensors

EDITABLE = ("init", "step", "evaluate")


class Functions:
    """The functions a kernel runs: the lab's own, or those that a reader has edited.

    The lab's own are trusted; a reader's are checked after each call, and whatever goes wrong in
    them becomes an EngineError "python-error".

    Raises:
        TypeError: what is given is no function, or takes another number of arguments.
    """

    def __init__(self, lab: Lab, **edited: Callable[..., Any] | None) -> None:
        self.lab = lab
        self.edited = {name: one for name, one in edited.items() if one is not None}
        for name, function in self.edited.items():
            check_signature(name, function, getattr(lab.program, name))

    def init(self, noise: Tensors, hyper: Mapping[str, Any]) -> Tensors:
        if "init" not in self.edited:
            return self.lab.program.init(noise, hyper)
        state = self._call("init", noise, hyper)
        return check_tensors("init", "state", state, self.lab.program.init(noise, hyper))

    def step(
        self, state: Tensors, batch: tuple[Tensor, Tensor], noise: Tensors, hyper: Mapping[str, Any]
    ) -> tuple[Tensors, Tensors]:
        if "step" not in self.edited:
            return self.lab.program.step(state, batch, noise, hyper)
        result = self._call("step", dict(state), batch, noise, hyper)
        if not isinstance(result, tuple) or len(result) != 2:
            raise python_error("step", f"it returned {brief(result)}, expected (state, metrics)")
        new_state, metrics = result
        check_tensors("step", "state", new_state, state)
        return new_state, check_metrics("step", metrics, self._drawn())

    def evaluate(self, state: Tensors, data: Tensors, hyper: Mapping[str, Any]) -> Tensors:
        own = self.lab.program.evaluate(state, data, hyper)
        if "evaluate" not in self.edited:
            return own
        found = self._call("evaluate", state, data, hyper)
        scalars = {name for name, value in own.items() if value.ndim == 0}
        arrays = {name: value for name, value in own.items() if value.ndim > 0}
        if not isinstance(found, Mapping):
            raise python_error("evaluate", f"it returned {brief(found)}, expected a dict")
        metrics = {name: value for name, value in found.items() if name not in arrays}
        return {**arrays, **found, **check_metrics("evaluate", metrics, scalars)}

    def _drawn(self) -> set[str]:
        """Metrics of a step that a chart draws."""
        series = [one for chart in self.lab.charts for one in chart.options.get("series", ())]
        return {one["metric"] for one in series if not one["metric"].startswith("validation_")}

    def _call(self, name: str, *arguments: Any) -> Any:
        try:
            return self.edited[name](*arguments)
        except EngineError:
            raise
        except Exception as error:
            raise python_error(name, describe(error, self.edited[name])) from error


def check_signature(name: str, function: object, model: Callable[..., Any]) -> None:
    """Raise a TypeError unless `function` can be called like the lab's own."""
    wanted = ", ".join(inspect.signature(model).parameters)
    if not callable(function):
        raise TypeError(f"{name}: got {function!r}, expected a function {name}({wanted})")
    parameters = inspect.signature(model).parameters.values()
    named = {one.name: None for one in parameters if one.kind is one.KEYWORD_ONLY}
    try:
        signature = inspect.signature(function)
        signature.bind(*(one.name for one in parameters if one.name not in named), **named)
    except TypeError:
        raise TypeError(
            f"{name}: got a function with parameters {inspect.signature(function)}, "
            f"expected {name}({wanted})"
        ) from None


def check_tensors(function: str, what: str, found: object, model: Tensors) -> Tensors:
    """The same names and shapes as the model, or an error that says what differs."""
    if not isinstance(found, dict) or set(found) != set(model):
        names = sorted(found) if isinstance(found, dict) else brief(found)
        raise python_error(function, f"its {what} is {names}, expected {sorted(model)}")
    for name, tensor in found.items():
        expected = tuple(model[name].shape)
        if not isinstance(tensor, Tensor) or tuple(tensor.shape) != expected:
            got = tuple(tensor.shape) if isinstance(tensor, Tensor) else brief(tensor)
            raise python_error(function, f"{what}[{name!r}] is {got}, expected shape {expected}")
    return {name: tensor.detach() for name, tensor in found.items()}


def check_metrics(function: str, metrics: object, wanted: set[str]) -> Tensors:
    """Every metric that is drawn, each one number, or an error that says what is missing."""
    if not isinstance(metrics, Mapping) or not wanted <= set(metrics):
        names = sorted(metrics) if isinstance(metrics, Mapping) else brief(metrics)
        raise python_error(function, f"its metrics are {names}, expected at least {sorted(wanted)}")
    checked = {}
    for name, value in metrics.items():
        tensor = torch.as_tensor(value).detach()
        if tensor.numel() != 1:
            raise python_error(
                function, f"metric {name!r} has shape {tuple(tensor.shape)}, expected one number"
            )
        checked[name] = tensor.reshape(())
    return checked


def describe(error: Exception, function: Callable[..., Any]) -> str:
    """What was raised, and the line of the reader's function it came from."""
    code = getattr(function, "__code__", None)
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if code and frame.filename == code.co_filename]
    first_line = str(error).strip().split("\n")[0]
    problem = f"{type(error).__name__}: {first_line}" if first_line else type(error).__name__
    if not own:
        return problem
    line = (own[-1].line or "").strip()
    return f"{problem} (line {own[-1].lineno}: {line})" if line else problem


def brief(value: object) -> str:
    """What a wrong value is, in a few words."""
    if isinstance(value, tuple):
        return f"a tuple of {len(value)}"
    return "None" if value is None else f"{type(value).__name__}"
