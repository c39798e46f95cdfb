"""Sites for the tests: the real book and a small one, each built once in a session.

Both are built as a reader builds them, with Jupyter Book and every warning an error. The small book
uses the real `_config.yml`, so that the tests see the settings that readers get.
"""

from __future__ import annotations

import functools
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
SMALL = ROOT / "tests" / "site_book"


class Site(NamedTuple):
    """A built site.

    Attributes:
        html: The folder of its pages.
        status: Jupyter Book's exit status.
        log: What it printed.
        seconds: How long it took.
    """

    html: Path
    status: int
    log: str
    seconds: float


def build(book: Path, output: Path) -> Site:
    """Builds a book into a folder; warnings are errors, notebooks are not executed."""
    start = time.perf_counter()
    jupyter_book = "from jupyter_book.cli.main import main; main()"
    command = [sys.executable, "-c", jupyter_book, "build", str(book), "--path-output", str(output)]
    done = subprocess.run(
        [*command, "--warningiserror", "--keep-going"],
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    seconds = time.perf_counter() - start
    return Site(output / "_build" / "html", done.returncode, done.stdout + done.stderr, seconds)


def copy_of_small_book(folder: Path) -> Path:
    """Copies the small book, with the real configuration, into a folder to build or to break."""
    book = folder / "book"
    shutil.copytree(SMALL, book)
    shutil.copy(ROOT / "_config.yml", book)
    return book


@functools.cache
def _folder() -> Path:
    """A folder that lives as long as the session."""
    held = tempfile.TemporaryDirectory(prefix="mlpbook-sites-")
    _HELD.append(held)
    return Path(held.name)


_HELD: list[tempfile.TemporaryDirectory[str]] = []


@functools.cache
def small_site() -> Site:
    """The small book, built once."""
    folder = _folder() / "small"
    folder.mkdir()
    return build(copy_of_small_book(folder), folder / "out")


@functools.cache
def real_site() -> Site:
    """The real book, built once."""
    return build(ROOT, _folder() / "real")
