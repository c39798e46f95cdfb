"""The book on paper: all sections, one language, links and bookmarks that lead to their places."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from mlpbook import quizzes
from tests.sites import small_site
from tools import browser as finder
from tools.paper import __main__ as paper, printing

HOME = "chapters/index.html"


@pytest.fixture(scope="module", params=["zh", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def printed(
    browser: Browser,
    serve: Callable[..., str],
    language: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> PdfReader:
    site = small_site()
    assert site.status == 0, site.log
    path = tmp_path_factory.mktemp("paper") / f"{language}.pdf"
    book = paper.make(browser, f"{serve(site.html)}/", HOME, language, path)
    assert book.lost == []
    return PdfReader(path)


def titles(outline: list[Any]) -> list[Any]:
    return [titles(one) if isinstance(one, list) else str(one.title) for one in outline]


def flat(outline: list[Any]) -> list[Any]:
    nested = [flat(one) if isinstance(one, list) else [one] for one in outline]
    return [one for each in nested for one in each]


def plain(words: str) -> str:
    """Letters and 汉字 alone: fonts give some of these as radicals, lines are broken anywhere."""
    return re.sub(r"[^A-Za-z0-9\u4e00-\u9fff]", "", unicodedata.normalize("NFKC", words))


def text(reader: PdfReader) -> str:
    words = "\n".join(page.extract_text() for page in reader.pages)
    return unicodedata.normalize("NFKC", words)


def links(reader: PdfReader) -> list[Any]:
    return [one.get_object() for page in reader.pages for one in page.get("/Annots", ())]


def test_every_page_of_the_site_is_bookmarked(printed: PdfReader, language: str) -> None:
    found = titles(printed.outline)
    first = {"zh": "目录", "en": "Contents"}[language]
    assert found[0] == first
    listed = str(found)
    pages = {
        "zh": ["样本", "样书", "三个单元格", "隐藏层"],
        "en": ["Samples", "Sample book", "Three cells", "Hidden layers"],
    }[language]
    assert all(page in listed for page in pages), listed


def test_it_is_in_one_language(printed: PdfReader, language: str) -> None:
    han = len(re.findall(r"[\u4e00-\u9fff]", text(printed)))
    assert (han > 100) == (language == "zh"), han
    assert printed.root_object["/Lang"] == {"zh": "zh-Hans", "en": "en"}[language]


def test_links_stay_in_the_book(printed: PdfReader) -> None:
    found = links(printed)
    assert any("/Dest" in one for one in found)
    pages = {page.indirect_reference for page in printed.pages}
    assert all(one["/Dest"][0] in pages for one in found if "/Dest" in one)
    addresses = [str(one["/A"].get("/URI", "")) for one in found if "/A" in one]
    assert [one for one in addresses if "127.0.0.1" in one or "localhost" in one] == []


def test_a_bookmark_leads_to_its_heading(printed: PdfReader) -> None:
    contents, part = printed.outline[0], {"样本", "Samples"}
    for one in flat(printed.outline):
        if one == contents or one.title in part:
            continue
        page: Any = printed.pages[printed.get_destination_page_number(one) or 0]
        assert 0 < one["/Top"] <= page.mediabox.top
        assert plain(one.title) in plain(page.extract_text())


def test_numbers_count_from_the_first_page_of_the_text(printed: PdfReader) -> None:
    labels = printed.page_labels
    assert labels[0] == "i"
    body = labels.index("1")
    assert labels[body:] == [str(number) for number in range(1, len(labels) - body + 1)]


def test_nothing_is_folded_and_nothing_steers(printed: PdfReader, language: str) -> None:
    words = text(printed)
    assert {"zh": "矩阵乘法有结合律", "en": "associative"}[language] in words, "a solution"
    assert not re.search(r"跳到正文|Skip to the text|下载笔记本|Download the notebook", words)


def test_the_answers_stand_behind_the_last_question(page: Page, language: str) -> None:
    quiz = quizzes.quiz("4.2").html()
    page.set_content(f"<main><h1 id='t'>A · <span lang='en'>B</span></h1>{quiz}</main>")
    script = (printing.FOLDER / "print.js").read_text(encoding="utf-8")
    page.evaluate(script, {"language": language, "width": printing.TEXT_WIDTH})
    questions, answers = page.locator(".mlp-quiz > ol").all()
    assert page.locator(".mlp-quiz details").count() == 0
    assert questions.locator("> li").count() == answers.locator("> li").count() > 4
    assert "✓" not in (questions.text_content() or "")
    assert (answers.text_content() or "").count("✓") >= answers.locator("> li").count()


def test_screen_readers_find_one_tree_of_tags(printed: PdfReader) -> None:
    root: Any = printed.root_object["/StructTreeRoot"]
    keys = list(root["/ParentTree"]["/Nums"])[::2]
    assert keys == sorted(set(keys)), "marks of two parts share a number"
    pages: list[Any] = list(printed.pages)
    marked = [int(page["/StructParents"]) for page in pages]
    assert len(marked) == len(set(marked)) == len(printed.pages)
    assert set(marked) <= set(keys)


def test_without_a_browser_it_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*, may_install: bool) -> Path:
        raise finder.NoBrowserError(finder.HOW_TO_GET_ONE)

    monkeypatch.setattr(finder, "find", none)
    monkeypatch.setattr("sys.argv", ["book.py pdf"])
    with pytest.raises(SystemExit, match="install Chromium"):
        paper.main()
