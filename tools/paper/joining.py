"""One PDF of many: pages, links from one to another, bookmarks, and the tags for screen readers."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urldefrag

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.constants import PageLabelStyle
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from mlpbook._html import LANGUAGES
from tools.paper.printing import plain


class Place(NamedTuple):
    """A place in the joined book: a page of it, and how high on that page, in points."""

    page: PageObject
    top: float


class Joined:
    """The book as it grows.

    Attributes:
        lost: Addresses of this site that a link names and the book does not hold.
    """

    def __init__(self) -> None:
        self.writer = PdfWriter()
        self.places: dict[str, Place] = {}
        self.lost: list[str] = []
        self._parts: list[tuple[str, list[PageObject]]] = []
        self._tags = _Tags(self.writer)

    def add(self, pdf: bytes, address: str) -> int:
        """Append a printed page of the site; return the number of its sheets.

        Args:
            pdf: The file's bytes.
            address: The page's, to which links in other pages lead.
        """
        reader = PdfReader(io.BytesIO(pdf))
        pages = [self.writer.add_page(page) for page in reader.pages]
        numbers = {page.indirect_reference: n for n, page in enumerate(reader.pages)}
        self.places[address] = Place(pages[0], float(pages[0].mediabox.top))
        for name, target in _destinations(reader):
            number = numbers.get(target[0])
            if number is not None:
                self.places[f"{address}#{name}"] = Place(pages[number], float(target[3]))
        self._parts.append((address, pages))
        self._tags.add(reader, pages)
        return len(pages)

    def link(self, site: str) -> None:
        """Let every link to a page of the site lead to its place in the book."""
        for address, pages in self._parts:
            for page in pages:
                kept = ArrayObject()
                for reference in page.get("/Annots", ()):
                    if self._led(reference.get_object(), address, site):
                        kept.append(reference)
                if "/Annots" in page:
                    page[NameObject("/Annots")] = kept

    def place(self, address: str) -> Place | None:
        """Return where an address of the site, with or without anchor, stands in the book."""
        page, anchor = plain(address), urldefrag(address).fragment
        return self.places.get(f"{page}#{unquote(anchor)}" if anchor else page)

    def bookmark(self, title: str, place: Place, parent: Any = None) -> Any:
        """Add an entry to the outline; return it, to be the parent of others."""
        number = self.writer.get_page_number(place.page)
        item = self.writer.add_outline_item(
            title=title, page_number=number, parent=parent, is_open=False
        )
        target: Any = item.get_object()
        target.pop("/A", None)
        target[NameObject("/Dest")] = _array(place)
        return item

    def write(self, path: Path, *, title: str, author: str, language: str, front: int) -> None:
        """Write the file.

        Args:
            path: Where to.
            title: The book's.
            author: Its authors.
            language: "zh" or "en".
            front: How many sheets come before the one with the number 1.
        """
        writer, root = self.writer, self.writer.root_object
        writer.add_metadata({"/Title": title, "/Author": author})
        root[NameObject("/Lang")] = TextStringObject(LANGUAGES[language])
        root[NameObject("/ViewerPreferences")] = DictionaryObject(
            {NameObject("/DisplayDocTitle"): BooleanObject(True)}
        )
        writer.page_mode = "/UseOutlines"
        writer.set_page_label(
            page_index_from=0, page_index_to=front - 1, style=PageLabelStyle.LOWERCASE_ROMAN
        )
        last = len(writer.pages) - 1
        writer.set_page_label(
            page_index_from=front, page_index_to=last, style=PageLabelStyle.DECIMAL, start=1
        )
        self._tags.finish()
        writer.compress_identical_objects(remove_unreferenced=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        writer.write(path)

    def _led(self, link: DictionaryObject, address: str, site: str) -> bool:
        """Lead a link inside the book; tell whether it is worth keeping."""
        action = link.get("/A", {})
        if "/Dest" in link:
            target = f"{address}#{str(link['/Dest']).removeprefix('/')}"
        elif str(action.get("/URI", "")).startswith(site):
            target = str(action["/URI"])
        else:
            return True
        place = self.place(target)
        if place is None:
            self.lost.append(target)
            return False
        link.pop("/A", None)
        link[NameObject("/Dest")] = _array(place)
        return True


class _Tags:
    """The trees of tags of the parts, grown together under one root."""

    def __init__(self, writer: PdfWriter) -> None:
        self.writer = writer
        self.kids = ArrayObject()
        self.parents: list[tuple[int, Any]] = []
        self.next = 0

    def add(self, reader: PdfReader, pages: list[PageObject]) -> None:
        """Take a part's tree over: its marks are numbered anew, behind those of the others."""
        tree: Any = reader.root_object.get("/StructTreeRoot")
        if tree is None:
            return
        copy: Any = tree.get_object().clone(self.writer)
        for kid in _listed(copy.get("/K")):
            kid.get_object()[NameObject("/P")] = copy.indirect_reference
            self.kids.append(kid)
        for key, value in _numbers(copy["/ParentTree"].get_object()):
            self.parents.append((key + self.next, value))
        for source, page in zip(reader.pages, pages, strict=True):
            self._mark(page, "/StructParents", source)
            for reference in page.get("/Annots", ()):
                link = reference.get_object()
                self._mark(link, "/StructParent", link)
        self.next += int(tree.get_object().get("/ParentTreeNextKey", len(self.parents)))

    def _mark(self, holder: DictionaryObject, name: str, source: DictionaryObject) -> None:
        """Number anew what points into the tree; pypdf leaves a page's own number out."""
        if name in source:
            number: Any = source[name]
            holder[NameObject(name)] = NumberObject(int(number) + self.next)

    def finish(self) -> None:
        """Write the one root, if there are tags."""
        if not self.kids:
            return
        nums = ArrayObject()
        for key, value in sorted(self.parents, key=lambda pair: pair[0]):
            nums.extend((NumberObject(key), value))
        parents = self.writer._add_object(DictionaryObject({NameObject("/Nums"): nums}))
        root = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/StructTreeRoot"),
                NameObject("/K"): self.kids,
                NameObject("/ParentTree"): parents,
                NameObject("/ParentTreeNextKey"): NumberObject(self.next),
            }
        )
        reference = self.writer._add_object(root)
        for kid in self.kids:
            kid.get_object()[NameObject("/P")] = reference
        catalog = self.writer.root_object
        catalog[NameObject("/StructTreeRoot")] = reference
        catalog[NameObject("/MarkInfo")] = DictionaryObject(
            {NameObject("/Marked"): BooleanObject(True)}
        )


def _destinations(reader: PdfReader) -> Iterator[tuple[str, Any]]:
    """Yield the names of a printed page's places and their targets ``[page /XYZ x y z]``."""
    table: Any = reader.root_object.get("/Dests", DictionaryObject())
    for name, target in table.get_object().items():
        yield unquote(name.removeprefix("/")), target.get_object()


def _array(place: Place) -> ArrayObject:
    """Return a place as PDF writes it."""
    return ArrayObject(
        [
            place.page.indirect_reference,
            NameObject("/XYZ"),
            FloatObject(0),
            FloatObject(place.top),
            FloatObject(0),
        ]
    )


def _listed(value: Any) -> list[Any]:
    """Return a tree's children, which may be one, as a list of references."""
    return list(value) if isinstance(value, ArrayObject) else [value]


def _numbers(tree: Any) -> Iterator[tuple[int, Any]]:
    """Yield the entries of a number tree."""
    for kid in tree.get("/Kids", ()):
        yield from _numbers(kid.get_object())
    flat = tree.get("/Nums", ArrayObject())
    for index in range(0, len(flat), 2):
        yield int(flat[index]), flat[index + 1]
