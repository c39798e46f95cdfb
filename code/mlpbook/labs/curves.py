"""Labs without a run: arrays computed anew whenever a control moves.

A curve lab's `compute` is a pure function of tensors; the page runs its exported graph. A table
lab's may be any Python; it is run over its whole grid beforehand, and the page looks the values up.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from mlpbook.labs.base import Described, hash_of, texts_of
from mlpbook.labs.charts import array_names
from mlpbook.labs.program import Noise, Settings, Tensors, graph_name
from mlpbook.labs.spec import Json, Seed, Value

TABLE_FILE = "table.bin.gz"


@dataclass(frozen=True, kw_only=True)
class ArrayLab(Described):
    """What curve labs and table labs share.

    Attributes:
        compute: gives the named arrays that the charts draw.
        helpers: functions of the lab that it calls; shown to the reader with it.
    """

    compute: Callable[..., Mapping[str, Any]]
    helpers: tuple[Callable[..., Any], ...] = ()

    def __post_init__(self) -> None:
        for chart in self.charts:
            array_names(chart)

    def arguments(self, settings: Settings) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """What `compute` is called with for these settings."""
        raise NotImplementedError

    def arrays(self, settings: Settings) -> Tensors:
        """The named arrays for a value of every control, in float32."""
        positional, named = self.arguments(settings)
        return float_tensors(self.compute(*positional, **named))

    def source(self) -> dict[str, str]:
        return {"helpers": texts_of(self.helpers), "compute": texts_of([self.compute])}


@dataclass(frozen=True, kw_only=True)
class CurveLab(ArrayLab):
    """A lab whose arrays are a pure function of tensors: `compute(noise, hyper)`.

    A slider reaches `compute` as a float32 scalar; every other control chooses a graph and reaches
    it as a plain value.

    Attributes:
        noise: random tensors of fixed shape, by name; drawn from the seed.
        numbers: selects, switches and stops that go in as scalars, too, and choose no graph.
    """

    noise: Mapping[str, Noise] = field(default_factory=dict)
    numbers: tuple[str, ...] = ()

    kind = "curves"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.noise and not any(isinstance(control, Seed) for control in self.controls):
            raise ValueError(f"lab {self.name!r}: got noise and no seed among its controls")
        for name in self.numbers:
            self.control(name)

    def scalars(self) -> tuple[str, ...]:
        """Names of the controls that `compute` gets as tensors."""
        return tuple(
            control.name
            for control in self.controls
            if control.name in self.numbers
            or (control.choices() is None and not isinstance(control, Seed))
        )

    def variants(self) -> list[dict[str, Value]]:
        """Every choice of the controls that select a graph."""
        scalars = self.scalars()
        chosen = [one.name for one in self.controls if one.name not in scalars]
        return self.grid(name for name in chosen if not isinstance(self.control(name), Seed))

    def draw(self, settings: Settings) -> Tensors:
        """The random tensors."""
        return {
            name: noise.draw({}, seed=int(settings["seed"]), draw=0)
            for name, noise in self.noise.items()
        }

    def arguments(self, settings: Settings) -> tuple[tuple[Any, ...], dict[str, Any]]:
        scalars = {name: torch.tensor(float(settings[name])) for name in self.scalars()}
        return (self.draw(settings), {**settings, **scalars}), {}

    def version(self) -> str:
        return hash_of([self.compute, *self.helpers], "curves.py", "program.py", "trace.py")

    def program_json(self) -> Json:
        noise = {name: one.to_json() for name, one in self.noise.items()}
        graphs = [
            {
                "function": "compute",
                "when": variant,
                "file": graph_name("compute", variant),
                "noise": noise,
            }
            for variant in self.variants()
        ]
        return {"numbers": list(self.scalars()), "graphs": graphs}


@dataclass(frozen=True, kw_only=True)
class TableLab(ArrayLab):
    """A lab whose arrays no graph can compute: `compute(**controls)`, over a small grid."""

    kind = "table"

    def __post_init__(self) -> None:
        super().__post_init__()
        self.points()

    def points(self) -> list[dict[str, Value]]:
        """Every point of the grid, the last control running fastest."""
        return self.grid(control.name for control in self.controls)

    def arguments(self, settings: Settings) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return (), dict(settings)

    def version(self) -> str:
        return hash_of([self.compute, *self.helpers], "curves.py", "table.py")

    def program_json(self) -> Json:
        grid = [
            {"control": control.name, "values": list(control.choices() or ())}
            for control in self.controls
        ]
        return {"file": TABLE_FILE, "grid": grid}


def float_tensors(found: object) -> Tensors:
    """Arrays, tensors and numbers as float32 tensors.

    Raises:
        TypeError: no dict.
        ValueError: an array of more than two dimensions.
    """
    if not isinstance(found, Mapping):
        raise TypeError(f"compute: got {type(found).__name__}, expected a dict of arrays")
    tensors: dict[str, Tensor] = {
        name: torch.as_tensor(value).to(torch.float32) for name, value in found.items()
    }
    for name, tensor in tensors.items():
        if tensor.ndim > 2:
            raise ValueError(f"compute: {name} has shape {tuple(tensor.shape)}, expected at most 2")
    return tensors
