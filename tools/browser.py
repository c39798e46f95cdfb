"""Find a browser for the browser tests and the bench, or say in words how to get one.

The search goes from what costs nothing to what costs a download: the variable
``MLPBOOK_BROWSER``, an installed Chromium, Chrome or Edge, the one that Playwright already
holds, and then, if allowed, Playwright's own download and the distribution's package.

Run as a script it prints the path: ``python tools/browser.py [--install]``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

VARIABLE = "MLPBOOK_BROWSER"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

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
MAC_APPS = ("Google Chrome", "Chromium", "Microsoft Edge")
WINDOWS_FOLDERS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
WINDOWS_FILES = (
    r"Google\Chrome\Application\chrome.exe",
    r"Chromium\Application\chrome.exe",
    r"Microsoft\Edge\Application\msedge.exe",
)
PACKAGE_COMMANDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "apt-get": (
        ("apt-get", "update"),
        ("apt-get", "install", "--yes", "--no-install-recommends", "chromium"),
    ),
    "dnf": (("dnf", "install", "--assumeyes", "chromium"),),
    "zypper": (("zypper", "--non-interactive", "install", "chromium"),),
    "pacman": (("pacman", "-Sy", "--noconfirm", "chromium"),),
    "apk": (("apk", "add", "chromium"),),
}

HOW_TO_GET_ONE = f"""\
No browser was found, so the browser tests cannot run. Any of these is enough:
  - install Chromium, Google Chrome or Microsoft Edge (Debian, Ubuntu: apt-get install chromium);
  - python -m playwright install --with-deps chromium
  - set {VARIABLE} to the path of a Chromium-based browser that you have.
Then run the tests again."""


class NoBrowserError(RuntimeError):
    """No browser could be had; the message says how to get one."""


def find(*, may_install: bool = False) -> Path:
    """Return the program of a Chromium-based browser.

    Args:
        may_install: Get one when none is installed.

    Raises:
        NoBrowserError: None is there, or ``MLPBOOK_BROWSER`` names no file. The message
            says what was tried and how to get one.
    """
    if path := installed():
        return path
    failures = install() if may_install else []
    if path := installed():
        return path
    raise NoBrowserError("\n".join([HOW_TO_GET_ONE, *failures]))


def installed() -> Path | None:
    """Return the browser that ``MLPBOOK_BROWSER`` names, or that the machine holds, or None.

    Raises:
        NoBrowserError: the variable names a file that is not there.
    """
    if named := os.environ.get(VARIABLE):
        if not Path(named).is_file():
            raise NoBrowserError(f"{VARIABLE} names {named!r}, which is not a file")
        return Path(named)
    return next((path for path in _candidates() if path.is_file()), None)


def install() -> list[str]:
    """Ask Playwright, then the distribution, for a browser; return what failed, in words."""
    failures = []
    for command in _install_commands():
        said = " ".join(command)
        print(f"No browser is installed. Trying: {said}", file=sys.stderr, flush=True)
        if complaint := _run(command):
            failures.append(f"  tried: {said}\n    {complaint}")
        elif installed():
            return []
    return failures


def _candidates() -> Iterator[Path]:
    """Yield the places where a browser may be, the likeliest first."""
    yield from (Path(path) for path in map(shutil.which, NAMES) if path)
    if sys.platform == "darwin":
        for folder in (Path("/Applications"), Path.home() / "Applications"):
            yield from (folder / f"{app}.app/Contents/MacOS/{app}" for app in MAC_APPS)
    if sys.platform == "win32":
        folders = filter(None, map(os.environ.get, WINDOWS_FOLDERS))
        yield from (Path(folder, file) for folder in folders for file in WINDOWS_FILES)
    yield from _playwrights_own()


def _playwrights_own() -> list[Path]:
    """Return the Chromium programs that Playwright has downloaded, the newest first."""
    home, names = Path.home(), {"chrome", "chrome.exe", "Chromium", "Google Chrome for Testing"}
    usual = {"win32": home / "AppData/Local", "darwin": home / "Library/Caches"}
    cache = usual.get(sys.platform, home / ".cache") / "ms-playwright"
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", cache))
    programs = [
        path
        for path in cache.glob("chromium-*/**/*")
        if path.name in names and path.is_file() and not _complaint_of(path)
    ]
    return sorted(programs, reverse=True)


def _complaint_of(program: Path) -> str:
    """Return why a downloaded program does not start (it lacks a library), or nothing."""
    return _run([str(program), "--version"]) if sys.platform == "linux" else ""


def _install_commands() -> Iterator[tuple[str, ...]]:
    """Yield the commands that may bring a browser, each tried only if those before failed."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    manager = next(filter(shutil.which, PACKAGE_COMMANDS), None) if root else None
    # With the system libraries that it needs, where this script may install them.
    libraries = ("--with-deps",) if manager == "apt-get" else ()
    yield (sys.executable, "-m", "playwright", "install", *libraries, "chromium")
    if manager:
        yield from PACKAGE_COMMANDS[manager]


def _run(command: Sequence[str]) -> str:
    """Run a command without input; return the first error that it reports, or nothing."""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=600,
            check=False,
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if done.returncode == 0:
        return ""
    lines = f"{done.stdout}\n{done.stderr}".strip().splitlines()
    errors = [line for line in lines if "error" in line.lower()] or lines
    return errors[0] if errors else f"it ended with status {done.returncode}"


if __name__ == "__main__":
    try:
        print(find(may_install="--install" in sys.argv[1:]))
    except NoBrowserError as error:
        raise SystemExit(str(error)) from None
