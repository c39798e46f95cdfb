"""How a lab's pure functions are fed: randomness, settings, sizes and data, described once.

The kernel and the page run the same functions (the page as exported graphs), so all that goes into
them is described here as data: what each random tensor is, which controls become numbers, which
choose a graph, and which give a size that is known only when a run starts.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from mlpbook import rng
from mlpbook.labs.spec import Json, Value

Tensors = dict[str, Tensor]
Shape = tuple[int | str, ...]
Settings = Mapping[str, Value]

ORDER_STREAM = 0  # of the random numbers that shuffle the training examples
FUNCTIONS = ("data", "init", "step", "evaluate")


@dataclass(frozen=True)
class Noise:
    """A random tensor that a function is given.

    Attributes:
        kind: "normal" (standard normal) or "uniform" (over [0, 1)).
        shape: sizes; a name stands for a size bound to a control, or for the batch.
        stream: its own number, so that no two tensors share random numbers.
        unless: a number among the settings; while that is 0 the tensor is not needed, and zeros
            are given instead.
    """

    kind: str
    shape: Shape
    stream: int
    unless: str | None = None

    def draw(self, sizes: Mapping[str, int], *, seed: int, draw: int) -> Tensor:
        """The tensor itself: a pure function of the seed and of `draw`."""
        generate = {"normal": rng.normal, "uniform": rng.uniform}[self.kind]
        shape = resolve(self.shape, sizes)
        return torch.from_numpy(generate(shape, seed=seed, stream=self.stream, draw=draw))

    def to_json(self) -> Json:
        return {
            "kind": self.kind,
            "shape": list(self.shape),
            "stream": self.stream,
            "unless": self.unless,
        }


@dataclass(frozen=True)
class FashionImages:
    """Fashion-MNIST as it comes, flattened to 784 pixels in [0, 1].

    Training uses the first images of the training split; evaluation a fixed number of validation
    images from the head of the same file, so that a page need not read all of it.

    Attributes:
        count: the control that says how many training images are used.
        centre: the control that says whether the mean training image is subtracted.
        held_out: number of validation images.
    """

    count: str = "num_images"
    centre: str = "centre"
    held_out: int = 2_000

    kind = "fashion_mnist"

    def size(self, settings: Settings) -> int:
        """Number of training examples."""
        return int(settings[self.count])

    def to_json(self) -> Json:
        names = ("kind", "count", "centre", "held_out")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class MadePoints:
    """Points in the plane that the lab's `data` function makes from noise.

    Attributes:
        train: number of training points.
        extent: x from, x to, y from, y to: the part of the plane that is drawn.
    """

    train: int
    extent: tuple[float, float, float, float]

    kind = "made"

    def size(self, settings: Settings) -> int:
        """Number of training examples."""
        return self.train

    def to_json(self) -> Json:
        return {"kind": self.kind, "train": self.train, "extent": list(self.extent)}


@dataclass(frozen=True, kw_only=True)
class Program:
    """The pure functions of a lab and what they are fed.

    Attributes:
        init: (noise, hyper) -> state.
        step: (state, (X, y), noise, hyper) -> (state, metrics).
        evaluate: (state, data, hyper) -> metrics (scalars) and arrays.
        make_data: (noise, hyper) -> (training points, held-out points), for `MadePoints`.
        helpers: functions of the lab that these call; shown to the reader with them.
        data: where the examples come from.
        noise: (settings) -> {function name: {name: Noise}}; may depend on variants alone.
        variants: for each function, the controls that choose its graph; the function finds
            their plain values in `hyper`.
        numbers: the controls that become float32 scalars in `hyper`.
        sizes: names of sizes and the controls that give them; "batch" is bound by the engine.
        batch_size: the control that gives the number of examples a step.
    """

    init: Callable[..., Tensors]
    step: Callable[..., tuple[Tensors, Tensors]]
    evaluate: Callable[..., Tensors]
    make_data: Callable[..., tuple[Tensors, Tensors]] | None = None
    helpers: tuple[Callable[..., Any], ...] = ()
    data: FashionImages | MadePoints
    noise: Callable[[Settings], Mapping[str, Mapping[str, Noise]]]
    variants: Mapping[str, tuple[str, ...]]
    numbers: tuple[str, ...]
    sizes: Mapping[str, str]
    batch_size: str = "batch_size"

    def function(self, name: str) -> Callable[..., Any] | None:
        """One of the four functions by its name in `FUNCTIONS`."""
        return self.make_data if name == "data" else getattr(self, name)

    def hyper(self, settings: Settings) -> dict[str, Any]:
        """Settings as the functions get them: float32 scalars, and plain values of variants."""
        chosen = {name for names in self.variants.values() for name in names}
        numbers = {
            name: torch.tensor(float(settings[name]), dtype=torch.float32) for name in self.numbers
        }
        return {**{name: settings[name] for name in sorted(chosen)}, **numbers}

    def bound_sizes(self, settings: Settings) -> dict[str, int]:
        """The sizes that controls give, by name."""
        return {name: int(settings[control]) for name, control in self.sizes.items()}

    def draw(
        self, function: str, settings: Settings, sizes: Mapping[str, int], *, draw: int = 0
    ) -> Tensors:
        """All random tensors of one call of a function."""
        seed = int(settings["seed"])
        return {
            name: torch.zeros(resolve(noise.shape, sizes))
            if noise.unless and float(settings[noise.unless]) == 0
            else noise.draw(sizes, seed=seed, draw=draw)
            for name, noise in self.noise(settings).get(function, {}).items()
        }

    def order(self, num_examples: int, *, seed: int, epoch: int) -> Tensor:
        """The order of the training examples in an epoch."""
        return torch.from_numpy(
            np.ascontiguousarray(
                rng.permutation(num_examples, seed=seed, stream=ORDER_STREAM, draw=epoch)
            )
        )


def resolve(shape: Shape, sizes: Mapping[str, int]) -> tuple[int, ...]:
    """A shape with its names replaced by sizes."""
    return tuple(sizes[size] if isinstance(size, str) else size for size in shape)


def choices(options: Mapping[str, tuple[Value, ...]]) -> Iterator[dict[str, Value]]:
    """Every combination of the options: {"a": (1, 2)} gives {"a": 1} and {"a": 2}."""
    for values in itertools.product(*options.values()):
        yield dict(zip(options, values, strict=True))


def graph_name(function: str, variant: Settings) -> str:
    """File name of the graph of a function for some choice of its variants."""
    return "-".join([function, *(str(value) for value in variant.values())]) + ".onnx"
