"""Section 4.6: its cells' functions are right, its noises too, and its stored runs are whole."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch import Generator
from torch.nn import functional as F

from mlpbook import experiments, layers
from mlpbook.experiments import noisy_mlp, section_4_6
from mlpbook.experiments.noisy_mlp import Noisy
from mlpbook.labs import dropout as lab, mask
from tests import teaching

pytestmark = pytest.mark.usefixtures("one_thread")

NOTEBOOK = Path(__file__).parent.parent / "chapters" / "4_6_dropout.ipynb"
TEACHING_CELLS = ("dropout-code", "model-code", "ridge", "sol-connect-code", "sol-noise-code")
DROPOUT = section_4_6.DROPOUT


@pytest.fixture(scope="module")
def cells() -> SimpleNamespace:
    """The functions that the notebook's teaching cells define, from the notebook itself."""
    import itertools
    import math

    names = {"torch": torch, "F": F, "itertools": itertools, "math": math}
    return teaching.define(teaching.sources(NOTEBOOK), TEACHING_CELLS, names)


def seeded(seed: int = 0) -> Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("p", [0.0, 0.3, 1.0])
def test_cells_layer_is_the_packages(cells, p: float) -> None:
    X = torch.randn(50, 40, generator=seeded(1))
    ours = cells.dropout_layer(X, p, seeded())
    torch.testing.assert_close(ours, layers.dropout(X, p, generator=seeded()))


def test_cells_layer_refuses_what_is_no_probability(cells) -> None:
    with pytest.raises(ValueError, match=r"got 1\.5, expected 0 <= p <= 1"):
        cells.dropout_layer(torch.ones(3), 1.5)


def test_cells_net_is_the_experiments_network(cells) -> None:
    params = [p.detach() for p in layers.mlp_params((784, 256, 256, 10), generator=seeded())]
    X = torch.rand(9, 784, generator=seeded(1))
    for training in (False, True):
        generator = seeded(2) if training else None
        ours = cells.dropout_net(X, params, (0.2, 0.5), training, seeded(2))
        theirs = noisy_mlp.forward(params, X, DROPOUT, generator)[-1]
        torch.testing.assert_close(ours, theirs)


def test_cells_dropconnect_keeps_the_mean(cells) -> None:
    x = torch.randn(1, 6, generator=seeded(1))
    W = torch.randn(6, 3, generator=seeded(2))
    Z = cells.dropconnect(x.expand(40_000, -1), W, 0.5, seeded())
    assert ((Z.mean(0) - x @ W).abs() < 5 * Z.std(0) / 200).all()


@pytest.mark.parametrize("kind", ["dropout", "gaussian"])
def test_noises_have_equal_mean_and_variance(kind) -> None:
    out = noisy_mlp.disturb(torch.full((1_000_000,), 2.0), 0.5, kind, seeded())
    assert abs(out.mean() - 2) < 0.01
    assert abs(out.var() - 4) < 0.04


def test_a_shared_mask_is_one_for_the_batch() -> None:
    shared, own = (
        noisy_mlp.disturb(torch.ones(50, 40), 0.5, kind, seeded()) for kind in ("shared", "dropout")
    )
    assert (shared == shared[0]).all()
    assert set(shared.unique().tolist()) == {0.0, 2.0}
    assert len(own.unique(dim=0)) == 50


@pytest.mark.parametrize("kind", ["difference", "within"])
def test_differences_have_the_mean_and_the_covariance_of_their_group(kind) -> None:
    y = torch.arange(40) % 2
    X = torch.randn(40, 3, generator=seeded(1)) @ torch.randn(3, 3, generator=seeded(2))
    X = X + 3 * y[:, None]
    groups = y if kind == "within" else torch.zeros(40)
    generator = seeded()
    noise = torch.stack([noisy_mlp.differences(X, groups, generator) for _ in range(10_000)])
    for group in groups.unique():
        rows, found = X[groups == group], noise[:, groups == group].flatten(0, 1)
        assert (found.mean(0).abs() < 5 * found.std(0) / len(found) ** 0.5).all()
        torch.testing.assert_close(found.T.cov(), rows.T.cov(correction=0), rtol=0.04, atol=0.04)
    noisy = noisy_mlp.disturb(X, 0.2, kind, seeded(), y)
    torch.testing.assert_close(noisy, X + 0.5 * noisy_mlp.differences(X, groups, seeded()))


def test_cells_noise_is_the_experiments(cells) -> None:
    y = torch.arange(12) % 3
    X = torch.randn(12, 4, generator=seeded(1))
    ours = cells.differences(X, y, 0.5, seeded())
    torch.testing.assert_close(ours, noisy_mlp.disturb(X, 0.2, "within", seeded(), y))


def test_partners_are_of_the_same_group_and_no_row_twice() -> None:
    groups = torch.tensor([2, 0, 1, 0, 2, 2, 1])
    found = torch.stack([noisy_mlp.partners(groups, seeded(seed)) for seed in range(50)])
    assert (groups[found] == groups).all()
    assert (found.sort(1).values == torch.arange(7)).all()
    assert set(found[:, 0].tolist()) == {0, 4, 5}


def test_noise_within_classes_needs_labels() -> None:
    with pytest.raises(ValueError, match="got None, expected the labels"):
        noisy_mlp.disturb(torch.ones(3, 2), 0.2, "within", seeded())


def test_dropconnect_thins_weights_and_leaves_activations() -> None:
    X = torch.ones(4, 5)
    assert noisy_mlp.disturb(X, 0.5, "dropconnect", seeded()) is X
    assert noisy_mlp.thin(X, 0.5, "dropout", seeded()) is X
    assert set(noisy_mlp.thin(X, 0.5, "dropconnect", seeded()).unique().tolist()) == {0.0, 2.0}


def test_without_a_generator_nothing_is_noisy() -> None:
    params = layers.mlp_params((784, 256, 256, 10), generator=seeded())
    X = torch.rand(5, 784, generator=seeded(1))
    loud = Noisy(rates=(0.2, 0.5, 0.5), pixel=0.3)
    for output, plain in zip(
        noisy_mlp.forward(params, X, loud, None),
        noisy_mlp.forward(params, X, Noisy(), None),
        strict=True,
    ):
        torch.testing.assert_close(output, plain)
    torch.testing.assert_close(noisy_mlp.forward(params, X, loud, None)[-1], layers.mlp(X, params))


def test_runs_of_one_seed_are_paired_and_repeat() -> None:
    short = Noisy(images=300, num_epochs=1, batch_size=100)
    runs = [noisy_mlp.train(s, seed=3) for s in (short, short.but(rates=(0.0, 0.5, 0.5)), short)]
    start = [run.curves["train_loss"][0] for run in runs]
    assert start[0] == start[1] == start[2]
    assert runs[0].curves == runs[2].curves
    assert runs[0].curves["train_loss"][1] != runs[1].curves["train_loss"][1]


def test_settings_survive_json() -> None:
    setting = Noisy(rates=(0.1, 0.2, 0.3), kind="gaussian", pixel=0.1)
    assert Noisy.from_json(json.loads(json.dumps(setting.to_json()))) == setting


def test_calibration_error_by_hand() -> None:
    P = torch.tensor([[0.9, 0.1], [0.9, 0.1], [0.3, 0.7], [0.3, 0.7]])
    y = torch.tensor([0, 1, 1, 1])
    expected = 0.5 * (0.9 - 0.5) + 0.5 * (1 - 0.7)
    assert noisy_mlp.calibration_error(P, y) == pytest.approx(expected, abs=1e-5)


def test_only_the_winner_reads_the_test_set() -> None:
    for name in section_4_6.EXPERIMENTS:
        keys = set().union(*(run for run in experiments.load_result("4_6", name)["runs"]))
        assert any("test_loss" in key for key in keys) == (name == "winner")


def test_winners_are_the_best_of_the_candidates_on_fresh_seeds() -> None:
    choose = experiments.load_result("4_6", "choose")["runs"]
    winner = experiments.load_result("4_6", "winner")["runs"]
    for group in (section_4_6.DROPOUTS, section_4_6.OWN):
        chosen = group[section_4_6.best(group, choose)].to_json()
        assert sum(run["setting"] == chosen for run in winner) == 5
    assert not {run["seed"] for run in winner} & {run["seed"] for run in choose}


def test_best_is_the_lowest_mean_validation_loss() -> None:
    names = list(section_4_6.DROPOUTS)
    runs = [
        {"setting": section_4_6.DROPOUTS[name].to_json(), "validation_loss": loss}
        for name, losses in zip(
            names, ([0.5, 0.5], [0.1, 0.7], [0.3, 0.9], [0.9, 0.1]), strict=True
        )
        for loss in losses
    ]
    assert section_4_6.best(names, runs) == names[1]


def test_command_writes_a_result(tmp_path: Path, monkeypatch) -> None:
    run = {"setting": Noisy().to_json(), "seed": 0}
    monkeypatch.setitem(section_4_6.EXPERIMENTS, "rates", lambda: [run])
    section_4_6.main(["rates", "--folder", str(tmp_path)])
    written = json.loads((tmp_path / "4_6" / "rates.json").read_text(encoding="utf-8"))
    assert written["runs"] == [run] and written["torch"] == torch.__version__


def test_labs_step_is_autograds() -> None:
    sizes = {"W1": (784, 8), "W2": (8, 8), "W3": (8, 10)}
    state = lab.init({k: torch.randn(s, generator=seeded(1)) for k, s in sizes.items()}, {})
    X, y = torch.rand(6, 784, generator=seeded(2)), torch.arange(6)
    noise = {f"drop{i}": torch.rand(6, 8, generator=seeded(i + 2)) for i in (1, 2)}
    hyper = {"lr": 0.1, "drop1": torch.tensor(0.2), "drop2": torch.tensor(0.5)}
    after, metrics = lab.step(state, (X, y), noise, hyper)
    leaves = {name: value.clone().requires_grad_() for name, value in state.items()}
    logits, hidden = lab.forward(leaves, X, noise, (0.2, 0.5))
    loss = F.cross_entropy(logits, y)
    loss.backward()
    torch.testing.assert_close(metrics["loss"], loss.detach())
    torch.testing.assert_close(metrics["masked_2"], hidden[1].detach().var(correction=0))
    for name, leaf in leaves.items():
        assert leaf.grad is not None
        torch.testing.assert_close(after[name], state[name] - 0.1 * leaf.grad)


@pytest.mark.parametrize(("meaning", "drop"), [("drop", 0.8), ("keep", 0.2)])
def test_mask_lab_drops_what_its_control_says(meaning: str, drop: float) -> None:
    u = torch.rand(mask.EXAMPLES, mask.UNITS, generator=seeded())
    hyper = {"p": torch.tensor(0.8), "meaning": meaning, "scaling": "inverted"}
    found = mask.compute({"u": u}, hyper)
    assert abs(found["kept"] - (1 - drop)) < 0.03
    assert found["value"] == pytest.approx(1 / (1 - drop))
    at = round(drop * 100)
    assert found["variance_curve"][at] == pytest.approx(drop / (1 - drop), rel=1e-4)
    assert abs(found["mean"] - 1) < 0.15
