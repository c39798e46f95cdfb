"""Compare the two languages of a text: the same formulas, numbers, code and links.

``python -m tools.text_parity`` prints ``file:cell 3: what stands in one language alone`` and ends
with 1 if it found anything. Order does not count, nor how often a thing is named.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tools.text_lint import Finding, files

ROOT = Path(__file__).resolve().parents[1]
BLOCKS = re.compile(
    r'<div lang="zh-Hans">\n(?P<zh>.*?)\n</div>\s*<div lang="en">\n(?P<en>.*?)\n</div>', re.DOTALL
)
FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
CODE = re.compile(r"`([^`\n]+)`")
FORMULA = re.compile(r"\$\$(.+?)\$\$|\$([^$]+)\$", re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)[^)]*\)")
TEN_THOUSANDS = re.compile(r"(\d+(?:\.\d+)?)\s*万")
THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
# A figure of one digit may be a word in the other language (五个, "five"); longer ones may not.
NUMBER = re.compile(r"(?<![\w.-])\d+(?:\.\d+)?(?![\w])", re.ASCII)
LABELS = {"[概念]": "[conceptual]", "[代码]": "[code]"}
# What may stand in one language alone: (part of the place, the thing).
ALLOWED: frozenset[tuple[str, str]] = frozenset()


def differences(zh: str, en: str) -> Iterator[str]:
    """Yield the formulas, numbers, code and links that stand in one of two texts alone."""
    left, right = parts(zh), parts(en)
    for kind in left:
        for thing in sorted(left[kind] - right[kind]):
            yield f"{kind} in Chinese alone: {thing}"
        for thing in sorted(right[kind] - left[kind]):
            yield f"{kind} in English alone: {thing}"


def parts(text: str) -> dict[str, set[str]]:
    """Take a text apart into what must be the same in both languages."""
    text = FENCE.sub(" ", text)
    links, text = set(map(str, LINK.findall(text))), LINK.sub("] ", text)
    code = {LABELS.get(name, name) for name in map(str, CODE.findall(text))}
    text = CODE.sub(" ", text)
    formulas = {"".join(f"{a}{b}".split()) for a, b in FORMULA.findall(text)}
    return {
        "link": links,
        "code": code,
        "formula": formulas,
        "number": numbers(FORMULA.sub(" ", text)),
    }


def numbers(text: str) -> set[str]:
    """Return the numbers of two and more digits: 60,000 and 6万 are the same."""
    text = TEN_THOUSANDS.sub(lambda found: f"{float(found[1]) * 10_000:g}", text)
    found = NUMBER.findall(THOUSANDS.sub("", text))
    return {number for number in found if len(number) > 1}


def pairs(data: Any, place: str) -> Iterator[tuple[str, str, str]]:
    """Yield place, Chinese and English of every text of a data file."""
    if isinstance(data, list):
        for index, item in enumerate(data):
            name = item.get("id", index) if isinstance(item, dict) else index
            yield from pairs(item, f"{place}[{name}]")
    elif isinstance(data, dict):
        if {"zh", "en"} <= set(data) and all(isinstance(data[key], str) for key in ("zh", "en")):
            yield place, data["zh"], data["en"]
        for key, value in data.items():
            yield from pairs(value, f"{place}.{key}")


def blocks(markdown: str, place: str) -> Iterator[tuple[str, str, str]]:
    """Yield place, Chinese and English of every pair of language blocks."""
    for found in BLOCKS.finditer(markdown):
        yield place, found["zh"], found["en"]


def texts(path: Path) -> Iterator[tuple[str, str, str]]:
    """Yield place, Chinese and English of every text of a file that holds both."""
    name = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
    content = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        for number, cell in enumerate(json.loads(content)["cells"]):
            if cell["cell_type"] == "markdown":
                yield from blocks("".join(cell["source"]), f"{name}:cell {number}")
    elif path.suffix == ".md":
        yield from blocks(content, name)
    elif path.suffix in {".yml", ".yaml"}:
        yield from pairs(yaml.safe_load(content), name)
    elif path.name == "spec.json":
        yield from pairs(json.loads(content), name)


def check_file(path: Path) -> Iterator[Finding]:
    """Yield what stands in one language alone in a file."""
    for place, zh, en in texts(path):
        for what in differences(zh, en):
            if not any(part in place and what.endswith(f": {thing}") for part, thing in ALLOWED):
                yield Finding(place, what)


def main() -> int:
    """Check every file; print what is found and return 1 if anything is."""
    found = [finding for path in files() for finding in check_file(path)]
    print("\n".join(map(str, found)) or "Both languages say the same.")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
