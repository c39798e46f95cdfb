"""Check style, types and texts: ``python -m tools.check``. All checks run; one failure fails."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CHECKS = {
    "style": ("ruff", "check", "."),
    "format": ("ruff", "format", "--check", "."),
    "types": ("basedpyright",),
    "front end's types": ("tools.frontend", "types"),
    "texts": ("tools.text_lint",),
    "both languages": ("tools.text_parity",),
}


def main() -> int:
    """Run every check and return 1 if one failed."""
    failed = []
    for name, (module, *arguments) in CHECKS.items():
        print(f"— {name}", flush=True)
        command = [sys.executable, "-m", module, *arguments]
        if subprocess.run(command, cwd=ROOT, check=False).returncode:
            failed.append(name)
    print(f"Failed: {', '.join(failed)}" if failed else "All checks passed.")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
