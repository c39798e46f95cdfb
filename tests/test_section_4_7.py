"""Section 4.7: what its cells define is right, its labs and pictures say what they should."""

import math
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch.autograd import grad
from torch.nn import functional as F

from mlpbook import labs, plot
from mlpbook.experiments import section_4_7_parallel
from mlpbook.labs import fashion_mlp
from tests import teaching

NOTEBOOK = Path(__file__).parent.parent / "chapters" / "4_7_backprop.ipynb"
TEACHING_CELLS = ("hand-gradients", "hand-step", "sol-engine-class", "sol-engine-backward",
                  "sol-engine-sweep")  # fmt: skip


@pytest.fixture(scope="module")
def cells() -> SimpleNamespace:
    """The functions that the notebook's teaching cells define, from the notebook itself."""
    names = {"torch": torch, "F": F, "math": math}
    return teaching.define(teaching.sources(NOTEBOOK), TEACHING_CELLS, names)


def params_of(sizes, generator):
    return [
        (torch.randn(a, b, generator=generator).double(), torch.randn(b, generator=generator))
        for a, b in pairwise(sizes)
    ]


@pytest.mark.parametrize("sizes", [(4, 3), (5, 7, 3), (6, 5, 4, 3, 2)])
@pytest.mark.parametrize("lam", [0.0, 0.3])
def test_hand_gradients_are_autograds(cells, sizes, lam) -> None:
    generator = torch.Generator().manual_seed(3)
    params = [(W, b.double()) for W, b in params_of(sizes, generator)]
    X = torch.randn(9, sizes[0], generator=generator).double()
    Y = F.one_hot(torch.arange(9) % sizes[-1], sizes[-1]).double()
    leaves = [p.requires_grad_() for pair in params for p in pair]
    expected = grad(cells.objective(X, Y, params, lam, 1 / 9), leaves)
    found = [g for pair in cells.hand_gradients(X, Y, params, lam, 1 / 9) for g in pair]
    for ours, theirs in zip(found, expected, strict=True):
        torch.testing.assert_close(ours, theirs)


@pytest.mark.parametrize("p", [0.0, 0.5])
def test_hand_step_is_the_labs(cells, p) -> None:
    generator = torch.Generator().manual_seed(3)
    noise = {f"W{k}": torch.randn(s, generator=generator) for k, s in ((1, (784, 9)), (2, (9, 10)))}
    state = fashion_mlp.init(noise, {"init": "he"})
    batch = torch.randn(6, 784, generator=generator), torch.arange(6)
    masks = {"drop1": torch.rand(6, 9, generator=generator)}
    hyper = {"lr": 0.3, "dropout": p}
    expected, _ = fashion_mlp.step(state, batch, masks, hyper)
    found = cells.hand_step(state, batch, masks, hyper)
    assert found.keys() == expected.keys()
    for name in found:
        torch.testing.assert_close(found[name], expected[name])


def test_engine_adds_over_uses(cells) -> None:
    x = cells.Value(3.0)
    (x * x + x).backward()
    assert x.grad == 7


def test_both_ways_of_splitting_give_the_whole_gradient() -> None:
    expected, found = section_4_7_parallel.whole(), section_4_7_parallel.run_two()
    for way in ("data", "tensor"):
        for name, gradient in expected.items():
            torch.testing.assert_close(found[way]["gradients"][name], gradient)


def arrays(name, **changes):
    lab = labs.get(name)
    settings = {control.name: control.value for control in lab.controls}
    return {k: v for k, v in lab.arrays(settings | changes).items()}


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
def test_steps_lab_shows_autograds_numbers(activation) -> None:
    W = torch.ones(2, 2, requires_grad=True)
    b, u = torch.tensor([0.0, 0.4]).requires_grad_(), torch.tensor([1.0, 1.3]).requires_grad_()
    x, target = torch.tensor([0.7, -0.5]), 0.6
    h = getattr(torch, activation)(x @ W + b)
    loss = (h @ u - target) ** 2 / 2
    gW, gb, gu = grad(loss, (W, b, u))
    found = arrays("backprop_steps", activation=activation, x1=0.7, x2=-0.5, b2=0.4, u2=1.3, t=0.6)
    torch.testing.assert_close(found["L"], loss.detach())
    torch.testing.assert_close(found["W_bar"], gW)
    torch.testing.assert_close(torch.stack([found["z1_bar"], found["z2_bar"]]), gb)
    torch.testing.assert_close(torch.stack([found["u1_bar"], found["u2_bar"]]), gu)


@pytest.mark.parametrize("step", range(11))
def test_steps_lab_shows_what_was_computed(step) -> None:
    found = arrays("backprop_steps", step=step)
    order = (("z1",), ("h1",), ("o",), ("L",), ("L_bar",), ("o_bar",), ("u1_bar",), ("h2_bar",),
             ("z2_bar",), ("w11_bar", "w22_bar"))  # fmt: skip
    for first, names in enumerate(order, start=1):
        for name in names:
            assert bool(found[name].isnan()) == (step < first)


def test_steps_labs_presets_say_what_is_so() -> None:
    presets = {preset.name: preset.values for preset in labs.get("backprop_steps").presets}
    silent = arrays("backprop_steps", **presets["silent"])
    assert silent["z2"] < 0
    assert all(silent[k] == 0 for k in ("h2", "u2_bar", "z2_bar", "w12_bar", "w22_bar"))
    cut = arrays("backprop_steps", **presets["cut"])
    assert cut["h2_bar"] == cut["z2_bar"] == 0 != cut["u2_bar"]


def test_memory_lab_is_the_formula() -> None:
    found = arrays("memory")
    assert found["parameters"] == 203_530
    assert float(found["kept"]) == pytest.approx(1.0752)
    assert float(found["params"] + found["state"]) == pytest.approx(1.62824)
    assert round(float(found["crossing"])) == 388
    presets = {preset.name: preset.values for preset in labs.get("memory").presets}
    past = arrays("memory", **presets["past"])
    assert float(past["kept"]) == pytest.approx(2.15, abs=5e-3)
    deep = arrays("memory", **presets["deep"])
    assert deep["kept"] > 0.5 * deep["training"]
    assert deep["live"] == arrays("memory", **presets["deep"] | {"depth": 1})["live"]
    wide = arrays("memory", **presets["adam"])
    assert wide["params"] + wide["state"] > 0.99 * wide["training"]


def test_graph_refuses_what_it_cannot_draw() -> None:
    with pytest.raises(ValueError, match="variables: got none"):
        plot.graph({})
    with pytest.raises(ValueError, match="leaves: got 'W'"):
        plot.graph({"y": ("square", ("x",))}, leaves=("W",))


def test_network_wants_a_gradient_for_every_layer() -> None:
    one = torch.ones(1)
    with pytest.raises(ValueError, match="expected one a layer, 1"):
        plot.numbered_network(one, [(torch.ones(1, 1), one, one)], adjoints=[], gradients=[])
