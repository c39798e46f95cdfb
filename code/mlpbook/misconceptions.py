"""Misconceptions: each written once, shown in its section and on a page of its own.

from mlpbook.misconceptions import misconception

misconception("lr-one-fails")
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import yaml

from mlpbook._html import LANGUAGES, Bilingual, both, edge, plain

FILE = Path(__file__).with_name("misconceptions.yml")
PAGE = "misconceptions.md"

_SAID = Bilingual(zh="常见的误解", en="A common misconception")
_TEMPTING = Bilingual(zh="为什么容易信", en="Why it is tempting")
_TRUTH = Bilingual(zh="其实", en="In fact")
_MORE = Bilingual(zh="全部误解", en="All misconceptions")
_REFUTED = Bilingual(zh="反驳它的单元格", en="The cell that refutes it")
_TEXTS = ("said", "tempting", "truth")


class MisconceptionError(ValueError):
    """`misconceptions.yml` breaks a rule; the message names the entry, found and expected."""


@dataclass(frozen=True)
class Misconception:
    """A belief that a cell of the book refutes.

    Attributes:
        id: Name and anchor.
        section: The section that meets it, "4.2".
        ledger: Items of `claims.yml` it belongs to.
        claim: The item whose tagged code cell refutes it, one of `ledger`.
        said: The belief.
        tempting: Why one believes it.
        truth: What is so.
    """

    id: str
    section: str
    ledger: tuple[str, ...]
    claim: str
    said: Bilingual
    tempting: Bilingual
    truth: Bilingual

    def _repr_html_(self) -> str:
        link = f'<a href="{PAGE}#{escape(self.id)}">{both(_MORE, "span", " ")}</a>'
        return (
            f'<div class="mlp-misconception" role="note" {edge("wrong")}>'
            f"{_body(self)}<p>{link}</p></div>"
        )

    def __repr__(self) -> str:
        return f"✗ {plain(self.said)}\n✓ {plain(self.truth)}"


def misconception(name: str) -> Misconception:
    """The box of a misconception, to be left on the last line of a cell.

    Raises:
        ValueError: There is none of this name; the message lists those there are.
    """
    known = {entry.id: entry for entry in load()}
    if name not in known:
        raise ValueError(f"no misconception {name!r}; there are: {', '.join(known)}")
    return known[name]


@cache
def load(path: Path = FILE) -> tuple[Misconception, ...]:
    """Reads all misconceptions and checks them.

    Raises:
        MisconceptionError: An entry breaks a rule.
    """
    entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    for problem in problems(entries):
        raise MisconceptionError(f"{path.name}: {problem}")
    return tuple(Misconception(**{**entry, "ledger": tuple(entry["ledger"])}) for entry in entries)


def problems(entries: list[dict[str, Any]]) -> Iterator[str]:
    """Finds what is wrong with the entries, as sentences that name entry, found and expected."""
    expected = {field.name for field in fields(Misconception)}
    names = [entry.get("id") for entry in entries]
    for entry in entries:
        where = f"entry {entry.get('id')!r}"
        if set(entry) != expected:
            yield f"{where}: got the fields {sorted(entry)}, expected {sorted(expected)}"
            continue
        if names.count(entry["id"]) > 1:
            yield f"{where}: got {names.count(entry['id'])} of this id, expected 1"
        if entry["claim"] not in entry["ledger"]:
            yield f"{where}: got claim {entry['claim']!r}, expected one of {entry['ledger']}"
        for name in _TEXTS:
            if not _is_bilingual(entry[name]):
                yield f"{where}, {name}: got {entry[name]!r}, expected a text with zh and en"


def card(entry: Misconception, links: Mapping[str, str | None]) -> str:
    """An entry of the page of all misconceptions.

    Args:
        entry: The misconception.
        links: Addresses: "claim" of the refuting cell, `None` while it is not written.

    Returns:
        An HTML element whose id is the entry's.
    """
    refuted = both(_REFUTED, "span", " ")
    if address := links.get("claim"):
        refuted = f'<a href="{escape(address)}">{refuted}</a>'
    return (
        f'<div class="mlp-misconception" id="{escape(entry.id)}" {edge("wrong")}>'
        f"{_body(entry)}<p>{refuted}</p></div>"
    )


def _body(entry: Misconception) -> str:
    """Belief, temptation and truth, each after its label."""
    parts = zip(_TEXTS, (_SAID, _TEMPTING, _TRUTH), strict=True)
    return "".join(
        f'<div class="mlp-{name}"><strong>{both(label, "span", " ")}</strong>'
        f"{both(getattr(entry, name))}</div>"
        for name, label in parts
    )


def _is_bilingual(text: Any) -> bool:
    return (
        isinstance(text, Mapping)
        and set(text) == set(LANGUAGES)
        and all(isinstance(words, str) and words.strip() for words in text.values())
    )
