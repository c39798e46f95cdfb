"""Presets of the lab `perceptron`."""

from mlpbook.labs.spec import Preset

PRESETS: tuple[Preset, ...] = ()
