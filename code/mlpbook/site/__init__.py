"""The Sphinx extension of the book: clean notebooks in, a bilingual site out.

`read` is the reader that MyST-NB calls for every notebook (`nb_custom_formats`); `setup` is what
Sphinx calls. Each module holds one concern and registers itself.
"""

from typing import Any

from mlpbook.site.reader import read

__all__ = ["read", "setup"]


def setup(app: Any) -> dict[str, Any]:
    """Registers the theme, the directives, the transforms and the maths renderer."""
    from mlpbook.site import (
        assets,
        blocks,
        citations,
        directives,
        languages,
        maths,
        pages,
        pictures,
        search,
        translator,
    )

    parts = (languages, blocks, citations, maths, translator, directives, assets)
    for part in (*parts, pages, pictures, search):
        part.setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}
