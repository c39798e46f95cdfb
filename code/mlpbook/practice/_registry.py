"""Tasks by id, and the one function that checks an answer."""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import torch
import yaml

from mlpbook._html import Bilingual, both, edge, plain

Checker = Callable[[Any], None]

_TASKS: dict[str, "Task"] = {}
_LOOK = {
    "passed": ("✓", Bilingual(zh="通过", en="passed"), "correct"),
    "todo": ("…", Bilingual(zh="还没填", en="not filled in yet"), "muted"),
    "hint": ("✗", Bilingual(zh="提示", en="hint"), "wrong"),
}


class Hint(Exception):
    """What a checker raises at the first thing that is wrong.

    Args:
        name: Name of the hint in the task's texts or in `general.yml`; "todo" means that the
            starter is still there.
        **fields: What stands for `{field}` in the text.
    """

    def __init__(self, name: str, **fields: object) -> None:
        super().__init__(name)
        self.name = name
        self.fields = fields


@dataclass(frozen=True)
class Task:
    """One task: its texts, from the section's `.yml`, and its checker.

    Attributes:
        id: Section and name, "4.2-relu".
        praise: What a right answer is told.
        hints: The task's own hints by name.
        checker: Returns for a right answer, raises `Hint` for a wrong one.
    """

    id: str
    praise: Bilingual
    hints: Mapping[str, Bilingual]
    checker: Checker = field(compare=False)

    def text(self, hint: Hint) -> Bilingual:
        """The hint's words, its fields filled in."""
        text = self.hints.get(hint.name) or texts("general")[hint.name]
        if not hint.fields:
            return text
        return Bilingual(zh=text["zh"].format(**hint.fields), en=text["en"].format(**hint.fields))


@dataclass(frozen=True)
class Feedback:
    """What `check` found; a box in a notebook, lines of text in a terminal.

    Attributes:
        task: The task's id.
        status: "passed", "todo" or "hint".
        hint: Name of the hint, `None` when passed.
        message: What the reader is told.
    """

    task: str
    status: str
    hint: str | None
    message: Bilingual

    def _repr_html_(self) -> str:
        mark, word, meaning = _LOOK[self.status]
        return (
            f'<div class="mlp-check mlp-check-{self.status}" role="status" {edge(meaning)}>'
            f"<strong>{mark} {self.task}</strong> {both(word, 'span', ' ')}{both(self.message)}"
            "</div>"
        )

    def __repr__(self) -> str:
        mark, word, _ = _LOOK[self.status]
        return f"{mark} {self.task} {word['zh']} {word['en']}\n{plain(self.message)}"


@cache
def texts(name: str) -> dict[str, Any]:
    """The texts of a section, or the general hints, from the `.yml` file of that name."""
    path = Path(__file__).with_name(f"{name}.yml")
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def task(task_id: str) -> Callable[[Checker], Checker]:
    """Registers a checker; its texts stand under the same id in the section's `.yml`.

    Raises:
        ValueError: The id is taken.
    """

    def register(checker: Checker) -> Checker:
        if task_id in _TASKS:
            raise ValueError(f"task {task_id!r} is defined twice")
        words = texts(checker.__module__.rpartition(".")[2])[task_id]
        _TASKS[task_id] = Task(task_id, checker=checker, **words)
        return checker

    return register


def tasks() -> Mapping[str, Task]:
    """All tasks of all sections by id."""
    package = importlib.import_module("mlpbook.practice")
    for module in pkgutil.iter_modules(package.__path__):
        if not module.name.startswith("_"):
            importlib.import_module(f"{package.__name__}.{module.name}")
    return _TASKS


def first_line(error: BaseException) -> str:
    """An error's type and first line, fit to stand between backticks."""
    first = (str(error).strip().splitlines() or [""])[0][:160]
    return f"{type(error).__name__}: {first}".replace("`", "'")


def check(task_id: str, answer: object) -> Feedback:
    """Checks an answer and says in both languages how it stands.

    Args:
        task_id: The task, "4.2-relu".
        answer: What the starter cell defines, nearly always a function.

    Returns:
        A `Feedback`; leave the call on the last line of a cell to see it.

    Raises:
        ValueError: No task has this id; the message lists those of the section.
    """
    known = tasks()
    if task_id not in known:
        section = str(task_id).partition("-")[0]
        near = [name for name in known if name.startswith(section)] or list(known)
        raise ValueError(f"no task {task_id!r}; known tasks: {', '.join(near)}")
    found = known[task_id]
    try:
        with torch.random.fork_rng(devices=[]):
            found.checker(answer)
    except Exception as error:
        # What a checker did not foresee (a sparse tensor, say) is a hint too, not a traceback.
        hint = error if isinstance(error, Hint) else Hint("unforeseen", error=first_line(error))
        status = "todo" if hint.name == "todo" else "hint"
        return Feedback(task_id, status, hint.name, found.text(hint))
    return Feedback(task_id, "passed", None, found.praise)
