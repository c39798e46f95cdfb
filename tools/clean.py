"""Remove what was built: the site and the caches. ``.venv`` stays."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NODE_FOLDERS = ("code/frontend", "tools/quality", "tools/bench_browser")
FOLDERS = ("_build", ".pytest_cache", ".ruff_cache", "code/build")
FOLDERS += tuple(f"{folder}/node_modules" for folder in NODE_FOLDERS)


def main() -> None:
    """Remove the folders that are there."""
    for name in FOLDERS:
        shutil.rmtree(ROOT / name, ignore_errors=True)


if __name__ == "__main__":
    main()
