"""What a lab shows: texts, controls, presets and charts, as plain data with a JSON form."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from numbers import Integral, Real
from typing import Any

from mlpbook._html import Bilingual

Value = float | int | bool | str
Json = dict[str, Any]


@dataclass(frozen=True)
class Text:
    """One text in both languages, each written by itself."""

    zh: str
    en: str

    def to_json(self) -> Bilingual:
        return {"zh": self.zh, "en": self.en}


@dataclass(frozen=True, kw_only=True)
class Control:
    """Something the reader can set.

    Attributes:
        name: the setting's name, as in the code.
        label, help: what it is called, and one sentence on what it does.
        value: its value at first.
        live: whether it may change in the middle of a run.
    """

    name: str
    label: Text
    help: Text
    value: Any
    live: bool = False

    kind = ""

    def check(self, value: Any) -> Value:
        """Return the value in the control's type.

        Raises:
            TypeError: it is of another kind.
            ValueError: it is out of range, or no option.
        """
        raise NotImplementedError

    def choices(self) -> tuple[Value, ...] | None:
        """All values that it can take, where they are few; None for a range."""
        return None

    def to_json(self) -> Json:
        return {
            "name": self.name,
            "kind": self.kind,
            "label": self.label.to_json(),
            "help": self.help.to_json(),
            "value": self.value,
            "live": self.live,
        }


@dataclass(frozen=True, kw_only=True)
class Slider(Control):
    """A number from min to max, on a linear or a logarithmic scale."""

    min: float
    max: float
    step: float | None = None
    scale: str = "linear"
    integer: bool = False

    kind = "slider"

    def check(self, value: Any) -> Value:
        word = "whole number" if self.integer else "number"
        expected = f"a {word} from {self.min:g} to {self.max:g}"
        if isinstance(value, bool) or not isinstance(value, Real):
            raise TypeError(f"{self.name}: got {value!r}, expected {expected}")
        number = float(value)
        inside = self.min <= number <= self.max  # not so for nan
        if not inside or (self.integer and not number.is_integer()):
            raise ValueError(f"{self.name}: got {value!r}, expected {expected}")
        return int(number) if self.integer else number

    def to_json(self) -> Json:
        shape = ("min", "max", "step", "scale", "integer")
        return {**super().to_json(), **{name: getattr(self, name) for name in shape}}


@dataclass(frozen=True, kw_only=True)
class Stops(Control):
    """A slider over a few numbers, in rising order."""

    values: tuple[float, ...]

    kind = "slider"

    def check(self, value: Any) -> Value:
        for stop in self.values:
            if stop == value and not isinstance(value, bool):
                return stop
        allowed = ", ".join(f"{stop:g}" for stop in self.values)
        raise ValueError(f"{self.name}: got {value!r}, expected one of {allowed}")

    def choices(self) -> tuple[Value, ...]:
        return self.values

    def to_json(self) -> Json:
        integer = all(isinstance(stop, int) for stop in self.values)
        ends = {"min": self.values[0], "max": self.values[-1]}
        return {**super().to_json(), **ends, "integer": integer, "values": list(self.values)}


@dataclass(frozen=True, kw_only=True)
class Select(Control):
    """One of a few options, each a value and its label."""

    options: tuple[tuple[Value, Text], ...]

    kind = "select"

    def check(self, value: Any) -> Value:
        for option, _ in self.options:
            if option == value and isinstance(value, bool) == isinstance(option, bool):
                return option
        allowed = ", ".join(repr(option) for option, _ in self.options)
        raise ValueError(f"{self.name}: got {value!r}, expected one of {allowed}")

    def choices(self) -> tuple[Value, ...]:
        return tuple(value for value, _ in self.options)

    def to_json(self) -> Json:
        options = [{"value": value, "label": label.to_json()} for value, label in self.options]
        return {**super().to_json(), "options": options}


@dataclass(frozen=True, kw_only=True)
class Switch(Control):
    """On or off."""

    value: bool = False

    kind = "switch"

    def check(self, value: Any) -> Value:
        if not isinstance(value, bool):
            raise TypeError(f"{self.name}: got {value!r}, expected True or False")
        return value

    def choices(self) -> tuple[Value, ...]:
        return (False, True)


@dataclass(frozen=True, kw_only=True)
class Seed(Control):
    """The seed of all randomness of a run."""

    name: str = "seed"
    label: Text = Text(zh="随机种子", en="Seed")
    help: Text = Text(
        zh="初始权重、样本顺序和暂退掩码都由它决定；同一个种子，曲线处处相同。",
        en="Fixes the initial weights, the order of the examples and the dropout masks: "
        "one seed, one curve, in every place.",
    )
    value: int = 0
    max: int = 9999

    kind = "seed"

    def check(self, value: Any) -> Value:
        expected = f"a whole number from 0 to {self.max}"
        if isinstance(value, bool) or not isinstance(value, Integral):
            raise TypeError(f"{self.name}: got {value!r}, expected {expected}")
        if not 0 <= int(value) <= self.max:
            raise ValueError(f"{self.name}: got {value}, expected {expected}")
        return int(value)

    def to_json(self) -> Json:
        return {**super().to_json(), "min": 0, "max": self.max}


@dataclass(frozen=True)
class Preset:
    """Settings that reproduce a sentence of the text, and what will be seen."""

    name: str
    label: Text
    note: Text
    values: Mapping[str, Value]

    def to_json(self) -> Json:
        return {
            "name": self.name,
            "label": self.label.to_json(),
            "note": self.note.to_json(),
            "values": dict(self.values),
        }


@dataclass(frozen=True)
class Series:
    """A metric drawn as a line, in a colour of the book."""

    metric: str
    label: Text
    color: str

    def to_json(self) -> Json:
        return {"metric": self.metric, "label": self.label.to_json(), "color": self.color}


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A picture that the lab keeps up to date.

    Attributes:
        kind: of a training lab "lines" (metrics over steps), "images" (a grid with predictions),
            "region" (the class of every point of the plane) or "units" (the same for each hidden
            unit); of the other labs those of `mlpbook.labs.charts`.
        options: what else the kind needs, as JSON.
    """

    kind: str
    name: str
    title: Text
    options: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> Json:
        shared = {"kind": self.kind, "name": self.name, "title": self.title.to_json()}
        return {**shared, **self.options}


def lines(
    name: str,
    title: Text,
    *series: Series,
    label: Text,
    scale: str = "linear",
    min: float | None = None,
    max: float | None = None,
) -> Chart:
    """A chart of metrics over steps; `label`, `scale`, `min` and `max` describe the y axis."""
    axis = {"label": label.to_json(), "scale": scale, "min": min, "max": max}
    options = {"x": "step", "y": axis, "series": [one.to_json() for one in series]}
    return Chart(kind="lines", name=name, title=title, options=options)


def images(name: str, title: Text, *, count: int, classes: tuple[Text, ...]) -> Chart:
    """A grid of the first `count` held-out images with their predictions."""
    options = {"count": count, "classes": [label.to_json() for label in classes]}
    return Chart(kind="images", name=name, title=title, options=options)


@dataclass(frozen=True)
class ReferenceLine:
    """A horizontal line in a chart of lines."""

    chart: str
    y: float
    label: Text

    def to_json(self) -> Json:
        return {"chart": self.chart, "y": self.y, "label": self.label.to_json()}
