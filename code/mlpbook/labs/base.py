"""What every kind of lab has: texts, controls, presets, charts, and the files built from it."""

import hashlib
import inspect
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlpbook.labs.program import choices
from mlpbook.labs.spec import Chart, Control, Json, Preset, Text, Value

BUILT = Path(__file__).parent / "built"


@dataclass(frozen=True, kw_only=True)
class Described:
    """An interactive experiment as its reader sees it.

    Attributes:
        name: its file name, and what `labs.show` takes.
        title, summary: what it is, and what is to be seen in it.
        picture: what the picture of its default settings shows (the text for those who cannot see
            it).
        controls, presets, charts: what the front end draws.
    """

    name: str
    title: Text
    summary: Text
    picture: Text
    controls: tuple[Control, ...]
    presets: tuple[Preset, ...]
    charts: tuple[Chart, ...]

    kind = ""

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

    def grid(self, names: Iterable[str]) -> list[dict[str, Value]]:
        """Every choice of the controls named.

        Raises:
            TypeError: one of them is a range.
        """
        options: dict[str, tuple[Value, ...]] = {}
        for name in names:
            values = self.control(name).choices()
            if values is None:
                raise TypeError(
                    f"lab {self.name!r}: {name} is a {self.control(name).kind} over a range, "
                    "expected a select, a switch or stops"
                )
            options[name] = values
        return list(choices(options))

    def to_json(self) -> Json:
        """What the front end draws, and under "program" what the page's engine runs."""
        return {**self.front_json(), "program": self.program_json()}

    def front_json(self) -> Json:
        """What the front end draws."""
        return {
            "name": self.name,
            "kind": self.kind,
            "version": self.version(),
            "title": self.title.to_json(),
            "summary": self.summary.to_json(),
            "picture": self.picture.to_json(),
            "controls": [control.to_json() for control in self.controls],
            "presets": [preset.to_json() for preset in self.presets],
            "charts": [chart.to_json() for chart in self.charts],
            "source": self.source(),
        }

    def version(self) -> str:
        """A hash of the sources from which the built files were made."""
        raise NotImplementedError

    def source(self) -> dict[str, str]:
        """The text of the functions, as the reader is shown it."""
        raise NotImplementedError

    def program_json(self) -> Json:
        """What the page's engine needs to know."""
        raise NotImplementedError


def texts_of(functions: Iterable[Callable[..., Any]]) -> str:
    """The sources of several functions, one after the other."""
    return "\n\n".join(inspect.getsource(function) for function in functions)


def hash_of(functions: Iterable[Callable[..., Any]], *shared: str) -> str:
    """A hash of the files that hold the functions, and of files of this folder."""
    own = {inspect.getfile(function) for function in functions}
    paths = [*map(Path, sorted(own)), *(Path(__file__).with_name(name) for name in shared)]
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_text(encoding="utf-8").encode())
    return digest.hexdigest()[:16]


def dump(spec: Json) -> str:
    """The text of spec.json: the same bytes for the same lab."""
    return json.dumps(spec, ensure_ascii=False, indent=1) + "\n"
