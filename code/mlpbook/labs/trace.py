"""From a pure PyTorch function to a graph in ONNX, with its gradients.

`torch.onnx.export` alone cannot export a backward pass. Traced to plain operators first, with
symbolic sizes, the whole step can be: forward, backward and update.
"""

import logging
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import onnx
import torch
from torch import Tensor
from torch.fx.experimental.proxy_tensor import make_fx

from mlpbook.labs.curves import CurveLab, float_tensors
from mlpbook.labs.examples import examples
from mlpbook.labs.lab import Lab
from mlpbook.labs.program import Settings

Flat = dict[str, Tensor]


def flatten(**groups: Mapping[str, Tensor]) -> Flat:
    """Name every tensor of every group: flatten(state={"W": W}) is {"state.W": W}."""
    return {
        f"{group}.{name}": tensor for group, part in groups.items() for name, tensor in part.items()
    }


def pick(flat: Mapping[str, Any], group: str) -> dict[str, Any]:
    """The tensors of one group, by their short names."""
    prefix = group + "."
    return {name.removeprefix(prefix): flat[name] for name in flat if name.startswith(prefix)}


def flat_call(lab: Lab, function: str, fixed: Settings, flat: Flat) -> Flat:
    """Call one of the lab's functions with named tensors, and name what comes out.

    Args:
        lab: the lab.
        function: "data", "init", "step" or "evaluate".
        fixed: the plain values of the variants.
        flat: the tensors, named as `flatten` names them.
    """
    program = lab.program
    noise, state = pick(flat, "noise"), pick(flat, "state")
    hyper = {**fixed, **pick(flat, "hyper")}
    if function == "data":
        assert program.make_data is not None
        train, held_out = program.make_data(noise, hyper)
        return flatten(train=train, data=held_out)
    if function == "init":
        return flatten(state=program.init(noise, hyper))
    if function == "step":
        batch = (flat["batch.X"], flat["batch.y"])
        state, metrics = program.step(state, batch, noise, hyper)
        return flatten(next=state, metrics=metrics)
    return flatten(metrics=program.evaluate(state, pick(flat, "data"), hyper))


def curve_call(lab: CurveLab, fixed: Settings, flat: Flat) -> Flat:
    """Call a curve lab's `compute` with named tensors, and name what comes out."""
    hyper = {**fixed, **pick(flat, "hyper")}
    return flatten(arrays=float_tensors(lab.compute(pick(flat, "noise"), hyper)))


def to_onnx(
    call: Callable[[Flat], Flat], inputs: Flat, sizes: Mapping[str, int]
) -> onnx.ModelProto:
    """Trace a function of named tensors and convert it.

    Args:
        call: the function, such as `partial(flat_call, lab, "step", {})`.
        inputs: example tensors, by name.
        sizes: the sizes in them that stay open, by name. Each must be unlike all other sizes.

    Returns:
        A model of standard operators whose inputs and outputs have the names of the tensors.
    """
    names = list(inputs)
    outputs: list[str] = []

    def positional(*tensors: Tensor) -> tuple[Tensor, ...]:
        results = call(dict(zip(names, tensors, strict=True)))
        outputs[:] = results
        return tuple(results.values())

    traced = make_fx(positional, tracing_mode="symbolic")(*inputs.values())
    with quiet():
        program = torch.onnx.export(
            traced,
            tuple(inputs.values()),
            dynamo=True,
            dynamic_shapes=[open_sizes(tensor, sizes) for tensor in inputs.values()],
            input_names=names,
            output_names=list(outputs),
            opset_version=20,
            verbose=False,
        )
    assert program is not None
    return tidy(program.model_proto)


def open_sizes(tensor: Tensor, sizes: Mapping[str, int]) -> dict[int, Any]:
    """Which dimensions of a tensor stay open."""
    by_size = {size: name for name, size in sizes.items()}
    return {
        dim: torch.export.Dim(by_size[size], min=1, max=2**17)
        for dim, size in enumerate(tensor.shape)
        if size in by_size
    }


def tidy(model: onnx.ModelProto) -> onnx.ModelProto:
    """Drop what a page has no use for (where in the source each node came from)."""
    for node in model.graph.node:
        del node.metadata_props[:]
        node.doc_string = ""
    del model.graph.metadata_props[:]
    del model.metadata_props[:]
    del model.graph.value_info[:]
    for value in (*model.graph.input, *model.graph.output, *model.graph.initializer):
        del value.metadata_props[:]
    onnx.checker.check_model(model, full_check=True)
    return model


@contextmanager
def quiet() -> Iterator[None]:
    """The exporter warns about matters that the comparison afterwards settles."""
    loggers = [logging.getLogger(name) for name in ("torch.onnx", "onnx_ir")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def example_inputs(lab: Lab, function: str, settings: Settings, *, batch: int = 1) -> Flat:
    """What a run with these settings would give a function at its first step."""
    program = lab.program
    sizes = {**program.bound_sizes(settings), "batch": batch}
    hyper = program.hyper(settings)
    numbers = {name: hyper[name] for name in program.numbers}
    noise = program.draw(function, settings, sizes)
    if function in ("data", "init"):
        return flatten(noise=noise, hyper=numbers)
    state = program.init(program.draw("init", settings, sizes), hyper)
    X, y, data, _ = examples(program, settings)
    if function == "step":
        return flatten(
            state=state, batch={"X": X[:batch], "y": y[:batch]}, noise=noise, hyper=numbers
        )
    return flatten(state=state, data=data)


def curve_inputs(lab: CurveLab, settings: Settings) -> Flat:
    """What the page gives the graph of a curve lab with these settings."""
    noise, hyper = lab.arguments(settings)[0]
    return flatten(noise=noise, hyper={name: hyper[name] for name in lab.scalars()})
