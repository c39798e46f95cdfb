"""Checks of arguments, worded alike everywhere: what was got, what is expected."""

from collections.abc import Collection
from numbers import Integral, Real


def positive_int(name: str, value: object, *, maximum: int | None = None) -> int:
    """Return `value` as an int if it is a whole number from 1 to `maximum`.

    Raises:
        TypeError: `value` is not a whole number.
        ValueError: it is out of range.
    """
    expected = "a whole number >= 1" if maximum is None else f"a whole number from 1 to {maximum}"
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(f"{name}: got {value!r}, expected {expected}")
    number = int(value)
    if number < 1 or (maximum is not None and number > maximum):
        raise ValueError(f"{name}: got {number}, expected {expected}")
    return number


def real(
    name: str, value: object, *, low: float, high: float = float("inf"), open_low: bool = False
) -> float:
    """Return `value` as a float if it is a number in [low, high], or (low, high] with `open_low`.

    Raises:
        TypeError: `value` is not a number.
        ValueError: it is out of range or not finite.
    """
    bracket = "(" if open_low else "["
    expected = f"a finite number in {bracket}{low:g}, {high:g}]"
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name}: got {value!r}, expected {expected}")
    number = float(value)
    inside = low < number <= high if open_low else low <= number <= high
    if not inside or number == float("inf"):
        raise ValueError(f"{name}: got {number:g}, expected {expected}")
    return number


def one_of(name: str, value: object, allowed: Collection[str]) -> str:
    """Return `value` if it is one of the `allowed` words.

    Raises:
        ValueError: it is not.
    """
    if not isinstance(value, str) or value not in allowed:
        raise ValueError(f"{name}: got {value!r}, expected one of {', '.join(allowed)}")
    return value
