"""The notebooks: executed anew and compared, and in the form that the book asks for."""

from __future__ import annotations

import base64
import re
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output

from tools import notebooks

NOTEBOOKS = notebooks.all_notebooks()
TAG = re.compile(
    r"(claim|exercise|solution|your-turn):[a-z0-9][\w.-]*"
    r"|setup|teacher|lab|quiz|misconception|hide-input|hide-output|raises-exception"
    r"|nbval-ignore-output"
)
SECONDS = 90
DRAWN = {"path", "image", "use", "circle", "rect", "line", "polyline", "polygon"}
COLUMNS = 79
LINES = 25

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


@pytest.fixture
def notebook(path: Path) -> NotebookNode:
    return notebooks.read(path)


def outputs(cell: NotebookNode) -> list[NotebookNode]:
    return cell.get("outputs", [])


def pictures(notebook: NotebookNode, kind: str) -> list[str]:
    data = [out.get("data", {}) for cell in notebook.cells for out in outputs(cell)]
    return ["".join(one[kind]) for one in data if kind in one]


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS


@pytest.mark.notebook
@pytest.mark.slow
@every_notebook
def test_runs_in_time_and_repeats_its_outputs(path: Path) -> None:
    started = time.perf_counter()
    done = notebooks.compare(path)
    seconds = time.perf_counter() - started
    assert done.returncode == 0, done.stdout
    assert seconds < SECONDS, f"{path.name} took {seconds:.0f} s; a section has {SECONDS} s"


@every_notebook
def test_outputs_are_of_this_code(path: Path, notebook: NotebookNode) -> None:
    stored = notebook.metadata.get("mlpbook", {}).get("code")
    advice = f"its code changed after its run: make notebooks NB=chapters/{path.name}"
    assert stored == notebooks.code_hash(notebook), advice


@every_notebook
def test_cells_ran_once_in_order(notebook: NotebookNode) -> None:
    counts = [cell.execution_count for cell in notebooks.code_cells(notebook)]
    assert counts == list(range(1, len(counts) + 1))


@every_notebook
def test_nothing_failed_or_warned(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        allowed = "raises-exception" in cell.metadata.get("tags", [])
        for output in outputs(cell):
            assert allowed or output.output_type != "error", cell.source
            assert output.get("name") != "stderr", f"{cell.source}\n\nwarned: {output.text}"


@every_notebook
def test_stores_no_widget_state(notebook: NotebookNode) -> None:
    assert set(notebook.metadata) == {"kernelspec", "language_info", "mlpbook"}
    assert pictures(notebook, notebooks.WIDGET) == []


@every_notebook
def test_stored_file_is_as_we_write_it(path: Path, notebook: NotebookNode) -> None:
    notebooks.tidy(notebook)
    assert path.read_text(encoding="utf-8") == nbformat.writes(notebook) + "\n"


@every_notebook
def test_tags_are_known(notebook: NotebookNode) -> None:
    tags = [tag for cell in notebook.cells for tag in cell.metadata.get("tags", [])]
    assert [tag for tag in tags if not TAG.fullmatch(tag)] == []


@every_notebook
def test_code_fits_a_projector(notebook: NotebookNode) -> None:
    for cell in notebooks.code_cells(notebook):
        lines = cell.source.splitlines()
        assert max(map(len, lines)) <= COLUMNS, max(lines, key=len)
        assert len(lines) <= LINES, f"{len(lines)} lines, more than {LINES}:\n{cell.source}"


@every_notebook
def test_figures_are_whole(notebook: NotebookNode) -> None:
    for text in pictures(notebook, "image/svg+xml"):
        root = ElementTree.fromstring(text)
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        drawn = [part for part in root.iter() if part.tag.rpartition("}")[2] in DRAWN]
        assert len(drawn) > 1, "an empty figure"
        assert re.search(r'href="https?:', text) is None, "a figure that asks another host"
    for text in pictures(notebook, "image/png"):
        assert base64.b64decode(text).startswith(b"\x89PNG\r\n")


@every_notebook
def test_figures_are_said_in_words_in_both_languages(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        kinds = {kind for output in outputs(cell) for kind in output.get("data", {})}
        if any(kind.startswith("image/") for kind in kinds):
            alt = cell.metadata.get("alt", {})
            assert alt.get("zh") and alt.get("en"), f"no alternative text:\n{cell.source}"


# What the comparison itself lets pass, and what it does not: each cell's output is changed in
# one place, and the comparison must fail for the cells in FAILS and for no other.

SVG = '<svg viewBox="0 0 9.5 9"><!-- accuracy --><path id="{id}" d="M {x} 1 L 2 3"/></svg>'
CELLS = {
    "number": 'print("accuracy 0.8531")',
    "result": "(0.1, 0.2)",
    "html": 'from IPython.display import HTML\nHTML("<p>0.8531</p>")',
    "curve": f"from IPython.display import SVG\nSVG('''{SVG.format(id='p1', x='1.00001')}''')",
    "label": f"SVG('''{SVG.format(id='p1', x='1')}''')",
    "part": f"SVG('''{SVG.format(id='p1', x='1')}''')",
    "gone": "print(1)",
    "time": 'print("took 3.21 s")',
    "address": "print(object())",
    "ignored": "print(3)",
    "semicolon": "print(4)\n5;",
}
CHANGES = {
    "number": ("0.8531", "0.8532"),
    "result": ("0.1", "0.3"),
    "html": ("0.8531", "0.8532"),
    "curve": ("1.00001", "1.00002"),
    "label": ("accuracy", "loss"),
    "part": ("<path", "<circle/><path"),
    "gone": ("1", "1\n2"),
    "time": ("3.21", "4.5"),
    "address": ("0x", "0x1"),
    "ignored": ("3", "4"),
    "semicolon": ("4", "5"),
}
FAILS = {"number", "result", "html", "label", "part", "gone", "semicolon"}


def change(output: NotebookNode, old: str, new: str) -> None:
    """Change each text of an output in place; it must hold ``old``."""
    holders = [output] if "text" in output else [output.data]
    for holder in holders:
        for key, value in holder.items():
            if isinstance(value, str) and old in value:
                holder[key] = value.replace(old, new)
                return
    raise AssertionError(f"{old!r} is not in {output}")


@pytest.fixture(scope="module")
def small_notebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("notebook") / "small.ipynb"
    cells = [new_code_cell(source) for source in CELLS.values()]
    cells[list(CELLS).index("ignored")].metadata["tags"] = ["nbval-ignore-output"]
    nbformat.write(new_notebook(cells=cells), path)
    notebooks.execute(path)
    return path


def failed_cells(report: str) -> set[str]:
    names = list(CELLS)
    return {names[int(number)] for number in re.findall(r"FAILED .*::Cell (\d+)", report)}


def test_execution_is_deterministic(small_notebook: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.ipynb"
    again.write_bytes(small_notebook.read_bytes())
    notebooks.execute(again)
    blanked = [
        re.sub("0x[0-9a-f]+", "", path.read_text("utf-8")) for path in (small_notebook, again)
    ]
    assert blanked[0] == blanked[1]


def test_comparison_accepts_what_repeats(small_notebook: Path) -> None:
    done = notebooks.compare(small_notebook)
    assert done.returncode == 0, done.stdout
    assert f"{len(CELLS)} passed" in done.stdout


@pytest.mark.skipif(not notebooks.COMPARABLE, reason="outputs are compared on x86-64 alone")
def test_comparison_rejects_a_changed_output(small_notebook: Path, tmp_path: Path) -> None:
    notebook = notebooks.read(small_notebook)
    for cell, (old, new) in zip(notebook.cells, CHANGES.values(), strict=True):
        change(cell.outputs[0], old, new)
    changed = tmp_path / "changed.ipynb"
    nbformat.write(notebook, changed)
    done = notebooks.compare(changed)
    assert failed_cells(done.stdout) == FAILS, done.stdout


def test_a_failing_cell_keeps_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "fails.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("1 / 0")]), path)
    before = path.read_bytes()
    assert notebooks.main([str(path)]) == 1
    assert path.read_bytes() == before
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_tidy_keeps_the_html_of_a_widget_alone() -> None:
    data = {notebooks.WIDGET: {"model_id": "1f"}, "text/html": "<p>", "text/plain": "a lab"}
    cell = new_code_cell("show()", outputs=[new_output("display_data", data)])
    cell.metadata.update(tags=["lab"], execution={"iopub.status.busy": "2026-01-01"})
    notebook = new_notebook(cells=[cell], metadata={"widgets": {}})
    notebooks.tidy(notebook)
    assert notebook.cells[0].outputs[0].data == {"text/html": "<p>", "text/plain": "a lab"}
    assert notebook.cells[0].metadata == {"tags": ["lab"]}
    assert "widgets" not in notebook.metadata
