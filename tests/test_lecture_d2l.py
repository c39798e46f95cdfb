"""Lecture L1: the perceptron's lab runs the algorithm, and its notes are true of its runs."""

import itertools

import pytest
import torch

from mlpbook import labs
from mlpbook.labs import perceptron as lab
from mlpbook.labs.perceptron import LAB, MOST, NUM_POINTS
from mlpbook.quizzes import quiz, sections


def arrays(**values):
    return LAB.arrays(LAB.settings(values))


def points(**values):
    found = arrays(**values)
    plus = ~found["plus"].isnan()
    y = plus.double() * 2 - 1
    height = torch.where(plus, found["plus"], found["minus"])
    return torch.stack((found["point_x"], height), 1).double(), y, found


def classical(X, y, most=MOST):
    """The perceptron as a plain loop: the weights after each mistake."""
    rows = y.unsqueeze(1) * torch.cat((X, torch.ones(len(X), 1).double()), 1)
    weights, clean, turn = [torch.zeros(3).double()], 0, itertools.cycle(rows)
    while clean < len(X) and len(weights) <= most:
        row = next(turn)
        wrong = bool(row @ weights[-1] <= 0)
        if wrong:
            weights.append(weights[-1] + row)
        clean = 0 if wrong else clean + 1
    return weights


@pytest.mark.parametrize("order", ["turn", "blocks"])
@pytest.mark.parametrize("margin", [0.05, 0.1, 0.4])
@pytest.mark.parametrize("seed", range(3))
def test_the_lab_runs_the_perceptron(order, margin, seed):
    settings = {"order": order, "margin": margin, "seed": seed}
    X, y, found = points(**settings, shown=MOST)
    weights = classical(X, y)
    total = min(len(weights) - 1, MOST)
    assert int(found["total"]) == total
    last = torch.stack([found["w1"], found["w2"], found["b"]]).double()
    torch.testing.assert_close(last, weights[total], rtol=1e-4, atol=1e-4)
    few = arrays(**settings, shown=2)
    two = torch.stack([few["w1"], few["w2"], few["b"]]).double()
    torch.testing.assert_close(two, weights[min(2, total)], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("order", ["turn", "blocks", "worst"])
@pytest.mark.parametrize("margin", [0.05, 0.1, 0.6])
def test_the_lab_keeps_the_theorem(order, margin):
    for seed in range(8):
        X, y, found = points(order=order, margin=margin, seed=seed, shown=MOST)
        total = int(found["total"])
        assert total <= float(found["bound"])
        shown = ~found["norm"].isnan()
        assert int(shown.sum()) == total
        norm, progress = found["norm"][shown], found["progress"][shown]
        m = torch.arange(1, total + 1)
        assert (progress >= found["gamma"] * m - 1e-4).all()
        assert (progress <= norm + 1e-5).all()
        assert (norm <= found["radius"] * m.sqrt() + 1e-4).all()
        assert int(found["wrong"]) == 0 or total == MOST
        if total < MOST:
            weights = torch.stack([found["w1"], found["w2"], found["b"]]).double()
            assert (y * (X @ weights[:2] + weights[2]) > 0).all()


def test_worst_first_corrects_the_worst():
    X, y, found = points(order="worst", margin=0.05, seed=1, shown=3)
    weights = torch.stack([found["w1"], found["w2"], found["b"]]).double()
    scores = y * (X @ weights[:2] + weights[2])
    worst = X[scores.argmin()]
    if scores.min() <= 0:
        here = torch.stack([found["next_x"], found["next_y"]]).double()
        torch.testing.assert_close(here, worst, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("margin", [0.05, 0.3])
def test_points_keep_their_margin(margin):
    for seed in range(5):
        X, y, found = points(margin=margin, seed=seed, shown=0)
        noise = LAB.draw({"seed": seed})
        _, truth = lab.separable(noise, y, torch.tensor(margin).double())
        distance = y * (X @ truth[:2] + truth[2])
        assert distance.min() == pytest.approx(margin, abs=1e-5)
        assert float(found["gamma"]) == pytest.approx(margin / truth.norm().item(), abs=1e-5)
        assert (found["line"].isnan()).all()  # no line yet
        assert len(X) == NUM_POINTS


@pytest.mark.parametrize("order", ["turn", "blocks", "worst"])
def test_exclusive_or_never_ends_and_has_no_bound(order):
    for seed in range(5):
        found = arrays(xor=True, order=order, seed=seed, shown=MOST)
        assert int(found["total"]) == MOST
        assert found["errors"].min() > 0
        assert found["bound"].isnan() and found["lower"].isnan().all()


def test_presets_are_settings_of_the_lab():
    assert len(LAB.presets) >= 2
    for preset in LAB.presets:
        assert arrays(**preset.values)


def totals(**values):
    found = [arrays(**values, shown=MOST, seed=seed) for seed in range(20)]
    corrections, bounds = ([float(a[name]) for a in found] for name in ("total", "bound"))
    return min(corrections), max(corrections), round(min(bounds)), round(max(bounds))


def test_notes_of_the_presets_hold():
    assert totals(margin=0.6) == (2, 4, 10, 17)
    assert totals(margin=0.1) == (4, 34, 242, 431)
    assert totals(margin=0.1, order="worst")[:2] == (2, 37)
    crossed = [arrays(xor=True, shown=MOST, seed=seed) for seed in range(5)]
    assert min(float(a["errors"].min()) for a in crossed) == 10
    assert max(float(a["norm"].nan_to_num().max()) for a in crossed) < 4


def test_the_stored_picture_is_small():
    assert len(labs.show("perceptron").html()) < 60_000


def test_a_lecture_has_its_quiz_under_its_name():
    assert quiz("lecture-d2l").spec["id"] == "lecture-d2l"
    assert {"4.2", "lecture-d2l"} <= set(sections())
