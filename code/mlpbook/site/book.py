"""The book's plan (`book.yml`) as objects: which notebooks there are and will be."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml

from mlpbook.site.languages import Pair, pair

PLAN = Path(__file__).parent / "book.yml"


class Section(NamedTuple):
    """A notebook of the plan.

    Attributes:
        file: Its file name without the ending.
        number: What the book calls it, such as "4.2".
        title: Its title without the number.
        about: One line on its question.
        minutes: How long a student needs, exercises included.
        needs: The numbers of the notebooks to read before.
    """

    file: str
    number: str
    title: Pair
    about: Pair
    minutes: int
    needs: tuple[str, ...]

    @property
    def key(self) -> str:
        """What `claims.yml` calls it: "4.2"; "recruit-2" for recruit_2_theory."""
        return self.number if self.number[0].isdigit() else "-".join(self.file.split("_")[:2])


class Part(NamedTuple):
    """A part of the book."""

    name: Pair
    sections: tuple[Section, ...]


@cache
def subtitle() -> Pair:
    """The line under the book's title."""
    return pair(_plan()["subtitle"])


@cache
def parts() -> tuple[Part, ...]:
    """The parts in reading order."""
    return tuple(
        Part(pair(part["name"]), tuple(map(_section, part["sections"])))
        for part in _plan()["parts"]
    )


def section(docname: str) -> Section | None:
    """The plan's entry for a page, or None for a page that is no section."""
    name = docname.rsplit("/", 1)[-1]
    return next((s for part in parts() for s in part.sections if s.file == name), None)


@cache
def _plan() -> dict:
    return yaml.safe_load(PLAN.read_text(encoding="utf-8"))


def _section(entry: dict) -> Section:
    """Reads one section of the plan."""
    return Section(
        file=entry["file"],
        number=entry["number"],
        title=pair(entry["title"]),
        about=pair(entry["about"]),
        minutes=entry["minutes"],
        needs=tuple(entry["needs"]),
    )
