"""The book's colours, line widths and sizes, read from `tokens.json`.

The same file feeds matplotlib, the site's style sheet and the front end. A colour stands for one
meaning in all of them.
"""

import json
from pathlib import Path
from typing import Any

TOKENS_FILE = Path(__file__).with_name("tokens.json")
TOKENS: dict[str, Any] = json.loads(TOKENS_FILE.read_text(encoding="utf-8"))
THEMES = ("light", "dark")


def color(name: str, theme: str = "light") -> str:
    """The colour `#rrggbb` that stands for a meaning, such as "loss" or "class_0".

    Raises:
        ValueError: no such meaning or theme.
    """
    colors = TOKENS["colors"]
    if name not in colors:
        raise ValueError(f"color: got {name!r}, expected one of {', '.join(colors)}")
    if theme not in THEMES:
        raise ValueError(f"theme: got {theme!r}, expected one of {', '.join(THEMES)}")
    return colors[name][theme]


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two colours `#rrggbb`, from 1 (equal) to 21 (black on white).

    Source:
        Web Content Accessibility Guidelines 2.1, "contrast ratio" and "relative luminance".
    """
    darker, lighter = sorted((_luminance(first), _luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(hex_color: str) -> float:
    channels = (int(hex_color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
