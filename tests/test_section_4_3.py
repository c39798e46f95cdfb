"""Section 4.3: what its cells define is right, and its stored experiments can be run again."""

import json
import math
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from mlpbook import experiments
from mlpbook.experiments import mlp, section_4_3, sequential
from mlpbook.experiments.sequential import Setting, build, measure, run
from mlpbook.labs import get
from mlpbook.labs.engine import KernelEngine

pytestmark = pytest.mark.usefixtures("one_thread")

STORED = {
    "grid": 240,
    "depth": 50,
    "width": 20,
    "falling": 20,
    "rates": 72,
    "activations": 60,
    "sigma": 45,
    "dying": 40,
    "overfit": 15,
    "optimizers": 30,
    "thirty": 10,
    "linear": 15,
}


def first(net: nn.Sequential) -> nn.Linear:
    """The first layer, which is linear."""
    layer = net[0]
    assert isinstance(layer, nn.Linear)
    return layer


@pytest.mark.parametrize("activation", sequential.ACTIVATIONS)
@pytest.mark.parametrize("depth", [0, 1, 3])
def test_network_has_its_layers(activation: str, depth: int) -> None:
    net = build(Setting(depth=depth, width=8, activation=activation), seed=0)
    assert sum(isinstance(layer, nn.Linear) for layer in net) == depth + 1
    kind = type(sequential.ACTIVATIONS[activation]())
    assert sum(type(layer) is kind for layer in net) == depth
    assert net(torch.zeros(5, 784)).shape == (5, 10)


@pytest.mark.parametrize(
    ("init", "variance"),
    [
        (0.03, 0.03**2),
        ("xavier", 2 / (784 + 256)),
        ("he", 2 / 784),
        ("default", 1 / (3 * 784)),
    ],
)
def test_initial_weights_have_their_variance(init: str | float, variance: float) -> None:
    layer = first(build(Setting(init=init), seed=0))
    assert layer.weight.var().item() == pytest.approx(variance, rel=0.02)
    assert bool(layer.bias.any()) == (init == "default")


def test_build_is_seeded_and_leaves_the_global_state() -> None:
    state = torch.get_rng_state()
    one, same, other = (build(Setting(width=4), seed) for seed in (1, 1, 2))
    assert torch.equal(state, torch.get_rng_state())
    assert torch.equal(first(one).weight, first(same).weight)
    assert not torch.equal(first(one).weight, first(other).weight)


def test_silent_units_are_counted() -> None:
    net = build(Setting(width=4), seed=0)
    with torch.no_grad():
        first(net).bias.copy_(torch.tensor([-1e3, 1e3, -1e3, -1e3]))
    data = mlp.Split(torch.rand(50, 784), torch.zeros(50, dtype=torch.int64))
    seen = measure(net, data)
    assert seen["silent"] == 0.75
    assert seen["loss"] == pytest.approx(F.cross_entropy(net(data.X), data.y).item(), abs=1e-4)


def test_a_run_is_section_4_2s() -> None:
    """With equal initial weights and order, the framework's run and the hand-written one agree."""
    small = Setting(depth=1, width=8, init=0.01, lr=0.1, num_epochs=1, decay=False)
    net = build(small, seed=3)
    generator = torch.Generator().manual_seed(3)
    params = [p.detach().T.contiguous() if p.ndim == 2 else p.detach() for p in net.parameters()]
    params = [p.clone().requires_grad_() for p in params]
    data = mlp.load("train")
    for rows in mlp.batches(len(data.y), 256, generator):
        F.cross_entropy(mlp.forward(params, data.X[rows]), data.y[rows]).backward()
        mlp.sgd(params, 0.1)
    expected = mlp.measure(params, mlp.load("validation"))
    found = run(small, seed=3)
    assert found["validation_loss"] == [pytest.approx(expected["loss"], abs=2e-3)]
    assert found["validation_accuracy"] == [pytest.approx(expected["accuracy"], abs=5e-3)]


def test_rate_falls_to_zero(monkeypatch) -> None:
    rates: list[float] = []

    class Spy(torch.optim.SGD):
        def step(self, closure=None):
            rates.append(self.param_groups[0]["lr"])
            return super().step(closure)

    monkeypatch.setattr(sequential, "optimizer_of", lambda net, s: Spy(net.parameters(), lr=s.lr))
    setting = Setting(width=2, num_epochs=2, batch_size=500, num_images=1000, lr=0.4)
    found = run(setting, seed=0, every=1)
    assert rates == pytest.approx([0.4, 0.3, 0.2, 0.1])
    assert len(found["running_loss"]) == len(found["validation_loss"]) == 4


@pytest.mark.parametrize(("name", "count"), STORED.items())
def test_result_is_whole(name: str, count: int) -> None:
    result = experiments.load_result("4_3", name)
    keys = {json.dumps([r["setting"], r["seed"]]) for r in result["runs"]}
    assert len(result["runs"]) == len(keys) == count
    assert name in result["command"]
    assert not any("test" in key for r in result["runs"] for key in r)


def test_rates_were_chosen_on_other_seeds() -> None:
    rates = experiments.load_result("4_3", "rates")["runs"]
    fresh = experiments.load_result("4_3", "activations")["runs"]
    assert not {r["seed"] for r in rates} & {r["seed"] for r in fresh}
    for r in fresh:
        s = r["setting"]
        assert s["lr"] == section_4_3.best_rate(rates, s["depth"], s["activation"])


@pytest.mark.slow
@pytest.mark.parametrize("name", ["linear", "optimizers", "dying", "thirty"])
def test_stored_run_holds(name: str) -> None:
    """Without decay the first epoch of a run is a run of one epoch."""
    stored = experiments.load_result("4_3", name)["runs"][0]
    setting = Setting(**stored["setting"])
    setting = setting if setting.decay else setting.but(num_epochs=1)
    again = run(setting, stored["seed"])
    for curve in ("running_loss", "validation_accuracy"):
        assert again[curve][0] == pytest.approx(stored[curve][0], abs=0.02)


def opening(preset: str, num_steps: int, seed: int = 0) -> list[dict[str, float]]:
    """Metrics of the first steps of one of the lab's presets."""
    lab = get("depth_activation")
    values = {p.name: p.values for p in lab.presets}[preset]
    engine = KernelEngine(lab)
    engine.init(lab.settings({**values, "seed": seed}))
    return [step["metrics"] for step in engine.step(num_steps)["steps"]]


@pytest.mark.parametrize(
    ("preset", "low", "high"),
    [
        ("four-small", 1 / 20, 1 / 5),
        ("four-sigmoid", 1 / 2000, 1 / 500),
        ("eight-default-relu", 0, 1 / 100),
        ("eight-he", 1 / 5, 1),
    ],
)
def test_gradients_of_the_presets_are_as_their_notes_say(
    preset: str, low: float, high: float
) -> None:
    first = opening(preset, 1)[0]
    assert low < first["gradient_first"] / first["gradient_last"] < high
    assert (first["gradient_last"] < 2e-6) == (preset == "four-small")


@pytest.mark.parametrize(
    ("preset", "low", "high"),
    [("one-small", 15, 25), ("eight-default-tanh", 100, 200), ("eight-he", 1, 10)],
)
def test_loss_leaves_ln_10_when_the_notes_say(preset: str, low: int, high: int) -> None:
    losses = [metrics["loss"] for metrics in opening(preset, high)]
    left = next(k for k, loss in enumerate(losses, start=1) if loss < 2.2)
    assert low <= left <= high


def test_command_writes_a_result(tmp_path: Path, monkeypatch) -> None:
    kept = {"setting": {"lr": 0.1}, "seed": 0, "validation_loss": [math.log(10)]}
    monkeypatch.setitem(section_4_3.EXPERIMENTS, "linear", lambda: [kept])
    section_4_3.main(["linear", "--folder", str(tmp_path)])
    written = json.loads((tmp_path / "4_3" / "linear.json").read_text(encoding="utf-8"))
    assert written["runs"] == [kept] and "linear" in written["command"]
