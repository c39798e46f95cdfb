"""Write the generated halves of the labelled place names: ``python -m tools.places``.

The sentences of the training and of the validation split come from two disjoint lists of templates,
so that a validation sentence is never a training sentence with another name in it. Some names occur
in the validation split alone. The test split was written by hand and is not touched.

A slot is ``{L}`` (a place, which gets square brackets), ``{P}`` (a person), ``{A}`` (an adjective),
``{T}`` (a thing), ``{W}`` (a stretch of time) or ``{M}`` (a month).
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "code" / "mlpbook" / "datasets" / "places"
SLOT = re.compile(r"\{([LPATWM])\}")

NAMES = {
    "either": "jordan sydney victoria florence austin charlotte georgia chelsea lincoln madison "
    "dakota savannah regina adelaide milan chad",
    "place": "paris lima oslo cairo kyoto nairobi lisbon quito hanoi dublin prague bergen athens "
    "havana riga porto tunis ghent seville krakow",
    "person": "maria tom amina wei lena peter sofia raj nora hugo elif ken",
    "new place": "bogota tampere osaka",
    "new person": "ingrid omar yuki",
}
WORDS = {
    "A": "quiet cold warm crowded old lovely empty noisy",
    "T": "book lamp bicycle coat boat kettle ladder piano",
    "W": "week month year winter summer night",
    "M": "march june july october november",
}

TRAIN = """
{P} flew to {L} last {W} .
{P} visited {L} with a friend .
the museums in {L} are amazing .
not all museums in {L} are free .
the train from {L} to {L} was late .
{P} wrote a letter to {P} from {L} .
a letter from {P} arrived in {L} .
{P} and {P} live near {L} .
i met {P} at the station in {L} .
{P} thanked {P} for the {T} .
we talked to {P} about the food in {L} .
{P} said the weather in {L} was {A} .
{P} was born in {L} and moved to {L} .
the streets of {L} were {A} .
the mayor of {L} smiled at {P} .
the {A} city of {L} is near the sea .
{P} is the {A} doctor .
{P} visited {P} in hospital .
{L} lies north of {L} .
in {M} {P} left {L} .
{P} left {P} alone .
she drove from {L} to the sea .
he heard from {P} in {M} .
they named the {T} after {P} .
{P} believes in {P} .
{P} lives in {L} .
the hotel in {L} belongs to {P} .
a map of {L} hung on the wall .
a photo of {P} hung on the wall .
{P} sold {P} a {T} .
flights to {L} are {A} in {M} .
{P} smiled and went home .
rain fell on {L} all {W} .
the {T} is in the {A} kitchen .
she works with {P} in {L} .
{P} gave the {T} to {P} .
""".strip().splitlines()
VALIDATION = """
{P} moved to {L} in {M} .
we flew from {L} to {L} .
{P} met {P} near the station .
the food in {L} was {A} .
a letter to {P} was late .
{P} and {P} visited {L} last {W} .
he talked to {P} in {L} .
{P} left {L} for {L} .
the mayor of {L} thanked {P} .
i gave {P} the {A} {T} .
the weather in {L} is {A} in {M} .
the {T} belongs to {P} .
""".strip().splitlines()


def sentences(templates: Sequence[str], each: int, *, seed: int, new: bool) -> list[str]:
    """Fill every template ``each`` times; ``new`` lets the names of the second lists in."""
    draw = random.Random(seed)
    words = {slot: text.split() for slot, text in WORDS.items()}
    for slot, kind in (("L", "place"), ("P", "person")):
        words[slot] = NAMES[kind].split() + NAMES["either"].split()
        words[slot] += 3 * NAMES[f"new {kind}"].split() if new else []
    return [_filled(t, draw, words) for t in templates for _ in range(each)]


def _filled(template: str, draw: random.Random, words: dict[str, list[str]]) -> str:
    used: set[str] = set()

    def fill(slot: re.Match[str]) -> str:
        word = draw.choice([w for w in words[slot[1]] if w not in used])
        used.add(word)
        return f"[{word}]" if slot[1] == "L" else word

    return SLOT.sub(fill, template)


def files() -> dict[str, str]:
    """The two generated files by name."""
    return {
        "train.txt": "\n".join(sentences(TRAIN, 12, seed=1, new=False)) + "\n",
        "validation.txt": "\n".join(sentences(VALIDATION, 12, seed=2, new=True)) + "\n",
    }


def main() -> None:
    """Write the files."""
    for name, text in files().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
