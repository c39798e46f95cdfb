"""What a reader does with a quiz, in a real browser, on the quiz of section 4.2."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from mlpbook import quizzes
from tests import lab_pages
from tools import frontend

pytestmark = pytest.mark.browser

SECTION = "4.2"
QUESTIONS: list[dict[str, Any]] = quizzes.quiz(SECTION).spec["questions"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lab_pages.lay_out(tmp_path_factory.mktemp("quiz"))


@pytest.fixture(scope="module")
def address(folder: Path, serve: Callable[..., str]) -> str:
    return serve(folder)


@pytest.fixture
def visit(page: Page, folder: Path, address: str) -> Callable[..., Locator]:
    def open_(**options: str | None) -> Locator:
        html = lab_pages.page(lab_pages.quiz(SECTION), **options)  # type: ignore[arg-type]
        (folder / "quiz.html").write_text(html, encoding="utf-8")
        page.goto(f"{address}/quiz.html")
        expect(page.locator(".mlp-quiz fieldset").first).to_be_visible()
        return page.locator(".mlp-quiz")

    return open_


def right_places(question: dict[str, Any]) -> list[int]:
    return [i for i, choice in enumerate(question["choices"]) if choice.get("right")]


def answer(view: Locator, question: dict[str, Any]) -> None:
    """Gives the right answer."""
    if question["kind"] == "number":
        view.locator("input").fill(str(question["answer"]))
    else:
        for place in right_places(question):
            view.locator("input").nth(place).check()
    view.get_by_role("button", name="Check").click()


def test_every_right_answer_is_taken_and_the_score_kept(visit: Callable[..., Locator]) -> None:
    quiz = visit()
    assert len(QUESTIONS) >= 5
    for question in QUESTIONS:
        view = quiz.locator(f"[data-question='{question['id']}']")
        answer(view, question)
        expect(view).to_have_class(re.compile("is-right"))
    total = f"{len(QUESTIONS)} of {len(QUESTIONS)} right"
    expect(quiz.locator(".mlp-score-line")).to_contain_text(total)
    quiz.page.reload()
    expect(quiz.locator(".mlp-score-line")).to_contain_text(total)
    quiz.get_by_role("button", name="Start over").click()
    expect(quiz.locator(".mlp-score-line")).not_to_contain_text(total)
    assert quiz.locator("input:checked").count() == 0


def test_every_wrong_choice_has_its_own_reason(visit: Callable[..., Locator]) -> None:
    quiz = visit()
    for question in QUESTIONS:
        if question["kind"] != "choice":
            continue
        view = quiz.locator(f"[data-question='{question['id']}']")
        for place, choice in enumerate(question["choices"]):
            if choice.get("right"):
                continue
            view.locator("input").nth(place).check()
            view.get_by_role("button", name="Check").click()
            expect(view).to_have_class(re.compile("is-wrong"))
            words = re.split(r"\s*<math|<", choice["feedback"]["en"])[0][:25].strip()
            expect(view.get_by_role("status")).to_contain_text(words)


def test_a_group_is_read_with_its_prompt(visit: Callable[..., Locator]) -> None:
    quiz = visit()
    expect(quiz.get_by_role("group")).to_have_count(len(QUESTIONS))
    for view in quiz.locator("fieldset").all():
        described = view.get_attribute("aria-describedby")
        assert quiz.page.locator(f"#{described}").count() == 1


def test_the_keyboard_alone_is_enough(visit: Callable[..., Locator]) -> None:
    question = next(one for one in QUESTIONS if one["kind"] == "choice")
    view = visit().locator(f"[data-question='{question['id']}']")
    view.locator("input").first.focus()
    keys = view.page.keyboard
    keys.press("Space")
    for _ in range(right_places(question)[0]):
        keys.press("ArrowDown")
    keys.press("Enter")
    expect(view).to_have_class(re.compile("is-right"))


def test_the_quiz_follows_the_language(visit: Callable[..., Locator]) -> None:
    quiz = visit(language="zh")
    expect(quiz.locator("fieldset button [lang=zh-Hans]").first).to_be_visible()
    expect(quiz.locator("legend [lang=en]").first).to_be_hidden()


def test_without_a_script_the_questions_and_answers_stand_there(
    browser: Browser, visit: Callable[..., Locator], page: Page
) -> None:
    visit()
    context = browser.new_context(java_script_enabled=False)
    plain_page = context.new_page()
    plain_page.goto(page.url)
    expect(plain_page.locator(".mlp-quiz details")).to_have_count(len(QUESTIONS))
    context.close()


def test_where_storage_is_blocked_the_quiz_works(
    browser: Browser, visit: Callable[..., Locator], page: Page
) -> None:
    visit()
    context = browser.new_context()
    context.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('blocked'); } })"
    )
    other = context.new_page()
    other.goto(page.url)
    view = other.locator(f"[data-question='{QUESTIONS[0]['id']}']")
    answer(view, QUESTIONS[0])
    expect(view).to_have_class(re.compile("is-right"))
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh", "en", "both"])
def test_axe_finds_nothing(
    visit: Callable[..., Locator], page: Page, theme: str, language: str
) -> None:
    quiz = visit(theme=theme, language=language)
    for number, question in enumerate(QUESTIONS):
        view = quiz.locator(f"[data-question='{question['id']}']")
        if question["kind"] == "number":
            view.locator("input").fill("-1")
        else:
            view.locator("input").nth(number % 3).check()
        view.locator("button").click()
    page.evaluate(frontend.axe())
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    told = [
        f"{violation['id']}: {node['html'][:200]} {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]
    assert told == []


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_runs_out_of_the_page(
    visit: Callable[..., Locator], page: Page, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    visit(language="both")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
