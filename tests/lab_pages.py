"""Pages for the browser tests of labs and quizzes: their real static HTML and the real files."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import mlpbook
from mlpbook import labs, quizzes

PACKAGE = Path(mlpbook.__file__).parent
RAW = Path("FashionMNIST", "raw")
# Colours of the page itself, as the site and JupyterLab give them.
GROUND = """
html { color-scheme: light; background: #fff; color: #1c2128; font: 16px/1.6 sans-serif; }
html[data-theme="dark"] { color-scheme: dark; background: #14181e; color: #e6e9ee; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; }
html[data-language="zh"] [lang="en"], html[data-language="en"] [lang="zh-Hans"] { display: none; }
"""


def lay_out(folder: Path) -> Path:
    """Lays the files of the front end out as the site does, under `_static/mlpbook`."""
    static = folder / "_static" / "mlpbook"
    shutil.copytree(PACKAGE / "static", static)
    shutil.copytree(PACKAGE / "labs" / "built", static / "labs")
    shutil.copytree(PACKAGE / "datasets" / RAW, static / RAW, copy_function=_link)
    return folder


def _link(source: str, target: str) -> None:
    """The data are 30 MB: linked where the file system can."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy(source, target)


def page(*parts: str, language: str | None = "en", theme: str = "light") -> str:
    """A page that holds the parts, as the site makes one.

    Args:
        parts: HTML, such as `labs.show("playground").html()`.
        language: the page's chosen language; None for a page without a switch.
        theme: "light" or "dark".
    """
    chosen = f' data-language="{language}"' if language else ""
    return (
        f'<!doctype html><html lang="en" data-theme="{theme}"{chosen}><head>'
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        '<meta name="mlpbook-static" content="_static/mlpbook/">'
        '<link rel="icon" href="data:,"><title>Lab</title>'
        f"<style>{GROUND}</style></head><body><main><h1>Lab</h1><h2>A section</h2>"
        f'{"".join(parts)}</main><script type="module" src="_static/mlpbook/page.js"></script>'
        "</body></html>"
    )


def lab(name: str, **options: object) -> str:
    """The static HTML of a lab."""
    return labs.show(name, **options).html()  # type: ignore[arg-type]


def quiz(section: str) -> str:
    """The static HTML of a quiz."""
    return quizzes.quiz(section).html()
