"""Practice: right answers pass, each typical mistake gets its own hint, nothing ever raises."""

import importlib
import pkgutil
import re

import pytest

from mlpbook.practice import check, tasks
from mlpbook.practice._registry import texts
from tests import practice_answers

MODULES = [
    importlib.import_module(f"{practice_answers.__name__}.{module.name}")
    for module in pkgutil.iter_modules(practice_answers.__path__)
]
RIGHT = [(task, answer) for m in MODULES for task, answers in m.RIGHT.items() for answer in answers]
WRONG = [
    (task, hint, answer)
    for m in MODULES
    for task, answers in m.WRONG.items()
    for hint, answer in answers
]
STARTERS = [(task, answer) for m in MODULES for task, answer in m.STARTERS.items()]


@pytest.mark.parametrize(("task", "answer"), RIGHT)
def test_right_answers_pass(task, answer):
    found = check(task, answer)
    assert (found.status, found.hint) == ("passed", None), found


@pytest.mark.parametrize(("task", "hint", "answer"), WRONG)
def test_each_mistake_gets_its_hint(task, hint, answer):
    found = check(task, answer)
    assert found.status == "hint"
    assert found.hint == hint, found


@pytest.mark.parametrize(("task", "answer"), STARTERS)
def test_unfilled_starter_is_not_a_mistake(task, answer):
    assert check(task, answer).status == "todo"
    assert check(task, ...).status == "todo"


@pytest.mark.parametrize("task", sorted(tasks()))
def test_every_task_has_answers_and_every_hint_is_reached(task):
    reached = {hint for name, hint, _ in WRONG if name == task}
    assert len(reached) >= 5
    assert set(tasks()[task].hints) <= reached
    assert task in dict(RIGHT)
    assert task in dict(STARTERS)


def test_every_general_hint_is_reached():
    assert set(texts("general")) <= {hint for _, hint, _ in WRONG} | {"todo"}


def test_a_section_has_at_least_three_tasks():
    sections = [name.partition("-")[0] for name in tasks()]
    assert all(sections.count(section) >= 3 for section in set(sections))


@pytest.mark.parametrize(("task", "hint", "answer"), WRONG)
def test_feedback_is_bilingual_and_filled_in(task, hint, answer):
    found = check(task, answer)
    assert re.search("[一-鿿]", found.message["zh"])
    assert not re.search("[一-鿿]", found.message["en"])
    html = found._repr_html_()
    assert '<div lang="zh-Hans">' in html and '<div lang="en">' in html
    words = re.sub(r"\$[^$]*\$", "", found.message["zh"] + found.message["en"])
    assert not re.search(r"\{[a-z]+\}|\{\{", words)
    assert "Traceback" not in html


def test_feedback_escapes_what_the_reader_wrote():
    def bad(X):
        raise ValueError("<script>alert(1)</script> `tick`")

    html = check("4.2-relu", bad)._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_a_raised_error_names_the_line():
    def bad(X):
        X = X + 1
        return X @ X @ X

    line = bad.__code__.co_firstlineno + 2
    assert f"line {line}:" in check("4.2-relu", bad).message["en"]


def test_feedback_as_text_and_html_agree():
    found = check("4.2-relu", abs)
    assert repr(found).startswith("✗ 4.2-relu")
    assert found.message["en"] in repr(found)


def test_checking_leaves_the_random_state_alone():
    import torch

    torch.manual_seed(3)
    expected = torch.rand(2)
    torch.manual_seed(3)
    check("4.2-log-uniform", lambda n, low, high, generator: torch.rand(n))
    assert torch.equal(torch.rand(2), expected)


def test_unknown_task_lists_the_known_ones():
    with pytest.raises(ValueError, match=r"no task '4.2-rleu'; known tasks: .*4.2-relu"):
        check("4.2-rleu", abs)
