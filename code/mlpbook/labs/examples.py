"""The examples a lab trains on and is evaluated on, as tensors."""

from typing import NamedTuple

import torch
from torch import Tensor

from mlpbook.data import fashion_mnist
from mlpbook.labs.program import FashionImages, MadePoints, Program, Settings, Tensors


class Examples(NamedTuple):
    """What a run is fed.

    Attributes:
        X, y: the training examples, in the order of their file or making.
        data: what `evaluate` is given: held-out "X" and "y", and whatever else the lab makes.
        pixels: for images, the held-out images as they are (not centred), bytes.
    """

    X: Tensor
    y: Tensor
    data: Tensors
    pixels: Tensor | None = None


def examples(program: Program, settings: Settings) -> Examples:
    """The examples that the settings ask for."""
    if isinstance(program.data, FashionImages):
        return fashion_examples(program.data, settings)
    return made_examples(program, program.data, settings)


def fashion_examples(source: FashionImages, settings: Settings) -> Examples:
    """Flattened Fashion-MNIST images; the mean training image taken away if so asked."""
    train = fashion_mnist("train", limit=source.size(settings), flatten=True)
    held_out = fashion_mnist("validation", limit=source.held_out, flatten=True)
    pixels = (held_out.X * 255).round().to(torch.uint8).reshape(-1, 28, 28)
    X, X_held_out = train.X, held_out.X
    if settings[source.centre]:
        mean = X.mean(0, dtype=torch.float64).to(torch.float32)
        X, X_held_out = X - mean, X_held_out - mean
    return Examples(X, train.y, {"X": X_held_out, "y": held_out.y}, pixels)


def made_examples(program: Program, source: MadePoints, settings: Settings) -> Examples:
    """Points made by the lab's own function from noise."""
    if program.make_data is None:
        raise TypeError("a lab with made points: got no make_data function")
    noise = program.draw("data", settings, program.bound_sizes(settings))
    train, data = program.make_data(noise, program.hyper(settings))
    if len(train["y"]) != source.train:
        raise ValueError(f"make_data: got {len(train['y'])} points, expected {source.train}")
    return Examples(train["X"], train["y"], data)
