"""Lecture L1: the perceptron's lab runs the algorithm, and its notes are true of its runs."""

import itertools

import pytest
import torch

from mlpbook import labs
from mlpbook.labs import perceptron as lab
from mlpbook.labs.perceptron import LAB, MOST, NUM_POINTS


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
    weights = [torch.zeros(3).double()]
    clean = 0
    for i in itertools.cycle(range(len(X))):
        if rows[i] @ weights[-1] <= 0:
            weights.append(weights[-1] + rows[i])
            clean = 0
        else:
            clean += 1
        if clean == len(X) or len(weights) > most:
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


def test_the_stored_picture_is_small():
    assert len(labs.show("perceptron").html()) < 60_000
