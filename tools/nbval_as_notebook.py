"""A pytest plugin: nbval runs each cell as a notebook does, with history.

nbval asks the kernel to keep no history; without it IPython does not see that a cell ends with a
semicolon, and shows the value that the notebook hides.
"""

from __future__ import annotations

from nbval.kernel import RunningKernel


def execute_cell_input(
    self: RunningKernel, cell_input: str, allow_stdin: bool | None = None
) -> str:
    """Run a cell and return the id of its message."""
    return self.kc.execute(cell_input, allow_stdin=allow_stdin, stop_on_error=False)


RunningKernel.execute_cell_input = execute_cell_input
