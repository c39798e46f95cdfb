"""Numbers of the prose: which are looked at, and what backs them."""

from __future__ import annotations

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tools import notebooks
from tools.prose_numbers import strays


def found(prose: str, code: str = "x = 1", printed: str = "") -> list[str]:
    text = f'<div lang="zh-Hans">\n\n文\n\n</div>\n\n<div lang="en">\n\n{prose}\n\n</div>'
    outputs = [new_output("stream", name="stdout", text=printed)] if printed else []
    cells = [new_markdown_cell(text), new_code_cell(code, outputs=outputs)]
    return [number for _, number, _ in strays(new_notebook(cells=cells))]


@pytest.mark.parametrize(
    ("prose", "code", "printed"),
    [
        ("It is 0.35.", "x = 1", "mean 0.349 ± 0.002"),
        ("It is 0.35.", "assert a == 0.35", ""),
        ("They are 12 %.", "x = 1", "share 0.12"),
        ("They are 88 %.", "x = 1", "share 0.12"),
        (r"It is $8.5\times10^{-18}$.", "assert a < 8.5e-18", ""),
        ("It is 1,234.5.", "x = 1_234.5", ""),
        ("See section 4.6 and [4.2](a.ipynb) and `lr=0.3`.", "x = 1", ""),
        ("There are 17 of them.", "x = 1", ""),
    ],
)
def test_a_number_that_a_cell_holds_is_no_stray(prose: str, code: str, printed: str) -> None:
    assert found(prose, code, printed) == []


@pytest.mark.parametrize(
    ("prose", "expected"),
    [("It is 0.36.", ["0.36"]), ("They are 13 %.", ["13 %"]), (r"$8.6\times10^{-3}$", ["8.6e-3"])],
)
def test_a_number_that_no_cell_holds_is_a_stray(prose: str, expected: list[str]) -> None:
    assert found(prose, "x = 8.5e-3", "mean 0.349, share 0.12") == expected


@pytest.mark.parametrize("path", notebooks.all_notebooks(), ids=lambda path: path.stem)
def test_no_notebook_has_a_stray(path: object) -> None:
    assert list(strays(notebooks.read(path))) == []  # type: ignore[arg-type]
