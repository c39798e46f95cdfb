"""Everything that a page loads, put in place when the site is built.

Style sheets become one file, labs' files are copied beside it, and notebooks lie next to their
pages for download. Nothing comes from another host.
"""

import hashlib
import json
import re
import shutil
from importlib.resources import files
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

PACKAGE = Path(str(files("mlpbook")))
SITE = PACKAGE / "site"
STATIC = SITE / "static"
RAW = "FashionMNIST/raw"


def tokens_css(tokens: dict[str, Any]) -> str:
    """Writes the colours of `tokens.json` as custom properties for both themes.

    Args:
        tokens: The content of `tokens.json`.

    Returns:
        CSS in which `accent` is `--mlp-accent`, and so on.
    """

    def block(theme: str) -> str:
        return "".join(
            f"--mlp-{name.replace('_', '-')}:{value[theme]};"
            for name, value in tokens["colors"].items()
        )

    dark = f'html[data-theme="dark"]{{color-scheme:dark;{block("dark")}}}'
    by_system = f"html:not([data-theme]){{color-scheme:dark;{block('dark')}}}"
    return (
        f":root{{color-scheme:light;{block('light')}}}\n{dark}\n"
        f"@media (prefers-color-scheme:dark){{{by_system}}}\n"
    )


def style_sheet() -> str:
    """The one style sheet of the site: tokens, formulas, labs and quizzes, pages."""
    tokens = json.loads((PACKAGE / "tokens.json").read_text(encoding="utf-8"))
    katex = (SITE / "katex" / "katex.min.css").read_text(encoding="utf-8")
    katex = re.sub(r"url\(fonts/", "url(katex/", katex)
    labs = PACKAGE / "static" / "mlpbook.css"
    parts = [tokens_css(tokens), katex, labs.read_text(encoding="utf-8")]
    parts += [path.read_text(encoding="utf-8") for path in sorted(STATIC.glob("css/*.css"))]
    return "\n".join(parts)


def page_script() -> str:
    """The one script of every page, from its parts, which share one scope."""
    parts = [path.read_text(encoding="utf-8") for path in sorted(STATIC.glob("book/*.js"))]
    return "\n".join(['(() => {\n"use strict";', *parts, "})();\n"])


def scripts() -> dict[str, str]:
    """The site's own scripts by file name: every page's, and those that arrive when asked for."""
    later = {path.name: path.read_text(encoding="utf-8") for path in sorted(STATIC.glob("*.js"))}
    return {"book.js": page_script(), **later}


def version() -> str:
    """A short hash of all that pages load, so that browsers never show an old copy."""
    digest = hashlib.sha256(style_sheet().encode())
    for text in scripts().values():
        digest.update(text.encode())
    for path in sorted((PACKAGE / "static").glob("*.js")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:10]


def copy_if_changed(source: Path, target: Path) -> None:
    """Copies a file unless the copy is there already (size and time)."""
    if target.is_file():
        old, new = target.stat(), source.stat()
        if old.st_size == new.st_size and int(old.st_mtime) == int(new.st_mtime):
            return
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, target)


def copy_tree(source: Path, target: Path, pattern: str = "**/*") -> None:
    """Copies the files below a folder that match a pattern; a missing folder is empty."""
    for path in sorted(source.glob(pattern)):
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".py":
            copy_if_changed(path, target / path.relative_to(source))


def write_assets(app: Sphinx, error: Exception | None) -> None:
    """Fills `_static` and puts the notebooks beside their pages."""
    if error is not None or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    static.mkdir(parents=True, exist_ok=True)
    (static / "book.css").write_text(style_sheet(), encoding="utf-8")
    for name, text in scripts().items():
        (static / name).write_text(text, encoding="utf-8")
    copy_tree(STATIC / "images", static)
    copy_tree(SITE / "katex" / "fonts", static / "katex", "*.woff2")
    copy_tree(PACKAGE / "static", static / "mlpbook")
    copy_tree(PACKAGE / "labs" / "built", static / "mlpbook" / "labs")
    copy_tree(PACKAGE / "datasets" / RAW, static / "mlpbook" / RAW, "*.gz")
    for name in app.env.found_docs:
        source = Path(app.env.doc2path(name))
        if source.suffix == ".ipynb":
            copy_if_changed(source, Path(app.outdir) / f"{name}.ipynb")


def setup(app: Sphinx) -> None:
    """Registers the theme and copies the files at the end of a build."""
    app.add_html_theme("mlpbook", str(SITE / "theme" / "mlpbook"))
    app.connect("build-finished", write_assets)
