"""Write requirements.txt: every package that is installed, pinned, for every platform.

It resolves requirements.in with ``uv`` (``pip install uv``), for Python 3.11 and later on
Linux, macOS and Windows at once. The CUDA packages are left out: torch pins its own, and a
machine with a CPU build of torch needs none of them.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "requirements.in"
PINS = ROOT / "requirements.txt"
FROM_TORCH = re.compile(r"^(nvidia|cuda|triton)\b")
HEADER = """\
# Every package that is installed, pinned. Written by `python tools/book.py pins`
# from requirements.in: change that file, not this one.
"""


def resolve() -> list[str]:
    """Return the pinned lines for all platforms, as uv resolves them.

    Raises:
        SystemExit: uv is not installed, or it finds no resolution; its own words are shown.
    """
    if shutil.which("uv") is None:
        raise SystemExit("Pinning needs uv: pip install uv")
    command = ["uv", "pip", "compile", "--universal", "--python-version", "3.11"]
    command += ["--fork-strategy", "fewest", "--no-header", "--no-annotate", "--quiet"]
    command += ["--no-emit-index-url", "--no-emit-find-links", "--upgrade", str(SOURCE)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.returncode)
    return done.stdout.splitlines()


def keep(lines: list[str]) -> list[str]:
    """Leave out what torch itself pins.

    >>> keep(["torch==2.13.0", "nvidia-nvtx==13.0 ; sys_platform == 'linux'"])
    ['torch==2.13.0']
    """
    return [line for line in lines if not FROM_TORCH.match(line)]


def main() -> None:
    """Resolve, and write requirements.txt."""
    lines = keep(resolve())
    PINS.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    print(f"{len(lines)} packages pinned in {PINS.name}", file=sys.stderr)


if __name__ == "__main__":
    main()
