"""Citations as plain links: `[Glorot & Bengio (2010)](references.md#glorot2010understanding)`.

Such a link reads well in JupyterLab and on GitHub. Here each entry of the bibliography becomes a
known anchor of its page, so that MyST checks the link like any other; a key that the bibliography
lacks is a warning, and so fails the build. The reference itself shows when one points at the link.
"""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform


def citations(env: Any) -> dict[str, Any]:
    """The entries of the bibliography by key."""
    return {entry.key: entry for entry in env.get_domain("cite").citations}


def know_anchors(app: Sphinx, env: Any) -> list[str]:
    """Tells MyST of the anchors that the bibliography makes on its page."""
    for key, entry in citations(env).items():
        docname = entry.bibliography_key.docname
        slugs = env.metadata[docname].setdefault("myst_slugs", {})
        slugs[key] = (0, entry.citation_id, "")
    return []


class DescribeCitations(SphinxPostTransform):
    """Gives each link to an entry of the bibliography the reference as its title."""

    default_priority = 950

    def run(self, **kwargs: Any) -> None:
        known = citations(self.env)
        for link in self.document.findall(nodes.reference):
            entry = known.get(link.get("refuri", "").partition("#")[2])
            if entry is not None and not link.get("reftitle"):
                link["reftitle"] = entry.formatted_entry.text.render_as("text")
                link["classes"].append("cited")


def setup(app: Sphinx) -> None:
    """Registers the anchors, once the bibliography has its entries, and the transform."""
    app.connect("env-updated", know_anchors, priority=900)
    app.add_post_transform(DescribeCitations)
