"""The labs' pictures as files of their own.

In a notebook a lab's picture is part of its output, so that it shows everywhere. In a page it would
hold up the text, which comes first; there it is a file that is loaded when a reader comes near.
"""

import base64
import hashlib
import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from mlpbook.site.translator import svg_size

FOLDER = "_images"
_EMBEDDED = re.compile(r'src="data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)"')


def move_pictures(html: str, folder: Path, address: str) -> str:
    """Writes the SVG drawings that stand in a page into files.

    Args:
        html: The page's body.
        folder: Where the files go.
        address: What leads from the page to the folder, with a slash at its end.

    Returns:
        The body with the files' addresses and the drawings' sizes, so that nothing moves when
        they arrive.
    """

    def move(match: re.Match[str]) -> str:
        drawing = base64.b64decode(match[1])
        path = folder / f"lab-{hashlib.sha256(drawing).hexdigest()[:12]}.svg"
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(drawing)
        size = svg_size(path)
        space = f' width="{size[0]}" height="{size[1]}"' if size else ""
        return f'src="{address}{path.name}"{space} loading="lazy" decoding="async"'

    return _EMBEDDED.sub(move, html)


def _move(app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Does so for a notebook's page; the landing page has little else to load."""
    if context.get("is_notebook"):
        address = f"{context['content_root']}{FOLDER}/"
        context["body"] = move_pictures(context["body"], Path(app.outdir) / FOLDER, address)


def setup(app: Sphinx) -> None:
    """Moves the pictures once it is known whether a page is a notebook."""
    app.connect("html-page-context", _move, priority=600)
