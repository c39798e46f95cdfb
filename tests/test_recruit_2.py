"""The theory questions: cells define what they say, labs count and round right, results hold."""

import itertools
import math
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from mlpbook import experiments
from mlpbook.experiments import recruit_2
from mlpbook.labs import dead_relu, quantise
from mlpbook.labs.engine import KernelEngine
from mlpbook.site import book
from tests import teaching

NOTEBOOK = Path(__file__).parent.parent / "chapters" / "recruit_2_theory.ipynb"
TEACHING_CELLS = ("build-linear", "build-rest", "build-train", "lut")
RUNS = {"network": 1, "batch": 30, "overfit": 5, "improve": 60}


@pytest.fixture(scope="module")
def cells() -> SimpleNamespace:
    """What the notebook's teaching cells define, from the notebook itself."""
    names = {"np": np, "torch": torch, "itertools": itertools, "math": math}
    return teaching.define(teaching.sources(NOTEBOOK), TEACHING_CELLS, names)


@pytest.mark.parametrize("sizes", [(3, 2), (4, 6, 3), (2, 5, 5, 4)])
def test_cells_numpy_gradients_are_finite_differences(cells, sizes) -> None:
    net, random = cells.Net(sizes, 3), np.random.default_rng(4)
    X, y = random.standard_normal((6, sizes[0])), random.integers(sizes[-1], size=6)
    _, G = cells.cross_entropy(net.forward(X), y)
    net.backward(G)
    for layer in net.parts[::2]:
        for values, gradient in ((layer.W, layer.gW), (layer.b, layer.gb)):
            at = tuple(0 for _ in values.shape)
            ends = []
            for move in (1e-6, -2e-6):
                values[at] += move
                ends.append(cells.cross_entropy(net.forward(X), y)[0])
            values[at] += 1e-6
            assert (ends[0] - ends[1]) / 2e-6 == pytest.approx(gradient[at], abs=1e-7)


def test_cells_numpy_loss_survives_large_scores(cells) -> None:
    loss, G = cells.cross_entropy(np.array([[1000.0, 0.0], [0.0, -1000.0]]), np.array([0, 1]))
    assert loss == pytest.approx(500)
    assert np.isfinite(G).all()


@pytest.mark.parametrize("n", [64, 1000])
def test_cells_tables_keep_their_bounds(cells, n) -> None:
    x = torch.linspace(-8, 8, 9999, dtype=torch.float64)
    values, h = cells.table(n)
    assert (cells.nearest(x, values, h) - x.sigmoid()).abs().max() <= h / 8
    bound = h**2 / 8 / (6 * math.sqrt(3))
    assert (cells.interpolate(x, values, h) - x.sigmoid()).abs().max() <= bound * (1 + 1e-9)


@pytest.mark.parametrize("bits", [2, 3, 8])
@pytest.mark.parametrize("scope", ["unit", "tensor"])
def test_rounding_is_to_the_nearest_multiple(bits, scope) -> None:
    w = torch.randn(50, 6, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    rounded, step = quantise.quantise(w, bits, scope, 1.0)
    whole = rounded / step
    torch.testing.assert_close(whole, whole.round())
    assert whole.abs().max().round() == 2 ** (bits - 1) - 1
    assert ((rounded - w).abs() <= step / 2 + 1e-12).all()
    clipped, _ = quantise.quantise(w, bits, scope, 0.5)
    assert clipped.abs().max() < 0.51 * w.abs().max()


def test_stored_network_is_the_one_that_was_measured() -> None:
    stored = experiments.load_result("recruit_2", "network")["runs"][0]
    assert [tuple(p.shape) for p in recruit_2.trained()] == list(recruit_2.SHAPES)
    found = quantise.accuracy_at(32, "tensor", 1.0)
    assert found == pytest.approx(stored["validation_accuracy"], abs=5e-4)


def test_fewer_bits_keep_fewer_values() -> None:
    same = {"scope": "tensor", "share": 1.0, "layer": 2}
    shown = {bits: quantise.compute(bits=bits, **same) for bits in (2, 8)}
    assert shown[2]["zeros"] > shown[8]["zeros"]
    assert shown[2]["error"] > 10 * shown[8]["error"]
    for found in shown.values():
        assert float(found["before"].sum()) == pytest.approx(1)
        assert float(found["after"].sum()) == pytest.approx(1)


def dead(seed: int, steps: int, **changes: float) -> dict[str, float]:
    engine = KernelEngine(dead_relu.LAB)
    settings = {control.name: control.value for control in dead_relu.LAB.controls}
    engine.init({**settings, **changes, "seed": seed})
    engine.step(steps)
    return engine.evaluate()[0]["metrics"]


def test_dead_units_are_those_off_for_every_point() -> None:
    state = {
        "W1": torch.tensor([[1.0, 0.0], [0.0, 1.0]]),
        "b1": torch.tensor([0.0, -9.0]),
        "W2": torch.ones(2, 2),
        "b2": torch.zeros(2),
    }
    X, plane = torch.randn(10, 2), torch.zeros(dead_relu.GRID**2, 2)
    data = {"X": X, "y": torch.zeros(10, dtype=torch.int64), "plane": plane, "seen": X}
    found = dead_relu.evaluate({**state, "leak": torch.tensor(0.0)}, data, {})
    assert (found["dead_count"], found["dead_units"]) == (1, 0.5)
    assert found["off_count"] == 1 + (X[:, 0] <= 0).float().mean()


def test_scale_of_the_weights_changes_no_sign() -> None:
    counts = {scale: dead(3, 0, scale=scale)["off_count"] for scale in (0.01, 1.0, 10.0)}
    assert len(set(counts.values())) == 1


def test_presets_kill_and_spare_as_their_notes_say() -> None:
    wide = {"num_hiddens": 16}
    assert dead(0, 1000)["dead_count"] == 0
    assert dead(0, 400, lr=5.0, batch_size=10, **wide)["dead_count"] >= 8
    start, end = (dead(0, steps, bias=-2.0, leak=0.1, **wide) for steps in (0, 1000))
    assert end["dead_count"] < start["dead_count"]
    end = dead(0, 1000, bias=-2.0, **wide)
    assert end["dead_count"] >= start["dead_count"]


def test_a_very_negative_bias_kills() -> None:
    assert dead(0, 0)["dead_count"] == 0
    assert dead(0, 0, bias=-4.0)["dead_count"] > 4


@pytest.mark.parametrize("name", RUNS)
def test_stored_results_are_whole(name) -> None:
    assert len(experiments.load_result("recruit_2", name)["runs"]) == RUNS[name]


def test_a_point_of_the_ablation_comes_out_again() -> None:
    runs = experiments.load_result("recruit_2", "improve")["runs"]
    stored = next(run for run in runs if run["setting"]["variant"] == "width 8")
    again = recruit_2.improve_run("width 8", stored["seed"], num_epochs=3000)
    assert again["test"][1] == pytest.approx(stored["test"][1], abs=0.05)


def test_a_plane_net_has_no_activation_at_its_end() -> None:
    for dropout in (0.0, 0.5):
        net = recruit_2.plane_net((2, 4, 4, 1), dropout=dropout)
        assert isinstance(net[-1], torch.nn.Linear)


def test_the_plan_knows_what_the_claims_call_it() -> None:
    sections = [s for part in book.parts() for s in part.sections]
    keys = {s.file: s.key for s in sections}
    assert keys["recruit_2_theory"] == "recruit-2"
    assert keys["lecture_d2l"] == "lecture-d2l"
    assert keys["4_2_mlp_scratch"] == "4.2"
