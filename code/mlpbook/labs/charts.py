"""Charts of named arrays: what curve labs and table labs draw."""

from dataclasses import dataclass
from typing import Any

from mlpbook.labs.spec import Chart, Json, Text

STYLES = ("line", "dots", "bars", "step")


@dataclass(frozen=True, kw_only=True)
class Axis:
    """An axis: its label, "linear" or "log", and its ends (None: where the values end)."""

    label: Text
    scale: str = "linear"
    min: float | None = None
    max: float | None = None

    def to_json(self) -> Json:
        return {
            "label": self.label.to_json(),
            "scale": self.scale,
            "min": self.min,
            "max": self.max,
        }


@dataclass(frozen=True, kw_only=True)
class Curve:
    """One array drawn over another.

    Attributes:
        y, x: names of arrays: x of shape (n,), y of shape (n,) or, for m lines, (m, n). What is
            NaN is left out.
        label: its name in the legend.
        color: a token, or several that the m lines take in turn.
        style: "line", "dots", "bars" or "step".
    """

    y: str
    label: Text
    color: str | tuple[str, ...]
    x: str = "x"
    style: str = "line"

    def __post_init__(self) -> None:
        if self.style not in STYLES:
            raise ValueError(f"style: got {self.style!r}, expected one of {', '.join(STYLES)}")

    @property
    def colors(self) -> tuple[str, ...]:
        return (self.color,) if isinstance(self.color, str) else self.color

    def to_json(self) -> Json:
        return {
            "x": self.x,
            "y": self.y,
            "label": self.label.to_json(),
            "colors": list(self.colors),
            "style": self.style,
        }


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A vertical line (x alone), a horizontal one (y alone) or a point (both).

    Attributes:
        label: its name.
        x, y: a number, or the name of an array of shape () or, for k marks, (k,).
        color: a token.
    """

    label: Text
    x: float | str | None = None
    y: float | str | None = None
    color: str = "muted"

    def __post_init__(self) -> None:
        if self.x is None and self.y is None:
            raise ValueError("mark: got neither x nor y, expected at least one")

    def to_json(self) -> Json:
        return {"label": self.label.to_json(), "x": self.x, "y": self.y, "color": self.color}


@dataclass(frozen=True)
class Number:
    """A scalar with its name; as a percentage if it is a share."""

    value: str
    label: Text
    digits: int = 3
    percent: bool = False

    def to_json(self) -> Json:
        return {
            "value": self.value,
            "label": self.label.to_json(),
            "digits": self.digits,
            "percent": self.percent,
        }


def curves(
    name: str, title: Text, *series: Curve, x: Axis, y: Axis, marks: tuple[Mark, ...] = ()
) -> Chart:
    """Lines, dots, bars or steps over one pair of axes."""
    options = {
        "x": x.to_json(),
        "y": y.to_json(),
        "series": [one.to_json() for one in series],
        "marks": [mark.to_json() for mark in marks],
    }
    return Chart(kind="curves", name=name, title=title, options=options)


def heat(
    name: str,
    title: Text,
    *,
    value: str,
    label: Text,
    x: Text,
    y: Text,
    scale: str = "sequential",
    min: float | None = None,
    max: float | None = None,
) -> Chart:
    """A matrix as colours, row 0 at the top.

    Args:
        name, title: as for any chart.
        value: name of the array, (rows, columns).
        label: what the colour means.
        x, y: names of the columns and of the rows.
        scale: "sequential", or "diverging" about 0.
        min, max: the values of the outermost colours; None takes them from the matrix.
    """
    if scale not in ("sequential", "diverging"):
        raise ValueError(f"scale: got {scale!r}, expected sequential or diverging")
    options = {
        "value": value,
        "label": label.to_json(),
        "x": x.to_json(),
        "y": y.to_json(),
        "scale": scale,
        "min": min,
        "max": max,
    }
    return Chart(kind="heat", name=name, title=title, options=options)


def numbers(name: str, title: Text, *found: Number) -> Chart:
    """Scalars in a small table, read out when they change."""
    options = {"numbers": [number.to_json() for number in found]}
    return Chart(kind="numbers", name=name, title=title, options=options)


def array_names(chart: Chart) -> set[str]:
    """The arrays that a chart draws.

    Raises:
        ValueError: a chart of another kind, which needs a training run.
    """
    options: dict[str, Any] = dict(chart.options)
    if chart.kind == "heat":
        return {options["value"]}
    if chart.kind == "numbers":
        return {number["value"] for number in options["numbers"]}
    if chart.kind != "curves":
        raise ValueError(
            f"chart {chart.name!r}: got kind {chart.kind!r}, expected curves, heat or numbers"
        )
    drawn = {name for one in options["series"] for name in (one["x"], one["y"])}
    marks = {place for mark in options["marks"] for place in (mark["x"], mark["y"])}
    return drawn | {place for place in marks if isinstance(place, str)}
