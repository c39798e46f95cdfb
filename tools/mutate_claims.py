"""Falsify the claims of sampled cells and see that each such cell fails.

``python -m tools.mutate_claims [--cells 60] [--seed 0] [NOTEBOOK …]``. Every notebook runs once,
cell by cell. Before a sampled claim cell runs, a copy of the whole process runs the cell with one
assertion falsified (`tools.mutants`) and must end in an error; then the cell itself runs, as if
nothing had been. Needs `os.fork`: Linux or macOS.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import sys
from collections.abc import Iterator
from pathlib import Path

from mlpbook.claims import claims
from tools import notebooks
from tools.claim_cells import proves
from tools.mutants import Mutant, mutants

Sample = dict[int, Mutant]  # by the cell's index


def candidates(path: Path) -> dict[int, list[Mutant]]:
    """The mutants of each cell that settles a wrong or imprecise claim."""
    known = claims()
    found = {}
    for index, cell in enumerate(notebooks.read(path).cells):
        tags = [tag.removeprefix("claim:") for tag in cell.metadata.get("tags", [])]
        settles = any(tag in known and known[tag].needs_assertion for tag in tags)
        plain = not any(line.startswith(("%", "!")) for line in cell.source.splitlines())
        if settles and plain and proves(cell) and (made := list(mutants(cell.source))):
            found[index] = made
    return found


def sample(paths: list[Path], count: int, seed: int) -> dict[Path, Sample]:
    """One mutant of each of `count` cells, spread evenly over the notebooks."""
    chance = random.Random(seed)
    pools = {path: candidates(path) for path in paths}
    drawn: dict[Path, Sample] = {path: {} for path in paths}
    while sum(map(len, drawn.values())) < count and any(pools.values()):
        for path, pool in pools.items():
            if pool:
                index = chance.choice(sorted(pool))
                made = pool.pop(index)
                kind = chance.choice(sorted({mutant.kind for mutant in made}))
                drawn[path][index] = chance.choice([one for one in made if one.kind == kind])
    return drawn


def run(path: Path, chosen: Sample) -> None:
    """Run a notebook in this process, trying the chosen mutants; exit with the survivors' count."""
    import matplotlib as mpl
    import torch
    from IPython.core.interactiveshell import InteractiveShell

    mpl.use("agg")
    torch.set_num_threads(1)  # a copy of a process has none of its threads
    os.chdir(path.parent)
    shell = InteractiveShell.instance()
    survivors = 0
    with open(os.devnull, "w") as nowhere:
        for index, cell in enumerate(notebooks.read(path).cells):
            if cell.cell_type != "code":
                continue
            if index in chosen:
                survivors += _survives(shell, path, index, chosen[index])
            sys.stdout, kept = nowhere, sys.stdout
            result = shell.run_cell(cell.source, silent=True)
            sys.stdout = kept
            torch.set_num_threads(1)
            tags = cell.metadata.get("tags", [])
            if not result.success and "raises-exception" not in tags:
                print(f"{path.name} cell {index} fails by itself: {result.error_in_exec}")
                raise SystemExit(255)
    raise SystemExit(min(survivors, 254))


def _survives(shell: object, path: Path, index: int, mutant: Mutant) -> int:
    """Run a mutant in a copy of this process; say what came of it, 1 if it did not fail."""
    child = os.fork()
    if not child:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        done = shell.run_cell(mutant.source, silent=True)  # type: ignore[attr-defined]
        os._exit(0 if done.success else 1)
    survived = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    verdict = "SURVIVES" if survived else "fails, as it must"
    print(f"{path.stem} cell {index}, {mutant.kind}: {verdict}\n    {mutant.says}", flush=True)
    return int(survived)


def main(arguments: list[str]) -> int:
    """Try the mutants and return how many cells failed to fail, at most 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cells", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("notebooks", nargs="*", type=Path)
    options = parser.parse_args(arguments)
    paths = [path.resolve() for path in options.notebooks] or notebooks.all_notebooks()
    drawn = sample(paths, options.cells, options.seed)
    os.environ.update(notebooks.kernel_variables() | {"OMP_NUM_THREADS": "1"})
    codes = list(_codes(drawn))
    tried, survived = sum(map(len, drawn.values())), sum(code for code in codes if code < 255)
    broken = codes.count(255)
    print(f"{tried} claims falsified: {survived} survive; {broken} notebooks failed by themselves")
    return int(bool(survived or broken))


def _codes(drawn: dict[Path, Sample]) -> Iterator[int]:
    """Run each notebook in a process of its own."""
    for path, chosen in drawn.items():
        process = multiprocessing.get_context("spawn").Process(target=run, args=(path, chosen))
        process.start()
        process.join()
        yield 255 if process.exitcode is None or process.exitcode < 0 else process.exitcode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
