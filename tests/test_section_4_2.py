"""Section 4.2: what its cells define is right, and its stored experiments can be run again."""

import json
import math
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch import nn
from torch.nn import functional as F

import mlpbook.train
from mlpbook import experiments, layers
from mlpbook.experiments import curvature, mlp, search_4_2, section_4_2
from tests import teaching

pytestmark = pytest.mark.usefixtures("one_thread")

NOTEBOOK = Path(__file__).parent.parent / "chapters" / "4_2_mlp_scratch.ipynb"
TEACHING_CELLS = ("init-params", "relu-code", "net", "loss-code", "sgd", "train-epoch")
STORED = ("width", "depth", "lr", "decay", "pool", "curvature", "search", "winner")


@pytest.fixture(scope="module")
def cells() -> SimpleNamespace:
    """The functions that the notebook's teaching cells define, from the notebook itself."""
    data = torch.rand(300, 1, 28, 28), torch.randint(0, 10, (300,))
    names = {
        "torch": torch, "nn": nn, "F": F, "math": math,
        "train": SimpleNamespace(X=data[0], y=data[1]), "generator": torch.Generator(),
    }  # fmt: skip
    return teaching.define(teaching.sources(NOTEBOOK), TEACHING_CELLS, names)


def params_of(cells: SimpleNamespace, seed: int = 0) -> list[torch.Tensor]:
    return cells.init_params(32, torch.Generator().manual_seed(seed), std=0.1)


def test_cells_net_is_torchs(cells) -> None:
    params = params_of(cells)
    module = nn.Sequential(nn.Flatten(), nn.Linear(784, 32), nn.ReLU(), nn.Linear(32, 10))
    with torch.no_grad():
        for theirs, ours in zip(module.parameters(), params, strict=True):
            theirs.copy_(ours.T if ours.ndim == 2 else ours)
    X, y = cells.train.X[:64], cells.train.y[:64]
    cells.cross_entropy(cells.net(X, params), y).backward()
    F.cross_entropy(module(X), y).backward()
    torch.testing.assert_close(cells.net(X, params), module(X))
    for theirs, ours in zip(module.parameters(), params, strict=True):
        assert theirs.grad is not None and ours.grad is not None
        torch.testing.assert_close(theirs.grad, ours.grad.T if ours.ndim == 2 else ours.grad)


def test_cells_net_is_the_packages(cells) -> None:
    params = params_of(cells)
    X = cells.train.X[:64]
    torch.testing.assert_close(cells.net(X, params), layers.mlp(X, params))
    again = layers.mlp_params(
        (784, 32, 10),
        init=lambda i, o, generator: layers.normal(i, o, std=0.1, generator=generator),
        generator=torch.Generator().manual_seed(0),
    )
    for a, b in zip(params, again, strict=True):
        assert torch.equal(a, b)


@pytest.mark.parametrize("values", [[0.0, -1.0, 2.0], [math.inf, -math.inf, 100.0], []])
def test_cells_relu_at_the_edges(cells, values) -> None:
    X = torch.tensor(values)
    assert torch.equal(cells.relu(X), F.relu(X))


@pytest.mark.parametrize("scale", [1.0, 100.0, 1000.0])
def test_cells_loss_is_torchs(cells, scale) -> None:
    generator = torch.Generator().manual_seed(0)
    logits = (scale * torch.randn(50, 10, generator=generator)).requires_grad_()
    y = torch.arange(50) % 10
    ours, theirs = cells.cross_entropy(logits, y), F.cross_entropy(logits, y)
    torch.testing.assert_close(ours, theirs)
    torch.testing.assert_close(*(torch.autograd.grad(loss, logits)[0] for loss in (ours, theirs)))


def test_cells_epoch_is_fit(cells) -> None:
    params = params_of(cells)
    packaged = layers.MLP([p.detach().clone().requires_grad_() for p in params])
    orders = [torch.Generator().manual_seed(7) for _ in range(2)]
    loss = cells.train_epoch(params, 0.1, 32, orders[0])
    data = (cells.train.X, cells.train.y)
    history = mlpbook.train.fit(
        packaged, data, lr=0.1, num_epochs=1, batch_size=32, generator=orders[1], progress=False
    )
    assert loss == pytest.approx(history.train_loss[0], abs=1e-5)
    for a, b in zip(params, packaged.params, strict=True):
        torch.testing.assert_close(a, b)


def test_experiments_train_as_fit_does() -> None:
    setting = mlp.Setting(num_hiddens=(16,), num_epochs=1)
    params, curves = mlp.train(setting, seed=3)
    generator = torch.Generator().manual_seed(3)
    net = layers.MLP(mlp.init_params(setting, generator))
    history = mlpbook.train.fit(
        net, mlp.load("train"), lr=0.1, num_epochs=1, batch_size=256, generator=generator,
        validation=mlp.load("validation"), progress=False,
    )  # fmt: skip
    assert curves["train_loss"][0] == pytest.approx(history.train_loss[0], abs=1e-3)
    assert curves["validation_accuracy"][0] == pytest.approx(
        history.validation_accuracy[0], abs=5e-3
    )
    for a, b in zip(params, net.params, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-2, atol=1e-3)


def test_decay_ends_near_zero() -> None:
    """With decay the last step is the smallest: its rate is lr / steps."""
    steps: list[float] = []
    original = mlp.sgd
    setting = mlp.Setting(num_hiddens=(2,), num_epochs=1, batch_size=5000, decay=True)
    try:
        mlp.sgd = lambda params, lr: steps.append(lr) or original(params, lr)
        mlp.train(setting, seed=0)
    finally:
        mlp.sgd = original
    assert steps == pytest.approx([0.1 * (1 - k / 10) for k in range(10)])


def test_he_keeps_the_signal_and_small_weights_lose_it() -> None:
    X = mlp.load("validation").X[:1000]
    for init, factor in ((None, 1.0), (0.01, 0.01 * math.sqrt(128))):
        setting = mlp.Setting(num_hiddens=(256,) * 4, init=init)
        params = mlp.init_params(setting, torch.Generator().manual_seed(0))
        rms = [H.square().mean().sqrt() for H in mlp.hidden_layers(params, X)]
        for before, after in pairwise(rms):
            assert (after / before).item() == pytest.approx(factor, rel=0.3)


def test_dead_units_are_counted() -> None:
    setting = mlp.Setting(num_hiddens=(4,))
    params = mlp.init_params(setting, torch.Generator().manual_seed(0))
    with torch.no_grad():
        params[1][:] = torch.tensor([-1e3, 1e3, -1e3, -1e3])
    assert mlp.measure(params, mlp.load("validation"))["dead"] == 0.75


def test_setting_survives_json() -> None:
    setting = mlp.Setting(num_hiddens=(64, 32), lr=0.3, init=None, decay=True)
    assert mlp.Setting.from_json(json.loads(json.dumps(setting.to_json()))) == setting
    assert setting.but(lr=0.1) == mlp.Setting((64, 32), 0.1, init=None, decay=True)


def test_lanczos_finds_the_top_of_the_hessian() -> None:
    generator = torch.Generator().manual_seed(0)
    X = torch.randn(50, 3, generator=generator, dtype=torch.float64)
    y = torch.randint(0, 4, (50,), generator=generator)
    params = [torch.randn(s, generator=generator, dtype=torch.float64) for s in ((3, 5), (5, 4))]

    def loss(values: list[torch.Tensor]) -> torch.Tensor:
        return F.cross_entropy(torch.relu(X @ values[0]) @ values[1], y)

    def flat(vector: torch.Tensor) -> torch.Tensor:
        return loss([vector[:15].view(3, 5), vector[15:].view(5, 4)])

    H = torch.func.hessian(flat)(torch.cat([p.flatten() for p in params]))
    expected = torch.linalg.eigvalsh(H)[-1].item()
    value, vector = curvature.top_eigenpair(loss, params)
    v = torch.cat([part.flatten() for part in vector])
    assert value == pytest.approx(expected, rel=1e-8)
    torch.testing.assert_close(H @ v, value * v, rtol=1e-4, atol=1e-5)
    assert v.norm().item() == pytest.approx(1)


@pytest.mark.parametrize("name", STORED)
def test_result_is_whole(name: str) -> None:
    result = experiments.load_result("4_2", name)
    runs = result["runs"]
    made = [
        json.dumps([run.get("name"), run["setting"], run.get("seed", run.get("trial"))])
        for run in runs
    ]
    assert len(set(made)) == len(made)
    assert name in result["command"]
    expected = {"width": 40, "depth": 60, "lr": 90, "decay": 5, "pool": 27, "curvature": 30,
                "winner": 10}  # fmt: skip
    if name in expected:
        assert len(runs) == expected[name]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["width", "depth", "lr", "pool"])
@pytest.mark.parametrize("position", [0, -1])
def test_stored_run_holds(name: str, position: int) -> None:
    """With a constant learning rate the first epoch of a run is a run of one epoch."""
    stored = experiments.load_result("4_2", name)["runs"][position]
    setting = mlp.Setting.from_json(stored["setting"]).but(num_epochs=1)
    again = mlp.run(setting, stored["seed"])
    for curve in ("train_loss", "validation_accuracy"):
        assert again[curve][0] == pytest.approx(stored[curve][0], abs=0.02, nan_ok=True)


@pytest.mark.slow
def test_stored_curvature_holds() -> None:
    stored = experiments.load_result("4_2", "curvature")["runs"][0]
    setting = mlp.Setting.from_json(stored["setting"])
    again = curvature.follow(setting, stored["seed"], steps=5)
    assert again["sharpness"] == pytest.approx(stored["sharpness"][:2], rel=0.02)


@pytest.mark.slow
def test_stored_trial_holds() -> None:
    """A finished trial of the search is a training run of its setting, seeded by its number."""
    runs = experiments.load_result("4_2", "search")["runs"]
    cheap = next(run for run in runs if run["trial"] == 2)
    again = mlp.train(mlp.Setting.from_json(cheap["setting"]), seed=2).curves
    assert again["validation_accuracy"] == pytest.approx(cheap["validation_accuracy"], abs=0.02)


def test_winner_is_the_best_trial_and_reads_the_test_set_once() -> None:
    search = experiments.load_result("4_2", "search")
    complete = [run for run in search["runs"] if run["state"] == "complete"]
    assert search["best"] == max(complete, key=lambda run: run["validation_accuracy"][-1])
    runs = experiments.load_result("4_2", "winner")["runs"]
    winners = [run for run in runs if run["name"] == "winner"]
    assert all(run["setting"] == search["best"]["setting"] for run in winners)
    assert not {run["seed"] for run in winners} & {run["trial"] for run in search["runs"]}
    others = [f for f in section_4_2.EXPERIMENTS if f != "winner"]
    assert not any(
        "test" in key for f in others for key in experiments.load_result("4_2", f)["runs"][0]
    )


def fake_train(setting, seed, on_epoch=None):
    """As fast as a trial can be: accuracy grows with the learning rate."""
    curve = [setting.lr * epoch / setting.num_epochs for epoch in range(1, setting.num_epochs + 1)]
    for epoch, accuracy in enumerate(curve, start=1):
        if on_epoch is not None:
            on_epoch(epoch, accuracy)
    return mlp.Trained([], {"validation_accuracy": curve})


@pytest.mark.parametrize("kind", ["journal:{}/study.log", "sqlite:///{}/study.db"])
def test_processes_share_a_study(kind: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(search_4_2, "train", fake_train)
    address = kind.format(tmp_path)
    first = search_4_2.open_study(address, "shared")
    second = search_4_2.open_study(address, "shared")
    first.optimize(search_4_2.objective, n_trials=2)
    second.optimize(search_4_2.objective, n_trials=2)
    assert [trial.number for trial in first.get_trials()] == [0, 1, 2, 3]


def test_search_is_seeded_and_writes_its_trials(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(search_4_2, "train", fake_train)
    texts = []
    for folder in ("a", "b"):
        search_4_2.main(["--trials", "12", "--folder", str(tmp_path / folder)])
        texts.append((tmp_path / folder / "4_2" / "search.json").read_text(encoding="utf-8"))
    assert texts[0] == texts[1]
    result = json.loads(texts[0])
    best = max(run["setting"]["lr"] for run in result["runs"] if run["state"] == "complete")
    assert result["best"]["setting"]["lr"] == best


def test_command_writes_a_result(tmp_path: Path, monkeypatch) -> None:
    run = {"setting": mlp.Setting().to_json(), "seed": 0, "dead": [0.0]}
    monkeypatch.setitem(section_4_2.EXPERIMENTS, "width", lambda: [run])
    section_4_2.main(["width", "--folder", str(tmp_path)])
    written = json.loads((tmp_path / "4_2" / "width.json").read_text(encoding="utf-8"))
    assert written["runs"] == [run] and written["torch"] == torch.__version__


def test_unknown_results_and_functions_are_named() -> None:
    with pytest.raises(ValueError, match=r"no stored result 'breadth'.*'width'"):
        experiments.load_result("4_2", "breadth")
    with pytest.raises(ValueError, match=r"no function 'ask'.*'suggest'"):
        experiments.source("search_4_2", "ask")
    assert "log=True" in experiments.source("search_4_2", "suggest")
