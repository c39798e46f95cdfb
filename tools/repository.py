"""Write the repository's address wherever the book needs it: ``… repository https://…``.

The address stands in ``_config.yml``; the notebooks (their first cell installs the package from
it where that is missing) and the README repeat it.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import nbformat

from tools import notebooks

ROOT = Path(__file__).resolve().parents[1]
IN_CONFIG = re.compile(r"^repository:\n(?:[ ]+.*\n)*?[ ]+url: *(\S+)", re.MULTILINE)
FORM = re.compile(r"https://[\w.-]+(?::\d+)?/[\w./~-]+")
USAGE = "make repository URL=https://github.com/you/your-book"


def address(root: Path = ROOT) -> str:
    """Return the address that ``_config.yml`` holds.

    Raises:
        ValueError: it holds none.
    """
    match = IN_CONFIG.search((root / "_config.yml").read_text(encoding="utf-8"))
    if match is None:
        raise ValueError("_config.yml has no repository: url: …")
    return match[1]


def holders(root: Path = ROOT) -> list[Path]:
    """Return the files that may hold the address, the one of record first."""
    pages = [*root.glob("chapters/*.ipynb"), *root.glob("chapters/*.md")]
    return [root / "_config.yml", root / "README.md", *sorted(pages)]


def write(new: str, root: Path = ROOT) -> list[Path]:
    """Replace the address everywhere, and return the files that changed.

    Raises:
        ValueError: ``new`` is not the address of a repository.
    """
    new = new.rstrip("/").removesuffix(".git")
    if not FORM.fullmatch(new):
        raise ValueError(f"got {new!r}, expected an address such as https://github.com/you/book")
    whole = re.compile(re.escape(address(root)) + r"(?![\w-])")
    changed = []
    for path in holders(root):
        text = path.read_text(encoding="utf-8")
        if (replaced := whole.sub(new, text)) == text:
            continue
        path.write_text(replaced, encoding="utf-8", newline="\n")
        if path.suffix == ".ipynb":
            _keep_hash(path, text)
        changed.append(path)
    return changed


def _keep_hash(path: Path, before: str) -> None:
    """Renew a notebook's hash if its outputs were those of its code: an address alters none."""
    old = nbformat.reads(before, as_version=4)
    if old.metadata.get("mlpbook", {}).get("code") != notebooks.code_hash(old):
        return
    notebook = notebooks.read(path)
    notebook.metadata.mlpbook.code = notebooks.code_hash(notebook)
    nbformat.write(notebook, path)


def main(arguments: list[str]) -> int:
    """Write the address given, or show the present one."""
    if len(arguments) != 1:
        print(f"The repository's address is {address()}. To change it: {USAGE}")
        return 0 if not arguments else 2
    try:
        changed = write(arguments[0])
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    print("\n".join(path.relative_to(ROOT).as_posix() for path in changed) or "Nothing to change.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
