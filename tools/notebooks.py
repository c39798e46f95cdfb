"""Execute the notebooks from fresh kernels and store their outputs.

``python -m tools.notebooks [NOTEBOOK …]``; without a name, all of them. A stored notebook is the
same on every run: no times, no widget state, no version of Python, and a hash of its code, by
which a test finds outputs that are older than the code.
"""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parents[1]
CHAPTERS = ROOT / "chapters"
SANITIZE = ROOT / "tests" / "nbval_sanitize.cfg"
WIDGET = "application/vnd.jupyter.widget-view+json"
CELL_TIMEOUT = 300
# The stored outputs were computed on x86-64; elsewhere a training run's last digits differ.
COMPARABLE = platform.machine().lower() in {"x86_64", "amd64"}
# Tags, a figure's alternative text, and what makes JupyterLab and Colab fold a cell's code.
CELL_METADATA = ("tags", "alt", "jupyter", "cellView")
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
    },
}


def all_notebooks() -> list[Path]:
    """Return the book's notebooks, in order."""
    return sorted(CHAPTERS.glob("*.ipynb"))


def read(path: Path) -> NotebookNode:
    """Read a notebook and check its form."""
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    return notebook


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the cells that hold code."""
    return [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]


def code_hash(notebook: NotebookNode) -> str:
    """Return the SHA-256 of a notebook's code, all cells in order."""
    sources = "\0".join(cell.source for cell in code_cells(notebook))
    return hashlib.sha256(sources.encode()).hexdigest()


def kernel_variables() -> dict[str, str]:
    """Return the environment of a kernel whose outputs are stored or compared.

    Sums are taken in one order on every x86-64 processor (two threads, AVX2 kernels, MKL's
    reproducible mode), progress bars, which say how long something took, are off, and the
    reader's own IPython settings and history are left alone.
    """
    return os.environ | {
        "IPYTHONDIR": str(Path(sys.prefix, "share", "ipython")),
        "ATEN_CPU_CAPABILITY": "avx2",
        "MKL_CBWR": "AVX2",
        "OMP_NUM_THREADS": "2",
        "TQDM_DISABLE": "1",
    }


def execute(path: Path) -> float:
    """Execute a notebook, store it with its outputs, and return the seconds it took.

    Raises:
        CellExecutionError: a cell failed; the file is left as it was.
    """
    notebook = read(path)
    where = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],
        resources=where,
        coalesce_streams=True,
        record_timing=False,
        store_widget_state=False,
    )
    started = time.perf_counter()
    client.execute(env=kernel_variables())
    seconds = time.perf_counter() - started
    tidy(notebook)
    nbformat.write(notebook, path)
    return seconds


def tidy(notebook: NotebookNode) -> None:
    """Leave in an executed notebook only what every run repeats."""
    notebook.metadata = nbformat.from_dict(METADATA | {"mlpbook": {"code": code_hash(notebook)}})
    for cell in notebook.cells:
        kept = {key: cell.metadata[key] for key in CELL_METADATA if key in cell.metadata}
        cell.metadata = nbformat.from_dict(kept)
        if cell.cell_type == "code" and not cell.source.strip():
            cell.execution_count = None
        for output in cell.get("outputs", []):
            # Without its kernel a widget's view is an error message; its HTML form is not.
            if "text/html" in output.get("data", {}):
                output.data.pop(WIDGET, None)


def compare(path: Path) -> subprocess.CompletedProcess[str]:
    """Execute a notebook's cells with nbval, comparing outputs; the status is pytest's.

    On a processor of another kind than the stored outputs' every cell, and so every assertion,
    is still executed, but outputs are not compared.
    """
    command = [sys.executable, "-m", "pytest", "--nbval" if COMPARABLE else "--nbval-lax"]
    command += ["-p", "tools.nbval_as_notebook"]
    command += ["--nbval-current-env", f"--nbval-sanitize-with={SANITIZE}", "--color=no"]
    command += [f"--nbval-cell-timeout={CELL_TIMEOUT}", "-q", "-p", "no:cacheprovider"]
    # The options of the book's own tests are not for nbval.
    command += ["-o", "addopts=", "-o", "filterwarnings=default", str(path)]
    variables = kernel_variables()
    return subprocess.run(
        command,
        cwd=ROOT,
        env=variables,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )


def main(names: list[str]) -> int:
    """Execute the notebooks named, or all; return 1 if one failed."""
    status = 0
    for path in [Path(name).resolve() for name in names] or all_notebooks():
        print(f"{path.name} …", end=" ", flush=True)
        try:
            print(f"{execute(path):.1f} s")
        except CellExecutionError as error:
            print(f"failed; left as it was\n{error}", file=sys.stderr)
            status = 1
    return status


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
