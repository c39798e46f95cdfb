"""The built site in a real browser: languages, theme, search, weight, access, small screens."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests import sites
from tools import frontend
from tools.quality.crawl import OPEN_FOLDS

pytestmark = pytest.mark.browser

WEIGHT_LIMIT = 600 * 1024
COMPRESSED = {".html", ".css", ".js", ".json", ".svg", ".onnx", ".ipynb"}
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 375, "height": 740}


def names() -> list[str]:
    """The pages of the real book, by their address, from its source files."""
    chapters = sorted((sites.ROOT / "chapters").glob("*.*"))
    pages = [f"chapters/{p.stem}.html" for p in chapters if p.suffix in {".md", ".ipynb"}]
    return [*pages, "search.html", "404.html"]


# Half of a page's elements draw formulas. They are hidden from assistive technology and take the
# colour of their text; `make measure` looks at them as well.
DROP_DRAWN_FORMULAS = "for (const drawn of document.querySelectorAll('.katex-html')) drawn.remove()"
# Done when the page's height has stayed the same for a few frames, or after some seconds.
SETTLED = """() => new Promise((resolve) => {
  let height = 0, same = 0, frames = 0;
  const look = () => {
    const now = document.documentElement.scrollHeight;
    same = now === height ? same + 1 : 0;
    height = now;
    if (same > 10 || ++frames > 300) resolve();
    else requestAnimationFrame(look);
  };
  look();
})"""
# What stands out of a block that is drawn only near the screen would be cut off.
CUT = """() => [...document.querySelectorAll('section > :is(div[lang], .math-block, .cell)')]
  .filter((block) => block.checkVisibility() && block.scrollWidth > block.clientWidth + 1)
  .map((block) => block.textContent.trim().slice(0, 80))"""
HEAVIEST = next((name for name in names() if "4_2" in name), "chapters/index.html")


@pytest.fixture(scope="session")
def real(serve: Callable[..., str]) -> str:
    """The address of the real book."""
    site = sites.real_site()
    assert site.status == 0, site.log[-3000:]
    return serve(site.html)


@pytest.fixture(scope="session")
def small(serve: Callable[..., str]) -> str:
    """The address of the small book, whose page of all tags has every part in it."""
    site = sites.small_site()
    assert site.status == 0, site.log[-3000:]
    return serve(site.html)


@pytest.fixture(scope="session")
def everywhere(real: str, small: str) -> list[str]:
    """Every page of the real book, and the page of the small one that has every part."""
    return [f"{real}/{name}" for name in names()] + [f"{small}/chapters/all_tags.html"]


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens an address in a fresh context with the given settings; errors in the page fail."""
    opened, errors = [], []

    def open_page(address: str, **settings: object) -> Page:
        context = browser.new_context(**{"viewport": WIDE, "locale": "zh-CN", **settings})  # type: ignore[arg-type]
        opened.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(address, wait_until="networkidle")
        return page

    yield open_page
    for context in opened:
        context.close()
    assert not errors


def language(page: Page) -> str:
    return page.evaluate("document.documentElement.dataset.language")


def shows(page: Page, lang: str) -> bool:
    """Whether the page's heading shows in a language."""
    return page.locator(f"h1 > [lang='{lang}']").is_visible()


# ---- languages -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("locale", "expected", "lang"),
    [
        ("zh-CN", "zh", "zh-Hans"),
        ("zh-TW", "zh", "zh-Hans"),
        ("en-GB", "en", "en"),
        ("de-DE", "en", "en"),
    ],
)
def test_first_visit_follows_the_browser(
    visit: Callable[..., Page], small: str, locale: str, expected: str, lang: str
) -> None:
    page = visit(f"{small}/chapters/all_tags.html", locale=locale)
    assert language(page) == expected
    assert page.locator("html").get_attribute("lang") == lang
    assert shows(page, lang)
    assert (
        page.title()
        == {"zh": "隐藏层 | 多层感知机", "en": "Hidden layers | Multilayer Perceptrons"}[expected]
    )


def test_the_choice_of_language_is_kept(visit: Callable[..., Page], small: str) -> None:
    page = visit(f"{small}/chapters/all_tags.html")
    heard = page.evaluate_handle(
        "(() => { const heard = []; document.addEventListener('mlpbook:language',"
        " (e) => heard.push(e.detail.language)); return heard; })()"
    )
    page.get_by_role("button", name="EN", exact=True).click()
    assert heard.json_value() == ["en"]
    assert not shows(page, "zh-Hans")
    page.goto(f"{small}/chapters/three_cells.html")
    assert language(page) == "en"
    assert page.get_by_role("button", name="EN", exact=True).get_attribute("aria-pressed") == "true"
    page.locator("[data-set-language=both]").click()
    assert shows(page, "zh-Hans")
    assert shows(page, "en")
    page.reload()
    assert language(page) == "both"


def test_no_flash_of_the_other_language(visit: Callable[..., Page], small: str) -> None:
    """The language is set before the body is parsed, by the script in the head."""
    page = visit("about:blank")
    page.route("**/book.js*", lambda route: route.abort())
    page.goto(f"{small}/chapters/all_tags.html")
    assert language(page) == "zh"
    assert not shows(page, "en")


def test_without_script_both_languages_show(visit: Callable[..., Page], small: str) -> None:
    page = visit(f"{small}/chapters/all_tags.html", java_script_enabled=False)
    assert shows(page, "zh-Hans")
    assert shows(page, "en")
    assert page.locator(".languages").is_hidden()
    assert page.locator("details.block-solution").is_visible()


def test_switching_keeps_the_place(visit: Callable[..., Page], real: str) -> None:
    page = visit(
        f"{real}/chapters/glossary.html"
        if HEAVIEST.endswith("index.html")
        else f"{real}/{HEAVIEST}"
    )
    page.evaluate("document.fonts.ready")
    page.evaluate(SETTLED)  # labs and quizzes draw themselves after the page has loaded
    page.evaluate("window.scrollTo({top: document.body.scrollHeight * 0.55, behavior: 'instant'})")
    page.evaluate(SETTLED)  # pictures that have come near load
    seen = """() => [...document.querySelectorAll('main :is(h2, h3, .cell, .math-block, tr)')]
        .filter((e) => e.checkVisibility() && e.getBoundingClientRect().top > 60)[0]"""
    mark = page.evaluate_handle(seen).as_element()
    assert mark is not None
    top = "e => e.getBoundingClientRect().top"
    before = mark.evaluate(top)
    for choice in ("en", "both", "zh"):
        # Not Playwright's own click, which scrolls the page by itself.
        page.evaluate(f"document.querySelector('[data-set-language={choice}]').click()")
        assert -3 < mark.evaluate(top) - before < 800, choice  # the text above it may grow
    assert abs(mark.evaluate(top) - before) < 3


LOOSE = """() => [...document.querySelectorAll('.math')].filter((math) => {
  const text = math.nextSibling, bases = math.querySelectorAll('.katex-base');
  if (!bases.length || !math.checkVisibility() || text?.nodeType !== 3) return false;
  if (!/^[，。、；：？！）]/.test(text.data)) return false;
  const range = document.createRange();
  range.setStart(text, 0);
  range.setEnd(text, 1);
  const end = [...bases].at(-1).getBoundingClientRect();
  return range.getClientRects()[0].top > end.bottom - 2;
}).map((math) => math.parentElement.textContent.slice(0, 80))"""


HANGING = """() => [...document.querySelectorAll('.math')].filter((math) => {
  const text = math.previousSibling, base = math.querySelector('.katex-base');
  if (!base || !math.checkVisibility() || text?.nodeType !== 3) return false;
  if (!/[（《“]$/.test(text.data)) return false;
  const range = document.createRange();
  range.setStart(text, text.length - 1);
  range.setEnd(text, text.length);
  return range.getClientRects()[0].bottom < base.getBoundingClientRect().top + 2;
}).map((math) => math.parentElement.textContent.slice(0, 80))"""


def test_lines_are_set_well(visit: Callable[..., Page], real: str) -> None:
    """A line neither begins with the punctuation after a formula nor ends with the bracket before
    one, and no line is stretched to the edge."""
    page = visit(f"{real}/{HEAVIEST}?lang=zh")
    page.evaluate(OPEN_FOLDS)
    assert page.locator(".math.han-before").count() > 10
    for width in (320, 375, 700, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(LOOSE) == [], width
        assert page.evaluate(HANGING) == [], width
    aligned = "[...document.querySelectorAll('p, li')].map((e) => getComputedStyle(e).textAlign)"
    assert "justify" not in page.evaluate(aligned)


# ---- theme ---------------------------------------------------------------------------------------


def test_theme_follows_the_system_and_is_kept(visit: Callable[..., Page], small: str) -> None:
    page = visit(f"{small}/chapters/all_tags.html", color_scheme="dark")
    theme = "document.documentElement.dataset.theme"
    assert page.evaluate(theme) == "dark"
    page.locator(".bar-theme").click()
    assert page.evaluate(theme) == "light"
    page.reload()
    assert page.evaluate(theme) == "light"
    assert (
        page.evaluate("getComputedStyle(document.body.parentElement).backgroundColor")
        == "rgb(255, 255, 255)"
    )


# ---- requests and weight -------------------------------------------------------------------------


@pytest.mark.parametrize("name", names())
def test_no_other_host_and_light_enough(visit: Callable[..., Page], real: str, name: str) -> None:
    """All requests of a page, scrolled to its end, stay on this host and weigh at most 600 KB."""
    asked: list[str] = []

    def note(route: Route) -> None:
        asked.append(route.request.url)
        route.continue_()

    page = visit("about:blank")
    page.route("**/*", note)
    failed: list[str] = []
    page.on("response", lambda answer: failed.append(answer.url) if answer.status >= 400 else None)
    page.goto(f"{real}/{name}", wait_until="networkidle")
    page.evaluate("window.scrollTo({top: document.body.scrollHeight, behavior: 'instant'})")
    page.wait_for_load_state("networkidle")
    assert not failed
    assert all(url.startswith((real, "data:", "blob:")) for url in asked), asked
    weights = {url: weight(url, real) for url in asked if url.startswith(real)}
    assert sum(weights.values()) <= WEIGHT_LIMIT, sorted(weights.items(), key=lambda one: -one[1])[
        :8
    ]


def weight(url: str, site: str) -> int:
    """The bytes of a file over the wire, from a host that compresses text."""
    path = sites.real_site().html / unquote(urlsplit(url.removeprefix(site)).path).lstrip("/")
    data = path.read_bytes()
    return len(gzip.compress(data, 6)) if path.suffix in COMPRESSED else len(data)


# ---- accessibility and small screens -------------------------------------------------------------


# Each pair of a theme, a language and a width occurs in one of the four.
LOOKS = [
    ("light", "zh", WIDE),
    ("dark", "en", WIDE),
    ("light", "en", PHONE),
    ("dark", "zh", PHONE),
]


@pytest.mark.parametrize(("theme", "lang", "viewport"), LOOKS, ids=lambda value: str(value))
def test_axe_finds_nothing(
    visit: Callable[..., Page],
    everywhere: list[str],
    theme: str,
    lang: str,
    viewport: dict[str, int],
) -> None:
    """No page has a violation, with every fold open and every lab and quiz drawn."""
    page = visit("about:blank", color_scheme=theme, viewport=viewport)
    found = []
    for address in everywhere:
        page.goto(f"{address}?lang={lang}", wait_until="networkidle")
        page.evaluate(OPEN_FOLDS)
        page.evaluate(SETTLED)
        page.wait_for_selector("html.asked")  # every box that scrolls can be reached by keyboard
        page.evaluate(DROP_DRAWN_FORMULAS)
        page.evaluate(frontend.axe())
        result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        found += [
            f"{address}: {v['id']}: {node['target']} {node['failureSummary'][:300]}"
            for v in result["violations"]
            for node in v["nodes"][:3]
        ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("width", [320, 375, 768])
def test_no_page_scrolls_sideways(
    visit: Callable[..., Page], everywhere: list[str], width: int
) -> None:
    page = visit("about:blank", viewport={"width": width, "height": 700})
    for address in everywhere:
        page.goto(f"{address}?lang=zh", wait_until="networkidle")
        page.evaluate(OPEN_FOLDS)
        for lang in ("zh", "en", "both"):
            page.evaluate(f"document.querySelector('[data-set-language={lang}]').click()")
            page.evaluate(SETTLED)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{address} {lang}: {wide}"
        assert page.evaluate(CUT) == [], address


def test_phone_menu_opens_and_closes(visit: Callable[..., Page], small: str) -> None:
    page = visit(f"{small}/chapters/all_tags.html", viewport=PHONE)
    contents = page.locator("#contents")
    assert contents.is_hidden()
    page.locator(".bar-menu").click()
    assert contents.is_visible()
    page.keyboard.press("Escape")
    assert contents.is_hidden()


# ---- copying, folds, search, teach mode ----------------------------------------------------------


def test_a_copied_formula_is_latex(visit: Callable[..., Page], small: str) -> None:
    page = visit(f"{small}/chapters/all_tags.html?lang=en")
    copied = page.evaluate(
        """() => {
          const range = document.createRange();
          range.selectNodeContents([...document.querySelectorAll('div[lang=en] p')]
            .find((p) => p.querySelector('.katex')));
          getSelection().removeAllRanges();
          getSelection().addRange(range);
          const data = new DataTransfer();
          const options = {clipboardData: data, cancelable: true};
          document.dispatchEvent(new ClipboardEvent('copy', options));
          return data.getData('text/plain');
        }"""
    )
    assert r"turns the input $\mathbf{x}$ into $\mathbf{h}=\sigma(" in copied


def test_code_is_copied_without_its_button(visit: Callable[..., Page], small: str) -> None:
    page = visit(f"{small}/chapters/three_cells.html")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator(".highlight").first.hover()
    page.locator(".copy").first.click()
    assert (
        page.evaluate("navigator.clipboard.readText()")
        == "x = [1, 2, 3]\nassert sum(x) == 6\nsum(x)"
    )


def test_code_is_selected_where_the_clipboard_is_closed(
    visit: Callable[..., Page], small: str
) -> None:
    page = visit(f"{small}/chapters/three_cells.html?lang=en")
    closed = "() => Promise.reject(new Error('closed'))"
    page.evaluate(f"() => {{ navigator.clipboard.writeText = {closed}; }}")
    page.locator(".highlight").first.hover()
    page.locator(".copy").first.click()
    expect(page.locator(".live")).to_contain_text("press Ctrl+C")
    assert page.evaluate("getSelection().toString()").strip().endswith("sum(x)")


def test_a_link_into_a_fold_opens_it(visit: Callable[..., Page], small: str) -> None:
    page = visit(f"{small}/chapters/all_tags.html#solution-ex-0.1-linear")
    assert page.locator("#solution-ex-0\\.1-linear").get_attribute("open") is not None


def test_progress_is_kept_in_the_browser(visit: Callable[..., Page], small: str) -> None:
    page = visit(f"{small}/chapters/all_tags.html?lang=en")
    done = page.locator("#ex-0\\.1-linear .done")
    done.click()
    page.mouse.wheel(0, 100)
    page.locator(".turn").scroll_into_view_if_needed()
    page.wait_for_function("localStorage.getItem('mlpbook:read:chapters/all_tags') === '1'")
    page.reload()
    assert done.get_attribute("aria-pressed") == "true"
    page.goto(f"{small}/chapters/index.html")
    assert page.locator("[data-page='chapters/all_tags']").get_attribute("data-read") == ""


def test_a_figure_opens_large_and_closes(visit: Callable[..., Page], small: str) -> None:
    page = visit(f"{small}/chapters/all_tags.html")
    figure = page.locator(".cell_output > img").first
    figure.focus()
    page.keyboard.press("Enter")
    assert page.locator("dialog.zoom img").is_visible()
    page.keyboard.press("Escape")
    page.locator("dialog.zoom").wait_for(state="detached")  # removed by its own close event


TITLES = "async (query) => (await mlpbookSearch.find(query)).map((hit) => hit.title)"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("隐藏层", "隐藏层"),
        ("hidden layers", "hidden layer"),
        ("隐藏单元", "隐藏单元数"),
        ("暂退法", "暂退法"),
        ("丢弃法", "暂退法"),
        ("dropout", "Dropout"),
        ("vanishing gradient", "vanishing"),
        ("梯度消失", "梯度消失"),
        ("Xavier", "Xavier initialisation"),
        ("initialization", "initialisation"),
        ("权重衰减", "权重衰减"),
        ("weight decay", "Weight decay"),
        ("ReLU", "Another ReLU"),
        ("交叉熵", "稳定的交叉熵"),
        ("cross-entropy", "A stable cross-entropy"),
        ("学习率", "学习率"),
        ("Learning Rate", "The learning rate"),
        ("测试集", "打开测试集，一次"),
        ("requires_grad", "requires_grad"),
        ("log-sum-exp", "损失函数"),
        ("Optuna", "Joint tuning"),
        ("逐次减半", "逐次减半"),
        ("successive halving", "successive halving"),
        ("SIMD", "SIMD"),
        ("过拟合", "过拟合"),
        ("overfitting", "overfitting"),
        ("小批量", "小批量"),
        ("minibatch", "minibatch"),
        ("hidden layer", "hidden layer"),
        ("Glorot", "延伸阅读"),
        ("速度", "速度"),
    ],
)
def test_the_book_answers(visit: Callable[..., Page], real: str, query: str, expected: str) -> None:
    """The first answer to a query is the part of the book that a reader wants."""
    page = visit(f"{real}/search.html?q={query}")
    page.wait_for_function("window.mlpbookSearch")
    titles = page.evaluate(TITLES, query)
    assert any(expected in title for title in titles[0]), titles[:5]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("隐藏层", "隐藏层"),
        ("hidden layer", "Hidden layers"),
        ("Hidden Layers", "Hidden layers"),
        ("线性层", "只有线性层"),
        ("associative", "Solution: Only linear layers"),
        ("torch.Size", "Solution: Only linear layers"),
        ("没有激活函数", "激活函数 σ"),
        ("sigma", "激活函数 σ"),
        ("σ", "激活函数 σ"),
        ("ReLU", "Write ReLU"),
    ],
)
def test_search_answers(visit: Callable[..., Page], small: str, query: str, expected: str) -> None:
    page = visit(f"{small}/search.html?q={query}")
    page.wait_for_function("window.mlpbookSearch")
    titles = page.evaluate(TITLES, query)
    assert expected in titles[0], titles[:5]
    shown = "count => document.querySelectorAll('.hits a').length === count"
    page.wait_for_function(shown, arg=len(titles))


def test_search_opens_by_key_and_leads_to_the_page(visit: Callable[..., Page], small: str) -> None:
    page = visit(f"{small}/chapters/three_cells.html?lang=en")
    page.keyboard.press("/")
    page.get_by_role("searchbox").fill("associative")
    page.locator(".hits a").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/all_tags.html#solution-ex-0.1-linear")


def test_search_says_when_nothing_is_found(visit: Callable[..., Page], small: str) -> None:
    page = visit(f"{small}/search.html?q=zebra&lang=en")
    assert "Nothing found" in page.locator(".search-count").inner_text()


def test_teach_mode_steps_through_the_page(visit: Callable[..., Page], small: str) -> None:
    page = visit(f"{small}/chapters/all_tags.html?lang=en", viewport={"width": 1280, "height": 720})
    page.keyboard.press("t")
    count = page.locator(".teach-count")
    total = int(count.inner_text().split("/")[1])
    assert total > 5
    assert page.locator(".bar").is_hidden()
    seen = []
    for _ in range(total):
        visible = page.locator(".text .teach-shown:visible")
        seen.append(visible.last.inner_text())
        page.keyboard.press("ArrowRight")
    assert len(set(seen)) == total
    assert any("Let them guess first" in text for text in seen)
    page.keyboard.press("Escape")
    assert page.locator(".bar").is_visible()
    assert page.locator(".block-teacher").is_hidden()
    assert "teach" not in page.url


def test_an_address_opens_at_a_step(visit: Callable[..., Page], small: str) -> None:
    page = visit(f"{small}/chapters/all_tags.html?lang=en&teach=3")
    page.wait_for_selector(".teach-count")
    assert page.locator(".teach-count").inner_text().startswith("3 /")


def test_teach_mode_asks_one_question_at_a_time(visit: Callable[..., Page], real: str) -> None:
    """A quiz is a step for each question, a lab fits the screen, a clicker moves on."""
    screen = {"width": 1280, "height": 720}
    page = visit(f"{real}/{HEAVIEST}?lang=en&teach=1", viewport=screen)
    page.wait_for_selector(".mlp-quiz .mlp-question", state="attached")
    page.keyboard.press("Escape")
    page.keyboard.press("t")
    page.keyboard.press("End")
    count = page.locator(".teach-count")
    asked = 0
    for _ in range(40):
        asked += page.locator(".mlp-question:visible").count() == 1
        if page.locator(".mlp-lab:visible").count():
            break
        page.keyboard.press("ArrowLeft")
    assert asked >= 5
    assert page.evaluate("document.documentElement.scrollHeight - innerHeight") < 8
    here = count.inner_text()
    page.keyboard.press("PageDown")
    page.wait_for_function(
        "at => document.querySelector('.teach-count').innerText !== at", arg=here
    )
    page.keyboard.press("PageUp")
    page.keyboard.press("PageUp")
    assert page.locator(".block-solution[open]").count() == 0


def test_a_page_can_be_cited(visit: Callable[..., Page], real: str) -> None:
    page = visit(f"{real}/{HEAVIEST}?lang=en")
    page.get_by_role("button", name="Cite").click()
    bibtex = page.locator(".cite pre").inner_text()
    assert f"{{{real}/{HEAVIEST}}}" in bibtex
    assert bibtex.count("{") == bibtex.count("}")


def test_the_page_of_lost_addresses_finds_its_files(
    visit: Callable[..., Page], real: str, serve: Callable[..., str]
) -> None:
    """A host shows it at any address, below the root or in the folder of the chapters."""
    page = visit("about:blank")
    lost = (sites.real_site().html / "404.html").read_text(encoding="utf-8")
    page.route("**/nowhere*", lambda r: r.fulfill(status=404, content_type="text/html", body=lost))
    for address in (f"{real}/nowhere", f"{real}/chapters/nowhere.html"):
        page.goto(address, wait_until="networkidle")
        assert (
            page.evaluate("getComputedStyle(document.querySelector('.bar')).position") == "sticky"
        )
        page.locator("a.button").click()
        page.wait_for_url(f"{real}/chapters/index.html*")


def test_landing_page_shows_the_lab_alive(visit: Callable[..., Page], real: str) -> None:
    page = visit(f"{real}/chapters/index.html")
    page.wait_for_selector(".mlp-lab button:visible")
    assert page.locator(".mlp-lab button:visible").count() > 2


def test_pages_are_whole_without_script(visit: Callable[..., Page], real: str) -> None:
    page = visit(f"{real}/{HEAVIEST}", java_script_enabled=False)
    assert page.locator(".mlp-lab img").first.is_visible()
