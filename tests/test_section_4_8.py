"""Section 4.8: its training runs do what they say, and its labs' notes are true."""

import json
import math
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from mlpbook.experiments import load_result, section_4_8
from mlpbook.labs import get, matrix_product, signal

pytestmark = pytest.mark.usefixtures("one_thread")

NOTEBOOK = Path(__file__).parent.parent / "chapters" / "4_8_numerical_stability.ipynb"


def params_of(seed: int = 0) -> list[torch.Tensor]:
    return section_4_8.init_params((784, 8, 8, 10), section_4_8.std_of("he"), seed)


def test_net_is_torchs() -> None:
    params = params_of()
    X, y = section_4_8.images("train", 4000)
    module = nn.Sequential(
        nn.Linear(784, 8), nn.ReLU(), nn.Linear(8, 8), nn.ReLU(), nn.Linear(8, 10)
    )
    with torch.no_grad():
        for theirs, ours in zip(module.parameters(), params, strict=True):
            theirs.copy_(ours.T if ours.ndim == 2 else ours + 0.1)
            if ours.ndim == 1:
                ours += 0.1
    torch.testing.assert_close(section_4_8.net(X[:50], params), module(X[:50]))
    found = section_4_8.measure(params)
    assert found["train_loss"] == pytest.approx(F.cross_entropy(module(X), y).item(), abs=1e-3)


def test_norm_is_batch_norm() -> None:
    params, (X, _) = params_of(), section_4_8.images("train", 4000)
    H = X[:50]
    for k in (0, 2):
        H = nn.BatchNorm1d(8)(H @ params[k] + params[k + 1]).relu()
    expected = H @ params[4] + params[5]
    torch.testing.assert_close(section_4_8.net(X[:50], params, norm=True), expected)


def test_clipping_is_torchs() -> None:
    params = params_of()
    grads = [torch.randn_like(p) for p in params]
    for p, g in zip(params, grads, strict=True):
        p.grad = g.clone()
    nn.utils.clip_grad_norm_(params, 0.5)
    section_4_8.clip_(grads, 0.5)
    for p, g in zip(params, grads, strict=True):
        torch.testing.assert_close(g, p.grad)


def test_lars_makes_steps_of_a_given_relative_length() -> None:
    params = params_of()
    for size in (1e-12, 1.0, 1e12):
        grads = [size * torch.randn_like(p) for p in params]
        section_4_8.lars_(params, grads, 0.01)
        for k in range(0, len(params), 2):
            step, layer = (
                torch.cat([t.flatten() for t in pair[k : k + 2]]) for pair in (grads, params)
            )
            assert (step.norm() / layer.norm()).item() == pytest.approx(0.01, rel=1e-4)


def test_rollback_restores_and_halves() -> None:
    params = [torch.ones(2)]
    rollback = section_4_8.Rollback(params, every=2)
    for loss in (2.0, 1.0):
        assert not rollback.step(params, loss)
    params[0].fill_(7.0)
    assert not rollback.step(params, 2.9)  # below twice the best mean, 1.5
    assert rollback.step(params, 3.1)
    assert params[0].tolist() == [1.0, 1.0] and rollback.scale == 0.5
    params[0].fill_(math.nan)
    assert rollback.step(params, math.nan)
    assert params[0].tolist() == [1.0, 1.0] and rollback.scale == 0.25


def test_batches_are_whole_passes() -> None:
    rows = section_4_8.batches(100, 30, 7, seed=0)
    assert [len(r) for r in rows] == [30] * 7
    assert len(torch.cat(rows[:3]).unique()) == 90
    assert torch.equal(rows[0], section_4_8.batches(100, 30, 7, seed=0)[0])
    assert not torch.equal(rows[0], section_4_8.batches(100, 30, 7, seed=1)[0])


def test_a_stored_run_comes_out_again() -> None:
    setting = {"init": "he", "num_hidden": 3, "lr": 0.03}
    stored = load_result("4_8", "depth")["runs"]
    run = next(r for r in stored if r["setting"] == setting and r["seed"] == 1)
    again = section_4_8.measure(section_4_8.train_depth(3, "he", 0.03, 1))
    assert again["train_loss"] == pytest.approx(run["train_loss"], abs=0.01)
    counts = len(section_4_8.DEPTHS) * len(section_4_8.RATES) * len(section_4_8.SEEDS)
    assert len(stored) == 2 * counts


@pytest.mark.parametrize("cure", section_4_8.CURES)
def test_each_cure_runs_and_a_severe_start_fails_without(cure: str) -> None:
    run = section_4_8.train_cure("severe", cure, seed=0, steps=20)
    stopped = cure in ("none", "lower", "warmup")
    assert (run["stopped"] is not None) == stopped
    again = section_4_8.train_cure("severe", cure, seed=0, steps=20)
    assert run["losses"] == again["losses"] or stopped


def noise(seed: int) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return {
        name: torch.randn([int(size) for size in declared.shape], generator=generator)
        for name, declared in signal.LAB.noise.items()
    }


def run_signal(seed: int, **settings) -> dict[str, torch.Tensor]:
    numbers = {k: torch.tensor(float(settings[k])) for k in ("depth", "gain")}
    return signal.compute(noise(seed), settings | numbers)


def preset(lab, name: str) -> dict:
    return next(p.values for p in lab.presets if p.name == name)


@pytest.mark.parametrize("seed", range(5))
def test_signal_presets_are_true(seed: int) -> None:
    found = run_signal(seed, **preset(signal.LAB, "sigmoid"))
    assert 0.4 < found["end"] < 0.65 and 0.2 < found["per_layer"] < 0.26
    found = run_signal(seed, **preset(signal.LAB, "he"))
    assert 0.05 < found["end"] < 20 and 0.05 < found["start"] < 20
    found = run_signal(seed, **preset(signal.LAB, "tanh"))
    assert 0.05 < found["end"] < 0.3
    found = run_signal(seed, **preset(signal.LAB, "default"))
    assert found["end"] < 1e-9 and 0.38 < found["per_layer"] < 0.43
    found = run_signal(seed, **preset(signal.LAB, "saturated"))
    assert found["end"] > 0.7 and found["start"] > 100


@pytest.mark.parametrize("activation", signal.ACTIVATIONS)
def test_signal_gradients_are_autograds(activation: str) -> None:
    made, depth = noise(0), 4
    H = made["X"].clone().requires_grad_()
    out = H
    for k in range(depth):
        out = signal.ACTIVATIONS[activation](out @ (made["W"][k] * (2 / signal.WIDTH) ** 0.5))
    (grad,) = torch.autograd.grad((out * made["G"]).sum(), H)
    found = run_signal(0, activation=activation, depth=depth, gain=2**0.5)
    expected = grad.square().mean().sqrt() / made["G"].square().mean().sqrt()
    torch.testing.assert_close(found["start"], expected, rtol=1e-4, atol=0)
    torch.testing.assert_close(found["end"], out.detach().square().mean().sqrt())
    assert found["signal"].isnan().sum() == signal.DEPTH - depth


@pytest.mark.parametrize("seed", range(3))
def test_matrix_product_presets_are_true(seed: int) -> None:
    lab = matrix_product.LAB
    found = matrix_product.compute(seed=seed, **preset(lab, "d2l"))
    assert 1.5 < 10 ** found["rate"] < 2.05
    found = matrix_product.compute(seed=seed, **preset(lab, "loose"))
    assert found["bound"][-1] > 8 and found["largest"][-1] < 1
    found = matrix_product.compute(seed=seed, **preset(lab, "isometry"))
    for name in ("bound", "largest", "vector", "smallest"):
        assert abs(found[name]).max() < 1e-10


def test_labs_are_listed() -> None:
    assert get("signal") is signal.LAB
    assert get("matrix_product") is matrix_product.LAB


def test_the_notebooks_signal_function_agrees_with_theory() -> None:
    """One linear layer multiplies the second moment by n std², forward and backward."""
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    source = next("".join(c["source"]) for c in cells if c["id"] == "signal-code")
    names = {"torch": torch, "rng": lambda s: torch.Generator().manual_seed(s)}
    exec(compile(source, "signal-code", "exec"), names)
    forward, backward = names["signal"](lambda x: x, 0.3, depth=3, n=400)
    assert forward[-1] == pytest.approx(6**3, rel=0.05)
    assert backward[0] == pytest.approx(6**3, rel=0.05)
    assert len(forward) == len(backward) == 4
