"""What a notebook's teaching cells define, taken from the notebook itself, to be tested."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any


def sources(notebook: Path) -> dict[str, str]:
    """The source of each cell by its id."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return {cell["id"]: "".join(cell["source"]) for cell in cells}


def define(
    texts: Mapping[str, str], cells: Iterable[str], names: dict[str, Any]
) -> SimpleNamespace:
    """Run some cells, one after the other, and return what is defined afterwards.

    Args:
        texts: The cells' sources by id.
        cells: The ids of those to run.
        names: What they find defined (modules, data, generators); what they define is added.
    """
    for name in cells:
        exec(compile(texts[name], name, "exec"), names)
    return SimpleNamespace(**names)
