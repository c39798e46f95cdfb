"""Step and epoch times of 784-256-10 at batch 256: the book's page, TensorFlow.js, PyTorch.

    python -m tools.bench_browser [--rounds 5] [--steps 20] [--skip-epoch]

All in one run, in turn, round by round, so that a disturbance meets all of them; the fastest round
of each counts. The page runs in headless Chromium without isolation headers, as static hosts serve
it: one WASM thread. PyTorch runs on one thread as well. The goals are ratios: our step at least 2.5
times faster than the best backend of TensorFlow.js on the CPU, and within 5 times of PyTorch's.
TensorFlow.js is installed by npm beside this file, for the bench alone.
"""

import argparse
import functools
import platform
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import perf_counter

import torch
from playwright.sync_api import Page, sync_playwright
from torch import nn

from mlpbook.data import fashion_mnist
from tools import browser, frontend

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PACKAGE = ROOT / "code" / "mlpbook"
BATCH, IMAGES = 256, 10_000
TFJS_GOAL, PYTORCH_GOAL = 2.5, 5.0
BACKENDS = {"wasm": "TensorFlow.js, WASM", "cpu": "TensorFlow.js, plain CPU"}


@dataclass
class Contender:
    """One way to train, and the milliseconds of a step in each round."""

    name: str
    steps: Callable[[int], dict[str, float]]
    times: list[float] = field(default_factory=list)
    loss: float = float("nan")

    def run(self, n: int) -> None:
        """Take n steps."""
        result = self.steps(n)
        self.times.append(result["ms"])
        self.loss = result["loss"]

    @property
    def best(self) -> float:
        """Milliseconds a step in the fastest round, the one least disturbed."""
        return min(self.times)


@contextmanager
def site() -> Iterator[str]:
    """The page's files on localhost, laid out as on the book's site; gives the page's address."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for place, target in links().items():
            (folder / place).parent.mkdir(parents=True, exist_ok=True)
            (folder / place).symlink_to(target)
        scripts = ("tfjs/tf.js", "tfjs/backend-wasm/tf-backend-wasm.min.js")
        tags = "".join(f'<script src="{script}"></script>' for script in scripts)
        (folder / "index.html").write_text(f"<!doctype html><title>bench</title>{tags}")
        handler = functools.partial(Quiet, directory=str(folder))
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/index.html"
        server.shutdown()


def links() -> dict[str, Path]:
    """Where each file or folder of the site really lies."""
    packages = HERE / "node_modules" / "@tensorflow"
    built = {f"static/{path.name}": path for path in (PACKAGE / "static").iterdir()}
    return {
        **built,
        "static/labs": PACKAGE / "labs" / "built",
        "static/FashionMNIST": PACKAGE / "datasets" / "FashionMNIST",
        "engine": ROOT / "code" / "frontend" / "src" / "engine",
        "contenders.js": HERE / "contenders.js",
        "tfjs/tf.js": packages / "tfjs" / "dist" / "tf.min.js",
        "tfjs/backend-wasm": packages / "tfjs-backend-wasm" / "dist",
    }


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing; a page that has read enough of one hangs up."""

    def log_message(self, format: str, *args: object) -> None:
        """Keep the bench's output to its table."""

    def copyfile(self, source, outputfile) -> None:
        try:
            super().copyfile(source, outputfile)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True


def in_page(page: Page, name: str, make: str) -> Contender:
    """A contender that `contenders.js` makes in the page."""
    key = name.replace(" ", "_")
    page.evaluate(
        f"async () => {{ const all = await import('/contenders.js');"
        f" window['{key}'] = await all.{make}; }}"
    )
    return Contender(name, lambda n: page.evaluate(f"(n) => window['{key}'].steps(n)", n))


def pytorch() -> Contender:
    """The same network in PyTorch: parameters in place, batches gathered from memory."""
    data = fashion_mnist("train", limit=IMAGES, flatten=True)
    net = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10))
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    order = torch.randperm(IMAGES, generator=torch.Generator().manual_seed(0))

    def steps(n: int) -> dict[str, float]:
        loss = torch.zeros(())
        begun = perf_counter()
        for i in range(n):
            start = i * BATCH % (IMAGES - BATCH)
            batch = order[start : start + BATCH]
            loss = nn.functional.cross_entropy(net(data.X[batch]), data.y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        return {"ms": 1000 * (perf_counter() - begun) / n, "loss": loss.item()}

    return Contender("PyTorch, one thread", steps)


def measure(page: Page, rounds: int, steps: int) -> list[Contender]:
    """All contenders, in turn; the first round warms up and does not count."""
    ours = in_page(page, "this book, WASM in a worker", f"bookEngine({IMAGES})")
    others = [in_page(page, name, f"tensorFlow('{key}')") for key, name in BACKENDS.items()]
    contenders = [ours, *others, pytorch()]
    for turn in range(rounds + 1):
        for contender in contenders:
            contender.run(max(2, steps // 10) if contender.name == BACKENDS["cpu"] else steps)
            if turn == 0:
                contender.times.clear()
    return contenders


def epoch(page: Page) -> tuple[float, float]:
    """Seconds that an epoch over all 50,000 training images takes in the page, and in PyTorch."""
    page.evaluate(
        "async () => { const { bookEngine } = await import('/contenders.js');"
        " window.whole = await bookEngine(50000); }"
    )
    n = page.evaluate("whole.steps_per_epoch")
    in_browser = page.evaluate("(n) => whole.steps(n)", n)["ms"] * n / 1000
    page.evaluate("whole.dispose()")
    return in_browser, pytorch().steps(n)["ms"] * n / 1000


def table(contenders: list[Contender]) -> str:
    """Milliseconds a step and how they compare with ours."""
    ours = contenders[0].best
    rows = [f"{'784-256-10, batch 256':34s}{'ms a step':>10s}{'÷ ours':>9s}{'loss':>8s}"]
    rows += [
        f"{one.name:34s}{one.best:10.1f}{one.best / ours:9.2f}{one.loss:8.2f}" for one in contenders
    ]
    return "\n".join(rows)


def verdict(contenders: list[Contender]) -> tuple[str, bool]:
    """The two ratios beside their goals, and whether both are reached."""
    ours, *tfjs, torch_one = contenders
    faster = min(one.best for one in tfjs) / ours.best
    slower = ours.best / torch_one.best
    good = faster >= TFJS_GOAL and slower <= PYTORCH_GOAL
    return (
        f"{faster:.2f} times faster than TensorFlow.js's best (goal: at least {TFJS_GOAL}); "
        f"{slower:.2f} times PyTorch's time (goal: at most {PYTORCH_GOAL:g})",
        good,
    )


def main() -> int:
    """Run the bench and print its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--skip-epoch", action="store_true")
    options = parser.parse_args()
    frontend.install(HERE)
    torch.set_num_threads(1)
    torch.manual_seed(0)
    with site() as address, sync_playwright() as playwright:
        path = browser.find(may_install=True)
        started = playwright.chromium.launch(executable_path=str(path), args=list(browser.FLAGS))
        page = started.new_page()
        page.goto(address)
        contenders = measure(page, options.rounds, options.steps)
        print(f"{platform.machine()}, Chromium {started.version}, PyTorch {torch.__version__}")
        print(table(contenders))
        if not options.skip_epoch:
            in_browser, in_torch = epoch(page)
            print(f"an epoch of 50,000 images: page {in_browser:.1f} s, PyTorch {in_torch:.1f} s")
        started.close()
    words, good = verdict(contenders)
    print(words)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
