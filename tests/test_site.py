"""The site: the notebooks' reader, the two languages, the formulas, the built pages as files."""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import nbformat
import pytest
import yaml
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from mlpbook.site import assets, book, languages, maths, pictures, plain, reader, search
from mlpbook.site.languages import Pair
from tests import sites

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
GOLDEN = sites.SMALL / "three_cells.html"


# ---- pages as trees ------------------------------------------------------------------------------


class Page(HTMLParser):
    """What the tests ask of a page: its elements, ids, links, and whether it nests well."""

    def __init__(self, path: Path) -> None:
        super().__init__(convert_charrefs=True)
        self.path = path
        self.html = path.read_text(encoding="utf-8")
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.problems: list[str] = []
        self._open: list[str] = []
        self._foreign = 0
        self.feed(self.html)
        self.close()
        if self._open:
            self.problems.append(f"never closed: {self._open}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.problems.append(f"<{tag}> has an attribute twice: {names}")
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)
        if tag in {"div", "ul", "p", "section", "details"} and "p" in self._open[:-1]:
            self.problems.append(f"<{tag}> inside <p>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1] != tag:
            self.problems.append(f"</{tag}> closes {self._open[-1:]} at {self.getpos()}")
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    @property
    def ids(self) -> list[str]:
        return [attributes["id"] for _, attributes in self.elements if "id" in attributes]

    def values(self, tag: str, name: str) -> list[str]:
        """An attribute of all elements of a kind that have it."""
        return [a[name] for kind, a in self.elements if kind == tag and name in a]


@pytest.fixture(scope="session")
def small() -> sites.Site:
    return sites.small_site()


@pytest.fixture(scope="session")
def real() -> sites.Site:
    return sites.real_site()


@pytest.fixture(scope="session", params=["small", "real"])
def site(request: pytest.FixtureRequest) -> sites.Site:
    return request.getfixturevalue(request.param)


def pages(site: sites.Site) -> dict[str, Page]:
    """All pages of a site by their address in it."""
    found = sorted(site.html.rglob("*.html"))
    return {p.relative_to(site.html).as_posix(): Page(p) for p in found if "_static" not in p.parts}


# ---- the reader ----------------------------------------------------------------------------------


def read(*cells: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return reader.read(nbformat.writes(new_notebook(cells=list(cells)))).cells


def markdown(source: str, *tags: str) -> nbformat.NotebookNode:
    return new_markdown_cell(source, metadata={"tags": list(tags)})


def code(source: str, *tags: str, html: str = "") -> nbformat.NotebookNode:
    outputs = [new_output("display_data", data={"text/html": html})] if html else []
    return new_code_cell(source, metadata={"tags": list(tags)}, outputs=outputs)


def test_claim_anchor_stands_before_a_code_cell() -> None:
    cells = read(code("assert True", "claim:a-b"))
    assert [cell.source for cell in cells] == ["```{anchor} claim-a-b\n\n```", "assert True"]


def test_claim_anchor_of_a_text_cell_stands_after_its_heading() -> None:
    (cell,) = read(markdown("## 甲 · A\n\ntext", "claim:x"))
    assert cell.source == "## 甲 · A\n\n```{anchor} claim-x\n```\n\ntext"


def test_a_claim_is_linked_to_the_cell_that_asserts() -> None:
    cells = read(markdown("text", "claim:x"), code("1", "claim:x"), code("assert 1", "claim:x"))
    anchor = "```{anchor} claim-x\n\n```"
    assert [cell.source for cell in cells] == ["text", "1", anchor, "assert 1"]


def test_a_claim_that_two_cells_prove_has_one_anchor() -> None:
    sources = [cell.source for cell in read(code("1", "claim:x"), code("2", "claim:x"))]
    assert sum("{anchor}" in source for source in sources) == 1


def test_consecutive_solution_cells_are_one_block() -> None:
    cells = read(
        markdown("### 题 · Task\n\ntext", "exercise:ex-1"),
        markdown("why", "solution:ex-1"),
        code("print(1)", "solution:ex-1"),
        markdown("after"),
    )
    sources = [cell.source.strip("\n") for cell in cells]
    assert sources == [
        "```{block-open} exercise ex-1\n题 · Task\n```",
        "text",
        "```{block-close} exercise\n\n```",
        "```{block-open} solution ex-1\n\n```",
        "why",
        "print(1)",
        "```{block-close} solution\n\n```",
        "after",
    ]


@pytest.mark.parametrize(
    ("heading", "bare"),
    [
        ("习题1：隐藏单元数 · Exercise 1: hidden units", "隐藏单元数 · Hidden units"),
        ("动手：另一个ReLU · Your turn: another ReLU", "另一个ReLU · Another ReLU"),
        ("教师笔记 · Teacher's notes", ""),
        ("习题集 · Exercise sheet", "习题集 · Exercise sheet"),
    ],
)
def test_a_block_says_its_kind_once(heading: str, bare: str) -> None:
    assert reader.bare_title(heading) == bare


def test_headings_inside_a_block_leave_the_outline_but_code_is_untouched() -> None:
    source = "#### 步骤 · Step\n\n```python\n# a comment\n```"
    cells = read(markdown(source, "solution:ex-1"), code("# a comment", "solution:ex-1"))
    assert cells[0].source.splitlines()[1] == "步骤 · Step"
    assert "# a comment" in cells[1].source
    cells = read(markdown("text\n\n" + source, "solution:ex-1"))
    assert "```{rubric} 步骤 · Step\n```" in cells[1].source
    assert "```python\n# a comment\n```" in cells[1].source


@pytest.mark.parametrize("tag", ["lab", "quiz", "misconception", "misconception:lr-one"])
def test_what_the_output_shows_hides_its_line_of_code(tag: str) -> None:
    assert "hide-input" in read(code("x", tag))[0].metadata.tags


def test_setup_cells_fold() -> None:
    assert "hide-cell" in read(code("import torch", "setup"))[0].metadata.tags


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('<a href="misconceptions.md#lr">', '<a href="misconceptions.html#lr">'),
        ("<a class='x' href='4_2.ipynb#a'>", "<a class='x' href='4_2.html#a'>"),
        ('<a href="../a/b.md">', '<a href="../a/b.html">'),
        ('<a href="https://e.org/a.md#b">', '<a href="https://e.org/a.md#b">'),
        ('<a href="#a.md">', '<a href="#a.md">'),
        ('<img src="a.md">', '<img src="a.md">'),
    ],
)
def test_links_in_outputs_lead_to_pages(before: str, after: str) -> None:
    assert reader.mend_links(before) == after
    assert read(code("x", html=before))[0].outputs[0].data["text/html"] == after


def picture(svg: str, **metadata: object) -> nbformat.NotebookNode:
    output = new_output("display_data", data={"image/svg+xml": svg})
    return new_code_cell("plot()", outputs=[output], metadata=metadata)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (picture("<svg/>", alt={"zh": "损失下降", "en": "loss falls"}), "损失下降 · loss falls"),
        (
            picture("<svg><!-- epoch --><!-- 0.5 --><text x='1'>loss &amp; error</text></svg>"),
            "图中标注：epoch, loss & error · Figure labelled epoch, loss & error",
        ),
        (picture("<svg/>"), "上面的代码画出的图 · Picture drawn by the code above"),
        (picture("<svg/>", mystnb={"image": {"alt": "own"}}), "own"),
    ],
)
def test_pictures_get_a_text(cell: nbformat.NotebookNode, expected: str) -> None:
    assert read(cell)[0].metadata["mystnb"]["image"]["alt"] == expected


def test_the_reader_leaves_the_notebook_alone_otherwise() -> None:
    cells = read(markdown("# 甲 · A\n\n$x$"), code("1 + 1"))
    assert [cell.source for cell in cells] == ["# 甲 · A\n\n$x$", "1 + 1"]


# ---- languages, formulas, search -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("隐藏层 · Hidden layers", Pair("隐藏层", "Hidden layers")),
        ("用ReLU · With ReLU", Pair("用ReLU", "With ReLU")),
        ("4.2 隐藏层 · Hidden layers", Pair("4.2 隐藏层", "4.2 Hidden layers")),
        ("Hidden · layers", None),
        ("甲 · 乙", None),
        ("隐藏层", None),
    ],
)
def test_split(text: str, expected: Pair | None) -> None:
    assert languages.split(text) == expected


def test_pair_escapes_html() -> None:
    assert "<b>" not in Pair("<b>", "<b>").html()


def test_katex_keeps_the_source() -> None:
    html = maths.katex().render(r"\frac{1}{2}")
    assert r'<annotation encoding="application/x-tex">\frac{1}{2}</annotation>' in html


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"\lambda_{\max}", "<msub><mi>λ</mi><mi>max</mi></msub>"),
        (r"\frac{\max}{2}", "<mfrac><mi>max</mi><mn>2</mn></mfrac>"),
        (r"\max x", "<mi>max</mi><mo>\u2061</mo><mi>x</mi>"),
        (r"x_{\log n}", "<mrow><mi>log</mi><mo>\u2061</mo><mi>n</mi></mrow></msub>"),
    ],
)
def test_a_script_is_one_child(tex: str, expected: str) -> None:
    assert expected in maths.katex().render(tex)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("取<math a><mi>h</mi></math>个", ["han-before", "han-after"]),
        ("取<math a><mi>h</mi></math>，", ["han-before"]),
        ("at <math a><mi>h</mi></math> 个", []),
        ("（<math a><mi>h</mi></math>个", ["han-after"]),
    ],
)
def test_formulas_stand_off_from_han(html: str, expected: list[str]) -> None:
    spaced = maths.space_mathml(html)
    assert re.findall(r"han-\w+", spaced) == expected
    assert re.sub(r' class="[^"]*"|</?span[^>]*>', "", spaced) == html


@pytest.mark.parametrize(
    ("text", "held"), [("，", "，"), ("). So", ")."), (" 个", ""), ("个", ""), ("", "")]
)
def test_no_line_begins_with_the_punctuation_after_a_formula(text: str, held: str) -> None:
    spaced = maths.space_mathml(f"<math a><mi>h</mi></math>{text}")
    assert "".join(re.findall(r'<span class="keep"><math .*</math>(.*)</span>', spaced)) == held
    assert re.sub(r"<.*?>", "", spaced) == f"h{text}"


@pytest.mark.parametrize("tex", [r"\frac{1}{", r"\nosuchmacro{x}", r"x_1_2", "}"])
def test_katex_rejects_a_bad_formula(tex: str) -> None:
    with pytest.raises(maths.FormulaError, match="KaTeX"):
        maths.katex().render(tex)


def test_a_bad_formula_fails_the_build_and_is_named(tmp_path: Path) -> None:
    book = sites.copy_of_small_book(tmp_path)
    page = book / "chapters" / "index.md"
    page.write_text(page.read_text(encoding="utf-8") + "\n$\\frac{1}{x$\n", encoding="utf-8")
    site = sites.build(book, tmp_path / "out")
    assert site.status != 0
    assert "chapters/index.md" in site.log
    assert "frac{1}{x" in site.log


def test_a_citation_that_the_bibliography_lacks_fails_the_build(tmp_path: Path) -> None:
    book = sites.copy_of_small_book(tmp_path)
    page = book / "chapters" / "index.md"
    page.write_text(
        page.read_text(encoding="utf-8") + "\n[Nobody (1900)](references.md#nobody1900)\n",
        encoding="utf-8",
    )
    site = sites.build(book, tmp_path / "out")
    assert site.status != 0
    assert "nobody1900" in site.log


def test_a_link_to_the_bibliography_is_a_citation(small: sites.Site) -> None:
    page = Page(small.html / "chapters" / "index.html")
    links = [
        a for tag, a in page.elements if tag == "a" and "references.html#" in a.get("href", "")
    ]
    assert len(links) == 2
    link = links[0]
    assert link["href"] == "references.html#rosenblatt1958perceptron"
    assert "Psychological Review" in link["title"]


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"\mathbf{W}_1 x", "W1x"),
        (r"\frac{\partial a}{\partial w}=\sigma'(z)x", "∂a/∂w=σ′(z)x"),
        (r"\frac{a+b}{2}\le e^{-|z|}", "(a+b)/2≤e^−∣z∣"),
        (r"4.5\times 10^{-5}", "4.5×10^−5"),
        (r"\hat{\mathbf{y}}=\operatorname{softmax}(\mathbf{o}^\top)", "y=softmax(o⊤)"),
        (r"\sum_{i=1}^n \sqrt{2x}", "∑i=1^n √(2x)"),
        (r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", "(1 2 3 4 )"),
        (r"\binom{n}{k}", "(n k)"),
        (r"f''(x)", "f′′(x)"),
        (r"\frac{1}{x", r"\frac{1}{x"),
    ],
)
def test_a_formula_as_text(tex: str, text: str) -> None:
    assert plain.formula(tex) == text


def test_html_as_text_in_each_language() -> None:
    html = (
        '<p><b lang="zh-Hans">误解 <math><msup><mi>x</mi><mn>2</mn></msup></math></b>'
        '<b lang="en">belief</b> 3</p><script>let x = 1</script><!-- no -->'
    )
    assert list(plain.html_texts(html)) == [("zh", " 误解 x^2"), ("en", " belief"), ("", "  3")]


def test_every_colour_token_reaches_the_style_sheet() -> None:
    tokens = json.loads((assets.PACKAGE / "tokens.json").read_text(encoding="utf-8"))
    css = assets.tokens_css(tokens)
    for name in tokens["colors"]:
        assert css.count(f"--mlp-{name.replace('_', '-')}:") == 3  # light, dark, dark by the system


# ---- the small book ------------------------------------------------------------------------------


def article(path: Path) -> str:
    """The text of a page without what the frame adds."""
    html = path.read_text(encoding="utf-8")
    body = re.search(r'<article class="text".*?</article>', html, re.DOTALL)
    assert body is not None
    own = re.sub(
        r'<div class="page-meta">.*?</div>\n(?=\s*<div lang|\s*<p)', "", body[0], flags=re.S
    )
    return f"{own}\n"


def test_code_keeps_only_the_elements_that_have_a_colour(small: sites.Site) -> None:
    html = (small.html / "chapters" / "three_cells.html").read_text(encoding="utf-8")
    kinds = set(re.findall(r'<span class="(\w+)">', html[html.index("<pre>") :]))
    assert {"k", "mi"} <= kinds
    assert not kinds & {"n", "p", "o", "w"}


def test_a_picture_in_the_text_becomes_a_file(tmp_path: Path) -> None:
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="30pt" height="12pt"></svg>'
    inline = base64.b64encode(drawing.encode()).decode()
    html = f'<img src="data:image/svg+xml;base64,{inline}" alt="一条线 · A line">'
    moved = pictures.move_pictures(html, tmp_path / "images", "../images/")
    name = next((tmp_path / "images").iterdir()).name
    assert (tmp_path / "images" / name).read_text(encoding="utf-8") == drawing
    assert f'src="../images/{name}" width="40" height="16" loading="lazy"' in moved
    assert 'alt="一条线 · A line"' in moved


def test_golden_page(small: sites.Site) -> None:
    """The page of three cells is, byte for byte, the one that was looked at and kept."""
    assert article(small.html / "chapters" / "three_cells.html") == GOLDEN.read_text("utf-8")


def test_tags_become_parts_of_the_page(small: sites.Site) -> None:
    page = Page(small.html / "chapters" / "all_tags.html")
    by_id = {a["id"]: (tag, a) for tag, a in page.elements if "id" in a}
    assert by_id["ex-0.1-linear"][1]["class"] == "block block-exercise"
    assert by_id["solution-ex-0.1-linear"] == (
        "details",
        {"class": "block block-solution", "id": "solution-ex-0.1-linear"},
    )
    assert by_id["your-turn-0.1-relu"][1]["class"] == "block block-your-turn"
    assert "claim-two-linear-layers" in by_id
    assert "block-teacher" in page.html
    assert page.html.count('<details class="fold">') == 2  # the set-up and the misconception's code
    assert 'href="index.html#sample-book"' in page.html


def test_a_solution_holds_its_code_and_output(small: sites.Site) -> None:
    html = (small.html / "chapters" / "all_tags.html").read_text(encoding="utf-8")
    solution = html[html.index('id="solution-ex-0.1-linear"') :]
    solution = solution[: solution.index("</details>")]
    assert "Matrix multiplication is associative" in solution
    assert "torch.Size([2, 4])" in solution
    assert "写出ReLU" not in solution


def test_a_caption_is_known_by_its_first_word(real: sites.Site) -> None:
    """**图** or **Figure** opens a caption; another paragraph in bold does not."""
    html = (real.html / "chapters" / "4_2_mlp_scratch.html").read_text(encoding="utf-8")
    captions = re.findall(r'<p class="figure-caption"><strong>(.*?)</strong>', html)
    assert set(captions) == {"图", "Figure"} and captions.count("图") == captions.count("Figure")
    assert "<p><strong>" in html and "<p><strong>图" not in html


def test_numbered_equations_link(small: sites.Site) -> None:
    page = Page(small.html / "chapters" / "all_tags.html")
    assert page.values("a", "href").count("#equation-two-layers") == 3  # two texts and the number


# ---- both books ----------------------------------------------------------------------------------


def test_builds_without_a_warning(site: sites.Site) -> None:
    assert site.status == 0, site.log[-3000:]


def test_real_book_builds_in_time(real: sites.Site) -> None:
    assert real.seconds < 60


def test_pages_nest_and_ids_are_unique(site: sites.Site) -> None:
    for name, page in pages(site).items():
        assert not page.problems, (name, page.problems[:5])
        twice = [one for one, count in Counter(page.ids).items() if count > 1]
        assert not twice, (name, twice)


def test_pages_say_their_language_and_title(site: sites.Site) -> None:
    for name, page in pages(site).items():
        (html,) = [a for tag, a in page.elements if tag == "html"]
        assert html["lang"] == "zh-Hans", name
        assert re.search(r"<title>[^<]*[\u4e00-\u9fff][^<]* · [^<]+</title>", page.html), name
        wrong = set(page.values("div", "lang") + page.values("span", "lang")) - {"zh-Hans", "en"}
        assert not wrong, (name, wrong)


def test_headings_have_both_languages(site: sites.Site) -> None:
    for name, page in pages(site).items():
        for heading in re.findall(r"<h[1-4][^>]*>(.*?)</h[1-4]>", page.html, re.DOTALL):
            assert 'lang="zh-Hans"' in heading, (name, heading[:200])
            assert 'lang="en"' in heading, (name, heading[:200])


def test_texts_come_in_both_languages(site: sites.Site) -> None:
    for name, page in pages(site).items():
        languages_used = Counter(page.values("div", "lang"))
        assert languages_used["zh-Hans"] == languages_used["en"], (name, languages_used)


def test_every_link_and_anchor_leads_somewhere(site: sites.Site) -> None:
    everything = pages(site)
    ids = {name: set(page.ids) for name, page in everything.items()}
    for name, page in everything.items():
        for href in page.values("a", "href"):
            target = urlsplit(href)
            if target.scheme:
                continue
            file = (
                (site.html / name).parent / unquote(target.path)
                if target.path
                else site.html / name
            )
            assert file.resolve().is_file(), f"{name}: {href}"
            address = file.resolve().relative_to(site.html.resolve()).as_posix()
            if target.fragment and address in ids:
                assert unquote(target.fragment) in ids[address], f"{name}: {href}"


def test_nothing_is_asked_of_another_host(site: sites.Site) -> None:
    """No page, style sheet or script of ours holds an address that a browser would fetch."""
    fetching = {
        "script": ("src",), "img": ("src", "srcset"), "link": ("href",), "iframe": ("src",),
        "source": ("src", "srcset"), "video": ("src", "poster"), "audio": ("src",),
        "object": ("data",), "embed": ("src",), "form": ("action",),
    }  # fmt: skip
    for name, page in pages(site).items():
        for tag, attributes in page.elements:
            for attribute in fetching.get(tag, ()):
                value = attributes.get(attribute, "")
                assert not re.match(r"(?:[a-z]+:)?//", value), (
                    f"{name}: <{tag} {attribute}={value}>"
                )
                assert not value.startswith("http"), f"{name}: <{tag} {attribute}={value}>"
    static = site.html / "_static"
    for path in static.rglob("*.css"):
        css = path.read_text(encoding="utf-8")
        assert not re.search(r"url\(\s*['\"]?(?:https?:)?//|@import", css), path
    for path in set(static.glob("*.js")) - set(static.glob("search-*.js")):  # they hold the texts
        assert not re.search(r"https?://", path.read_text(encoding="utf-8")), path


def test_files_that_pages_load_exist(site: sites.Site) -> None:
    for name, page in pages(site).items():
        wanted = (
            page.values("script", "src")
            + page.values("img", "src")
            + [
                a["href"]
                for tag, a in page.elements
                if tag == "link" and a.get("rel") != "canonical"
            ]
        )
        for address in wanted:
            if address.startswith("data:"):
                continue
            file = (site.html / name).parent / unquote(urlsplit(address).path)
            assert file.resolve().is_file(), f"{name}: {address}"
    css = (site.html / "_static" / "book.css").read_text(encoding="utf-8")
    for address in re.findall(r"url\(([^)]+)\)", css):
        if not address.startswith("data:"):
            assert (site.html / "_static" / address.strip("'\"")).is_file(), address


def test_formulas_are_set(site: sites.Site) -> None:
    everything = "".join(page.html for page in pages(site).values())
    assert "katex-html" in everything or site is not sites.small_site()
    for name, page in pages(site).items():
        text = re.sub(
            r"<(pre|code|annotation|script|title)\b.*?</\1>", "", page.html, flags=re.DOTALL
        )
        text = re.sub(r"<[^>]+>", "", text)
        assert not re.search(r"\\(frac|mathbf|sum|sigma|begin)\b", text), name
        assert "$" not in text.replace("$OUT", ""), name


ARITY = {
    "msub": 2, "msup": 2, "munder": 2, "mover": 2, "mfrac": 2, "mroot": 2,
    "msubsup": 3, "munderover": 3,
}  # fmt: skip


def test_mathml_elements_have_their_number_of_children(site: sites.Site) -> None:
    """Firefox reports, and draws as an error, a subscript of three children."""
    found = 0
    for name, page in pages(site).items():
        for formula in re.findall(r"<math\b.*?</math>", page.html, re.DOTALL):
            for element in ElementTree.fromstring(formula.replace("&nbsp;", "\u00a0")).iter():
                tag = element.tag.rpartition("}")[2]
                found += tag in ARITY
                if tag in ARITY:
                    assert len(element) == ARITY[tag], f"{name}: <{tag}> in {formula}"
    assert found


def test_page_words_have_no_space_typed_between_scripts() -> None:
    """The house style leaves the gap between 汉字 and Latin letters to the style sheet."""
    theme = assets.SITE / "theme" / "mlpbook"
    for path in [*theme.glob("*.html"), *assets.STATIC.glob("*.js"), *assets.SITE.glob("*.py")]:
        for text in re.findall(r"\"[^\"\n]*\"|`[^`\n]*`", path.read_text(encoding="utf-8")):
            for part in text.split(" · "):
                gap = re.search(r"[\u4e00-\u9fff] [A-Za-z0-9%$]|[A-Za-z0-9}] [\u4e00-\u9fff]", part)
                assert gap is None, f"{path.name}: {text}"


def test_images_have_texts(site: sites.Site) -> None:
    for name, page in pages(site).items():
        for tag, attributes in page.elements:
            if tag == "img":
                assert attributes.get("alt", "").strip(), (
                    f"{name}: {attributes.get('src', '')[:80]}"
                )
                assert not attributes["alt"].endswith((".svg", ".png")), (
                    f"{name}: {attributes['alt']}"
                )


# ---- the real book -------------------------------------------------------------------------------


def test_the_repository_stands_in_one_place(real: sites.Site) -> None:
    config = yaml.safe_load((sites.ROOT / "_config.yml").read_text(encoding="utf-8"))
    published = "OWNER" not in config["repository"]["url"]
    for name, page in pages(real).items():
        colab = [href for href in page.values("a", "href") if "colab.research" in href]
        assert bool(colab) == (published and "Run in Colab" in page.html), name
        assert not any("OWNER" in href for href in page.values("a", "href")), name


def test_notebooks_lie_beside_their_pages(real: sites.Site) -> None:
    for source in sorted((sites.ROOT / "chapters").glob("*.ipynb")):
        copy = real.html / "chapters" / source.name
        assert copy.read_bytes() == source.read_bytes(), source.name


def test_the_data_of_the_labs_is_served_with_the_site(real: sites.Site) -> None:
    raw = real.html / "_static" / "mlpbook" / "FashionMNIST" / "raw"
    for source in sorted((assets.PACKAGE / "datasets" / assets.RAW).glob("*.gz")):
        assert (raw / source.name).stat().st_size == source.stat().st_size


def test_the_navigation_names_a_section_once(real: sites.Site) -> None:
    for name, page in pages(real).items():
        for number, entry in re.findall(
            r'<span class="number">([^<]+)</span><span class="entry">(.*?)</a>', page.html
        ):
            assert number.strip() not in re.sub("<[^>]+>", "", entry), name


def test_exercises_and_misconceptions_link_both_ways(real: sites.Site) -> None:
    """An index leads to the place, and the place leads back to the entry of the index."""
    index = Page(real.html / "chapters" / "exercises.html")
    errors = Page(real.html / "chapters" / "misconceptions.html")
    sections = [s for part in book.parts() for s in part.sections]
    for file in (s.file for s in sections if (real.html / "chapters" / f"{s.file}.html").is_file()):
        hrefs = set(Page(real.html / "chapters" / f"{file}.html").values("a", "href"))
        there = [
            h.partition("#")[2] for h in index.values("a", "href") if h.startswith(f"{file}.html#")
        ]
        listed = [anchor for anchor in there if not anchor.startswith("solution-")]
        assert listed
        assert {f"exercises.html#{anchor}" for anchor in listed} <= hrefs
        refuted = [h for h in errors.values("a", "href") if h.startswith(f"{file}.html#claim-")]
        back = [h for h in hrefs if h.startswith("misconceptions.html#")]
        assert len(back) >= len(set(refuted)) > 0
        assert {h.partition("#")[2] for h in back} <= set(errors.ids)


def test_coming_notebooks_are_named_but_not_linked(real: sites.Site) -> None:
    page = Page(real.html / "chapters" / "index.html")
    written = {path.stem for path in (sites.ROOT / "chapters").glob("[0-9lr]*_*.ipynb")}
    linked = {Path(href).stem for href in page.values("a", "href") if "/" not in href}
    assert written <= linked
    assert page.html.count("map-card") - page.html.count("map-card map-coming") == len(written)


def test_the_plan_names_notebooks_as_they_name_themselves() -> None:
    for part in book.parts():
        for section in part.sections:
            path = sites.ROOT / "chapters" / f"{section.file}.ipynb"
            if path.is_file():
                first = nbformat.read(path, as_version=4).cells[0].source
                title = languages.pair(reader.split_heading(first)[0])
                assert title.zh == f"{section.number} {section.title.zh}"
                assert title.en == f"{section.number} {section.title.en}"


def test_glossary_has_each_term_once(real: sites.Site) -> None:
    chinese = [zh for zh, _, _ in search.terms()]
    english = [en for _, en, _ in search.terms()]
    assert len(set(chinese)) == len(chinese)
    assert len(set(english)) == len(english)
    ids = set(Page(real.html / "chapters" / "glossary.html").ids)
    assert {search.term_anchor(en) for en in english} <= ids


def searched(site: sites.Site, name: str) -> Any:
    """What a script of the search index holds."""
    script = (site.html / "_static" / name).read_text(encoding="utf-8")
    return json.loads(script.partition("=")[2].rstrip(";\n"))


def test_texts_use_the_glossary(real: sites.Site) -> None:
    """No page uses a Chinese rendering that the glossary tells the book to avoid."""
    sections = searched(real, search.INDEX)["sections"]
    chinese = searched(real, search.TEXTS.format("zh"))
    for zh, _, avoided in search.terms():
        for section, own in zip(sections, chinese, strict=True):
            text = (section["title"][0] + own + section["all"]).replace(zh, "")
            for word in avoided:
                assert word not in text, f"{section['page']}: {word}, better {zh}"


@pytest.mark.parametrize(
    ("language", "stranger"),
    [("zh", r"(?:[A-Za-z][a-z']+[ ,.]+){8,}"), ("en", r"[\u4e00-\u9fff]{6,}")],
)
def test_the_texts_of_a_language_hold_no_sentence_of_the_other(
    real: sites.Site, language: str, stranger: str
) -> None:
    """What is found in one language is shown in it."""
    texts = searched(real, search.TEXTS.format(language))
    assert sum(map(len, texts)) > 100_000
    assert [found[0] for text in texts for found in re.finditer(stranger, text)] == []
