"""Section 4.4: what its cells define is right, and its stored experiments can be run again."""

import json
import math
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from mlpbook import experiments
from mlpbook.experiments import section_4_4, sgd_log
from mlpbook.labs import bias_variance, polynomial
from tests import teaching

pytestmark = pytest.mark.usefixtures("one_thread")

NOTEBOOK = Path(__file__).parent.parent / "chapters" / "4_4_generalization.ipynb"
TEACHING_CELLS = ("data", "arnoldi-code", "sgd-code", "kfold-code", "solvers-code")
LOG = """Training degree 2...
Training 200 epochs with batch size 10
Initial | Train Loss: 28.5 | Test Loss: 30.25
Epoch  1/200 | Train Loss: 24.0 | Test Loss: 20.5

Training with 10 training examples...
Initial | Train Loss: 1.0 | Test Loss: 2.0
Epoch 50/400 | Train Loss: 0.5 | Test Loss: 0.75
"""


@pytest.fixture(scope="module")
def cells() -> SimpleNamespace:
    """The functions that the notebook's teaching cells define, from the notebook itself."""
    names = {"torch": torch, "math": math, "g": torch.Generator()}
    texts = {key: text.split("\n\n\ng = ")[0] for key, text in teaching.sources(NOTEBOOK).items()}
    teaching.define(texts, ["erm"], names)
    names["solve"] = lambda X, y: torch.linalg.lstsq(X, y[..., None]).solution[..., 0]
    return teaching.define(texts, TEACHING_CELLS, names)


def test_cells_features(cells) -> None:
    x = torch.tensor([2.0, -1.0], dtype=torch.float64)
    expected = torch.tensor([[1, 2, 2, 8 / 6], [1, -1, 0.5, -1 / 6]], dtype=torch.float64)
    torch.testing.assert_close(cells.features(x, 3), expected)
    torch.testing.assert_close(cells.features(x, 3, scaled=False)[:, 3], x**3)


@pytest.mark.parametrize("degree", [0, 3, 9])
def test_cells_one_pass_is_a_fit_of_each_degree(cells, degree: int) -> None:
    x, y = cells.sample(30, seed=0)
    new, _ = cells.sample(7, seed=1)
    at_x, at_new = cells.fit_all(x, y, new, 9)
    w = cells.solve(cells.features(x, degree), y)
    torch.testing.assert_close(cells.features(x, degree) @ w, at_x[:, degree])
    torch.testing.assert_close(cells.features(new, degree) @ w, at_new[:, degree])


def test_cells_solvers_agree_on_an_easy_problem(cells) -> None:
    x, y = cells.sample(30, seed=0)
    X = cells.features(x, 3)
    for solver in (cells.by_inverse, cells.by_cholesky, cells.by_qr, cells.by_svd):
        torch.testing.assert_close(solver(X, y), torch.linalg.pinv(X) @ y)


def test_cells_sgd_is_torchs(cells) -> None:
    x, y = cells.sample(2, 10, seed=0)
    X = cells.features(x, 2)
    found = cells.sgd(X, y, 5, lr=0.02, batch_size=10)
    start = torch.rand(2, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    w = ((2 * start - 1) / 3**0.5).requires_grad_()
    optimizer = torch.optim.SGD([w], lr=0.02)
    for _ in range(5):
        optimizer.zero_grad()
        ((X @ w[..., None])[..., 0] - y).square().mean(1).sum().backward()
        optimizer.step()
    torch.testing.assert_close(found, w.detach())


def test_log_is_parsed() -> None:
    assert sgd_log.parse(LOG) == [
        {"varied": "label", "value": 2, "epoch": [0, 1], "train": [28.5, 24.0],
         "test": [30.25, 20.5]},
        {"varied": "n", "value": 10, "epoch": [0, 50], "train": [1.0, 0.5], "test": [2.0, 0.75]},
    ]  # fmt: skip


def test_losses_before_a_header_are_named() -> None:
    with pytest.raises(ValueError, match="got losses before any header"):
        sgd_log.parse("Initial | Train Loss: 1.0 | Test Loss: 2.0")


def test_log_file_is_written(tmp_path: Path) -> None:
    source = tmp_path / "log.txt"
    source.write_text(LOG, encoding="utf-8")
    sgd_log.main([str(source), "--folder", str(tmp_path)])
    stored = json.loads((tmp_path / "4_4" / "sgd_log.json").read_text(encoding="utf-8"))
    assert stored["runs"] == sgd_log.parse(LOG)


def test_stored_log_is_whole() -> None:
    runs = experiments.load_result("4_4", "sgd_log")["runs"]
    assert [r["value"] for r in runs] == [*range(1, 21), 10, 20, 50, 100, 200, 500]
    assert all(len(r["train"]) == len(r["test"]) == len(r["epoch"]) for r in runs)


def test_schedule() -> None:
    numbers = section_4_4.schedule(300)
    assert numbers[0] == 1 and numbers[-1] == 300
    assert numbers == sorted(set(numbers))


def test_noise_changes_the_share_of_labels_that_it_says() -> None:
    _, y, drawn = section_4_4.mislabelled(0.3, 2000, torch.Generator().manual_seed(0))
    _, clean, none = section_4_4.mislabelled(0.0, 2000, torch.Generator().manual_seed(0))
    assert not none.any()
    assert 0.25 < drawn.double().mean() < 0.35
    assert torch.equal(y[~drawn], clean[~drawn])
    assert 0.85 < (y != clean)[drawn].double().mean() < 0.95  # one in ten is drawn right


def test_stored_runs_can_be_run_again() -> None:
    known = experiments.load_result("4_4", "epochwise")["runs"][0]
    again = section_4_4.noisy_labels(known["noise"], known["seed"], num_epochs=2)
    assert np.allclose(again["test_error"], known["test_error"][:2], atol=0.02)
    known = experiments.load_result("4_4", "grokking")["runs"][0]
    setting = known["fraction"], known["weight_decay"], known["seed"]
    again = section_4_4.modular_addition(*setting, num_steps=250)
    assert np.allclose(again["train_accuracy"], known["train_accuracy"][:1], atol=0.02)


@pytest.mark.parametrize("basis", ["raw", "factorial", "orthonormal"])
def test_labs_bases_give_one_function(basis: str) -> None:
    x = polynomial.X[:20]
    y = polynomial.truth(x) + polynomial.NOISE[:20]
    curve, train, _, _ = polynomial.measure(5, x, y, basis, "svd")
    expected = np.polynomial.Polynomial.fit(x, y, 5)
    assert np.allclose(curve, expected(polynomial.GRID), atol=1e-6)
    assert train == pytest.approx(np.mean((expected(x) - y) ** 2))


def test_labs_presets_are_as_their_notes_say() -> None:
    found = {p.name: polynomial.compute(**p.values) for p in polynomial.LAB.presets}
    assert min(found["underfit"]["train"], found["underfit"]["test"]) > 5
    assert found["interpolation"]["train"] < 1e-25 < 100 < found["interpolation"]["test"]
    assert np.isnan(found["overflow"]["train"])
    assert np.isnan(found["overflow"]["fit"]).all()
    same = {"degree": 12, "n": 20, "noise": 1}
    exact = polynomial.compute(**same, basis="factorial", solver="svd")
    assert found["unfinished"]["train"] > 2 * exact["train"]
    assert found["unfinished"]["test"] < 0.1 * exact["test"]
    finished = polynomial.compute(**same, basis="orthonormal", solver="sgd")
    assert finished["train"] == pytest.approx(float(exact["train"]), rel=0.01)
    assert found["inverse"]["train"] > 1
    given = {"degree": 12, "n": 10, "noise": 1, "basis": "raw"}
    assert polynomial.compute(**given, solver="svd")["train"] < 1e-20


def test_labs_variance_is_the_formulas() -> None:
    generator = torch.Generator().manual_seed(0)
    noise = {k: torch.randn(50, 80, generator=generator) for k in ("E", "F")}
    found = {}
    for degree, n in ((1, 80), (15, 20), (15, 80)):
        hyper = {"degree": degree, "n": n, "sigma": torch.tensor(0.3)}
        found[degree, n] = bias_variance.compute(noise, hyper)
        assert found[degree, n]["variance"] == pytest.approx(found[degree, n]["theory"], rel=0.25)
    assert found[1, 80]["bias2"] > 10 * found[1, 80]["variance"]
    assert found[15, 20]["variance"] > 10 * found[15, 20]["bias2"]
    assert found[15, 80]["variance"] < 0.4 * found[15, 20]["variance"]
