"""Parse the console log of a polynomial fit by SGD, and store its numbers.

Usage::

    python -m mlpbook.experiments.sgd_log TEXT_FILE

The log has blocks "Training degree 4..." or "Training with 10 training examples..." followed by
lines "Initial | Train Loss: 1.0 | Test Loss: 2.0" and "Epoch 50/200 | …".
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

from mlpbook.experiments import RESULTS, save_result

HEADER = re.compile(r"Training (?:degree (\d+)|with (\d+) training examples)\.\.\.")
LINE = re.compile(
    r"(?:Initial|Epoch\s+(?P<epoch>\d+)/\d+) \| Train Loss: (?P<train>[\d.]+) \| "
    r"Test Loss: (?P<test>[\d.]+)"
)


def parse(text: str) -> list[dict[str, Any]]:
    """Return one entry a block: what was varied, its value, and the losses by epoch.

    Epoch 0 is the line "Initial". `label` is what the log calls the degree.

    Raises:
        ValueError: a line of losses stands before any header.
    """
    runs: list[dict[str, Any]] = []
    for line in text.splitlines():
        if header := HEADER.match(line):
            name = "label" if header[1] else "n"
            value = int(header[1] or header[2])
            runs.append({"varied": name, "value": value, "epoch": [], "train": [], "test": []})
        elif found := LINE.match(line):
            if not runs:
                raise ValueError(f"got losses before any header: {line!r}, expected 'Training …'")
            runs[-1]["epoch"].append(int(found["epoch"] or 0))
            runs[-1]["train"].append(float(found["train"]))
            runs[-1]["test"].append(float(found["test"]))
    return runs


def main(argv: list[str] | None = None) -> None:
    """Parse a file and store ``results/4_4/sgd_log.json``."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("log", type=Path)
    parser.add_argument("--folder", type=Path, default=RESULTS, help="where results are written")
    options = parser.parse_args(argv)
    result = {"settings": "batch size 10; the learning rate, 0.01, is not in the log"}
    runs = parse(options.log.read_text(encoding="utf-8"))
    save_result("4_4", "sgd_log", {**result, "runs": runs}, options.folder)


if __name__ == "__main__":
    main()
