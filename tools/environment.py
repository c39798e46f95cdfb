"""Make the book's own Python environment, ``.venv``, with the packages that it pins.

Standard library only: this runs before anything is installed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".venv"
STAMP = FOLDER / ".installed"
OLDEST = (3, 11)
PINNED_BY = ("requirements.txt", "code/pyproject.toml")

NO_VENV = """\
{python} could not make {folder}. On Debian and Ubuntu that is a package of its own:
    sudo apt-get install python3-venv
Its own words:
{words}"""

TOO_OLD = """\
The book needs Python {oldest} or later, and this is {version} ({python}).
Install a newer one from python.org or your package manager, then run the same command again,
or name one that you have: make PYTHON=python3.12 …, or python3.12 tools/book.py …"""


def python() -> Path:
    """Return the environment's own Python program, whether or not it exists yet."""
    return FOLDER / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def ensure() -> Path:
    """Make ``.venv`` where it is missing, bring it up to date, and return its Python.

    Raises:
        SystemExit: this Python is too old, or a step failed; the message says what to do.
    """
    wanted = fingerprint()
    if python().exists() and STAMP.exists() and STAMP.read_text() == wanted:
        return python()
    _make(interpreter())
    print("Installing the pinned packages (the first time takes minutes) …", flush=True)
    _pip("install", "--requirement", str(ROOT / "requirements.txt"))
    editable = ("--config-settings", "editable_mode=compat", "--editable", str(ROOT / "code"))
    _pip("install", "--no-deps", "--no-build-isolation", *editable)
    STAMP.write_text(wanted)
    return python()


def fingerprint() -> str:
    """Return a hash of the files that say what is installed."""
    digest = hashlib.sha256()
    for name in PINNED_BY:
        digest.update((ROOT / name).read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def interpreter() -> str:
    """Return a Python that is new enough: this one, or another on the PATH.

    Raises:
        SystemExit: there is none; the message says how to get one.
    """
    if sys.version_info >= OLDEST:
        return sys.executable
    newer = (shutil.which(f"python3.{minor}") for minor in range(14, OLDEST[1] - 1, -1))
    if found := next(filter(None, newer), None):
        return found
    oldest = ".".join(map(str, OLDEST))
    version = ".".join(map(str, sys.version_info[:3]))
    raise SystemExit(TOO_OLD.format(oldest=oldest, version=version, python=sys.executable))


def _make(base: str) -> None:
    """Make the environment with ``base``, unless one is there and has pip."""
    if _works(python()):
        return
    # One whose Python has gone (the system was upgraded) is made anew.
    clear = [] if python().exists() else ["--clear"]
    command = [base, "-m", "venv", *clear, str(FOLDER)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode or not _works(python()):
        words = (done.stdout + done.stderr).strip()
        raise SystemExit(NO_VENV.format(python=base, folder=FOLDER.name, words=words))


def _works(program: Path) -> bool:
    """Tell whether a Python is there and has pip."""
    if not program.exists():
        return False
    command = [str(program), "-m", "pip", "--version"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _pip(*arguments: str) -> None:
    """Run the environment's pip; end with its status when it fails.

    Raises:
        SystemExit: pip failed; it has said why.
    """
    quiet = () if sys.stdout.isatty() else ("--quiet",)
    command = [str(python()), "-m", "pip", "--disable-pip-version-check", *arguments, *quiet]
    status = subprocess.run(command, check=False).returncode
    if status:
        raise SystemExit(f"pip ended with status {status}; its words stand above.")
