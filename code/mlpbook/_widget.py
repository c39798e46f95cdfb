"""The one widget class behind labs and quizzes: shared front end, static HTML for the rest."""

from pathlib import Path
from typing import Any

import anywidget
import traitlets

STATIC = Path(__file__).parent / "static"


def static_text(name: str) -> str:
    """Reads a built file of the front end.

    Raises:
        FileNotFoundError: The front end is not there; the message says how to build it.
    """
    path = STATIC / name
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: run `npm run build` in code/frontend")
    return path.read_text(encoding="utf-8")


class BookWidget(anywidget.AnyWidget):
    """A widget of the book.

    A live host draws it with `mlpbook.js`, which looks at `kind` ("lab" or "quiz") and reads
    `spec`. A stored notebook, GitHub or the site without scripts shows `html()` instead.

    Attributes:
        kind: Which part of the front end draws this widget.
        spec: All that is drawn, as JSON.
    """

    kind = traitlets.Unicode().tag(sync=True)
    spec = traitlets.Dict().tag(sync=True)

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)

    @traitlets.default("_esm")
    def _script(self) -> str:
        return static_text("mlpbook.js")

    @traitlets.default("_css")
    def _style(self) -> str:
        return static_text("mlpbook.css")

    def html(self) -> str:
        """The static form: complete and readable without a script, the same on every run."""
        raise NotImplementedError

    def text(self) -> str:
        """The form for a plain terminal."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if bundle is not None else ({}, {})
        return {**data, "text/html": self.html(), "text/plain": self.text()}, metadata
