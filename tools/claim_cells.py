"""Find what a notebook owes to the claims it must settle, and to the boxes that it must show.

A notebook settles a claim in a cell tagged ``claim:<id>``. For a claim that is wrong or imprecise
this is a code cell that asserts and that has run.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from nbformat import NotebookNode

from mlpbook.claims import Claim
from mlpbook.misconceptions import Misconception

CHAPTERS = Path(__file__).resolve().parents[1] / "chapters"
SHOWN = re.compile(r"""\bmisconception\(\s*["']([^"']+)["']\s*\)""")


def notebook_of(path: Path, names: Iterable[str]) -> str | None:
    """Tell which notebook of the list a file is: ``4_2_mlp_scratch.ipynb`` is "4.2"."""
    for name in names:
        stem = name.replace(".", "_").replace("-", "_")
        if path.stem == stem or path.stem.startswith(stem + "_"):
            return name
    return None


def claim_problems(notebook: NotebookNode, name: str, claims: dict[str, Claim]) -> Iterator[str]:
    """Yield the claims that a notebook leaves open, and tags that name no claim."""
    cells = tagged(notebook)
    for unknown in sorted(set(cells) - set(claims)):
        yield f"claim:{unknown}: got a tag, expected one of the ids in claims.yml"
    for claim in claims.values():
        if claim.notebook != name:
            continue
        if claim.id not in cells:
            yield f"claim:{claim.id}: got no cell, expected one"
        elif claim.needs_assertion and not any(map(proves, cells[claim.id])):
            yield (
                f"claim:{claim.id} ({claim.verdict}): got no code cell that asserts and has run, "
                "expected one"
            )


def box_problems(
    notebook: NotebookNode, name: str, claims: dict[str, Claim], entries: Iterable[Misconception]
) -> Iterator[str]:
    """Yield misconceptions without their box or without the cell that refutes them."""
    cells = tagged(notebook)
    shown = boxes(notebook)
    known = {entry.id: entry for entry in entries}
    for unknown in sorted(shown - set(known)):
        yield f"misconception({unknown!r}): got a box, expected an id of misconceptions.yml"
    here = [entry for entry in known.values() if entry.section == name]
    for entry in here:
        if entry.id not in shown:
            yield f"misconception {entry.id!r}: got no box in its section, expected one"
        if not any(map(proves, cells.get(entry.claim, []))):
            yield f"misconception {entry.id!r}: got no asserting cell claim:{entry.claim}"
    covered = {item for entry in here for item in entry.ledger}
    for claim in claims.values():
        if claim.notebook == name and claim.needs_assertion and claim.id not in covered:
            yield f"claim {claim.id} ({claim.verdict}): got no misconception, expected one"


def tagged(notebook: NotebookNode) -> dict[str, list[NotebookNode]]:
    """Return the cells of each claim."""
    found: dict[str, list[NotebookNode]] = {}
    for cell in notebook.cells:
        for tag in cell.metadata.get("tags", []):
            if tag.startswith("claim:"):
                found.setdefault(tag.removeprefix("claim:"), []).append(cell)
    return found


def boxes(notebook: NotebookNode) -> set[str]:
    """Return the misconceptions whose boxes a notebook shows."""
    sources = (cell.source for cell in notebook.cells if cell.cell_type == "code")
    return {name for source in sources for name in SHOWN.findall(source)}


def proves(cell: NotebookNode) -> bool:
    """Tell whether a cell is code that asserts something and ran to its end."""
    if cell.cell_type != "code" or cell.execution_count is None:
        return False
    failed = any(output.output_type == "error" for output in cell.outputs)
    return not failed and asserts(cell.source)


def asserts(source: str) -> bool:
    """Tell whether code holds an assertion that can fail.

    That is an ``assert`` on more than a constant, or a call of ``assert_close``,
    ``assert_allclose`` and their like.
    """
    plain = re.sub(r"^\s*[%!].*$", "", source, flags=re.MULTILINE)
    return any(map(_is_assertion, ast.walk(ast.parse(plain))))


def _is_assertion(node: ast.AST) -> bool:
    if isinstance(node, ast.Assert):
        return any(isinstance(part, ast.Name) for part in ast.walk(node.test))
    if not isinstance(node, ast.Call):
        return False
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    return name.startswith("assert_") and bool(node.args)
