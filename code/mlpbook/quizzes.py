"""Quizzes: questions from `quizzes/*.yml`, answered in the page, without a kernel.

    from mlpbook.quizzes import quiz

    quiz("4.2")

A live host draws the quiz with the shared front end. Everywhere else the same questions stand as
plain HTML, each answer in a fold.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from mlpbook._html import LANGUAGES, Bilingual, both, inline, plain
from mlpbook._widget import BookWidget

FOLDER = Path(__file__).with_name("quizzes")
KINDS = ("choice", "multi", "number")
_ANSWER = Bilingual(zh="看答案", en="Show the answer")


class QuizError(ValueError):
    """A quiz file breaks a rule; the message names file, question, found and expected."""


def quiz(section: str) -> "QuizWidget":
    """The quiz of a section, to be left on the last line of a cell.

    Args:
        section: The section's name in `claims.yml`, "4.2" or "lecture-d2l".

    Raises:
        ValueError: There is no quiz for it; the message lists those there are.
        QuizError: Its file breaks a rule.
    """
    if section not in sections():
        raise ValueError(f"no quiz {section!r}; there are: {', '.join(sections())}")
    return QuizWidget(load(_files()[section]))


def sections() -> list[str]:
    """The sections that have a quiz."""
    return sorted(_files())


def _files() -> dict[str, Path]:
    """The files by section: 4_2.yml is "4.2", lecture_d2l.yml is "lecture-d2l"."""
    return {
        path.stem.replace("_", "." if path.stem[0].isdigit() else "-"): path
        for path in FOLDER.glob("*.yml")
    }


@cache
def load(path: Path) -> dict[str, Any]:
    """Reads a quiz and checks it.

    Returns:
        The quiz as in the file.

    Raises:
        QuizError: The file breaks a rule.
    """
    found = yaml.safe_load(path.read_text(encoding="utf-8"))
    for problem in problems(found):
        raise QuizError(f"{path.name}: {problem}")
    return found


def problems(quiz: Mapping[str, Any]) -> Iterator[str]:
    """Finds what is wrong with a quiz, as sentences that name question, found and expected."""
    yield from _missing(quiz, ("id", "title", "questions"), "quiz")
    names = [question.get("id") for question in quiz.get("questions", [])]
    for name in {name for name in names if names.count(name) > 1}:
        yield f"question {name!r}: got {names.count(name)} of this id, expected 1"
    for question in quiz.get("questions", []):
        where = f"question {question.get('id')!r}"
        yield from _missing(question, ("id", "kind", "prompt", "feedback"), where)
        yield from _unbalanced(question.get("prompt"), f"{where}, prompt")
        yield from _unbalanced(question.get("feedback"), f"{where}, feedback")
        yield from _kind_problems(question, where)


def _kind_problems(question: Mapping[str, Any], where: str) -> Iterator[str]:
    kind = question.get("kind")
    if kind not in KINDS:
        yield f"{where}: got kind {kind!r}, expected one of {', '.join(KINDS)}"
    elif kind == "number":
        yield from _missing(question, ("answer", "answer_check"), where)
    else:
        yield from _choice_problems(question, where)


def _choice_problems(question: Mapping[str, Any], where: str) -> Iterator[str]:
    choices = question.get("choices", [])
    if len(choices) < 3:
        yield f"{where}: got {len(choices)} choices, expected at least 3"
    right = sum(choice.get("right", False) for choice in choices)
    if question["kind"] == "choice" and right != 1:
        yield f"{where}: got {right} right choices, expected 1"
    if question["kind"] == "multi" and not 2 <= right < len(choices):
        yield f"{where}: got {right} right choices of {len(choices)}, expected 2 or more, not all"
    for number, choice in enumerate(choices, 1):
        yield from _unbalanced(choice.get("text"), f"{where}, choice {number}, text")
        if not choice.get("right") or "feedback" in choice:
            yield from _unbalanced(choice.get("feedback"), f"{where}, choice {number}, feedback")


def _missing(mapping: Mapping[str, Any], keys: Sequence[str], where: str) -> Iterator[str]:
    for key in keys:
        if mapping.get(key) is None:
            yield f"{where}: got no {key!r}, expected one"


def _unbalanced(text: Any, where: str) -> Iterator[str]:
    """A text must be there in both languages."""
    if not isinstance(text, Mapping) or set(text) != set(LANGUAGES):
        yield f"{where}: got {text!r}, expected a text with zh and en"
    elif not all(isinstance(words, str) and words.strip() for words in text.values()):
        yield f"{where}: got {dict(text)!r}, expected words in both languages"


class QuizWidget(BookWidget):
    """A quiz as a widget, with its questions as plain HTML for hosts without one."""

    def __init__(self, quiz: Mapping[str, Any]) -> None:
        super().__init__(kind="quiz", spec=rendered(quiz))
        self._quiz = quiz

    def html(self) -> str:
        return static_html(self._quiz)

    def text(self) -> str:
        questions = (plain(question["prompt"]) for question in self._quiz["questions"])
        return "\n\n".join(f"{i}. {words}" for i, words in enumerate(questions, 1))


def rendered(quiz: Mapping[str, Any]) -> dict[str, Any]:
    """The quiz as the front end reads it: texts as HTML, nothing that only tests need."""
    return {
        "id": quiz["id"],
        "title": dict(quiz["title"]),
        "questions": [_rendered_question(question) for question in quiz["questions"]],
    }


def _rendered_question(question: Mapping[str, Any]) -> dict[str, Any]:
    found = {"id": question["id"], "kind": question["kind"], "prompt": _html(question["prompt"])}
    if question["kind"] == "number":
        found |= {"answer": question["answer"], "tolerance": question.get("tolerance", 0)}
    else:
        found["choices"] = [_rendered_choice(choice) for choice in question["choices"]]
    return found | {"feedback": _html(question["feedback"])}


def _rendered_choice(choice: Mapping[str, Any]) -> dict[str, Any]:
    found = {"text": _html(choice["text"]), "right": choice.get("right", False)}
    if "feedback" in choice:
        found["feedback"] = _html(choice["feedback"])
    return found


def _html(text: Bilingual) -> dict[str, str]:
    return {key: inline(text[key].strip()) for key in LANGUAGES}


def static_html(quiz: Mapping[str, Any]) -> str:
    """The quiz without a script: questions, choices and a fold with each answer.

    The spec stands beside it as JSON, for the page's script to make the quiz live.
    """
    spec = json.dumps(rendered(quiz), ensure_ascii=False, sort_keys=True).replace("<", "\\u003c")
    questions = "".join(map(_static_question, quiz["questions"]))
    return (
        f'<div class="mlp-quiz" data-quiz="{quiz["id"]}">'
        f'<script type="application/json">{spec}</script>'
        f"<p><strong>{both(quiz['title'], 'span', ' ')}</strong></p><ol>{questions}</ol></div>"
    )


def _static_question(question: Mapping[str, Any]) -> str:
    choices = question.get("choices", [])
    listed = "".join(f"<li>{_words(choice['text'])}</li>" for choice in choices)
    options = f'<ul class="mlp-quiz-choices">{listed}</ul>' if choices else ""
    return (
        f"<li>{both(question['prompt'])}{options}"
        f"<details><summary>{both(_ANSWER, 'span', ' ')}</summary>"
        f"{_static_answer(question)}{both(question['feedback'])}</details></li>"
    )


def _static_answer(question: Mapping[str, Any]) -> str:
    """The right answer, and why each of the others is wrong."""
    if question["kind"] == "number":
        return f"<p>✓ {question['answer']}</p>"
    lines = []
    for choice in question["choices"]:
        mark = "✓" if choice.get("right") else "✗"
        why = both(choice["feedback"]) if "feedback" in choice else ""
        lines.append(f"<li>{mark} {_words(choice['text'])}{why}</li>")
    return f"<ul>{''.join(lines)}</ul>"


def _words(text: Bilingual) -> str:
    """A short text; one that is the same in both languages stands once."""
    if text["zh"] == text["en"]:
        return inline(text["en"])
    return both(text, "span", " ")
