"""Presets of the lab `depth_activation`: each reproduces a sentence of section 4.3."""

from mlpbook.labs.spec import Preset, Text

PRESETS = (
    Preset("x", Text(zh="x", en="x"), Text(zh="x", en="x"), {"init": "normal"}),
    Preset("y", Text(zh="x", en="x"), Text(zh="x", en="x"), {"init": "normal"}),
)
