"""Helpers for a bilingual, interactive textbook on multilayer perceptrons.

Modules: `data` (data sets as tensors), `layers` (written out), `train`, `plot`, `gradcheck`, `d2l`
(the names of Dive into Deep Learning), `labs`, `practice`.
"""

from importlib import import_module
from typing import Any

from mlpbook._torchvision import declare_missing_operators

__version__ = "1.0.0"

declare_missing_operators()

_MODULES = frozenset(
    {"d2l", "data", "gradcheck", "labs", "layers", "plot", "practice", "rng", "tokens", "train"}
)


def __getattr__(name: str) -> Any:
    """Import a module of the package when it is first asked for."""
    if name in _MODULES:
        return import_module(f"mlpbook.{name}")
    if name == "use_style":
        return import_module("mlpbook.plot").use_style
    raise AttributeError(f"module 'mlpbook' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULES, "use_style"})
