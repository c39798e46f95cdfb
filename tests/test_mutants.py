"""Falsified assertions: what is changed, and what is left alone."""

from __future__ import annotations

import pytest

from tools.mutants import mutants


def says(source: str) -> list[tuple[str, str]]:
    return [(mutant.kind, mutant.says) for mutant in mutants(source)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("assert a < b", [("inequality", "assert a > b")]),
        ("assert a >= 2", [("inequality", "assert a < 2")]),
        (
            "assert n == 3",
            [("inequality", "assert n != 3"), ("constant", "assert n == 4")],
        ),
        ("assert math.isclose(a, b + c)", [("sign", "assert math.isclose(a, b - c)")]),
        (
            "torch.testing.assert_close(a, 2 * b)",
            [("sign", "torch.testing.assert_close(a, 2 / b)")],
        ),
    ],
)
def test_an_inequality_a_sign_or_a_constant_changes(
    source: str, expected: list[tuple[str, str]]
) -> None:
    assert says(source) == expected


def test_a_tolerance_stays() -> None:
    assert says("assert math.isclose(a, b, abs_tol=1e-6)") == []


def test_a_chain_and_code_that_asserts_nothing_stay() -> None:
    assert says("assert 1 < a < 2") == []
    assert says("x = a - b\nassert True") == []


def test_how_a_value_is_computed_stays() -> None:
    assert says("assert count(a > 0) == n") == [("inequality", "assert count(a > 0) != n")]
    assert ("inequality", "assert (a < b).all()") in says("assert (a > b).all()")


def test_the_rest_of_the_cell_stays() -> None:
    (mutant,) = mutants("x = 1  # a comment\nassert x > 0\nprint(x)")
    assert mutant.source == "x = 1\nassert x < 0\nprint(x)"
    assert mutant.line == 2


def test_every_mutant_of_a_true_claim_fails() -> None:
    source = "a, b = 3, 4\nassert a < b\nassert a + 1 == 4\nassert a * b == 12"
    made = list(mutants(source))
    assert {mutant.kind for mutant in made} == {"inequality", "sign", "constant"}
    exec(source, {})
    for mutant in made:
        with pytest.raises(AssertionError):
            exec(mutant.source, {})
