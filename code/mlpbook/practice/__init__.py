"""Checkers for the reader's own answers.

    from mlpbook.practice import check

    check("4.2-relu", my_relu)

`check` shows ✓ or one hint for the first thing that is wrong: never the answer, never a bare
traceback. Each section has a module with its tasks: `section_4_2`, `recruit_2`.
"""

from mlpbook.practice._registry import Feedback, check, tasks

__all__ = ["Feedback", "check", "tasks"]
