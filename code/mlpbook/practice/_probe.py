"""Calling the reader's function safely, and judging what comes back."""

import inspect
import traceback
from collections.abc import Mapping
from typing import Any

import torch

from mlpbook.practice._registry import Hint, first_line


def call(function: Any, *args: Any, usage: str) -> Any:
    """Calls a function that must leave its arguments alone and give something back.

    Args:
        function: The answer.
        *args: What it is called with.
        usage: How the call looks in the task's words.

    Raises:
        Hint: The starter is unfilled; the call fails, returns nothing or changes a tensor.
    """
    before = [_copy(arg) for arg in args]
    result = run(function, *args, usage=usage)
    if not all(_same(old, new) for old, new in zip(before, args, strict=True)):
        raise Hint("in-place")
    if result is None:
        raise Hint("returns-none")
    return result


def run(function: Any, *args: Any, usage: str) -> Any:
    """Calls a function that may work in place; whatever goes wrong becomes a hint."""
    if function is ... or function is None:
        raise Hint("todo")
    if not callable(function):
        raise Hint("not-a-function", got=type(function).__name__)
    _require_signature(function, args, usage)
    try:
        result = function(*args)
    except NotImplementedError:
        raise Hint("todo") from None
    except Exception as error:
        raise Hint("raises", line=_line(error), error=first_line(error)) from error
    if result is ...:
        raise Hint("todo")
    return result


def judge(got: Any, right: torch.Tensor, mistakes: Mapping[str, torch.Tensor]) -> None:
    """Compares a result with the right one and names a typical mistake by its values.

    Args:
        got: What the reader's function gave.
        right: What PyTorch gives; shape and type count as well.
        mistakes: What typical wrong answers give, by the name of their hint.

    Raises:
        Hint: The result differs in kind, values, shape or type.
    """
    if not isinstance(got, torch.Tensor):
        raise Hint("not-a-tensor", got=type(got).__name__)
    if close(got, right):
        if got.dtype != right.dtype:
            raise Hint("dtype", got=_name(got.dtype), expected=_name(right.dtype))
        return
    for name, wrong in mistakes.items():
        if close(got, wrong):
            raise Hint(name)
    if got.shape != right.shape:
        raise Hint("shape", got=tuple(got.shape), expected=tuple(right.shape))
    if got.isnan().any() and not right.isnan().any():
        raise Hint("nan")
    raise Hint("values", **_first_difference(got, right))


def close(a: torch.Tensor, b: torch.Tensor, tolerance: float = 1e-5) -> bool:
    """Same shape and equal within rounding, infinities included; `nan` equals nothing."""
    return a.shape == b.shape and torch.allclose(
        a.double(), b.double(), rtol=tolerance, atol=tolerance
    )


def require_gradient(got: torch.Tensor) -> None:
    """Raises the hint "detached" unless a gradient can flow from this result."""
    if not got.requires_grad:
        raise Hint("detached")


def _copy(value: Any) -> Any:
    """A copy of a tensor, or of a list of tensors, to compare with later."""
    if isinstance(value, torch.Tensor):
        return value.detach().clone()
    return [_copy(item) for item in value] if isinstance(value, list) else value


def _same(old: Any, new: Any) -> bool:
    if isinstance(old, torch.Tensor):
        return old.shape == new.shape and torch.equal(old, new.detach())
    if isinstance(old, list):
        return len(old) == len(new) and all(map(_same, old, new))
    return True


def _name(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")


def _first_difference(got: torch.Tensor, right: torch.Tensor) -> dict[str, object]:
    """Index and value of the first entry that is off."""
    off = ~torch.isclose(got.double(), right.double(), rtol=1e-5, atol=1e-5)
    index = tuple(off.nonzero()[0].tolist())
    return {"index": index, "got": f"{got[index].item():.4g}"}


def _require_signature(function: Any, args: tuple[Any, ...], usage: str) -> None:
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # some built-in functions have none
        return
    try:
        signature.bind(*args)
    except TypeError:
        raise Hint("signature", call=usage, got=signature) from None


def _line(error: BaseException) -> int | str:
    """The line of the reader's cell where it stopped: the last frame outside installed files."""
    frames = traceback.extract_tb(error.__traceback__)[1:]
    own = [frame.lineno for frame in frames if "site-packages" not in frame.filename]
    return own[-1] if own and own[-1] else "?"
