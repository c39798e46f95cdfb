"""The page's engine in a real browser: the kernel's curves, steady memory, faults in words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

import mlpbook
from mlpbook import labs
from mlpbook.labs.engine import KernelEngine

PACKAGE = Path(mlpbook.__file__).parent
ENGINE = PACKAGE.parent / "frontend" / "src" / "engine"
WASM = "ort-wasm-simd-threaded.wasm.gz"
RAW = PACKAGE / "datasets" / "FashionMNIST" / "raw"

OPEN = """
async ({ name, settings }) => {
  const { createPageEngine } = await import("/engine/page.js");
  const base = new URL("static/", location.href).href;
  const spec = await (await fetch(`${base}labs/${name}/spec.json`)).json();
  window.progress = [];
  window.engine = createPageEngine({ base, spec });
  try {
    await engine.load((progress) => window.progress.push(progress));
    return await engine.init(settings);
  } catch (error) {
    return { code: error.code, message: error.message };
  }
}
"""
TRAIN = """
async ({ steps, chunk, live }) => {
  const losses = [];
  let done = false;
  while (losses.length < steps && !done) {
    const answer = await engine.step(Math.min(chunk, steps - losses.length), live);
    for (const { metrics } of answer.steps) losses.push(metrics.loss);
    done = answer.done;
  }
  return losses;
}
"""
EVALUATE = """
async (what) => {
  const { metrics, arrays } = await engine.evaluate(what);
  const plain = ([name, { shape, dtype, data }]) => [name, { shape, dtype, data: [...data] }];
  return { metrics, arrays: Object.fromEntries(Object.entries(arrays).map(plain)) };
}
"""
ATTEMPT = """
async (n) => {
  try {
    const { steps } = await engine.step(n, {});
    return { steps: steps.length };
  } catch (error) {
    return { code: error.code, message: error.message };
  }
}
"""


def make_site(folder: Path) -> Path:
    """The files as the book's site lays them out, as links."""
    static = folder / "static"
    static.mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>engine</title>", encoding="utf-8")
    (folder / "engine").symlink_to(ENGINE)
    for path in (PACKAGE / "static").iterdir():
        (static / path.name).symlink_to(path)
    (static / "labs").symlink_to(PACKAGE / "labs" / "built")
    (static / "FashionMNIST").symlink_to(PACKAGE / "datasets" / "FashionMNIST")
    return folder


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, serve: Callable[..., str]) -> str:
    return serve(make_site(tmp_path_factory.mktemp("engine") / "site")) + "/index.html"


@pytest.fixture
def changed(tmp_path: Path, serve: Callable[..., str]) -> Callable[[str, bytes | None], str]:
    """The site with one file of `static/` replaced, or taken away."""

    def change(name: str, content: bytes | None) -> str:
        site = make_site(tmp_path / "site")
        if name.startswith("FashionMNIST"):
            (site / "static" / "FashionMNIST").unlink()
            raw = site / "static" / "FashionMNIST" / "raw"
            raw.mkdir(parents=True)
            for path in RAW.glob("*.gz"):
                (raw / path.name).symlink_to(path)
        path = site / "static" / name
        path.unlink()
        if content is not None:
            path.write_bytes(content)
        return serve(site) + "/index.html"

    return change


def with_prelude(
    changed: Callable[[str, bytes | None], str], tmp_path: Path, prelude: bytes
) -> str:
    """The site with some lines that run in the worker before anything else."""
    address = changed("worker.js", b'import "./prelude.js";\nimport "./real.js";\n')
    (tmp_path / "site" / "static" / "prelude.js").write_bytes(prelude)
    (tmp_path / "site" / "static" / "real.js").symlink_to(PACKAGE / "static" / "worker.js")
    return address


def start(page: Page, address: str, name: str, **settings: Any) -> dict[str, Any]:
    page.goto(address)
    return page.evaluate(OPEN, {"name": name, "settings": settings})


def train(page: Page, steps: int, *, chunk: int = 25, **live: Any) -> list[float]:
    return page.evaluate(TRAIN, {"steps": steps, "chunk": chunk, "live": live})


def kernel_losses(name: str, steps: int, **settings: Any) -> tuple[list[float], KernelEngine]:
    engine = KernelEngine(labs.get(name))
    engine.init(settings)
    return [step["metrics"]["loss"] for step in engine.step(steps)["steps"]], engine


PARITY = [
    ("fashion_mlp", {"num_images": 1000, "num_epochs": 50}),
    (
        "fashion_mlp",
        {
            "dropout": 0.4,
            "num_hiddens": 64,
            "seed": 7,
            "num_layers": 2,
            "init": "he",
            "batch_size": 64,
            "lr": 0.2,
        },
    ),
    (
        "fashion_mlp",
        {
            "num_layers": 3,
            "init": "he",
            "centre": True,
            "num_hiddens": 33,
            "dropout": 0.1,
            "num_images": 1000,
            "batch_size": 128,
            "num_epochs": 50,
        },
    ),
    ("fashion_mlp", {"num_hiddens": 1, "batch_size": 16, "num_images": 1000, "num_epochs": 50}),
    ("playground", {}),
    ("playground", {"dataset": "xor", "activation": "tanh", "num_layers": 2, "seed": 5}),
    ("playground", {"dataset": "spirals", "activation": "sigmoid", "num_layers": 3, "lr": 1.0}),
    ("playground", {"dataset": "blobs", "num_hiddens": 1, "batch_size": 200, "noise": 0.3}),
]


@pytest.mark.parametrize(("name", "settings"), PARITY)
def test_same_seed_same_curve(
    page: Page, address: str, name: str, settings: dict[str, Any]
) -> None:
    length = start(page, address, name, **settings)
    lab = labs.get(name)
    total, per_epoch = lab.num_steps(lab.settings(settings))
    assert length == {"total_steps": total, "steps_per_epoch": per_epoch}
    expected, engine = kernel_losses(name, 200, **settings)
    found = train(page, 200)
    assert len(found) == len(expected) == 200
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-3)
    what = [chart.name for chart in lab.charts]
    in_page = page.evaluate(EVALUATE, what)
    in_kernel, arrays = engine.evaluate(what)
    assert in_page["metrics"].keys() == in_kernel["metrics"].keys()
    assert in_page["metrics"]["validation_loss"] == pytest.approx(
        in_kernel["metrics"]["validation_loss"], abs=1e-3
    )
    assert in_page["arrays"].keys() == arrays.keys()
    for key, array in arrays.items():
        given = in_page["arrays"][key]
        assert (tuple(given["shape"]), given["dtype"]) == (
            tuple(array.shape),
            str(array.dtype).removeprefix("torch."),
        )
        if key in ("pixels", "labels", "points", "point_labels", "extent"):
            np.testing.assert_allclose(given["data"], array.flatten().numpy(), atol=1e-5)


def test_other_seed_other_curve(page: Page, address: str) -> None:
    start(page, address, "playground", seed=1)
    expected, _ = kernel_losses("playground", 20, seed=2)
    assert np.abs(np.subtract(train(page, 20), expected)).max() > 1e-2


def test_live_controls_change_the_run_at_once(page: Page, address: str) -> None:
    start(page, address, "playground")
    train(page, 10)
    found = train(page, 10, lr=0.01)
    engine = KernelEngine(labs.get("playground"))
    engine.init({})
    engine.step(10)
    steps = engine.step(10, {"lr": 0.01})["steps"]
    np.testing.assert_allclose(found, [step["metrics"]["loss"] for step in steps], atol=1e-3)


def test_page_reads_no_more_of_the_data_than_it_needs(page: Page, address: str) -> None:
    start(page, address, "fashion_mlp", num_images=10_000)
    loaded = page.evaluate(
        "Math.max(...progress.filter(({ what }) => what.en === 'the images')"
        ".map(({ loaded }) => loaded))"
    )
    whole = (RAW / "train-images-idx3-ubyte.gz").stat().st_size
    assert 0.15 * whole < loaded < 0.3 * whole


def test_two_thousand_steps_do_not_grow_the_heap(
    page: Page, changed: Callable[[str, bytes | None], str], tmp_path: Path
) -> None:
    """The worker is started behind a few lines that keep hold of the memory it makes."""
    watch = b"""
const Memory = WebAssembly.Memory;
self.memories = [];
WebAssembly.Memory = class extends Memory {
  constructor(kind) { super(kind); self.memories.push(this); }
};
"""
    address = with_prelude(changed, tmp_path, watch)
    start(page, address, "fashion_mlp", num_hiddens=64, dropout=0.2, batch_size=128, num_epochs=26)
    heap = "self.memories.map(({ buffer }) => buffer.byteLength).reduce((a, b) => a + b, 0)"
    train(page, 300)
    page.evaluate(EVALUATE, ["predictions"])
    [worker] = page.workers
    before = worker.evaluate(heap)
    train(page, 1700)
    page.evaluate(EVALUATE, ["predictions"])
    assert before > 0
    assert worker.evaluate(heap) == before


def test_divergence_is_said_in_words(page: Page, address: str) -> None:
    start(page, address, "fashion_mlp", lr=5.0, init="he", num_images=1000, num_layers=3)
    while (answer := page.evaluate(ATTEMPT, 20)).get("steps") == 20:
        pass
    if "steps" in answer:
        answer = page.evaluate(ATTEMPT, 20)
    assert answer["code"] == "not-a-number"
    assert "finite number" in answer["message"]["en"]
    assert "学习率" in answer["message"]["zh"]


def test_a_bad_setting_is_refused(page: Page, address: str) -> None:
    for settings in ({"lr": 9}, {"num_hiddens": 1.5}, {"num_layers": 4}, {"centre": 1}, {"x": 1}):
        answer = start(page, address, "fashion_mlp", **settings)
        assert answer["code"] == "bad-setting", settings


@pytest.mark.parametrize("name", [WASM, "FashionMNIST/raw/train-images-idx3-ubyte.gz"])
def test_a_missing_file_is_named(
    page: Page, changed: Callable[[str, bytes | None], str], name: str
) -> None:
    answer = start(page, changed(name, None), "fashion_mlp")
    assert answer["code"] == "blocked-file"
    assert name.split("/")[-1] in answer["message"]["en"]
    assert name.split("/")[-1] in answer["message"]["zh"]


def test_a_blocked_request_is_named(page: Page, address: str) -> None:
    page.route("**/*.onnx*", lambda route: route.abort())
    answer = start(page, address, "playground")
    assert answer["code"] == "blocked-file"
    assert "init-1.onnx" in answer["message"]["en"]


def test_a_missing_worker_is_said(page: Page, changed: Callable[[str, bytes | None], str]) -> None:
    answer = start(page, changed("worker.js", None), "playground")
    assert answer["code"] == "blocked-file"
    assert "worker.js" in answer["message"]["en"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (WASM, b"no WebAssembly at all"),
        (WASM, (PACKAGE / "static" / WASM).read_bytes()[:200_000]),
        ("FashionMNIST/raw/train-images-idx3-ubyte.gz", b"<html>not found</html>" * 9),
        (
            "FashionMNIST/raw/train-images-idx3-ubyte.gz",
            (RAW / "train-images-idx3-ubyte.gz").read_bytes()[:100_000],
        ),
        (
            "FashionMNIST/raw/train-labels-idx1-ubyte.gz",
            (RAW / "train-images-idx3-ubyte.gz").read_bytes()[:100_000],
        ),
    ],
)
def test_a_damaged_file_is_named(
    page: Page, changed: Callable[[str, bytes | None], str], name: str, content: bytes
) -> None:
    answer = start(page, changed(name, content), "fashion_mlp")
    assert answer["code"] == "bad-file"
    assert name.split("/")[-1] in answer["message"]["en"]


@pytest.mark.parametrize(
    "lacking", [b"delete self.WebAssembly;", b"WebAssembly.validate = () => false;"]
)
def test_no_webassembly_is_said(
    page: Page,
    changed: Callable[[str, bytes | None], str],
    tmp_path: Path,
    lacking: bytes,
) -> None:
    """Browsers no longer let it be switched off, so it is taken from the worker at its start."""
    answer = start(page, with_prelude(changed, tmp_path, lacking), "playground")
    assert answer["code"] == "no-wasm"
    assert "WebAssembly" in answer["message"]["en"]
    assert "WebAssembly" in answer["message"]["zh"]


def test_dispose_ends_the_worker(page: Page, address: str) -> None:
    start(page, address, "playground")
    assert len(page.workers) == 1
    page.evaluate("engine.dispose()")
    page.wait_for_function("true")
    assert page.evaluate("engine.step(1, {}).then(() => 'went on', () => 'refused')") == "refused"
