"""Check style, types, imports, texts: ``python -m tools.check``. All run; one failure fails."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
IMPORTS = "from importlinter.cli import lint_imports_command as check; check()"
CHECKS = {
    "style": ("-m", "ruff", "check", "."),
    "format": ("-m", "ruff", "format", "--check", "."),
    "types": ("-m", "basedpyright"),
    "who imports whom": ("-c", IMPORTS, "--no-cache", "--no-logo"),
    "front end's types": ("-m", "tools.frontend", "types"),
    "texts": ("-m", "tools.text_lint"),
    "both languages": ("-m", "tools.text_parity"),
}


def main() -> int:
    """Run every check and return 1 if one failed."""
    failed = []
    for name, arguments in CHECKS.items():
        print(f"— {name}", flush=True)
        if subprocess.run([sys.executable, *arguments], cwd=ROOT, check=False).returncode:
            failed.append(name)
    print(f"Failed: {', '.join(failed)}" if failed else "All checks passed.")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
