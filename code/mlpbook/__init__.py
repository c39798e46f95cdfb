"""Helpers for a bilingual, interactive textbook on multilayer perceptrons."""

__version__ = "1.0.0"
