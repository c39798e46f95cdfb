"""Find numbers in the prose that no cell of the notebook prints or holds.

``python -m tools.prose_numbers [NOTEBOOK …]``. A number that is quoted as measured, one with a
decimal point or a per cent sign, must stand in a cell's output or in its code: in an assertion,
a setting, a formula. It may stand there with more digits, or, for a percentage, as a fraction or
as what a fraction lacks to 1. Whole numbers count things and are not looked at. The English text
alone is read: `tools.text_parity` sees that the Chinese has the same numbers.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from nbformat import NotebookNode

from tools import notebooks

NUMBER = re.compile(
    r"(?<![\w.^_{])(\d{1,3}(?:,\d{3})*\.\d+(?:e-?\d+)?|\d+(?=\s?\\?%))(\s?\\?%)?(?![\d.]*\d)"
)
ANY = re.compile(r"(?<![\w.])[-+]?\d[\d_,]*\.?\d*(?:e[-+]?\d+)?")
POWER = re.compile(r"\\times\s?10\^\{?(-?\d+)\}?")
# Links, names in code, and numbers of sections are no measurements.
OTHER = re.compile(
    r"\[[^\]]*\]\([^)]*\)|`[^`]*`|[\d.]+节"
    r"|(?:第|§|[Ss]ections? |[Qq]uestions? |edition,? )[\d.]+(?: (?:to|and) [\d.]+)?"
)


def known(notebook: NotebookNode) -> set[float]:
    """All numbers that the code cells hold or print."""
    found: set[float] = set()
    for cell in notebooks.code_cells(notebook):
        texts = [cell.source]
        for output in cell.outputs:
            data = output.get("data", {})
            texts += [output.get("text", ""), data.get("text/plain", ""), data.get("text/html", "")]
        for text in texts:
            if len(text) < 20_000:
                found |= {float(one.replace(",", "").replace("_", "")) for one in ANY.findall(text)}
    return found


def strays(notebook: NotebookNode) -> Iterator[tuple[int, str, str]]:
    """Yield the cell's index, the number and its line for numbers that no cell backs."""
    values = known(notebook)
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type != "markdown" or 'lang="en"' not in cell.source:
            continue
        text = cell.source[cell.source.index('lang="en"') :]
        for line in POWER.sub(r"e\1", OTHER.sub("", text)).splitlines():
            for match in NUMBER.finditer(line):
                if not backed(match[1], bool(match[2]), values):
                    yield index, match[0], line


def backed(said: str, percent: bool, values: set[float]) -> bool:
    """Whether a number, as it is written, is a rounding of one of the values."""
    number = float(said.replace(",", ""))
    mantissa, _, power = said.partition("e")
    half = 0.501 * 10.0 ** (int(power or 0) - len(mantissa.partition(".")[2]))
    stored = {abs(value) for value in values}
    if percent:
        stored |= {100 * value for value in stored} | {100 * (1 - value) for value in stored}
    return any(abs(value - number) <= half for value in stored)


def main(names: list[str]) -> int:
    """Print the strays of the notebooks named, or of all; return 1 if there are some."""
    status = 0
    for path in [Path(name) for name in names] or notebooks.all_notebooks():
        for index, number, line in strays(notebooks.read(path)):
            at = line.find(number)
            print(f"{path.stem} cell {index}: {number}   …{line[max(0, at - 60) : at + 50]}…")
            status = 1
    return status


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
