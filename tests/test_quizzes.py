"""Quizzes: sound files, computed answers, a complete static form, problems named."""

import copy
import json
import math
import re

import pytest
import yaml

from mlpbook import quizzes
from mlpbook._widget import BookWidget
from mlpbook.quizzes import QuizError, load, problems, quiz, rendered, static_html

FILES = sorted(quizzes.FOLDER.glob("*.yml"))
QUESTIONS = [(path.stem, q) for path in FILES for q in load(path)["questions"]]
NAMES = [f"{stem}-{q['id']}" for stem, q in QUESTIONS]
NUMERIC = [q for _, q in QUESTIONS if "answer_check" in q]


def test_each_quiz_has_enough_questions():
    for path in FILES:
        assert len(load(path)["questions"]) >= 5
    assert len(load(quizzes.FOLDER / "4_2.yml")["questions"]) >= 8


@pytest.mark.parametrize("question", NUMERIC, ids=lambda q: q["id"])
def test_numeric_answers_are_computed(question):
    """The right choice is the computed number to its digits, and no wrong choice is."""
    names = {"log": math.log, "e": math.e, "pi": math.pi}
    expected = eval(question["answer_check"], {"__builtins__": {}}, names)
    if question["kind"] == "number":
        assert question["answer"] == pytest.approx(expected, abs=question.get("tolerance", 0))
        return
    claimed = {choice["value"]: choice.get("right", False) for choice in valued(question)}
    for value, right in claimed.items():
        assert (value == round(expected, digits(value))) is right, value


@pytest.mark.parametrize("question", NUMERIC, ids=lambda q: q["id"])
def test_a_choice_shows_its_value(question):
    for choice in valued(question):
        shown = choice["text"]["en"].replace(",", "").replace("$", "")
        number = float(shown[:-1]) / 100 if shown.endswith("%") else fraction(shown)
        assert number == pytest.approx(choice["value"])


def valued(question):
    return [choice for choice in question.get("choices", []) if "value" in choice]


def digits(value):
    return len(str(value).partition(".")[2])


def fraction(text):
    top, _, bottom = text.partition("/")
    return float(top) / float(bottom or 1)


@pytest.mark.parametrize(("stem", "question"), QUESTIONS, ids=NAMES)
def test_a_numeric_question_has_a_computation(stem, question):
    """A right choice that is a bare number must come from a computation."""
    for choice in question.get("choices", []):
        if choice.get("right") and re.fullmatch(r"[\d.,%]+", choice["text"]["en"]):
            assert "answer_check" in question


def test_front_end_gets_what_it_reads_and_no_more():
    spec = rendered(load(quizzes.FOLDER / "4_2.yml"))
    assert json.loads(json.dumps(spec)) == spec
    for question in spec["questions"]:
        assert set(question) <= {
            "id", "kind", "prompt", "choices", "answer", "tolerance", "feedback",
        }  # fmt: skip
        for choice in question.get("choices", []):
            assert {"text", "right"} <= set(choice) <= {"text", "right", "feedback"}


def test_static_form_holds_every_text_and_the_spec():
    path = quizzes.FOLDER / "4_2.yml"
    html = static_html(load(path))
    assert html == static_html(load(path))
    assert html.count("<details>") == len(load(path)["questions"])
    assert html.count('lang="zh-Hans"') == html.count('lang="en"')
    script = re.search(r'<script type="application/json">(.*?)</script>', html, re.DOTALL)
    assert script and json.loads(script[1]) == rendered(load(path))
    body = html.replace(script[0], "")
    for question in rendered(load(path))["questions"]:
        for text in (question["prompt"], question["feedback"]):
            assert text["zh"] in body and text["en"] in body
    assert "$" not in re.sub(r'data-tex="[^"]*"', "", body)


def test_widget_shows_live_form_html_and_text(monkeypatch):
    monkeypatch.setattr("mlpbook._widget.static_text", lambda name: f"/* {name} */")
    shown = quiz("4.2")
    assert isinstance(shown, BookWidget)
    assert shown.kind == "quiz"
    data, _ = shown._repr_mimebundle_()
    assert set(data) == {
        "application/vnd.jupyter.widget-view+json", "text/html", "text/plain",
    }  # fmt: skip
    assert data["text/plain"].startswith("1. ")
    assert shown.spec["id"] == "4.2"


def test_unknown_quiz_lists_the_known_ones():
    with pytest.raises(ValueError, match=r"no quiz '9.9'; there are: .*4\.2"):
        quiz("9.9")


def broken(change):
    found = copy.deepcopy(load(quizzes.FOLDER / "4_2.yml"))
    change(found["questions"])
    return found


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda q: q[0].update(kind="essay"), "'start-loss': got kind 'essay', expected one of"),
        (lambda q: q[0].update(choices=q[0]["choices"][:2]), "got 2 choices, expected at least 3"),
        (lambda q: q[0]["choices"][0].update(right=True), "got 2 right choices, expected 1"),
        (lambda q: q[0]["choices"][2].pop("right"), "got 0 right choices, expected 1"),
        (lambda q: q[0]["choices"][0].pop("feedback"), "choice 1, feedback: got None, expected"),
        (lambda q: q[0]["prompt"].pop("zh"), "'start-loss', prompt: got .* expected a text with"),
        (lambda q: q[0]["choices"][1]["text"].update(en=""), "choice 2, text: got .*both"),
        (lambda q: q[1].update(id="start-loss"), "'start-loss': got 2 of this id, expected 1"),
        (lambda q: q[0].pop("feedback"), "'start-loss': got no 'feedback', expected one"),
    ],
)
def test_problems_are_named(tmp_path, change, message):
    path = tmp_path / "bad.yml"
    path.write_text(yaml.safe_dump(broken(change), allow_unicode=True), encoding="utf-8")
    with pytest.raises(QuizError, match=rf"bad\.yml: .*{message}"):
        load(path)


def test_a_multiple_question_needs_two_right_and_one_wrong():
    def all_right(questions):
        multi = next(q for q in questions if q["kind"] == "multi")
        for choice in multi["choices"]:
            choice["right"] = True

    assert "expected 2 or more, not all" in next(problems(broken(all_right)))


def test_a_number_needs_its_computation():
    def drop(questions):
        next(q for q in questions if q["kind"] == "number").pop("answer_check")

    assert "got no 'answer_check'" in next(problems(broken(drop)))
