"""Shapes written in signatures are checked while the tests run, in the modules that state them."""

import importlib
import importlib.util
import os
from collections.abc import Callable, Iterator
from importlib.machinery import PathFinder
from types import ModuleType

import jaxtyping
import matplotlib
import pytest

from tests import typecheck  # loaded here: the hook finds it by name only

# Read when PyTorch loads. Threads that wait must sleep: where tests share cores, spinning ones make
# training tens of times slower.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
matplotlib.use("Agg")
jaxtyping.install_import_hook(
    ["mlpbook.data", "mlpbook.gradcheck", "mlpbook.layers", "mlpbook.synthetic"],
    f"{typecheck.__name__}.check",
)
mlpbook = importlib.import_module("mlpbook")  # makes torchvision load, whichever test imports it


@pytest.fixture(scope="module")
def one_thread() -> Iterator[None]:
    """The stored results were computed with one thread; small products gain nothing from more."""
    import torch  # not above: the variable must be set before

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def unchecked() -> Callable[[str], ModuleType]:
    """Imports a fresh copy of a module as readers have it, without the check of shapes."""

    def load(name: str) -> ModuleType:
        spec = PathFinder.find_spec(name, mlpbook.__path__)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load
