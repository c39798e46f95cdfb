"""The list of all claims that the book accounts for, by id, from `claims.yml`."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).with_name("claims.yml")
VERDICTS = ("correct", "imprecise", "wrong", "incomplete", "unanswered")


@dataclass(frozen=True)
class Claim:
    """A claim, derivation, question or experiment that was judged before the book was written.

    Attributes:
        id: Its name; the cell that settles it carries the tag `claim:<id>`.
        notebook: Where it is settled: "4.2", "recruit-1", "lecture-d2l" …
        verdict: "correct", "imprecise", "wrong", "incomplete" or "unanswered".
    """

    id: str
    notebook: str
    verdict: str

    @property
    def needs_assertion(self) -> bool:
        """Whether its cell must be code that asserts: for what is wrong or imprecise."""
        return self.verdict in ("wrong", "imprecise")


@cache
def claims() -> dict[str, Claim]:
    """All claims by id.

    Raises:
        ValueError: An entry has an unknown verdict.
    """
    found = {}
    listed = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    for notebook, by_verdict in listed.items():
        for verdict, names in by_verdict.items():
            if verdict not in VERDICTS:
                raise ValueError(
                    f"{FILE.name}: {notebook}: got verdict {verdict!r}, expected one of {VERDICTS}"
                )
            found |= {name: Claim(name, notebook, verdict) for name in names}
    return found
