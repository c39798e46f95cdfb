"""Seeded experiments behind the book's longer results.

Each section's experiments are commands that write small JSON files under ``mlpbook/results``::

    python -m mlpbook.experiments.section_4_2 width

A notebook loads such a file with :func:`load_result` and re-runs one of its points.
"""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
RESULTS = HERE.parent / "results"


def load_result(section: str, name: str) -> dict[str, Any]:
    """Read a stored result.

    Args:
        section: Folder of the section, for example ``"4_2"``.
        name: Experiment, for example ``"width"``.

    Raises:
        ValueError: If there is no such file; the message lists those that exist.
    """
    path = RESULTS / section / f"{name}.json"
    if not path.is_file():
        known = sorted(p.stem for p in path.parent.glob("*.json"))
        raise ValueError(f"no stored result {name!r} for section {section!r}; there are {known}")
    return json.loads(path.read_text(encoding="utf-8"))


def save_result(section: str, name: str, result: dict[str, Any], folder: Path = RESULTS) -> Path:
    """Write ``result`` as JSON, one run a line, and return the path."""
    path = folder / section / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    runs = ",\n".join("  " + json.dumps(run) for run in result["runs"])
    head = {key: value for key, value in result.items() if key != "runs"}
    text = json.dumps(head, indent=1)[:-2] + ',\n "runs": [\n' + runs + "\n ]\n}\n"
    path.write_text(text, encoding="utf-8")
    return path


def source(module: str, *names: str) -> str:
    """Source text of functions of an experiment, read without importing it.

    Args:
        module: File in this folder, without ``.py``.
        names: Functions at its top level, in the order wanted.

    Raises:
        ValueError: If the module has no function of that name.
    """
    text = (HERE / f"{module}.py").read_text(encoding="utf-8")
    functions = {f.name: f for f in ast.parse(text).body if isinstance(f, ast.FunctionDef)}
    if missing := [name for name in names if name not in functions]:
        raise ValueError(f"{module}.py has no function {missing[0]!r}; it has {sorted(functions)}")
    return "\n\n\n".join(str(ast.get_source_segment(text, functions[name])) for name in names)
