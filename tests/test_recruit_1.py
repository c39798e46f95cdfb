"""The first recruit sheet: its stored runs hold, its labs say what is so, its presets are true."""

import json
import math
import re
from pathlib import Path

import pytest
import torch

from mlpbook.experiments import load_result, recruit_1
from mlpbook.experiments.recruit_1 import PATIENTS, curves, draw, forward, treated
from mlpbook.labs import curve_doctor, descent_race, get, loss_shapes, show

CHAPTERS = Path(__file__).parent.parent / "chapters"
NOTEBOOK = CHAPTERS / "recruit_1_concepts.ipynb"
LABS = ("descent_race", "loss_shapes", "curve_doctor")


def arrays(name, **values):
    lab = get(name)
    return lab.arrays(lab.settings(values))


def test_every_citation_is_in_the_bibliography():
    text = NOTEBOOK.read_text(encoding="utf-8")
    keys = set(re.findall(r"references\.md#(\w+)", text))
    known = set(re.findall(r"@\w+\{(\w+),", (CHAPTERS / "references.bib").read_text("utf-8")))
    assert len(keys) >= 10
    assert keys <= known


@pytest.mark.parametrize("name", LABS)
def test_a_labs_picture_is_small(name):
    assert len(show(name).html()) < 60_000


def test_the_seeds_of_the_doctor_do_not_meet():
    together = curves(PATIENTS["fast"], range(2))
    alone = curves(PATIENTS["fast"], range(1, 2))
    torch.testing.assert_close(
        together["train"][1, :2], alone["train"][0, :2], rtol=1e-3, atol=1e-5
    )


def test_the_doctors_first_error_is_that_of_the_untrained_network():
    x, y, *_, W1, b1, W2, b2, W3, b3 = draw(PATIENTS["overfit"], 3)
    error = (forward([W1, b1, W2, b2, W3, b3], x) - y).square().mean()
    stored = {(r["patient"], r["treatment"]): r for r in load_result("recruit_1", "doctor")["runs"]}
    first, *_ = draw(PATIENTS["overfit"], 0)
    assert len(first) == recruit_1.HELD_OUT
    run = curves(PATIENTS["overfit"], range(3, 4))
    assert run["validation"][0, 0].item() == pytest.approx(error.item(), rel=1e-4)
    assert len(stored) == 36


@pytest.mark.parametrize("patient", PATIENTS)
def test_the_right_treatment_reaches_the_noise_and_the_disease_was_there(patient):
    runs = {(r["patient"], r["treatment"]): r for r in load_result("recruit_1", "doctor")["runs"]}
    noise = PATIENTS[patient].noise ** 2
    assert max(runs[patient, patient]["validation"]) < 1.25 * noise
    if patient != "noise":
        left = runs[patient, "noise"]["validation"]
        assert all(value is None or value > 1.25 * noise for value in left)


def test_more_data_do_not_cure_a_shift():
    runs = {(r["patient"], r["treatment"]): r for r in load_result("recruit_1", "doctor")["runs"]}
    assert min(runs["shift", "overfit"]["validation"]) > 0.2
    assert treated(PATIENTS["shift"], "overfit").reach == PATIENTS["shift"].reach


@pytest.mark.parametrize("k", range(1, 7))
def test_the_doctor_says_whether_a_diagnosis_is_right(k):
    for diagnosis in curve_doctor.DISEASES:
        found = arrays("curve_doctor", patient=k, diagnosis=diagnosis)
        right = diagnosis == curve_doctor.PATIENTS[k - 1]
        assert bool(found["right"].isfinite().any()) is right
        assert bool(found["wrong"].isfinite().any()) is not right
    undecided = arrays("curve_doctor", patient=k, diagnosis="none")
    assert undecided["right"].isnan().all() and undecided["wrong"].isnan().all()
    assert undecided["floor"].isnan()


@pytest.mark.parametrize("curvature", [(0, 2.0), (1, 25.0)])
@pytest.mark.parametrize("keep", [0.0, 0.5, 0.9])
def test_the_limit_parts_convergence_from_divergence(curvature, keep):
    landscape, steep = curvature
    limit = 2 * (1 + keep) / steep
    ends = []
    for factor in (0.97, 1.03):
        found = arrays("descent_race", landscape=landscape, lr=factor * limit, keep=keep)
        ends.append(found["rival_end"].item())
        assert found["heavy_limit"].item() == pytest.approx(limit, rel=1e-5)
    assert ends[1] > 5 * ends[0]


@pytest.mark.parametrize(
    ("rule", "optimiser"),
    [
        ("momentum", lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.8)),
        ("adagrad", lambda p: torch.optim.Adagrad(p, lr=0.05, eps=1e-8)),
        ("rmsprop", lambda p: torch.optim.RMSprop(p, lr=0.05, alpha=0.9)),
        ("adam", lambda p: torch.optim.Adam(p, lr=0.05, betas=(0.8, 0.999))),
    ],
)
def test_the_rivals_are_those_of_torch(rule, optimiser):
    found = arrays("descent_race", landscape=3, rule=rule, lr=0.05, keep=0.8, start=6.0)
    w = torch.tensor([6.0, 0.0], dtype=torch.float64, requires_grad=True)
    shape = torch.tensor(descent_race.DENT, dtype=torch.float64)
    walker = optimiser([w])
    for _ in range(descent_race.STEPS):
        walker.zero_grad()
        descent_race.height(w[0], w[1], shape).backward()
        walker.step()
    assert found["rival_x"][-1].item() == pytest.approx(w[0].item(), abs=1e-5)


def test_presets_of_the_race_are_true():
    default = arrays("descent_race")
    assert default["now"].item() == pytest.approx(0.6)
    assert default["rate"][default["factor"].argmin()].item() == pytest.approx(0.5, rel=0.05)
    edge = arrays("descent_race", lr=1.0, keep=0.5)
    assert edge["plain_end"] == 100 and edge["rival_end"] < 1e-6
    beyond = arrays("descent_race", lr=1.1, keep=0.5)
    assert beyond["plain_end"] > 1e4 and beyond["rival_end"] < 1e-6
    far = arrays("descent_race", lr=1.5)  # each step multiplies by -2, and nothing holds it
    assert far["plain_end"].item() == pytest.approx(100 * 4**descent_race.STEPS, rel=1e-5)
    ravine = arrays("descent_race", landscape=1, lr=0.03, keep=0.8)
    assert 2.9 < ravine["plain_x"][-1] < 3.1 and ravine["rival_end"] < ravine["plain_end"] / 100
    saddle = arrays("descent_race", landscape=2, lr=0.1, keep=0.9, start=5.0)
    assert 36 <= (saddle["plain_y"] < 1).sum() <= 40 and (saddle["rival_y"] < 1).sum() < 22
    assert saddle["limit"].isnan() and saddle["heavy_limit"].isnan() and saddle["now"] > 1
    dent = arrays("descent_race", landscape=3, lr=0.3, keep=0.9, start=8.0)
    assert 3.8 < dent["plain_x"][-1] < 4 and dent["rival_x"][-1] < 2
    adam = arrays("descent_race", landscape=1, rule="adam", lr=0.3, keep=0.9)
    assert adam["rival_x"][1].item() == pytest.approx(9.7, abs=1e-5)
    assert adam["rival_y"][1].item() == pytest.approx(0.7, abs=1e-5)


def test_presets_of_the_shapes_are_true():
    for outlier, mean in ((30.0, 8.0), (5.0, 3.0)):
        found = arrays("loss_shapes", outlier=outlier, delta=1.0)
        assert found["mean"] == mean and found["median"] == 3
        assert found["between"].item() == pytest.approx(3, abs=1e-4)
    wrong = arrays("loss_shapes", z=-10.0)
    assert wrong["entropy_now"].item() == pytest.approx(-0.99995, abs=1e-5)
    assert wrong["brier_now"].item() == pytest.approx(-0.00009, abs=1e-5)


@pytest.mark.parametrize("outlier", [0.0, 2.5, 7.0, 30.0])
@pytest.mark.parametrize("delta", [0.3, 2.0])
def test_the_best_answers_are_minima(outlier, delta):
    found = arrays("loss_shapes", outlier=outlier, delta=delta)
    points = torch.tensor([*loss_shapes.FOUR, outlier])
    for name, loss in (
        ("mean", lambda r: r**2),
        ("median", torch.abs),
        ("between", lambda r: loss_shapes.huber(r, torch.tensor(delta))),
    ):
        best = loss(found[name] - points).sum()
        assert all(loss(c - points).sum() >= best - 1e-4 for c in torch.linspace(0, 30, 301))


def test_the_notebook_has_every_claim_of_the_sheet():
    tags = {
        tag
        for cell in json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
        for tag in cell["metadata"].get("tags", [])
    }
    assert sum(tag.startswith("claim:s4-") for tag in tags) == 33
    assert math.isclose(sum(tag.startswith("exercise:") for tag in tags), 4)
