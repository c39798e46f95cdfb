"""Remove what was built: the site and the caches. ``.venv`` stays."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("_build", ".pytest_cache", ".ruff_cache", "code/build", "code/frontend/node_modules")


def main() -> None:
    """Remove the folders that are there."""
    for name in FOLDERS:
        shutil.rmtree(ROOT / name, ignore_errors=True)


if __name__ == "__main__":
    main()
