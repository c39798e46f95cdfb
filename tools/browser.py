"""Find a browser for the browser tests and the bench, or say in words how to get one.

The search goes from what costs nothing to what costs a download: the variable
``MLPBOOK_BROWSER``, an installed Chromium, Chrome or Edge, the one Playwright already holds, and
then, if allowed, Playwright's own download and the distribution's package.

Run as a script it prints the path: ``python tools/browser.py [--install]``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "microsoft-edge-stable",
    "chrome",
    "msedge",
)
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
HOW_TO_GET_ONE = """No browser was found, so the browser tests cannot run. Any of these is enough:
  - install Chromium, Google Chrome or Microsoft Edge (Debian, Ubuntu: apt-get install chromium);
  - python -m playwright install --with-deps chromium
  - set MLPBOOK_BROWSER to the path of a Chromium-based browser that you have.
Then run the tests again."""


class NoBrowserError(RuntimeError):
    """No browser could be had; the message says how to get one."""


def installed() -> Path | None:
    """The browser named by ``MLPBOOK_BROWSER``, or one that the system or Playwright holds."""
    named = os.environ.get("MLPBOOK_BROWSER")
    if named:
        if not Path(named).is_file():
            raise NoBrowserError(f"MLPBOOK_BROWSER names {named!r}, which is not a file")
        return Path(named)
    found = (shutil.which(name) for name in NAMES)
    candidates = [*found, *PLACES, playwrights_own()]
    return next((Path(path) for path in candidates if path and Path(path).is_file()), None)


def playwrights_own() -> str | None:
    """Where Playwright keeps its own Chromium, whether or not it has been downloaded."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def install() -> None:
    """Try Playwright's own download, then the distribution's package; what fails is printed."""
    attempts = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        attempts.append(["apt-get", "install", "--yes", "--no-install-recommends", "chromium"])
    for command in attempts:
        print("No browser yet. Trying:", " ".join(command), file=sys.stderr)
        if subprocess.run(command, check=False).returncode == 0 and installed():
            return


def find(*, may_install: bool = False) -> Path:
    """Path of a Chromium-based browser.

    Args:
        may_install: Download one when none is installed.

    Raises:
        NoBrowserError: None is there; the message says how to get one.
    """
    path = installed()
    if path is None and may_install:
        install()
        path = installed()
    if path is None:
        raise NoBrowserError(HOW_TO_GET_ONE)
    return path


if __name__ == "__main__":
    try:
        print(find(may_install="--install" in sys.argv[1:]))
    except NoBrowserError as error:
        raise SystemExit(str(error)) from None
