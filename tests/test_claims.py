"""The claims: the list is whole, and every notebook that exists settles its own."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from mlpbook.claims import Claim, claims
from mlpbook.misconceptions import Misconception, load
from mlpbook.practice import tasks
from tools.claim_cells import asserts, box_problems, claim_problems, notebook_of
from tools.claims import collect

ROOT = Path(__file__).resolve().parents[1]
NAMES = sorted({claim.notebook for claim in claims().values()})
NOTEBOOKS = [
    path for path in sorted((ROOT / "chapters").glob("*.ipynb")) if notebook_of(path, NAMES)
]
every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)

TEXT = {"zh": "文", "en": "text"}
CLAIMS = {"a": Claim("a", "9.9", "wrong"), "b": Claim("b", "9.9", "correct")}
ENTRY = Misconception("m", "9.9", ("a",), "a", TEXT, TEXT, TEXT)  # pyright: ignore[reportArgumentType]


def test_the_list_is_whole():
    verdicts = Counter(claim.verdict for claim in claims().values())
    expected = {"correct": 155, "imprecise": 286, "wrong": 84, "incomplete": 103}
    assert verdicts == expected | {"unanswered": 40}
    assert len(NAMES) == 12


@every_notebook
def test_a_notebook_settles_its_claims(path: Path):
    name = notebook_of(path, NAMES)
    notebook = nbformat.read(path, as_version=4)
    assert name
    assert list(claim_problems(notebook, name, claims())) == []


@every_notebook
def test_a_notebook_shows_its_misconceptions(path: Path):
    name = notebook_of(path, NAMES)
    notebook = nbformat.read(path, as_version=4)
    assert name
    assert list(box_problems(notebook, name, claims(), load())) == []


@every_notebook
def test_a_notebook_has_three_known_tasks_and_its_quiz(path: Path):
    name = notebook_of(path, NAMES)
    cells = nbformat.read(path, as_version=4).cells
    tags = {tag for cell in cells for tag in cell.metadata.get("tags", [])}
    turns = {tag.removeprefix("your-turn:") for tag in tags if tag.startswith("your-turn:")}
    assert turns <= set(tasks())
    assert len(turns) >= 3
    for turn in turns:
        assert any(f'check("{turn}"' in cell.source for cell in cells), f"no check of {turn}"
    assert any(f'quiz("{name}")' in cell.source for cell in cells)


def notebook(*cells):
    return new_notebook(cells=list(cells))


def code(source: str, *tags: str, count: int | None = 1, failed: bool = False):
    outputs = [new_output("error", ename="E", evalue="", traceback=[])] if failed else []
    cell = new_code_cell(source, execution_count=count, outputs=outputs)
    cell.metadata.tags = list(tags)
    return cell


def words(*tags: str):
    cell = new_markdown_cell("words")
    cell.metadata.tags = list(tags)
    return cell


GOOD = [code("assert x < 1", "claim:a"), words("claim:b"), code('misconception("m")')]


def test_a_good_notebook_has_no_problem():
    assert not list(claim_problems(notebook(*GOOD), "9.9", CLAIMS))
    assert not list(box_problems(notebook(*GOOD), "9.9", CLAIMS, [ENTRY]))


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ([words("claim:b")], "claim:a: got no cell"),
        ([words("claim:a", "claim:b")], "claim:a (wrong): got no code cell that asserts"),
        ([code("print(1)", "claim:a", "claim:b")], "claim:a (wrong): got no code cell"),
        ([code("assert x", "claim:a", "claim:b", count=None)], "claim:a (wrong)"),
        ([code("assert x", "claim:a", "claim:b", failed=True)], "claim:a (wrong)"),
        ([*GOOD, words("claim:c")], "claim:c: got a tag, expected one of the ids"),
    ],
)
def test_what_a_notebook_owes_is_named(cells, problem):
    found = list(claim_problems(notebook(*cells), "9.9", CLAIMS))
    assert len(found) == 1
    assert found[0].startswith(problem)


@pytest.mark.parametrize(
    ("cells", "entries", "problem"),
    [
        (GOOD[:2], [ENTRY], "misconception 'm': got no box"),
        (GOOD[1:], [ENTRY], "misconception 'm': got no asserting cell claim:a"),
        ([*GOOD, code("misconception('n')")], [ENTRY], "misconception('n'): got a box"),
        (GOOD[:2], [], "claim a (wrong): got no misconception"),
    ],
)
def test_missing_boxes_are_named(cells, entries, problem):
    found = list(box_problems(notebook(*cells), "9.9", CLAIMS, entries))
    assert len(found) == 1
    assert found[0].startswith(problem)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("assert loss < 2", True),
        ("%matplotlib inline\nassert loss < 2", True),
        ("torch.testing.assert_close(a, b)", True),
        ("np.testing.assert_allclose(a, b)", True),
        ("with torch.no_grad():\n    assert a == b", True),
        ("assert True", False),
        ("assert 1 < 2, name", False),
        ("torch.testing.assert_close()", False),
        ("print('assert x')  # assert x", False),
    ],
)
def test_what_counts_as_an_assertion(source, expected):
    assert asserts(source) is expected


@pytest.mark.parametrize(
    ("stem", "name"),
    [("4_2_mlp_scratch", "4.2"), ("recruit_1_concepts", "recruit-1"), ("4_20_x", None)],
)
def test_which_notebook_a_file_is(stem, name):
    assert notebook_of(Path(f"{stem}.ipynb"), NAMES) == name


def test_the_tool_keeps_what_the_list_needs(tmp_path):
    entry = "- {id: x, notebook: 4.2, verdict: wrong, truth: t}\n"
    (tmp_path / "a.yml").write_text(entry, encoding="utf-8")
    assert collect(tmp_path) == {"4.2": {"wrong": ["x"]}}
    (tmp_path / "b.yml").write_text(entry, encoding="utf-8")
    with pytest.raises(ValueError, match=r"b\.yml: got 'x' a second time, expected once"):
        collect(tmp_path)


def run_tool(folder: Path, *, cwd: Path):
    command = [sys.executable, str(ROOT / "tools" / "claims.py"), str(folder)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False)


def test_the_tool_wants_a_ledger(tmp_path):
    done = run_tool(tmp_path, cwd=tmp_path)
    assert done.returncode != 0
    assert "got no *.yml files, expected the ledger's" in done.stderr
