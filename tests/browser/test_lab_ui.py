"""What a reader does with a lab, in a real browser, on the real labs."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests import lab_pages
from tools import frontend

pytestmark = pytest.mark.browser

SHORT = {"num_images": 1000, "num_epochs": 2, "num_hiddens": 32, "batch_size": 256}
# Tests run beside others on two cores; what takes a moment alone may take many then.
expect.set_options(timeout=30_000)
PHASE = "([i, phase]) => document.querySelectorAll('.mlp-lab')[i].dataset.phase === phase"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lab_pages.lay_out(tmp_path_factory.mktemp("labs"))


@pytest.fixture(scope="module")
def address(folder: Path, serve: Callable[..., str]) -> str:
    return serve(folder)


@pytest.fixture
def visit(page: Page, folder: Path, address: str) -> Callable[..., Locator]:
    """Opens a page with the parts on it and returns its first lab."""

    def open_(*parts: str, query: str = "", **options: str | None) -> Locator:
        (folder / "page.html").write_text(lab_pages.page(*parts, **options), encoding="utf-8")  # type: ignore[arg-type]
        page.goto(f"{address}/page.html{query}")
        lab = page.locator(".mlp-lab").first
        expect(lab.locator("[data-action=run]")).to_be_visible()
        return lab

    return open_


def wait_for(lab: Locator, phase: str, *, nth: int = 0) -> None:
    lab.page.wait_for_function(PHASE, arg=[nth, phase], timeout=60_000)


def run(lab: Locator, *, nth: int = 0) -> None:
    lab.locator("[data-action=run]").click()
    wait_for(lab, "done", nth=nth)


def box(lab: Locator, name: str) -> Locator:
    return lab.locator(f".mlp-number[name={name}]")


def enter(lab: Locator, name: str, text: str) -> None:
    box(lab, name).fill(text)
    box(lab, name).press("Enter")


def chart_text(lab: Locator, name: str) -> str:
    text = lab.locator(f"[data-chart={name}] svg[role=img]").get_attribute("aria-label")
    assert text is not None
    return text


# Running


def test_nothing_heavy_is_loaded_before_run(page: Page, visit: Callable[..., Locator]) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    lab = visit(lab_pages.lab("fashion_mlp", **SHORT), lab_pages.lab("playground"))
    expect(lab.locator("figure")).to_be_visible()
    heavy = [url for url in asked if url.endswith((".gz", ".onnx", ".wasm", "worker.js"))]
    assert heavy == []


def test_fashion_mlp_trains_and_shows_its_predictions(visit: Callable[..., Locator]) -> None:
    lab = visit(lab_pages.lab("fashion_mlp", **SHORT))
    run(lab)
    expect(lab.locator("figure")).to_be_hidden()
    expect(lab.locator(".mlp-counter")).to_have_text(re.compile(r"step 8 / 8"))
    expect(lab.locator(".mlp-image")).to_have_count(24)
    verdicts = lab.locator(".mlp-image .mlp-sr").all_text_contents()
    assert all("right" in verdict or "wrong" in verdict for verdict in verdicts)
    assert re.search(r"step 8; training batch \d\.\d+, validation \d", chart_text(lab, "loss"))
    expect(lab.get_by_role("status").first).to_contain_text(re.compile(r"accuracy \d+\.\d%"))


def test_playground_draws_the_plane_and_its_units(visit: Callable[..., Locator]) -> None:
    lab = visit(lab_pages.lab("playground", num_hiddens=5))
    lab.locator("[data-action=run]").click()
    expect(lab.locator(".mlp-unit-row canvas")).to_have_count(5)
    lab.page.wait_for_timeout(500)
    before = chart_text(lab, "loss")
    lab.page.wait_for_timeout(500)
    assert chart_text(lab, "loss") != before
    wait_for(lab, "done")
    expect(lab.locator(".mlp-point").nth(100)).to_be_attached()
    colors = lab.locator(".mlp-heat").evaluate(
        "c => new Set(c.getContext('2d').getImageData(0, 0, c.width, c.height).data).size"
    )
    assert colors > 20
    assert "%" in chart_text(lab, "region")


def test_pause_takes_effect_at_once_and_the_run_goes_on(visit: Callable[..., Locator]) -> None:
    lab = visit(lab_pages.lab("playground"))
    button = lab.locator("[data-action=run]")
    button.click()
    expect(lab.locator(".mlp-counter")).to_contain_text(re.compile(r"step \d\d"))
    button.click()
    assert lab.get_attribute("data-phase") == "paused"
    lab.page.wait_for_timeout(300)
    stopped = lab.locator(".mlp-counter").inner_text()
    lab.page.wait_for_timeout(400)
    assert lab.locator(".mlp-counter").inner_text() == stopped
    expect(button).to_have_text(re.compile("Resume"))
    button.click()
    wait_for(lab, "done")
    expect(lab.locator(".mlp-counter")).to_contain_text("step 3,000 / 3,000")


def test_step_is_one_step_and_reset_begins_again(visit: Callable[..., Locator]) -> None:
    lab = visit(lab_pages.lab("fashion_mlp", **SHORT))
    for expected in ("step 1 / 8", "step 2 / 8"):
        lab.locator("[data-action=step]").click()
        wait_for(lab, "paused")
        expect(lab.locator(".mlp-counter")).to_contain_text(expected)
    lab.locator("[data-action=reset]").click()
    assert lab.get_attribute("data-phase") == "idle"
    expect(lab.locator("[data-action=reset]")).to_be_disabled()
    run(lab)
    expect(lab.locator(".mlp-counter")).to_contain_text("step 8 / 8")


def test_the_page_answers_while_a_lab_trains(visit: Callable[..., Locator]) -> None:
    lab = visit(lab_pages.lab("fashion_mlp", num_images=1000, num_epochs=50, num_hiddens=1024))
    lab.locator("[data-action=run]").click()
    expect(lab.locator(".mlp-counter")).to_contain_text(re.compile(r"step [1-9]"))
    longest = lab.page.evaluate(
        """() => new Promise((resolve) => {
          let longest = 0, last = performance.now();
          const tick = () => {
            const now = performance.now();
            longest = Math.max(longest, now - last);
            last = now;
            if (now - begun > 1500) resolve(longest); else setTimeout(tick, 0);
          };
          const begun = last;
          tick();
        })"""
    )
    assert longest < 400, f"the page stood still for {longest:.0f} ms"
    lab.locator("[data-action=reset]").click()
    assert lab.get_attribute("data-phase") == "idle"


def test_the_same_seed_gives_the_same_curve(visit: Callable[..., Locator]) -> None:
    lab = visit(lab_pages.lab("fashion_mlp", **SHORT))
    run(lab)
    first = chart_text(lab, "loss")
    run(lab)
    assert chart_text(lab, "loss") == first
    enter(lab, "seed", "1")
    run(lab)
    assert chart_text(lab, "loss") != first


def test_two_labs_on_one_page_train_side_by_side(visit: Callable[..., Locator], page: Page) -> None:
    visit(lab_pages.lab("fashion_mlp", **SHORT), lab_pages.lab("fashion_mlp", **SHORT, lr=0.5))
    both = [page.locator(".mlp-lab").nth(i) for i in range(2)]
    for lab in both:
        lab.locator("[data-action=run]").click()
    for nth, lab in enumerate(both):
        wait_for(lab, "done", nth=nth)
    assert chart_text(both[0], "loss") != chart_text(both[1], "loss")
    enter(both[1], "seed", "3")
    page.wait_for_function("location.search.includes('lab.fashion_mlp.2.seed=3')")


# Controls


def test_every_control_moves_and_is_kept_in_the_address(visit: Callable[..., Locator]) -> None:
    lab = visit(lab_pages.lab("fashion_mlp"))
    for name in ("lr", "num_hiddens", "dropout", "num_epochs"):
        control = lab.locator(f"[data-control={name}]")
        before = box(lab, name).input_value()
        control.locator("input[type=range]").focus()
        lab.page.keyboard.press("ArrowRight")
        assert float(box(lab, name).input_value()) > float(before), name
    lab.locator("[data-control=num_layers]").get_by_text("3", exact=True).click()
    for name, value in (("init", "he"), ("batch_size", "128"), ("num_images", "1000")):
        lab.locator(f"[data-control={name}] select").select_option(value)
    lab.get_by_role("switch").click()
    lab.get_by_role("button", name="Roll another seed").click()
    seed = box(lab, "seed").input_value()
    lab.page.wait_for_function("location.search.includes('lab.fashion_mlp.seed')")
    lab.page.wait_for_timeout(300)
    settings = {
        name.removeprefix("lab.fashion_mlp."): value[0]
        for name, value in parse_qs(urlsplit(lab.page.url).query).items()
    }
    assert settings == {
        "lr": "0.12",
        "num_hiddens": "384",
        "dropout": "0.05",
        "num_epochs": "11",
        "num_layers": "3",
        "init": "he",
        "batch_size": "128",
        "num_images": "1000",
        "centre": "true",
        "seed": seed,
    }
    lab.page.reload()
    expect(box(lab, "num_hiddens")).to_have_value("384")
    expect(lab.locator("[data-control=batch_size] select")).to_have_value("128")
    expect(lab.get_by_role("switch")).to_be_checked()
    expect(box(lab, "seed")).to_have_value(seed)


def test_a_bad_number_is_refused_in_words(visit: Callable[..., Locator]) -> None:
    lab = visit(lab_pages.lab("fashion_mlp"))
    enter(lab, "num_hiddens", "99999")
    alert = lab.locator("[data-control=num_hiddens]").get_by_role("alert")
    expect(alert).to_contain_text("Got “99999”; expected a whole number from 1 to 1024.")
    expect(box(lab, "num_hiddens")).to_have_value("256")


def test_a_bad_address_is_named_and_the_default_stands(visit: Callable[..., Locator]) -> None:
    lab = visit(
        lab_pages.lab("fashion_mlp"), query="?lab.fashion_mlp.lr=fast&lab.fashion_mlp.seed=4"
    )
    expect(lab.get_by_role("alert").first).to_contain_text("Learning rate: Got “fast”")
    expect(box(lab, "lr")).to_have_value("0.1")
    expect(box(lab, "seed")).to_have_value("4")


def test_a_teacher_hides_controls(visit: Callable[..., Locator]) -> None:
    lab = visit(
        lab_pages.lab("fashion_mlp", hide=("seed",)), query="?lab.fashion_mlp.hide=dropout,runs"
    )
    expect(box(lab, "lr")).to_be_visible()
    for name in ("seed", "dropout"):
        expect(lab.locator(f"[data-control={name}]")).to_have_count(0)


def test_a_live_control_acts_in_mid_run_and_another_waits(visit: Callable[..., Locator]) -> None:
    lab = visit(lab_pages.lab("fashion_mlp", **SHORT))
    lab.locator("[data-action=step]").click()
    wait_for(lab, "paused")
    enter(lab, "lr", "0.5")
    expect(lab.locator("[data-action=run]")).to_have_text(re.compile("Resume"))
    enter(lab, "num_hiddens", "64")
    expect(lab.locator("[data-control=num_hiddens] .mlp-pending")).to_be_visible()
    expect(lab.locator("[data-action=run]")).to_have_text(re.compile("Run new settings"))
    run(lab)
    expect(lab.locator(".mlp-runs tbody tr")).to_have_count(2)


def test_a_link_holds_every_setting(visit: Callable[..., Locator], page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    lab = visit(lab_pages.lab("playground"))
    lab.locator("[data-control=dataset]").get_by_text("spirals").click()
    lab.locator("[data-action=link]").click()
    expect(lab.get_by_role("status").first).to_contain_text("Link copied")
    query = parse_qs(urlsplit(page.evaluate("navigator.clipboard.readText()")).query)
    assert query["lab.playground.dataset"] == ["spirals"]
    assert len(query) == lab.locator("[data-control]").count()


def test_the_labs_presets_set_what_they_say(visit: Callable[..., Locator]) -> None:
    lab = visit(lab_pages.lab("fashion_mlp"))
    presets = lab.locator("[data-preset]")
    if presets.count() == 0:
        pytest.fail("the lab has no presets")
    presets.first.click()
    expect(presets.first).to_have_attribute("aria-pressed", "true")
    expect(lab.locator(".mlp-preset-note")).to_be_visible()


# Earlier runs, numbers, source


def test_earlier_runs_stay_as_ghosts_with_their_settings(visit: Callable[..., Locator]) -> None:
    lab = visit(lab_pages.lab("fashion_mlp", **SHORT))
    run(lab)
    enter(lab, "lr", "1")
    run(lab)
    rows = lab.locator(".mlp-runs tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.nth(1).locator(".mlp-differs")).to_have_text("0.1")
    expect(lab.locator("[data-chart=loss] .mlp-line-earlier")).to_have_count(2)
    rows.nth(1).get_by_role("button", name="Use").click()
    expect(box(lab, "lr")).to_have_value("0.1")
    rows.nth(1).get_by_role("button", name="Remove").click()
    expect(rows).to_have_count(1)
    expect(lab.locator("[data-chart=loss] .mlp-line-earlier")).to_have_count(0)


def test_the_csv_has_every_step_with_its_settings(visit: Callable[..., Locator]) -> None:
    lab = visit(lab_pages.lab("fashion_mlp", **SHORT))
    run(lab)
    with lab.page.expect_download() as download:
        lab.locator("[data-action=csv]").click()
    assert download.value.suggested_filename == "fashion_mlp.csv"
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text("utf-8"))))
    assert [row["step"] for row in rows] == [str(i) for i in range(9)]
    assert {row["lr"] for row in rows} == {"0.1"}
    assert all(0 < float(row["loss"]) < 5 for row in rows[1:])
    assert rows[0]["loss"] == "" and 2 < float(rows[0]["validation_loss"]) < 3


def test_the_numbers_stand_in_a_table(visit: Callable[..., Locator]) -> None:
    lab = visit(lab_pages.lab("fashion_mlp", **SHORT))
    run(lab)
    lab.get_by_text("Show the numbers").click()
    rows = lab.locator(".mlp-fold-numbers tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.last).to_contain_text("8")


def test_the_source_is_the_function_itself(visit: Callable[..., Locator]) -> None:
    import inspect

    from mlpbook.labs import fashion_mlp

    lab = visit(lab_pages.lab("fashion_mlp"))
    lab.get_by_text("Show the code").click()
    shown = lab.locator(".mlp-source code").inner_text()
    assert inspect.getsource(fashion_mlp.step).strip() in shown


# Languages, faults, access


def test_the_lab_follows_the_page_and_both_languages_fit(visit: Callable[..., Locator]) -> None:
    lab = visit(lab_pages.lab("fashion_mlp"))
    expect(lab.locator("[data-action=run]")).to_have_text(re.compile("Run$"))
    lab.page.evaluate("document.documentElement.dataset.language = 'zh'")
    expect(lab.locator("[data-action=run] [lang=en]")).to_be_hidden()
    expect(lab.locator("[data-action=run] [lang=zh-Hans]")).to_be_visible()
    assert "损失" in chart_text_now(lab)
    lab.page.evaluate("document.documentElement.dataset.language = 'both'")
    expect(lab.locator("[data-action=run] [lang=en]")).to_be_visible()
    expect(lab.locator("[data-action=run] [lang=zh-Hans]")).to_be_visible()


def chart_text_now(lab: Locator) -> str:
    """The loss chart's text, also while the chart is not shown."""
    return lab.locator("[data-chart=loss] svg[role=img]").get_attribute("aria-label") or ""


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        ("**/*.wasm.gz", "blocked-file"),
        ("**/worker.js", "blocked-file"),
        ("**/train-images-idx3-ubyte.gz", "blocked-file"),
        ("**/step-1.onnx*", "blocked-file"),
    ],
)
def test_a_blocked_file_is_named_and_the_picture_stays(
    page: Page, visit: Callable[..., Locator], pattern: str, code: str
) -> None:
    page.route(pattern, lambda route: route.abort())
    lab = visit(lab_pages.lab("fashion_mlp", **SHORT))
    lab.locator("[data-action=run]").click()
    wait_for(lab, "failed")
    alert = lab.locator(".mlp-alert")
    expect(alert).to_have_attribute("data-code", code)
    expect(alert).to_contain_text(pattern.rsplit("/", 1)[1].strip("*."))
    expect(lab.locator("figure")).to_be_visible()
    page.unroute(pattern)
    run(lab)
    expect(alert).to_be_hidden()
    expect(lab.locator("figure")).to_be_hidden()


def test_a_damaged_file_is_named(page: Page, visit: Callable[..., Locator]) -> None:
    def spoil(route: Route) -> None:
        route.fulfill(status=200, body=b"no gzip at all", content_type="application/gzip")

    page.route("**/train-labels-idx1-ubyte.gz", spoil)
    lab = visit(lab_pages.lab("fashion_mlp", **SHORT))
    lab.locator("[data-action=run]").click()
    wait_for(lab, "failed")
    expect(lab.locator(".mlp-alert")).to_have_attribute("data-code", "bad-file")
    expect(lab.locator(".mlp-alert")).to_contain_text("train-labels-idx1-ubyte.gz")
    expect(lab.locator("figure")).to_be_visible()


def test_a_diverging_run_says_so_and_keeps_its_curve(visit: Callable[..., Locator]) -> None:
    lab = visit(
        lab_pages.lab("fashion_mlp", num_images=1000, num_layers=3, lr=5.0),
        query="?lab.fashion_mlp.init=he",
    )
    lab.locator("[data-action=run]").click()
    lab.page.wait_for_function(
        "['done', 'failed'].includes(document.querySelector('.mlp-lab').dataset.phase)",
        timeout=60_000,
    )
    assert lab.get_attribute("data-phase") == "failed"
    expect(lab.locator(".mlp-alert")).to_contain_text("The training has diverged")
    expect(lab.locator(".mlp-charts")).to_be_visible()


def test_without_webassembly_the_lab_says_so(page: Page, visit: Callable[..., Locator]) -> None:
    def without(route: Route) -> None:
        """Browsers no longer let it be switched off, so it is taken from the worker."""
        answer = route.fetch()
        route.fulfill(response=answer, body="delete self.WebAssembly;" + answer.text())

    page.route("**/worker.js*", without)
    lab = visit(lab_pages.lab("fashion_mlp", **SHORT))
    lab.locator("[data-action=run]").click()
    wait_for(lab, "failed")
    expect(lab.locator(".mlp-alert")).to_have_attribute("data-code", "no-wasm")
    expect(lab.locator("figure")).to_be_visible()


def test_the_keyboard_alone_is_enough(visit: Callable[..., Locator]) -> None:
    lab = visit(lab_pages.lab("fashion_mlp", **SHORT))
    keys = lab.page.keyboard
    focused = "document.activeElement.dataset.action ?? document.activeElement.name"
    for _ in range(30):
        keys.press("Tab")
        if lab.page.evaluate(focused) == "run":
            break
    outline = lab.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    keys.press("Enter")
    wait_for(lab, "done")
    keys.press("Tab")
    assert lab.page.evaluate(focused) == "step"
    keys.press("Tab")
    keys.press("Space")
    assert lab.get_attribute("data-phase") == "idle"
    for _ in range(30):
        keys.press("Tab")
        if lab.page.evaluate(focused) == "lr":
            break
    keys.press("ArrowUp")
    assert box(lab, "lr").input_value() == "0.12"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh", "en", "both", None])
def test_axe_finds_nothing(
    visit: Callable[..., Locator], page: Page, theme: str, language: str | None
) -> None:
    lab = visit(
        lab_pages.lab("fashion_mlp", **SHORT),
        lab_pages.lab("playground"),
        lab_pages.lab("fashion_mlp", **SHORT),
        theme=theme,
        language=language,
    )
    run(lab)
    enter(lab, "num_hiddens", "bad")
    enter(lab, "lr", "1")
    run(lab)
    second = page.locator(".mlp-lab").nth(1)
    second.locator("[data-action=step]").click()
    wait_for(second, "paused", nth=1)
    for fold in lab.locator("summary").all():
        fold.click()
    lab.locator(".mlp-controls button").first.click()
    page.evaluate(frontend.axe())
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    told = [
        f"{violation['id']}: {node['html'][:200]} {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]
    assert told == []


@pytest.mark.parametrize("width", [320, 375, 768, 1280, 1920])
def test_nothing_runs_out_of_the_page(
    visit: Callable[..., Locator], page: Page, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    lab = visit(lab_pages.lab("fashion_mlp", **SHORT), lab_pages.lab("playground"), language="both")
    run(lab)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_fingers_find_every_target(
    browser: Browser, visit: Callable[..., Locator], page: Page
) -> None:
    visit(lab_pages.lab("fashion_mlp", **SHORT))
    context = browser.new_context(
        viewport={"width": 375, "height": 740}, has_touch=True, is_mobile=True
    )
    phone = context.new_page()
    phone.goto(page.url)
    phone.locator("[data-action=run]").tap()
    wait_for(phone.locator(".mlp-lab"), "done")
    small = phone.evaluate(
        """() => [...document.querySelectorAll(
            '.mlp-lab :is(button, select, summary, .mlp-range, .mlp-segment, .mlp-number)')]
          .filter((el) => el.checkVisibility())
          .map((el) => [el.outerHTML.slice(0, 80), el.getBoundingClientRect().height])
          .filter(([, height]) => height < 43.5)"""
    )
    context.close()
    assert small == []


def test_paper_gets_the_picture(visit: Callable[..., Locator], page: Page) -> None:
    lab = visit(lab_pages.lab("fashion_mlp", **SHORT))
    run(lab)
    page.emulate_media(media="print")
    expect(lab.locator("figure")).to_be_visible()
    expect(lab.locator(".mlp-controls")).to_be_hidden()
    expect(lab.locator("[data-action=run]")).to_be_hidden()
