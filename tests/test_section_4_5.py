"""Section 4.5: what its cells define is right, its labs compute what they say, results hold."""

import json
import math
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch import nn

from mlpbook import experiments
from mlpbook.data import high_dimensional_linear
from mlpbook.experiments import section_4_5
from mlpbook.experiments.mlp import Split
from mlpbook.experiments.section_4_5_linear import decay_runs
from mlpbook.labs import ratio, shrinkage
from tests import teaching

NOTEBOOK = Path(__file__).parent.parent / "chapters" / "4_5_weight_decay.ipynb"
TEACHING_CELLS = ("objective", "train-scratch", "concise-train", "ridge-code", "soft-threshold")
RUNS = {"fashion": 35, "augmentation": 10, "ensemble": 5}


@pytest.fixture(scope="module")
def cells() -> SimpleNamespace:
    """The functions that the notebook's teaching cells define, from the notebook itself."""
    names = {
        "torch": torch, "nn": nn, "math": math,
        "high_dimensional_linear": high_dimensional_linear,
    }  # fmt: skip
    return teaching.define(teaching.sources(NOTEBOOK), TEACHING_CELLS, names)


@pytest.mark.parametrize("std", [1.0, 0.0])
def test_many_runs_are_the_single_run(cells, std) -> None:
    runs = decay_runs([0.0, 3.0], std=std, seeds=[4, 5], num_epochs=3)
    for k, lambd in enumerate((0.0, 3.0)):
        w, b = cells.train(lambd, 5, std=std, num_epochs=3)
        torch.testing.assert_close(runs.w[1, k], w[:, 0], rtol=1e-4, atol=1e-6)
        torch.testing.assert_close(runs.b[1, k], b[0], rtol=1e-4, atol=1e-6)


def test_risk_is_the_error_on_new_data() -> None:
    runs = decay_runs([1.0], seeds=[0], num_epochs=5)
    X, y = high_dimensional_linear(200_000, generator=torch.Generator().manual_seed(9))
    half = (X @ runs.w[0, 0] + runs.b[0, 0] - y[:, 0]).square().mean() / 2
    assert runs.risk[0, 0, -1].item() == pytest.approx(half.item(), rel=0.02)


def test_unseen_part_decays_and_no_more() -> None:
    start = decay_runs([0.0, 10.0], seeds=[0], num_epochs=0).unseen[0]
    end = decay_runs([0.0, 10.0], seeds=[0], num_epochs=10).unseen[0]
    assert (end / start).tolist() == pytest.approx([1, (1 - 0.03) ** 40], rel=1e-4)


def test_cells_concise_is_scratch(cells) -> None:
    for ours, theirs in zip(cells.train(3, 1), cells.train_concise(3, 1), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-5)


def test_cells_ridge_is_a_minimum(cells) -> None:
    generator = torch.Generator().manual_seed(0)
    X = torch.randn(9, 14, generator=generator, dtype=torch.float64) + 2
    y = torch.randn(9, 1, generator=generator, dtype=torch.float64) + 7
    w, b = (p.requires_grad_() for p in cells.ridge(X, y, 0.3))
    J = cells.half_mse(X, y, w, b) + 0.3 * cells.l2_penalty(w)
    for gradient in torch.autograd.grad(J, (w, b)):
        assert gradient.abs().max() < 1e-12


def test_cells_soft_threshold_at_the_edges(cells) -> None:
    z = torch.tensor([-math.inf, -1.0, -0.5, 0.0, 0.5, 0.6, math.inf])
    expected = torch.tensor([-math.inf, -0.5, 0, 0, 0, 0.1, math.inf])
    torch.testing.assert_close(cells.soft_threshold(z, 0.5), expected)


def test_decayed_step_is_torchs_with_groups() -> None:
    generator = torch.Generator().manual_seed(0)
    data = Split(torch.rand(50, 784, generator=generator), torch.arange(50) % 10)
    ours = section_4_5.fit(data, 3, num_epochs=2, weight_decay=0.1)
    start = torch.Generator().manual_seed(3)
    params = section_4_5.init_params(section_4_5.Setting(init=None), start)
    groups = [
        {"params": params[::2], "weight_decay": 0.1},
        {"params": params[1::2], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.SGD(groups, lr=section_4_5.RATE)
    for _ in range(2):
        rows = torch.randperm(50, generator=start)
        optimizer.zero_grad()
        logits = section_4_5.forward(params, data.X[rows])
        nn.functional.cross_entropy(logits, data.y[rows]).backward()
        optimizer.step()
    for a, b in zip(ours, params, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-6)


def test_shifted_images_keep_their_pixels() -> None:
    X = section_4_5.head("validation", 30).X
    mean = section_4_5.load("train").X.mean(0)
    moved = section_4_5.shifted(X, torch.Generator().manual_seed(0)) + mean
    raw = (X + mean).view(-1, 28, 28)
    for before, after in zip(raw, moved.view(-1, 28, 28), strict=True):
        places = [
            torch.allclose(after[2:-2, 2:-2], before[2 + i : 26 + i, 2 + j : 26 + j], atol=1e-6)
            for i in range(-2, 3)
            for j in range(-2, 3)
        ]
        assert any(places)


@pytest.mark.parametrize("name", RUNS)
def test_result_is_whole(name: str) -> None:
    result = experiments.load_result("4_5", name)
    made = [(run.get("weight_decay"), run.get("augment"), run["seed"]) for run in result["runs"]]
    assert len(set(made)) == len(made) == RUNS[name]
    assert name in result["command"]


@pytest.mark.slow
def test_stored_run_holds() -> None:
    stored = experiments.load_result("4_5", "fashion")["runs"][-1]
    again = section_4_5.decay_run(stored["weight_decay"], stored["seed"])
    assert again["validation"]["accuracy"] == pytest.approx(
        stored["validation"]["accuracy"], abs=0.02
    )


def test_command_writes_a_result(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setitem(section_4_5.EXPERIMENTS, "fashion", lambda: [{"seed": 0}])
    section_4_5.main(["fashion", "--folder", str(tmp_path)])
    written = json.loads((tmp_path / "4_5" / "fashion.json").read_text(encoding="utf-8"))
    assert written["runs"] == [{"seed": 0}]


def problem(n: int = 20) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    X = torch.randn(n, 8, generator=generator)
    y = X @ torch.tensor(shrinkage.TRUTH).reshape(-1, 1) + torch.randn(n, 1, generator=generator)
    return X.T @ X / n, X.T @ y / n, torch.tensor([0.01, 0.1, 1.0, 10.0])


def test_lab_inverse() -> None:
    H, _, lambdas = problem()
    A = H + lambdas.reshape(-1, 1, 1) * torch.eye(8)
    torch.testing.assert_close(shrinkage.inverse(A), torch.linalg.inv(A), rtol=1e-3, atol=1e-4)


def test_lab_ridge_and_lasso_meet_their_conditions() -> None:
    H, g, lambdas = problem()
    for w, lambd in zip(shrinkage.ridge(H, g, lambdas), lambdas, strict=True):
        assert (H @ w - g[:, 0] + lambd * w).abs().max() < 1e-4
    for w, lambd in zip(shrinkage.lasso(H, g, lambdas), lambdas, strict=True):
        gradient, on = H @ w - g[:, 0], w != 0
        assert (gradient[~on].abs() <= lambd + 1e-3).all()
        assert ((gradient + lambd * w.sign())[on].abs() < 1e-3).all()


def test_lab_presets_say_what_is_seen() -> None:
    values = {control.name: control.value for control in shrinkage.LAB.controls}
    shown = {
        preset.name: [
            shrinkage.LAB.arrays({**values, **preset.values, "seed": seed}) for seed in range(5)
        ]
        for preset in shrinkage.LAB.presets
    }
    few, many = shown["few"], shown["many"]
    assert few[0]["risk"][0].item() == pytest.approx(8.8, abs=0.05)
    assert few[0]["risk_best"].item() == pytest.approx(6.4, abs=0.06)
    assert all(a["risk_best"] < a["risk"][0] and a["zeros"] == 0 for a in few)
    assert all(a["best"] < 0.011 and a["risk_now"] > a["risk_best"] + 0.6 for a in many)
    for arrays in shown["lasso"]:
        assert (arrays["now"][torch.tensor([0, 2, 4])] != 0).all() and 4 <= arrays["zeros"] <= 5
    for arrays in shown["twins-ridge"]:
        assert 1.35 < arrays["now"][0] < 1.65 and 0.95 < arrays["now"][1] < 1.15
    second = [arrays["now"][1].item() for arrays in shown["twins-lasso"]]
    assert second[:4] == [0, 0, 0, 0] and second[4] == pytest.approx(0.28, abs=0.01)
    wrong = {**values, "penalty": "lasso", "n": 12, "correlation": 0.95, "lambd": 0.3}
    assert shrinkage.LAB.arrays(wrong)["now"][0] == 0 < shrinkage.LAB.arrays(wrong)["now"][1]


@pytest.mark.parametrize(("n", "d", "lambd"), [(120, 60, 0.2), (80, 160, 0.05), (100, 100, 1.0)])
def test_lab_formula_is_the_simulated_error(n: int, d: int, lambd: float) -> None:
    generator = torch.Generator().manual_seed(0)
    truth = torch.full((d, 1), d**-0.5, dtype=torch.float64)
    errors = []
    for _ in range(40):
        X = torch.randn(n, d, generator=generator, dtype=torch.float64)
        y = X @ truth + torch.randn(n, 1, generator=generator, dtype=torch.float64)
        A = X.T @ X / n + lambd * torch.eye(d, dtype=torch.float64)
        errors.append((torch.linalg.solve(A, X.T @ y / n) - truth).square().sum().item())
    formula = ratio.ridge_risk(*(torch.tensor(v) for v in (d / n, lambd, 1.0, 1.0)))
    assert formula.item() == pytest.approx(sum(errors) / 40, rel=0.08)


def test_lab_formula_goes_over_into_least_squares() -> None:
    one = torch.tensor(1.0)
    for gamma in (0.3, 0.8, 2.0):
        g = torch.tensor(gamma)
        small = ratio.ridge_risk(g, torch.tensor(1e-4), one, one)
        assert small.item() == pytest.approx(ratio.plain_risk(g, one, one).item(), rel=0.02)


def test_ratio_presets_say_what_is_seen() -> None:
    values = {control.name: control.value for control in ratio.LAB.controls}
    seen = {p.name: ratio.LAB.arrays({**values, **p.values}) for p in ratio.LAB.presets}
    for name, key, expected in (
        ("peak", "plain_now", 19), ("peak", "best_now", 0.6), ("plenty", "plain_now", 0.111),
        ("plenty", "best_now", 0.099), ("plenty", "ridge_now", 0.29),
        ("second-descent", "plain_now", 1.5), ("second-descent", "best_now", 0.78),
        ("quiet", "best", 0.005),
    ):  # fmt: skip
        assert seen[name][key].item() == pytest.approx(expected, abs=0.005)
