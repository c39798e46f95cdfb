"""The longer experiment of section 4.7: does a larger batch generalise better?

Usage::

    python -m mlpbook.experiments.section_4_7 batch

It writes ``mlpbook/results/4_7/batch.json``: 5,000 training images, accuracy on them and on the
10,000 validation images, five seeds for each batch size, with the learning rate unchanged, scaled
with the batch, and with the number of updates unchanged.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import torch
from torch.nn import functional as F

from mlpbook.experiments import RESULTS, save_result
from mlpbook.experiments.mlp import Setting, batches, forward, init_params, load, measure, sgd

SEEDS = range(5)
NUM_IMAGES = 5_000
# name, batch size, learning rate, epochs
PLANS = (
    ("same rate", 32, 0.1, 8),
    ("same rate", 256, 0.1, 8),
    ("same rate", 4096, 0.1, 8),
    ("rate scaled", 256, 0.8, 8),
    ("same number of updates", 256, 0.1, 64),
)


def run(plan: tuple[str, int, float, int], seed: int) -> dict[str, Any]:
    """Train 784-256-10 by one plan; accuracies are fractions."""
    name, batch_size, lr, num_epochs = plan
    generator = torch.Generator().manual_seed(seed)
    params = init_params(Setting(init=None), generator)
    X, y = (part[:NUM_IMAGES] for part in load("train"))
    for _ in range(num_epochs):
        for rows in batches(NUM_IMAGES, batch_size, generator):
            F.cross_entropy(forward(params, X[rows]), y[rows]).backward()
            sgd(params, lr)
    seen = measure(params, type(load("train"))(X, y)), measure(params, load("validation"))
    return {
        "name": name,
        "batch_size": batch_size,
        "lr": lr,
        "num_epochs": num_epochs,
        "seed": seed,
        "train": seen[0]["accuracy"],
        "validation": seen[1]["accuracy"],
    }


def batch() -> list[dict[str, Any]]:
    """Every plan with every seed."""
    return [run(plan, seed) for plan in PLANS for seed in SEEDS]


COMMANDS = {"batch": batch}


def main(arguments: list[str] | None = None, folder: Path = RESULTS) -> None:
    """Run a command and store what it measured."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("command", choices=COMMANDS)
    command = parser.parse_args(arguments).command
    torch.set_num_threads(1)
    save_result("4_7", command, {"command": command, "runs": COMMANDS[command]()}, folder)


if __name__ == "__main__":
    main()
