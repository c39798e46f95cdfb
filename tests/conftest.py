"""Shapes written in signatures are checked while the tests run, in the modules that state them."""

import importlib.util
from collections.abc import Callable
from importlib.machinery import PathFinder
from types import ModuleType

import jaxtyping
import matplotlib
import pytest

from tests import typecheck  # loaded here: the hook finds it by name only

matplotlib.use("Agg")
jaxtyping.install_import_hook(
    ["mlpbook.data", "mlpbook.gradcheck", "mlpbook.layers", "mlpbook.synthetic"],
    f"{typecheck.__name__}.check",
)


@pytest.fixture
def unchecked() -> Callable[[str], ModuleType]:
    """Imports a fresh copy of a module as readers have it, without the check of shapes."""

    def load(name: str) -> ModuleType:
        import mlpbook

        spec = PathFinder.find_spec(name, mlpbook.__path__)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load
