"""Prove that an exported graph computes what the PyTorch function computes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import onnx
import onnxruntime
import torch
from torch import Tensor

from mlpbook.labs.curves import CurveLab
from mlpbook.labs.lab import Lab
from mlpbook.labs.program import Settings
from mlpbook.labs.spec import Control, Slider, Value
from mlpbook.labs.trace import (
    Flat,
    curve_call,
    curve_inputs,
    example_inputs,
    flat_call,
    flatten,
    pick,
)

WIDTHS = (1, 7, 256)
BATCHES = (1, 7, 256)
STEPS = 5
DEEP_RATE = 0.03  # more than three hidden layers amplify the last digit from step to step
TOLERANCE = 2e-5  # of float32 sums over up to 2,000 examples, relative to the largest value
FLOOR = 1e-6  # a curve lab's arrays below this are rounding


class ExportError(RuntimeError):
    """A graph differs from the PyTorch function it came from; says where and by how much."""


@dataclass(frozen=True)
class Case:
    """One comparison: settings (with a width) and a number of examples."""

    settings: Settings
    batch: int

    def __str__(self) -> str:
        return f"{self.settings['num_hiddens']} hidden units, batch {self.batch}"


def cases(lab: Lab, fixed: Settings) -> Iterator[Case]:
    """Widths and batches to compare at, with every number of the settings away from its default."""
    width_control = lab.control("num_hiddens")
    assert isinstance(width_control, Slider)
    for width in WIDTHS:
        for batch in BATCHES:
            rate = 0.3 if int(fixed.get("num_layers", 1)) <= 3 else DEEP_RATE
            values = {"num_hiddens": min(width, int(width_control.max)), "lr": rate, "seed": 3}
            if "dropout" in lab.program.numbers:
                values["dropout"] = 0.35
            settings = {**lab.settings(values), **fixed}
            yield Case(settings, min(batch, lab.program.data.size(settings)))


def session(model: onnx.ModelProto) -> onnxruntime.InferenceSession:
    """The graph in onnxruntime, on one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )


def run(graph: onnxruntime.InferenceSession, flat: Flat) -> Flat:
    """Call a graph with named tensors; those that it has no input for are left out."""
    names = [output.name for output in graph.get_outputs()]
    feeds = {one.name: flat[one.name].numpy() for one in graph.get_inputs()}
    results = graph.run(names, feeds)
    return {
        name: torch.from_numpy(np.asarray(value))
        for name, value in zip(names, results, strict=True)
    }


def compare(lab: Lab, function: str, fixed: Settings, model: onnx.ModelProto) -> float:
    """Run the graph and the function side by side, over widths, batches and steps.

    Returns:
        The largest difference seen, relative to the largest value of each tensor.

    Raises:
        ExportError: they differ by more than `TOLERANCE`.
    """
    graph = session(model)
    worst = 0.0
    for case in cases(lab, fixed):
        inputs = example_inputs(lab, function, case.settings, batch=case.batch)
        for step in range(STEPS if function == "step" else 1):
            expected = flat_call(lab, function, fixed, inputs)
            found = run(graph, inputs)
            where = f"{lab.name} {function} {dict(fixed)}, {case}, step {step}"
            worst = max(worst, check_all(expected, found, where))
            if function == "step":
                noise = lab.program.draw("step", case.settings, sizes(lab, case), draw=step + 1)
                inputs = {**inputs, **flatten(state=pick(expected, "next"), noise=noise)}
    return worst


def sizes(lab: Lab, case: Case) -> Mapping[str, int]:
    return {**lab.program.bound_sizes(case.settings), "batch": case.batch}


def compare_curves(lab: CurveLab, fixed: Settings, model: onnx.ModelProto) -> float:
    """Run the graph and `compute` side by side, each slider at its ends and in between.

    Returns:
        The largest difference seen, relative to the largest value of each array.

    Raises:
        ExportError: they differ by more than `TOLERANCE`.
    """
    graph = session(model)
    worst = 0.0
    for settings in curve_cases(lab, fixed):
        inputs = curve_inputs(lab, settings)
        where = f"{lab.name} compute {settings}"
        expected = curve_call(lab, fixed, inputs)
        worst = max(worst, check_all(expected, run(graph, inputs), where, floor=FLOOR))
    return worst


def curve_cases(lab: CurveLab, fixed: Settings) -> list[Settings]:
    """The defaults; each number at several places; all numbers at a third and two thirds."""
    defaults: Settings = {**lab.settings(), **fixed}
    places = {name: spread(lab.control(name)) for name in lab.scalars()}
    moved = [{name: value} for name, values in places.items() for value in values]
    corners = [
        {name: values[len(values) * third // 3] for name, values in places.items()}
        for third in (1, 2)
    ]
    seeds = [{"seed": 3}] if lab.noise else []
    return [{**defaults, **change} for change in ({}, *moved, *corners, *seeds)]


def spread(control: Control) -> list[Value]:
    """Four values of a number from its least to its greatest; of a finite control, all."""
    values = control.choices()
    if values is not None:
        return list(values)
    assert isinstance(control, Slider)
    low, high = control.min, control.max
    if control.scale == "log":
        found = [low * (high / low) ** share for share in (0, 0.37, 0.71, 1)]
    else:
        found = [low + (high - low) * share for share in (0, 0.37, 0.71, 1)]
    return [round(value) if control.integer else value for value in found]


def check_all(expected: Flat, found: Flat, where: str, *, floor: float = 0.05) -> float:
    """The largest relative difference of all tensors; an error if one is too large."""
    if set(expected) != set(found):
        raise ExportError(f"{where}: got outputs {sorted(found)}, expected {sorted(expected)}")
    worst = 0.0
    for name, tensor in expected.items():
        difference = distance(tensor, found[name], floor)
        if not difference <= TOLERANCE:
            raise ExportError(
                f"{where}: {name} differs by {difference:.2g}, allowed {TOLERANCE:.2g}"
            )
        worst = max(worst, difference)
    return worst


def distance(a: Tensor, b: Tensor, floor: float) -> float:
    """Largest difference over the largest finite value (at least `floor`); inf for other shapes.

    Where both are NaN, or the same infinity, they do not differ.
    """
    if a.shape != b.shape or a.dtype != b.dtype:
        return float("inf")
    a, b = a.double().reshape(-1), b.double().reshape(-1)
    differs = ~((a == b) | (a.isnan() & b.isnan()))
    if not differs.any():
        return 0.0
    largest = a[a.isfinite()].abs().amax() if a.isfinite().any() else torch.zeros(())
    return float((a - b)[differs].abs().amax() / largest.clamp(min=floor))
