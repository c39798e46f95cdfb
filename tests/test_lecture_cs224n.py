"""The CS224n lecture: its data, what its cells define, its labs and its stored results."""

import json
import math
import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from mlpbook import data, experiments, places
from mlpbook.data import DataFileError
from mlpbook.experiments import lecture_cs224n as ner
from mlpbook.labs import epsilon, ravine, schedule
from mlpbook.places import vocabulary, windows
from tests import teaching
from tools import places as generator

ROOT = Path(__file__).resolve().parents[1]
CHAPTERS = ROOT / "chapters"
NOTEBOOK = CHAPTERS / "lecture_cs224n.ipynb"
TEACHING_CELLS = (
    "windows-code", "train-params", "train-pairs-code", "train-loop",
    "vectorised-code", "snippet-code", "optimisers", "optimisers-adam",
)  # fmt: skip
RUNS = {"models": 20, "margin": 75, "linear": 35, "plain": 25, "rates": 45, "schedules": 60}


# The sentences


def test_the_generated_sentences_are_what_the_tool_writes():
    for name, text in generator.files().items():
        assert (places.FOLDER / name).read_text(encoding="utf-8") == text


@pytest.mark.parametrize(("split", "size"), [("train", 432), ("validation", 144), ("test", 70)])
def test_splits_have_the_promised_sizes(split, size):
    assert len(data.places(split)) == size


def test_sentences_are_lower_case_words_with_marks():
    for split in places.MD5:
        for sentence in data.places(split):
            assert len(sentence.words) == len(sentence.is_place)
            assert all(re.fullmatch(r"[a-z]+|[.,?]", word) for word in sentence.words)


def test_no_sentence_stands_in_two_splits():
    splits = [{s.words for s in data.places(split)} for split in places.MD5]
    assert not splits[0] & splits[1] and not splits[0] & splits[2] and not splits[1] & splits[2]


def test_context_decides_about_many_names():
    marks: dict[str, set[bool]] = {}
    for sentence in data.places("train"):
        for word, place in zip(*sentence, strict=True):
            marks.setdefault(word, set()).add(place)
    assert sum(len(seen) == 2 for seen in marks.values()) >= 10


def test_a_missing_and_an_altered_file_are_named(tmp_path):
    with pytest.raises(DataFileError, match=r"train\.txt: expected MD5 \w+, found no such file"):
        data.places("train", folder=tmp_path)
    shutil.copy(places.FOLDER / "train.txt", tmp_path)
    with (tmp_path / "train.txt").open("a", encoding="utf-8") as file:
        file.write("one more .\n")
    with pytest.raises(DataFileError, match=r"train\.txt: expected MD5 \w+, found \w+ \(\d"):
        data.places("train", folder=tmp_path)
    with pytest.raises(ValueError, match="split"):
        data.places("all")


def test_windows_are_padded_and_centred():
    sentence = places.Sentence(("a", "b", "c"), (False, True, False))
    vocab = vocabulary([sentence])
    found = windows([sentence], vocab, reach=1)
    assert found.X.tolist() == [[0, 2, 3], [2, 3, 4], [3, 4, 0]]
    assert found.is_place.tolist() == [False, True, False]
    unknown = windows([places.Sentence(("z",), (True,))], vocab)
    assert unknown.X.tolist() == [[0, 0, 1, 0, 0]]
    with pytest.raises(ValueError, match="reach"):
        windows([sentence], vocab, reach=0)


# What the cells define


@pytest.fixture(scope="module")
def cells() -> SimpleNamespace:
    """The functions that the notebook's teaching cells define, from the notebook itself."""
    names = {
        "torch": torch, "F": F, "math": math, "np": np, "places": places, "ner": ner,
        "train": data.places("train"),
    }  # fmt: skip
    return teaching.define(teaching.sources(NOTEBOOK), TEACHING_CELLS, names)


def test_the_cells_network_is_the_experiments(cells):
    params, log = cells.train_ner(seed=3, num_steps=5)
    expected, seen = ner.train(ner.Setting(num_steps=5), seed=3)
    for p, name in zip(params, "EWbU", strict=True):
        torch.testing.assert_close(p, expected[name])
    assert np.allclose(log.T, seen)


def test_the_cells_gradient_is_central(cells):
    x = torch.tensor([1.0, 2.0], dtype=torch.float64)
    found = cells.numeric_gradient(lambda: (x**3).sum(), x, eps=1e-3)
    assert (found - 3 * x**2).tolist() == pytest.approx([1e-6, 1e-6], rel=1e-3)


@pytest.mark.parametrize("name", ["momentum", "adam", "adamw"])
def test_the_cells_optimisers_are_pytorchs(cells, name):
    make = {
        "momentum": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
        "adam": lambda p: torch.optim.Adam(p, lr=0.1),
        "adamw": lambda p: torch.optim.AdamW(p, lr=0.1),
    }[name]
    q = torch.ones(3, dtype=torch.float64, requires_grad=True)
    p, state, optimizer = q.detach().clone(), {}, make([q])
    for t in range(5):
        q.grad = torch.full_like(q, math.sin(t)) * torch.arange(3)
        p = getattr(cells, name)(p, q.grad.clone(), state, lr=0.1)
        optimizer.step()
        torch.testing.assert_close(p, q.detach())


# Stored results


@pytest.mark.parametrize(("name", "size"), RUNS.items())
def test_results_hold_every_run(name, size):
    runs = experiments.load_result("lecture_cs224n", name)["runs"]
    assert len(runs) == size
    assert {run["seed"] for run in runs} == set(range(5))
    assert name == "models" or all("test" not in run for run in runs)


def test_a_stored_run_holds():
    stored = experiments.load_result("lecture_cs224n", "rates")["runs"][0]
    again = ner.run(ner.Setting(**stored["setting"]), stored["seed"])
    assert again["last_loss"] == pytest.approx(stored["last_loss"], rel=0.02)


def test_f1_and_threshold():
    score, truth = torch.tensor([0.1, 0.4, 0.6, 0.9]), torch.tensor([False, True, False, True])
    found = ner.f1(score, truth, 0.5)
    assert found == {"precision": 0.5, "recall": 0.5, "f1": 0.5}
    assert 0.1 < ner.best_threshold(score, truth) < 0.4
    assert ner.f1(score, truth, 2.0)["f1"] == 0


# The labs


def at(lab, **values):
    return lab.arrays({control.name: control.value for control in lab.controls} | values)


def test_epsilon_lab_has_both_orders():
    found = at(epsilon.LAB)
    for name, order in (("forward", 1), ("central", 2)):
        error = found[name][28:45].log10()  # from 1e-5 to 1e-1, off the rounding
        slope = (error[-1] - error[-9]) / 2
        assert slope == pytest.approx(order, abs=0.1)
    single = at(epsilon.LAB, precision="float32")
    assert single["central"].min() > 1e3 * found["central"].min()


@pytest.mark.parametrize("kind", [kind for kind, _ in schedule.KINDS])
def test_schedule_lab_is_the_recursion(kind):
    found = at(schedule.LAB, kind=kind, peak=0.3, warmup=10, final=0.05, sigma=0.7)
    square = schedule.START**2
    for rate, error in zip(found["rate"].tolist(), found["error"].tolist(), strict=True):
        square = (1 - rate) ** 2 * square + (rate * 0.7) ** 2
        assert error == pytest.approx(math.sqrt(square), rel=1e-4)
    assert found["rate"].max() == pytest.approx(0.3)
    assert kind == "constant" or found["rate"][-1] < 0.035


def test_schedule_lab_tells_how_large_an_error_becomes():
    found = at(schedule.LAB, kind="constant", peak=2.5, warmup=0, sigma=0.7)
    square = schedule.START**2
    for rate in found["rate"].tolist():
        square = (1 - rate) ** 2 * square + (rate * 0.7) ** 2
    assert square > 1e60
    assert found["last"].item() == pytest.approx(math.sqrt(square), rel=1e-4)


def test_ravine_lab_runs_pytorchs_optimisers():
    found = at(ravine.LAB, kappa=20.0, share=0.4, mu=0.8, adaptive=0.05, angle=0.0)
    H = torch.tensor([[1 / 20, 0.0], [0.0, 1.0]], dtype=torch.float64)
    makes = {
        "gd": lambda p: torch.optim.SGD(p, lr=0.8),
        "momentum": lambda p: torch.optim.SGD(p, lr=0.8, momentum=0.8),
        "adagrad": lambda p: torch.optim.Adagrad(p, lr=0.05),
        "rmsprop": lambda p: torch.optim.RMSprop(p, lr=0.05),
        "adam": lambda p: torch.optim.Adam(p, lr=0.05),
    }
    for name, make in makes.items():
        x = torch.tensor(ravine.START, dtype=torch.float64, requires_grad=True)
        optimizer = make([x])
        for t in range(20):
            loss = x @ H @ x / 2
            assert found[f"{name}_loss"][t].item() == pytest.approx(loss.item(), rel=1e-4)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


def test_turning_the_valley_leaves_gradient_descent_alone():
    straight, turned = (at(ravine.LAB, kappa=100.0, angle=a) for a in (0.0, 45.0))
    for name in ("gd", "momentum"):
        torch.testing.assert_close(straight[f"{name}_loss"], turned[f"{name}_loss"])
    assert turned["adam_last"] > 2 * straight["adam_last"]


def test_the_ravine_lab_tells_how_small_and_how_large_a_loss_becomes():
    assert at(ravine.LAB)["rmsprop_last"] < 1e-30
    beyond = at(ravine.LAB, kappa=20.0, share=1.05, angle=0.0)
    steep, flat = ravine.START[1] ** 2, ravine.START[0] ** 2 / 20
    left = (1.1**120 * steep + (1 - 2.1 / 20) ** 120 * flat) / (steep + flat)
    assert beyond["gd_last"].item() == pytest.approx(left, rel=1e-3)


# The text


def test_no_chapter_holds_the_notes_crumbs():
    crumbs = re.compile("cite" + r"_start|encrypted-tb" + "n")
    for path in CHAPTERS.glob("*.*"):
        if path.suffix in (".md", ".ipynb"):
            assert not crumbs.search(path.read_text(encoding="utf-8")), path.name


def test_every_trick_of_the_map_has_its_heading():
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    headings = [
        line for cell in cells if cell["cell_type"] == "markdown"
        for line in "".join(cell["source"]).splitlines() if line.startswith("## ")
    ]  # fmt: skip
    for number in ("1.1", "1.2", "1.3", "1.4", "1.5", "1.6", *(f"2.{k}" for k in range(1, 10))):
        assert any(line.startswith(f"## {number} ") for line in headings), number
