"""The engine that runs a lab in the kernel: the reader's PyTorch, called chunk by chunk."""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import torch

from mlpbook.labs.edited import Functions
from mlpbook.labs.errors import bad_setting, not_a_number
from mlpbook.labs.examples import Examples, examples
from mlpbook.labs.lab import Lab
from mlpbook.labs.program import MadePoints, Tensors
from mlpbook.labs.spec import Json, Value


class Run:
    """One run of a lab from a fresh start: its settings, state and position."""

    def __init__(self, lab: Lab, functions: Functions, settings: dict[str, Value]) -> None:
        self.lab, self.functions, self.settings = lab, functions, settings
        self.total_steps, self.steps_per_epoch = lab.num_steps(settings)
        self.sizes = lab.program.bound_sizes(settings)
        self.seed = int(settings["seed"])
        self.examples: Examples = examples(lab.program, settings)
        self.taken = 0
        self.order = torch.empty(0)
        self.failure: Exception | None = None
        noise = lab.program.draw("init", settings, self.sizes)
        self.state: Tensors = functions.init(noise, lab.program.hyper(settings))

    def advance(self) -> Json:
        """Take one step, and say how it went.

        Raises:
            EngineError: a metric is not a finite number, or the reader's function fails.
        """
        epoch, place = divmod(self.taken, self.steps_per_epoch)
        if place == 0:
            self.order = self.lab.program.order(len(self.examples.y), seed=self.seed, epoch=epoch)
        batch_size = int(self.settings[self.lab.program.batch_size])
        chosen = self.order[place * batch_size : (place + 1) * batch_size]
        noise = self.lab.program.draw(
            "step", self.settings, {**self.sizes, "batch": len(chosen)}, draw=self.taken
        )
        batch = (self.examples.X[chosen], self.examples.y[chosen])
        hyper = self.lab.program.hyper(self.settings)
        state, metrics = self.functions.step(self.state, batch, noise, hyper)
        values = {name: float(value) for name, value in metrics.items()}
        check_finite(values, self.taken + 1)
        self.state = state
        self.taken += 1
        return {"step": self.taken, "epoch": self.taken / self.steps_per_epoch, "metrics": values}

    @property
    def done(self) -> bool:
        return self.taken >= self.total_steps


class KernelEngine:
    """Runs a lab in Python, with the five methods that the page's engine has too.

    Args:
        lab: the lab.
        init, step, evaluate: functions to use in place of the lab's own.
    """

    def __init__(
        self,
        lab: Lab,
        *,
        init: Callable[..., Any] | None = None,
        step: Callable[..., Any] | None = None,
        evaluate: Callable[..., Any] | None = None,
    ) -> None:
        self.lab = lab
        self.functions = Functions(lab, init=init, step=step, evaluate=evaluate)
        self._run: Run | None = None

    def load(self) -> Json:
        """Nothing to load: answering at all says that the kernel is alive."""
        return {"engine": "kernel"}

    def init(self, settings: Mapping[str, Any]) -> Json:
        """Start a fresh run.

        Raises:
            EngineError: a setting is wrong, or the reader's function fails.
        """
        self._run = None
        self._run = Run(self.lab, self.functions, self._checked(settings))
        return {
            "total_steps": self._run.total_steps,
            "steps_per_epoch": self._run.steps_per_epoch,
        }

    def step(self, n: int, live: Mapping[str, Any] | None = None) -> Json:
        """Take up to n steps with the live controls as they stand now.

        When a step fails, those before it are returned, and the next call raises.

        Raises:
            EngineError: a metric is not finite, the reader's function fails, or no run is open.
        """
        run = self._open()
        self._apply(run, live or {})
        if run.failure is not None:
            raise run.failure
        steps: list[Json] = []
        while len(steps) < n and not run.done:
            try:
                steps.append(run.advance())
            except Exception as failure:
                run.failure = failure
                if not steps:
                    raise
                break
        return {"steps": steps, "done": run.done}

    def evaluate(self, what: Iterable[str] = ()) -> tuple[Json, Tensors]:
        """Metrics on held-out examples, and the arrays of the charts named.

        Returns:
            {"metrics": {name: number}}, and tensors by name.
        """
        run = self._open()
        found = self.functions.evaluate(
            run.state, run.examples.data, self.lab.program.hyper(run.settings)
        )
        metrics = {name: float(value) for name, value in found.items() if value.ndim == 0}
        check_finite(metrics, run.taken)
        arrays = {name: value for name, value in found.items() if value.ndim > 0}
        return {"metrics": metrics}, self._arrays(run, arrays, frozenset(what))

    def dispose(self) -> Json:
        """Forget the run and free its memory."""
        self._run = None
        return {}

    def _open(self) -> Run:
        if self._run is None:
            raise bad_setting("no run is open: init comes before step and evaluate")
        return self._run

    def _checked(self, settings: Mapping[str, Any]) -> dict[str, Value]:
        try:
            return self.lab.settings(settings)
        except (ValueError, TypeError) as error:
            raise bad_setting(str(error)) from error

    def _apply(self, run: Run, live: Mapping[str, Any]) -> None:
        for name, value in live.items():
            try:
                control = self.lab.control(name)
                if not control.live:
                    raise ValueError(f"{name} cannot change in the middle of a run")
                run.settings[name] = control.check(value)
            except (ValueError, TypeError) as error:
                raise bad_setting(str(error)) from error

    def _arrays(self, run: Run, found: Tensors, what: frozenset[str]) -> Tensors:
        """The arrays that the charts named need, from what `evaluate` found and the examples."""
        wanted: Tensors = {}
        for chart in self.lab.charts:
            if chart.name in what:
                wanted |= CHART_ARRAYS.get(chart.kind, no_arrays)(run, found, chart.options)
        return wanted


def no_arrays(run: Run, found: Tensors, options: Mapping[str, Any]) -> Tensors:
    return {}


def image_arrays(run: Run, found: Tensors, options: Mapping[str, Any]) -> Tensors:
    """For a grid of images: pixels as they are, labels, predictions and confidence."""
    count = options["count"]
    assert run.examples.pixels is not None
    return {
        "pixels": run.examples.pixels[:count],
        "labels": run.examples.data["y"][:count].to(torch.int32),
        "predictions": found["predictions"][:count].to(torch.int32),
        "confidence": found["confidence"][:count],
    }


def region_arrays(run: Run, found: Tensors, options: Mapping[str, Any]) -> Tensors:
    """For the plane: the points, and the probability of class 1 on a grid (row 0 at the bottom)."""
    data = run.lab.program.data
    assert isinstance(data, MadePoints)
    return {
        "points": run.examples.X,
        "point_labels": run.examples.y.to(torch.int32),
        "held_out_points": run.examples.data["X"],
        "held_out_labels": run.examples.data["y"].to(torch.int32),
        "grid": found["grid"],
        "extent": torch.tensor(data.extent, dtype=torch.float32),
    }


def unit_arrays(run: Run, found: Tensors, options: Mapping[str, Any]) -> Tensors:
    """For the units: every hidden unit's activation on the grid, an array a layer."""
    return {name: value for name, value in found.items() if name.startswith("hidden_")}


CHART_ARRAYS: dict[str, Callable[[Run, Tensors, Mapping[str, Any]], Tensors]] = {
    "images": image_arrays,
    "region": region_arrays,
    "units": unit_arrays,
}


def check_finite(values: Mapping[str, float], step: int) -> None:
    """Raise an EngineError that says which value of a step is not a finite number."""
    for name, value in values.items():
        if not math.isfinite(value):
            raise not_a_number(name, step)
