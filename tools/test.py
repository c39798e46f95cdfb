"""Run all tests: ``python -m tools.test [pytest's arguments]``.

First it gets what they need and the machine may lack, a browser and the front end's packages.
Where one cannot be had it says so, and the tests that need it fail, not all the others.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tools import browser, frontend

ROOT = Path(__file__).resolve().parents[1]


def prepare() -> None:
    """Get a browser and the front end's packages, or say why not."""
    try:
        print(f"Browser: {browser.find(may_install=True)}", flush=True)
    except browser.NoBrowserError as error:
        print(error, file=sys.stderr, flush=True)
    try:
        frontend.install()
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"The front end's packages could not be installed: {error}", file=sys.stderr)


def main(arguments: list[str]) -> int:
    """Prepare, run pytest, and return its exit status."""
    prepare()
    return subprocess.run(
        [sys.executable, "-m", "pytest", *arguments], cwd=ROOT, check=False
    ).returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
