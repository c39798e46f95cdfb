"""Presets of the lab `dead_relu`: each reproduces a sentence of the text."""

from mlpbook.labs.spec import Preset

PRESETS: tuple[Preset, ...] = ()
