"""Tasks of 4.3: a network from its sizes, the same start, He's weights."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn

from mlpbook.practice._probe import call, judge, run
from mlpbook.practice._registry import Hint, task


@task("4.3-sequential")
def check_sequential(make: Any) -> None:
    """Its linear layers by shape, then its outputs for a batch of images."""
    for sizes in ((784, 256, 10), (784, 20, 16, 12, 10), (784, 10)):
        net = call(make, list(sizes), usage="my_sequential(sizes)")
        if not isinstance(net, nn.Module):
            raise Hint("not-a-module", got=type(net).__name__)
        _check_linears(_linears(net), list(pairwise(sizes)))
        _check_outputs(net)


def _linears(net: nn.Module) -> list[nn.Linear]:
    return [layer for layer in net.modules() if isinstance(layer, nn.Linear)]


def _check_linears(found: list[nn.Linear], expected: list[tuple[int, int]]) -> None:
    if len(found) != len(expected):
        raise Hint("number-of-layers", got=len(found), expected=len(expected))
    for layer, (inputs, outputs) in zip(found, expected, strict=True):
        got = (layer.in_features, layer.out_features)
        if got == (outputs, inputs) != (inputs, outputs):
            raise Hint("swapped", inputs=inputs, outputs=outputs)
        if got != (inputs, outputs):
            raise Hint("sizes", got=got, expected=(inputs, outputs))
        if layer.bias is None:
            raise Hint("no-bias")


def _check_outputs(net: nn.Module) -> None:
    X = torch.rand(5, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    try:
        got = net(X)
    except Exception as error:
        raise Hint("not-flattened") from error
    right = _forward(_linears(net), X, torch.relu)
    judge(
        got,
        right,
        {
            "no-activation": _forward(_linears(net), X, lambda H: H),
            "other-activation": _forward(_linears(net), X, torch.sigmoid),
            "relu-on-output": right.relu(),
            "softmax": right.softmax(1),
        },
    )


def _forward(linears: Sequence[nn.Linear], X: Tensor, activation: Any) -> Tensor:
    *hidden, last = linears
    H = X.flatten(1)
    for layer in hidden:
        H = activation(layer(H))
    return last(H)


@task("4.3-copy")
def check_copy(copy: Any) -> None:
    """Nets with square and other weights; the parameters stay the same objects."""
    for sizes in ((784, 30, 10), (784, 30, 30, 30, 10)):
        net, params = _example(sizes)
        objects = list(net.parameters())
        result = _run_copy(copy, net, params)
        now = list(net.parameters())
        if len(now) != len(objects) or any(a is not b for a, b in zip(now, objects, strict=True)):
            raise Hint("replaces")
        if not all(p.requires_grad for p in now):
            raise Hint("not-trainable")
        _judge_copy(now, params)
        if result is not net:
            raise Hint("other-net")


def _example(sizes: Sequence[int]) -> tuple[nn.Sequential, list[Tensor]]:
    generator = torch.Generator().manual_seed(1)
    layers: list[nn.Module] = [nn.Flatten()]
    params = []
    for inputs, outputs in pairwise(sizes):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
        params.append(torch.randn(inputs, outputs, generator=generator))
        params.append(torch.randn(outputs, generator=generator))
    return nn.Sequential(*layers[:-1]), params


def _run_copy(copy: Any, net: nn.Module, params: list[Tensor]) -> Any:
    """The call; what PyTorch says about leaves gets its own hint."""
    try:
        result = run(copy, net, params, usage="my_copy(net, params)")
    except Hint as hint:
        words = str(hint.fields.get("error"))
        if "leaf Variable" in words:
            raise Hint("no-no-grad") from hint
        if "must match the size" in words or "expanded size" in words:
            raise Hint("not-transposed") from hint
        raise
    if result is None:
        raise Hint("returns-none")
    return result


def _judge_copy(found: list[nn.Parameter], params: list[Tensor]) -> None:
    for i, (theirs, p) in enumerate(zip(found, params, strict=True)):
        expected = p.T if p.ndim == 2 else p
        if theirs.shape != expected.shape:
            raise Hint("not-transposed")
        if not torch.equal(theirs, expected):
            square = p.ndim == 2 and torch.equal(theirs, p)
            raise Hint("not-transposed" if square else "not-copied", which=_name(i))
        if theirs.data_ptr() == p.data_ptr():
            raise Hint("shared-memory", which=_name(i))


def _name(i: int) -> str:
    return f"{'Wb'[i % 2]}{i // 2 + 1}"


@task("4.3-he")
def check_he(he: Any) -> None:
    """Shape, mean, standard deviation, shape of the distribution, and the generator."""
    for inputs, outputs in ((400, 100), (100, 400)):
        W = _draw(he, inputs, outputs)
        if tuple(W.shape) == (outputs, inputs):
            raise Hint("transposed", inputs=inputs, outputs=outputs)
        if tuple(W.shape) != (inputs, outputs):
            raise Hint("shape", got=tuple(W.shape), expected=(inputs, outputs))
        if not torch.equal(W, _draw(he, inputs, outputs)):
            raise Hint("ignores-generator")
        _judge_spread(W.detach().double(), inputs, outputs)


def _draw(he: Any, inputs: int, outputs: int) -> Tensor:
    generator = torch.Generator().manual_seed(2)
    W = call(he, inputs, outputs, generator, usage="my_he(num_inputs, num_outputs, generator)")
    if not isinstance(W, Tensor):
        raise Hint("not-a-tensor", got=type(W).__name__)
    return W


def _judge_spread(W: Tensor, inputs: int, outputs: int) -> None:
    std, expected = W.std().item(), (2 / inputs) ** 0.5
    if abs(W.mean().item()) > 0.1 * expected:
        raise Hint("not-centred", mean=f"{W.mean().item():.3f}")
    mistakes = {
        "fan-out": (2 / outputs) ** 0.5,
        "variance-as-std": 2 / inputs,
        "xavier": (2 / (inputs + outputs)) ** 0.5,
        "no-two": (1 / inputs) ** 0.5,
        "half": (1 / (2 * inputs)) ** 0.5,
    }
    if abs(std / expected - 1) > 0.03:
        for name, wrong in mistakes.items():
            if abs(std / wrong - 1) < 0.03:
                raise Hint(name)
        raise Hint("spread", got=f"{std:.4f}")
    if (W.abs() > 2 * expected).double().mean() < 0.03:
        raise Hint("not-normal")
