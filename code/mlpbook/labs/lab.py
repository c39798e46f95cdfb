"""A lab: what it shows, and the program behind it."""

import hashlib
import inspect
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlpbook.labs.program import FUNCTIONS, ORDER_STREAM, Program, Settings, choices, graph_name
from mlpbook.labs.spec import (
    Chart,
    Control,
    Json,
    Preset,
    ReferenceLine,
    Select,
    Switch,
    Text,
    Value,
)

BUILT = Path(__file__).parent / "built"


@dataclass(frozen=True, kw_only=True)
class Lab:
    """An interactive experiment, described once and run in a kernel or in a page.

    Attributes:
        name: its file name, and what `labs.show` takes.
        title, summary: what it is, and what is to be seen in it.
        picture: what the picture of its default run shows (the text for those who cannot see it).
        controls, presets, charts, reference_lines: what the front end draws.
        length: {"control": name} for a number of epochs, or {"steps": n}.
        table, results: controls and metrics in the table of earlier runs.
        program: the functions and what they are fed.
    """

    name: str
    title: Text
    summary: Text
    picture: Text
    controls: tuple[Control, ...]
    presets: tuple[Preset, ...]
    charts: tuple[Chart, ...]
    reference_lines: tuple[ReferenceLine, ...] = ()
    length: Mapping[str, Any]
    table: tuple[str, ...]
    results: tuple[str, ...]
    program: Program

    def control(self, name: str) -> Control:
        """The control of that name.

        Raises:
            ValueError: there is none; the message lists those that there are.
        """
        for control in self.controls:
            if control.name == name:
                return control
        names = ", ".join(control.name for control in self.controls)
        raise ValueError(f"lab {self.name!r} has no control {name!r}; it has {names}")

    def settings(self, values: Mapping[str, Any] | None = None) -> dict[str, Value]:
        """A value for every control: those given, checked, and the defaults.

        Raises:
            ValueError, TypeError: no such control, or a value it cannot take.
        """
        values = values or {}
        for name in values:
            self.control(name)
        return {
            control.name: control.check(values.get(control.name, control.value))
            for control in self.controls
        }

    def num_steps(self, settings: Settings) -> tuple[int, int]:
        """Steps of a whole run, and of an epoch."""
        batch_size = int(settings[self.program.batch_size])
        per_epoch = -(-self.program.data.size(settings) // batch_size)
        if "steps" in self.length:
            return int(self.length["steps"]), per_epoch
        return int(settings[self.length["control"]]) * per_epoch, per_epoch

    def variants(self, function: str) -> list[dict[str, Value]]:
        """Every choice of the controls that select a graph of the function."""
        options = {}
        for name in self.program.variants.get(function, ()):
            control = self.control(name)
            if isinstance(control, Select):
                options[name] = tuple(value for value, _ in control.options)
            elif isinstance(control, Switch):
                options[name] = (False, True)
            else:
                raise TypeError(f"variant {name!r}: got {control.kind}, expected select or switch")
        return list(choices(options))

    def source(self) -> dict[str, str]:
        """The text of the functions, as the reader is shown it."""
        helpers = "\n\n".join(inspect.getsource(helper) for helper in self.program.helpers)
        functions = {name: self.program.function(name) for name in FUNCTIONS}
        texts = {name: inspect.getsource(one) for name, one in functions.items() if one}
        return {"helpers": helpers, **texts}

    def version(self) -> str:
        """A hash of the sources from which the built files were made."""
        own = Path(inspect.getfile(self.program.step))
        shared = (Path(__file__).with_name(name) for name in _SHARED_SOURCES)
        digest = hashlib.sha256()
        for path in (own, *shared):
            digest.update(path.read_text(encoding="utf-8").encode())
        return digest.hexdigest()[:16]

    def to_json(self) -> Json:
        """What the front end draws, and under "program" what the page's engine runs."""
        return {
            "name": self.name,
            "version": self.version(),
            "title": self.title.to_json(),
            "summary": self.summary.to_json(),
            "picture": self.picture.to_json(),
            "controls": [control.to_json() for control in self.controls],
            "presets": [preset.to_json() for preset in self.presets],
            "length": dict(self.length),
            "charts": [chart.to_json() for chart in self.charts],
            "reference_lines": [line.to_json() for line in self.reference_lines],
            "table": list(self.table),
            "results": list(self.results),
            "source": self.source(),
            "program": self._program_json(),
        }

    def _program_json(self) -> Json:
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


def dump(spec: Json) -> str:
    """The text of spec.json: the same bytes for the same lab."""
    return json.dumps(spec, ensure_ascii=False, indent=1) + "\n"
