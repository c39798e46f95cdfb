"""Check the texts: form of files, pairs of languages, Chinese punctuation, the book's terms.

``python -m tools.text_lint`` prints ``file:line: what is wrong``, or for a notebook
``file:cell 3:line``, and ends with 1 if it found anything.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

ROOT = Path(__file__).resolve().parents[1]
GLOSSARY = ROOT / "code" / "mlpbook" / "glossary.yml"
SUFFIXES = {".md", ".py", ".ipynb", ".yml", ".yaml", ".toml", ".js", ".ts", ".mjs", ".css", ".bib"}
SUFFIXES |= {".in", ".txt", ".cfg", ".html", ".json", ""}
# Built, or written by others: not ours to reword.
SKIPPED = re.compile(r"mlpbook/static/|labs/built/|/katex/|package-lock\.json|\.min\.|LICENSE")

HAN = r"\u4e00-\u9fff"
DIV = re.compile(r'^<div [^>]*lang="(zh-Hans|en)"[^>]*>$')
# Markup whose inside is not prose: fences, code, formulas, tags, addresses of links.
NOT_PROSE = re.compile(r"```.*?```|`[^`]*`|\$\$.*?\$\$|\$[^$]*\$|<[^>]*>|\]\([^)]*\)", re.DOTALL)
ANOTHER_NAME = re.compile(r"又译|也译|又称|也称|又叫|也叫|旧译")
CHINESE_RULES = {
    rf"[{HAN}][,;:!?](?![A-Za-z0-9/])": "an ASCII mark after 汉字; use ，；：！？",
    rf"[{HAN}]\.(?:\s|$)": "an ASCII full stop after 汉字; use 。",
    rf"[{HAN}] +[A-Za-z0-9]|[A-Za-z0-9%] +[{HAN}]": "a space between 汉字 and Latin letters",
}
FILE_RULES = {
    r"[ \t]+\r?$": "spaces at the end of the line",
    r"\r": "a carriage return",
    r"\b(?:TODO|FIXME|XXX)\b": "an unfinished place",
    r"(?<![\w.~])/(?:work|tmp|root|home)/\w": "a path of one machine",
}


class Finding(NamedTuple):
    """One thing that is wrong, and where."""

    place: str
    what: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}"


def files() -> list[Path]:
    """Return the text files that git tracks or would track."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [path for path in sorted(set(paths)) if path.is_file() and is_ours(path)]


def is_ours(path: Path) -> bool:
    """Tell whether a file is a text of ours; of what is built, a lab's words alone are."""
    if path.name == "spec.json":
        return True
    return path.suffix in SUFFIXES and not SKIPPED.search(path.as_posix())


def check_file(path: Path) -> Iterator[Finding]:
    """Yield what is wrong with a file."""
    name = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
    # As bytes: opened as text, a file would lose its carriage returns.
    text = path.read_bytes().decode()
    if path.suffix == ".ipynb":
        yield from check_notebook(text, name)
        return
    if path.name == "spec.json":
        yield from check_pairs(json.loads(text), name)
        return
    yield from check_form(text, name)
    if path.suffix == ".md":
        yield from check_markdown(text, name)
    elif path.suffix in {".yml", ".yaml"}:
        yield from check_pairs(yaml.safe_load(text), name)


def check_form(text: str, place: str) -> Iterator[Finding]:
    """Yield lines in a form that no file of ours has."""
    # This file and its test name what they look for.
    own = place.endswith("text_lint.py")
    for number, line in enumerate(text.split("\n"), 1):
        for pattern, what in FILE_RULES.items():
            if not own and re.search(pattern, line):
                yield Finding(f"{place}:{number}", what)
    if text and not text.endswith("\n"):
        yield Finding(place, "no newline at the end")


def check_notebook(text: str, place: str) -> Iterator[Finding]:
    """Yield what is wrong in the cells' sources; outputs are not ours to word."""
    for number, cell in enumerate(json.loads(text)["cells"]):
        where = f"{place}:cell {number}"
        source = "".join(cell["source"])
        yield from check_form(source + "\n", where)
        if cell["cell_type"] == "markdown":
            yield from check_markdown(source, where)
            yield from check_headings(source, where)


def check_markdown(text: str, place: str) -> Iterator[Finding]:
    """Yield what is wrong with the language blocks of a Markdown text, and in them."""
    order: list[str] = []
    lines = text.splitlines()
    language = ""
    for number, line in enumerate(lines, 1):
        where = f"{place}:{number}"
        if match := DIV.match(line.strip()):
            if language:
                yield Finding(where, f"a language block inside the {language} block")
            language = match[1]
            order.append(language)
            if number < len(lines) and lines[number].strip():
                yield Finding(where, "no blank line after the opening of a language block")
        elif language and line.strip() == "</div>":
            if lines[number - 2].strip():
                yield Finding(where, "no blank line before the end of a language block")
            language = ""
        elif language and re.match(r"#{1,6} ", line):
            yield Finding(where, "a heading inside a language block breaks the page")
    if language:
        yield Finding(place, f"a {language} block that is not closed")
    if order != ["zh-Hans", "en"] * (len(order) // 2):
        yield Finding(place, f"language blocks {order}; each zh-Hans is followed by its en")
    yield from check_chinese(text, place)


def check_headings(text: str, place: str) -> Iterator[Finding]:
    """Yield headings that are not written 中文 · English."""
    for heading in re.findall(r"^#{1,4} (.+)$", NOT_PROSE.sub("", text), re.MULTILINE):
        if re.search(rf"[A-Za-z{HAN}]", heading) and " · " not in heading:
            yield Finding(place, f"a heading in one language: {heading}")


def check_chinese(text: str, place: str) -> Iterator[Finding]:
    """Yield wrong marks, spaces and terms in the Chinese of a text."""
    # A blanked part keeps its line breaks, so that line numbers stay right.
    prose = NOT_PROSE.sub(lambda part: "\ufffc" + "\n" * part[0].count("\n"), text)
    for number, whole in enumerate(prose.splitlines(), 1):
        where = f"{place}:{number}"
        line = re.sub(r"^#+ [\d.]+ ", "", whole)  # the number of a section
        if not _is_chinese(line):
            continue
        for pattern, what in CHINESE_RULES.items():
            if match := re.search(pattern, line):
                yield Finding(where, f"{what}: {_around(line, match)}")
        # Between the first and second **, the third and fourth, and so on, stands what is bold.
        parts = line.split("**")
        for bold, after in zip(parts[1::2], parts[2::2], strict=False):
            if re.search(r"[，。；：！？]$", bold) and re.match(r"\w", after):
                yield Finding(where, f"**{bold}** does not become bold; put the mark outside")
        for wrong, right in avoided().items():
            if wrong in line.replace(right, "") and not ANOTHER_NAME.search(line):
                yield Finding(where, f"{wrong}: the book says {right}")


@cache
def avoided() -> dict[str, str]:
    """Return the Chinese words that the glossary tells the book to avoid, each with its own."""
    topics = yaml.safe_load(GLOSSARY.read_text(encoding="utf-8"))
    terms = [term for topic in topics for term in topic["terms"]]
    return {word: term["zh"] for term in terms for word in term.get("avoid", ())}


def check_pairs(data: Any, place: str) -> Iterator[Finding]:
    """Yield texts of a data file that lack a language, or whose Chinese is not well formed."""
    if isinstance(data, list):
        for index, item in enumerate(data):
            yield from check_pairs(item, f"{place}[{index}]")
    if not isinstance(data, dict):
        return
    if (languages := {"zh", "en"} & set(data)) and languages != {"zh", "en"}:
        yield Finding(place, f"a text in {languages} alone")
    for key, value in data.items():
        if key == "zh" and isinstance(value, str):
            yield from check_chinese(value, f"{place}.zh")
        yield from check_pairs(value, f"{place}.{key}")


def _is_chinese(line: str) -> bool:
    """Tell a Chinese line from an English one that names a Chinese word."""
    return 3 * len(re.findall(f"[{HAN}]", line)) > len(re.findall("[A-Za-z]", line))


def _around(line: str, match: re.Match[str]) -> str:
    """Return a few characters to each side of what was found."""
    return line[max(0, match.start() - 8) : match.end() + 8].strip()


def main() -> int:
    """Check every file; print what is wrong and return 1 if anything is."""
    found = [finding for path in files() for finding in check_file(path)]
    print("\n".join(map(str, found)) or "The texts are in order.")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
