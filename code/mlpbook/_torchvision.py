"""Lets torchvision's data sets and transforms load beside any build of PyTorch.

A torchvision wheel built for CUDA cannot load its compiled operators beside a CPU build of
PyTorch, and then `import torchvision` itself fails: it describes two operators, `nms` and `qnms`,
that nobody has declared. The book needs only data sets and transforms, so declaring the two is
enough.
"""

import sys
from importlib.machinery import PathFinder
from importlib.util import find_spec

import torch

SCHEMAS = {
    name: f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
    for name in ("nms", "qnms")
}
_declared: list[torch.library.Library] = []  # a library's declarations live as long as the object


def declare_missing_operators() -> tuple[str, ...]:
    """Declare `torchvision::nms` and `torchvision::qnms` where torchvision's own are missing.

    Does nothing when torchvision is imported already, is not installed, or comes with compiled
    operators that fit this PyTorch.

    Returns:
        The names that were declared; empty when there was nothing to do.
    """
    if "torchvision" in sys.modules or find_spec("torchvision") is None:
        return ()
    _load_compiled_operators()
    missing = tuple(name for name in SCHEMAS if not hasattr(torch.ops.torchvision, name))
    if missing:
        library = torch.library.Library("torchvision", "FRAGMENT")
        for name in missing:
            library.define(SCHEMAS[name])
        _declared.append(library)
    return missing


def _load_compiled_operators() -> None:
    """Load torchvision's own operators if they fit; loading them twice is harmless."""
    package = find_spec("torchvision")
    folders = package.submodule_search_locations if package else None
    compiled = PathFinder.find_spec("_C", list(folders or ()))
    if compiled is None or compiled.origin is None:
        return
    try:
        torch.ops.load_library(compiled.origin)
    except OSError:
        return  # built for another PyTorch: torchvision will find the same and go on without
