"""Curve labs and table labs in a real browser: what is drawn is what PyTorch computes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from mlpbook.labs.base import dump
from mlpbook.labs.curves import ArrayLab
from mlpbook.labs.export import content
from mlpbook.labs.widget import LabWidget
from tests import lab_pages
from tests.array_labs import BEND, SHRINK
from tools import frontend

pytestmark = pytest.mark.browser

expect.set_options(timeout=30_000)
READY = "() => document.querySelector('.mlp-lab').dataset.phase === 'ready'"
FAILED = "() => document.querySelector('.mlp-lab').dataset.phase === 'failed'"
# The CSV holds every number that is drawn.
CSV = """
async () => {
  const made = URL.createObjectURL;
  const text = new Promise((resolve) => {
    URL.createObjectURL = (blob) => (blob.text().then(resolve), made(blob));
  });
  document.querySelector("[data-action=csv]").click();
  URL.createObjectURL = made;
  return text;
}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = lab_pages.lay_out(tmp_path_factory.mktemp("array_labs"))
    for lab in (BEND, SHRINK):
        place = folder / "_static" / "mlpbook" / "labs" / lab.name
        place.mkdir()
        (place / "spec.json").write_text(dump(lab.to_json()), encoding="utf-8")
        files, _ = content(lab)
        for name, written in files.items():
            (place / name).write_bytes(written)
    return folder


@pytest.fixture(scope="module")
def address(folder: Path, serve: Callable[..., str]) -> str:
    return serve(folder)


@pytest.fixture
def visit(page: Page, folder: Path, address: str) -> Callable[..., Locator]:
    """Opens a page with a lab on it, below a tall gap if asked, and returns the lab."""

    def open_(lab: ArrayLab, *, query: str = "", gap: int = 0, **options: Any) -> Locator:
        values = options.pop("values", None)
        parts = f'<div style="height:{gap}px"></div>', LabWidget(lab, values=values).html()
        (folder / "page.html").write_text(lab_pages.page(*parts, **options), encoding="utf-8")
        page.goto(f"{address}/page.html{query}")
        found = page.locator(".mlp-lab").first
        expect(found.locator(".mlp-controls")).to_be_attached()
        return found

    return open_


def drawn(lab: Locator) -> dict[str, np.ndarray]:
    """The arrays as the page has them, by name, flat."""
    lab.page.wait_for_function(READY)
    found: dict[str, list[float]] = {}
    header, *rows = lab.page.evaluate(CSV).strip().split("\n")
    at = header.split(",").index("array")
    for row in rows:
        cells = row.split(",")
        found.setdefault(cells[at], []).append(float(cells[-1]))
    return {name: np.array(values) for name, values in found.items()}


def same(lab: Locator, model: ArrayLab, **values: Any) -> None:
    """What is drawn equals PyTorch's to 1e-5."""
    arrays = model.arrays(model.settings(values))
    found = drawn(lab)
    assert set(found) == set(arrays)
    for name, array in arrays.items():
        np.testing.assert_allclose(
            found[name], array.numpy().reshape(-1), rtol=1e-5, atol=1e-6, err_msg=name
        )


def enter(lab: Locator, name: str, text: str) -> None:
    box = lab.locator(f".mlp-number[name={name}]")
    box.fill(text)
    box.press("Enter")


def label(lab: Locator, chart: str) -> str:
    text = lab.locator(f"[data-chart={chart}] [role=img]").get_attribute("aria-label")
    assert text is not None
    return text


def test_nothing_is_loaded_before_the_first_touch(
    page: Page, visit: Callable[..., Locator]
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    lab = visit(BEND)
    expect(lab.locator("figure")).to_be_visible()
    expect(lab.locator("[data-action=start]")).to_be_visible()
    expect(lab.locator("[data-action=pin]")).to_be_hidden()
    assert not [url for url in asked if url.endswith((".gz", ".wasm", "worker.js"))]


def test_start_draws_the_defaults(visit: Callable[..., Locator]) -> None:
    lab = visit(BEND)
    lab.locator("[data-action=start]").click()
    same(lab, BEND)
    expect(lab.locator("figure")).to_be_hidden()
    expect(lab.locator("[data-action=start]")).to_be_hidden()


def test_each_control_changes_what_is_drawn(visit: Callable[..., Locator]) -> None:
    lab = visit(BEND)
    enter(lab, "at", "2.5")
    same(lab, BEND, at=2.5)
    enter(lab, "scale", "3")
    same(lab, BEND, at=2.5, scale=3)
    enter(lab, "count", "12")
    same(lab, BEND, at=2.5, scale=3, count=12)
    enter(lab, "seed", "7")
    same(lab, BEND, at=2.5, scale=3, count=12, seed=7)
    lab.get_by_text("ReLU", exact=True).click()
    same(lab, BEND, at=2.5, scale=3, count=12, seed=7, activation="relu")
    before = label(lab, "shape")
    assert "points" in before
    lab.get_by_role("switch").click()
    same(lab, BEND, at=2.5, scale=3, count=12, seed=7, activation="relu", noisy=False)
    assert "points" not in label(lab, "shape")


def test_a_slider_pulled_quickly_ends_at_its_last_value(visit: Callable[..., Locator]) -> None:
    lab = visit(BEND)
    slider = lab.locator("[data-control=at] .mlp-range")
    slider.focus()
    for _ in range(12):
        slider.press("ArrowRight")
    same(lab, BEND, at=2.2)
    expect(lab.locator("[data-chart=values] td").first).to_have_text("0.9757")


def test_the_table_is_alive_in_view_and_without_wasm(
    page: Page, visit: Callable[..., Locator]
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.split("/")[-1]))
    lab = visit(SHRINK, gap=3000)
    page.wait_for_timeout(200)
    assert not [name for name in asked if "table" in name]
    lab.scroll_into_view_if_needed()
    same(lab, SHRINK)
    expect(lab.locator(".mlp-status")).to_contain_text("the code below computed them beforehand")
    assert not [name for name in asked if "wasm" in name or name == "worker.js"]


def test_every_point_of_the_table_is_found(visit: Callable[..., Locator]) -> None:
    lab = visit(SHRINK)
    for ridge in (0, 0.1, 10):
        enter(lab, "ridge", str(ridge))
        for rank in (2, 6):
            lab.locator(".mlp-segment").get_by_text(str(rank), exact=True).click()
            same(lab, SHRINK, ridge=ridge, rank=rank)


def test_a_value_between_the_stops_is_refused_in_words(visit: Callable[..., Locator]) -> None:
    lab = visit(SHRINK)
    enter(lab, "ridge", "0.5")
    expect(lab.locator(".mlp-error").first).to_contain_text(
        "Got “0.5”; expected one of 0, 0.1, 1, 10."
    )
    same(lab, SHRINK)


def test_presets_the_address_and_hidden_controls(visit: Callable[..., Locator]) -> None:
    lab = visit(BEND, query="?lab.bend.at=-2&lab.bend.hide=seed&lab.bend.scale=1e9")
    expect(lab.locator(".mlp-number[name=seed]")).to_have_count(0)
    expect(lab.locator(".mlp-alert")).to_contain_text("expected a number from 0.01 to 100")
    lab.locator("[data-action=start]").click()
    same(lab, BEND, at=-2)
    lab.locator("[data-preset=bare]").click()
    same(lab, BEND, noisy=False)
    expect(lab.locator(".mlp-preset-note")).to_contain_text("No points.")
    lab.page.wait_for_function("location.search.includes('lab.bend.noisy=false')")


def test_pinned_curves_stay_to_compare(visit: Callable[..., Locator]) -> None:
    lab = visit(BEND)
    lab.locator("[data-action=start]").click()
    drawn(lab)
    expect(lab.locator(".mlp-curve-pinned")).to_have_count(0)
    lab.locator("[data-action=pin]").click()
    enter(lab, "scale", "2")
    drawn(lab)
    expect(lab.locator(".mlp-status")).to_contain_text("pinned: Scale 1")
    pinned = lab.locator("[data-chart=shape] .mlp-curve-pinned[data-y=y]")
    now = lab.locator("[data-chart=shape] .mlp-curve[data-y=y]").last
    assert pinned.get_attribute("d") != now.get_attribute("d")
    expect(lab.locator("[data-chart=values] .mlp-pinned-cell")).to_have_text("0.7616")
    lab.locator("[data-action=unpin]").click()
    expect(lab.locator(".mlp-curve-pinned")).to_have_count(0)


@pytest.mark.parametrize("pattern", ["**/*.wasm.gz", "**/worker.js", "**/compute-*.onnx*"])
def test_a_blocked_file_is_named_and_the_picture_stays(
    page: Page, visit: Callable[..., Locator], pattern: str
) -> None:
    page.route(pattern, lambda route: route.abort())
    lab = visit(BEND)
    lab.locator("[data-action=start]").click()
    page.wait_for_function(FAILED)
    expect(lab.locator(".mlp-alert")).to_contain_text("A file could not be loaded")
    expect(lab.locator("figure")).to_be_visible()
    page.unroute(pattern)
    lab.locator("[data-action=start]").click()
    same(lab, BEND)
    expect(lab.locator(".mlp-alert")).to_be_hidden()


def test_a_damaged_table_is_named(page: Page, visit: Callable[..., Locator]) -> None:
    page.route("**/table.bin.gz*", lambda route: route.fulfill(body=b"not a table at all"))
    lab = visit(SHRINK)
    page.wait_for_function(FAILED)
    expect(lab.locator(".mlp-alert")).to_contain_text("table.bin.gz")
    expect(lab.locator("figure")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("model", [BEND, SHRINK], ids=["curves", "table"])
def test_axe_finds_nothing(
    page: Page, visit: Callable[..., Locator], model: ArrayLab, theme: str
) -> None:
    lab = visit(model, theme=theme, language="both")
    if model is BEND:
        lab.locator("[data-action=start]").click()
    drawn(lab)
    lab.locator("[data-action=pin]").click()
    page.wait_for_timeout(300)
    page.evaluate(frontend.axe())
    found = page.evaluate("axe.run().then(({ violations }) => violations)")
    assert not found, json.dumps(found, ensure_ascii=False, indent=1)[:3000]


def test_on_a_phone_nothing_runs_over(page: Page, visit: Callable[..., Locator]) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    lab = visit(BEND, language="both")
    lab.locator("[data-action=start]").click()
    drawn(lab)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_charts_say_what_they_show(visit: Callable[..., Locator]) -> None:
    lab = visit(BEND)
    lab.locator("[data-action=start]").click()
    drawn(lab)
    assert label(lab, "shape").startswith("Function and slope: function −1 … 1; slope 1.82e−4 … 1")
    assert "input 1, 0.762" in label(lab, "shape")
    assert label(lab, "matrix").startswith("Matrix: 6 × 8; product −0.964 … 0.964")
    expect(lab.locator(".mlp-toolbar [role=status]")).to_contain_text("Here: value 0.7616")
