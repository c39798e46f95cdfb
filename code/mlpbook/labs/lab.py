"""A lab: what it shows, and the program behind it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mlpbook.labs.base import Described, hash_of, texts_of
from mlpbook.labs.program import FUNCTIONS, ORDER_STREAM, Program, Settings, graph_name
from mlpbook.labs.spec import Json, ReferenceLine, Value


@dataclass(frozen=True, kw_only=True)
class Lab(Described):
    """A training run, described once and run in a kernel or in a page.

    Attributes:
        reference_lines: horizontal lines in its charts.
        length: {"control": name} for a number of epochs, or {"steps": n}.
        table, results: controls and metrics in the table of earlier runs.
        program: the functions and what they are fed.
    """

    reference_lines: tuple[ReferenceLine, ...] = ()
    length: Mapping[str, Any]
    table: tuple[str, ...]
    results: tuple[str, ...]
    program: Program

    kind = "training"

    def num_steps(self, settings: Settings) -> tuple[int, int]:
        """Steps of a whole run, and of an epoch."""
        batch_size = int(settings[self.program.batch_size])
        per_epoch = -(-self.program.data.size(settings) // batch_size)
        if "steps" in self.length:
            return int(self.length["steps"]), per_epoch
        return int(settings[self.length["control"]]) * per_epoch, per_epoch

    def variants(self, function: str) -> list[dict[str, Value]]:
        """Every choice of the controls that select a graph of the function."""
        return self.grid(self.program.variants.get(function, ()))

    def source(self) -> dict[str, str]:
        functions = {name: self.program.function(name) for name in FUNCTIONS}
        texts = {name: texts_of([one]) for name, one in functions.items() if one}
        return {"helpers": texts_of(self.program.helpers), **texts}

    def version(self) -> str:
        return hash_of([self.program.step], *_SHARED_SOURCES)

    def front_json(self) -> Json:
        return {
            **super().front_json(),
            "length": dict(self.length),
            "reference_lines": [line.to_json() for line in self.reference_lines],
            "table": list(self.table),
            "results": list(self.results),
        }

    def program_json(self) -> Json:
        program = self.program
        graphs = [
            self._graph_json(function, variant)
            for function in FUNCTIONS
            if program.function(function)
            for variant in self.variants(function)
        ]
        return {
            "data": program.data.to_json(),
            "numbers": list(program.numbers),
            "sizes": dict(program.sizes),
            "batch_size": program.batch_size,
            "order_stream": ORDER_STREAM,
            "graphs": graphs,
        }

    def _graph_json(self, function: str, variant: Settings) -> Json:
        settings = {**self.settings(), **variant}
        noise = self.program.noise(settings).get(function, {})
        return {
            "function": function,
            "when": dict(variant),
            "file": graph_name(function, variant),
            "noise": {name: one.to_json() for name, one in noise.items()},
        }


# Not imported, only read: readers of a notebook need no exporter.
_SHARED_SOURCES = ("functional.py", "program.py", "trace.py", "engine.py")
