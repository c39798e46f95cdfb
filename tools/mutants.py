"""Falsify an assertion in one place: an inequality, a sign or a constant.

A mutant is the source of a cell in which one assertion says something else. A cell that guards its
claim fails with each of its mutants. Tolerances are left alone: a wider one must not fail.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from typing import Any, NamedTuple

TURNED: dict[type[ast.cmpop], ast.cmpop] = {
    ast.Lt: ast.Gt(),
    ast.LtE: ast.Gt(),
    ast.Gt: ast.Lt(),
    ast.GtE: ast.Lt(),
    ast.Eq: ast.NotEq(),
    ast.NotEq: ast.Eq(),
    ast.In: ast.NotIn(),
    ast.NotIn: ast.In(),
}
SWAPPED: dict[type[ast.operator], ast.operator] = {
    ast.Add: ast.Sub(),
    ast.Sub: ast.Add(),
    ast.Mult: ast.Div(),
    ast.Div: ast.Mult(),
}
CLOSE = ("isclose", "assert_close", "assert_allclose", "allclose", "equal", "approx")


class Mutant(NamedTuple):
    """A changed cell.

    Attributes:
        kind: "inequality", "sign" or "constant".
        line: The line of the cell that differs.
        said: The assertion as it stood.
        says: The assertion as it stands now.
        source: The whole cell.
    """

    kind: str
    line: int
    said: str
    says: str
    source: str


def mutants(source: str) -> Iterator[Mutant]:
    """Yield the mutants of a cell's assertions, in the order of the source."""
    tree = ast.parse(source)
    for statement in ast.walk(tree):
        if not _claims(statement):
            continue
        for node in _said(statement):
            for kind, changed in _changes(node, statement):
                yield _made(kind, tree, statement, node, changed)


def _claims(node: ast.AST) -> bool:
    """Whether a statement asserts."""
    if isinstance(node, ast.Assert):
        return any(isinstance(part, ast.Name) for part in ast.walk(node.test))
    call = node.value if isinstance(node, ast.Expr) else None
    return isinstance(call, ast.Call) and _name(call).startswith("assert_")


def _said(node: ast.AST) -> Iterator[ast.AST]:
    """Walk what a statement says, not how the values that it speaks of are computed."""
    yield node
    for child in ast.iter_child_nodes(node):
        if not isinstance(node, ast.Call) or child is node.func or _speaks(node):
            yield from _said(child)


def _speaks(call: ast.Call) -> bool:
    """Whether a call's arguments are part of what is said."""
    return _name(call) in {"all", "any", *CLOSE} or _name(call).startswith("assert_")


def _name(call: ast.Call) -> str:
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def _changes(node: ast.AST, statement: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Yield a node's replacements: turned comparisons, and what both sides of an equality hold."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in TURNED:
        turned = copy.deepcopy(node)
        turned.ops = [TURNED[type(node.ops[0])]]
        yield "inequality", turned
    if not _is_side_of_equality(node, statement):
        return
    if isinstance(node, ast.BinOp) and type(node.op) in SWAPPED:
        swapped = copy.deepcopy(node)
        swapped.op = SWAPPED[type(node.op)]
        yield "sign", swapped
    if isinstance(node, ast.Constant) and type(node.value) in {int, float}:
        yield "constant", ast.copy_location(ast.Constant(_other(node.value)), node)


def _other(value: Any) -> float:
    """Another number than `value`, and no close one."""
    return value + 1 if isinstance(value, int) else 1.5 * value + 0.5


def _is_side_of_equality(node: ast.AST, statement: ast.AST) -> bool:
    """Whether a node is a whole side of `==` or of a comparison that allows for rounding."""
    for parent in ast.walk(statement):
        if isinstance(parent, ast.Compare) and isinstance(parent.ops[0], ast.Eq):
            sides: list[ast.AST] = [parent.left, *parent.comparators]
        elif isinstance(parent, ast.Call) and _name(parent) in CLOSE:
            sides = list(parent.args[:2])
        else:
            continue
        if node in sides:
            return True
    return False


def _made(kind: str, tree: ast.Module, statement: ast.AST, old: ast.AST, new: ast.AST) -> Mutant:
    """The cell with one node replaced."""

    class Replace(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST:
            if _same(node, old):
                return ast.copy_location(copy.deepcopy(new), node)
            return self.generic_visit(node)

    whole = ast.fix_missing_locations(Replace().visit(copy.deepcopy(tree)))
    after = ast.fix_missing_locations(Replace().visit(copy.deepcopy(statement)))
    line = getattr(statement, "lineno", 0)
    return Mutant(kind, line, ast.unparse(statement), ast.unparse(after), ast.unparse(whole))


def _same(one: ast.AST, other: ast.AST) -> bool:
    """Whether two nodes are the same place of the source."""
    places = ("lineno", "col_offset", "end_lineno", "end_col_offset")
    return type(one) is type(other) and all(
        getattr(one, name, None) == getattr(other, name, None) for name in places
    )
