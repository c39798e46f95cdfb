"""What a network is to the helpers: a function of X, which may know training from evaluation."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from torch import Tensor, nn

Net = Callable[[Tensor], Tensor]


@contextmanager
def mode(net: Any, *, training: bool) -> Iterator[None]:
    """Switch a network that knows training from evaluation, and put it back afterwards."""
    before = getattr(net, "training", None)
    if not isinstance(before, bool):
        yield
        return
    _set_training(net, training)
    try:
        yield
    finally:
        _set_training(net, before)


def _set_training(net: Any, training: bool) -> None:
    if isinstance(net, nn.Module):
        net.train(training)
    else:
        net.training = training
