"""All commands of the book, on every system: ``python tools/book.py serve`` and so on.

It makes ``.venv`` when that is missing and runs the command with it. The Makefile only calls
this file, so a reader on Windows has the same commands. Standard library only.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tools import environment  # noqa: E402  (found through the line above)


class Command(NamedTuple):
    """A command: what it does, in a line, and the Python arguments of each of its steps.

    The first step takes the arguments that follow the command's name.
    """

    does: str
    steps: tuple[tuple[str, ...], ...]


COMMANDS = {
    "serve": Command(
        "build the site and serve it on localhost; PORT to choose another than 8000",
        (("-m", "tools.build", "--serve"),),
    ),
    "site": Command("build the site into _build/html", (("-m", "tools.build"),)),
    "lab": Command("open JupyterLab on the notebooks", (("-m", "jupyterlab", "chapters"),)),
    "notebooks": Command(
        "execute the notebooks and store their outputs; NB=chapters/….ipynb for one",
        (("-m", "tools.notebooks"),),
    ),
    "test": Command(
        "run all tests; ARGS are pytest's, as in ARGS='-k data'", (("-m", "tools.test"),)
    ),
    "check": Command(
        "ruff, types, imports, the front end's types, texts", (("-m", "tools.check"),)
    ),
    "bench": Command(
        "measure training and the browser beside what others do",
        (("-m", "tools.bench_training"), ("-m", "tools.bench_browser")),
    ),
    "measure": Command(
        "measure the built site: axe-core, Lighthouse, HTML, links, weight, Firefox",
        (("-m", "tools.measure_site"),),
    ),
    "mutate": Command(
        "falsify the claims of sampled cells and see that each cell fails; ARGS='--cells 60'",
        (("-m", "tools.mutate_claims"),),
    ),
    "pdf": Command(
        "print the whole book as a PDF in each language; ARGS='--language en' for one",
        (("-m", "tools.paper"),),
    ),
    "frontend": Command("build the front end's JavaScript", (("-m", "tools.frontend", "build"),)),
    "labs": Command("export the labs' graphs for the browser", (("-m", "mlpbook.labs.export"),)),
    "repository": Command(
        "write the repository's address, URL=https://…, where it is needed",
        (("-m", "tools.repository"),),
    ),
    "pins": Command("resolve requirements.in into requirements.txt", (("-m", "tools.pins"),)),
    "python": Command("run the book's own Python", ((),)),
    "clean": Command("remove what was built (not .venv)", (("-m", "tools.clean"),)),
}


def usage() -> str:
    """Return the list of commands, a line each."""
    lines = [f"  {name:12s}{command.does}" for name, command in COMMANDS.items()]
    head = "make COMMAND, or without make: python tools/book.py COMMAND"
    return "\n".join([head, "", *lines, f"  {'help':12s}show this list"])


def main(arguments: list[str]) -> int:
    """Run the command named first, and return its exit status."""
    name, *rest = arguments or ["help"]
    if name in {"help", "-h", "--help"}:
        print(usage())
        return 0
    if name not in COMMANDS:
        print(f"There is no command {name!r}.\n\n{usage()}", file=sys.stderr)
        return 2
    program = str(environment.ensure())
    for step in COMMANDS[name].steps:
        status = run([program, *step, *rest])
        if status:
            return status
        rest = []
    return 0


def run(command: list[str]) -> int:
    """Run a step in the repository's root; Ctrl-C ends the step, not this program first."""
    variables = os.environ | {"PYTHONUTF8": "1"}
    with subprocess.Popen(command, cwd=ROOT, env=variables) as step:
        while True:
            try:
                return step.wait()
            except KeyboardInterrupt:
                continue


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
