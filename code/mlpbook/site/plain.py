"""Plain text: formulas and HTML as lines that a search can look through and show."""

import re
import unicodedata
from collections.abc import Iterator
from xml.etree import ElementTree

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag

from mlpbook._html import LANGUAGES
from mlpbook.site import maths

_MATH = re.compile(r"<math.*?</math>", re.S)
_OPERATOR = re.compile(r"[-+−=/⋅×,<>≤≥ ]")
_UNSAID = dict.fromkeys(map(ord, "\u2060\u2061\u2062\u2063\u200b⏞⏟"))
_ABOVE = "′⊤∗*†"  # are read without a sign for "to the power of"
_BIG = frozenset("∑∏∫")
LANGUAGE_OF = {lang: language for language, lang in LANGUAGES.items()}  # of `lang="zh-Hans"`


def formula(tex: str) -> str:
    """A formula as one would type it: `\\frac{\\mathbf{W}_1x}{2}` is "(W1x)/2".

    A formula that KaTeX rejects comes back as it is; the page that holds it reports it.
    """
    try:
        html = maths.katex().render(tex)
    except maths.FormulaError:
        return tex
    found = _MATH.search(html)
    return mathml(found[0]) if found else tex


def mathml(source: str) -> str:
    """The same of a formula in MathML."""
    text = _spoken(ElementTree.fromstring(source))
    return " ".join(unicodedata.normalize("NFKC", text).translate(_UNSAID).split())


def _spoken(element: ElementTree.Element) -> str:
    """An element of MathML with what is in it."""
    kind = element.tag.rpartition("}")[2]
    if kind == "semantics":
        return _spoken(element[0])  # what follows is the TeX
    parts = [_spoken(child) for child in element]
    match kind:
        case "mfrac":
            stroke = " " if element.get("linethickness", "").startswith("0") else "/"
            return f"{_one(parts[0])}{stroke}{_one(parts[1])}"
        case "msqrt":
            inside = "".join(parts)
            return f"√{inside}" if len(inside) == 1 else f"√({inside})"
        case "mroot":
            return f"{_one(parts[0])}^(1/{parts[1]})"
        case "msub" | "munder":
            return f"{parts[0]}{parts[1]}"
        case "msup":
            return f"{parts[0]}{_raised(parts[1])}"
        case "msubsup" | "munderover":
            return f"{parts[0]}{parts[1]}{_raised(parts[2])}{' ' if parts[0] in _BIG else ''}"
        case "mover":
            return parts[0]
        case "mtd":
            return f"{''.join(parts)} "
        case "mspace":
            return " "
    return f"{element.text or ''}{''.join(parts)}"


def _one(text: str) -> str:
    """Brackets around what would otherwise fall apart beside a stroke or a root."""
    return f"({text})" if _OPERATOR.search(text.strip(), 1) else text


def _raised(text: str) -> str:
    return f"^{_one(text)}" if text.strip().strip(_ABOVE) else text


def html_texts(html: str) -> Iterator[tuple[str, str]]:
    """Yields the texts of a piece of HTML: the language of each, "" where it is for both."""
    piece = BeautifulSoup(_MATH.sub(lambda found: mathml(found[0]), html), "html.parser")
    for text in piece.find_all(string=True):
        shown = type(text) is NavigableString and not text.find_parent(["script", "style"])
        if shown and text.strip():
            yield _language(text.find_parent(lang=True)), f" {text}"


def _language(element: Tag | None) -> str:
    return LANGUAGE_OF.get(str(element["lang"]), "") if element else ""
