"""The longer experiments of section 4.2 (MLP from scratch).

Usage::

    python -m mlpbook.experiments.section_4_2 width|depth|lr|decay|pool|curvature|winner

Each command writes ``mlpbook/results/4_2/<command>.json``. ``search`` has its own module,
:mod:`mlpbook.experiments.search_4_2`, and must run before ``winner``. Hyperparameters are
compared on the validation images; only ``winner`` reads the test images.
"""

from __future__ import annotations

import argparse
import math
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from mlpbook.experiments import RESULTS, load_result, save_result
from mlpbook.experiments.curvature import follow
from mlpbook.experiments.mlp import Setting, load, measure, run, train

SEEDS = range(5)
FRESH_SEEDS = range(100, 105)
BASELINE = Setting()
WIDTHS = (1, 2, 4, 8, 16, 64, 256, 1024)
DEPTHS = (1, 2, 3, 4, 5, 6)
RATES = (0.001, 0.01, 0.05, 0.1, 0.2, 0.5, 0.7, 1.0, 2.0)
POOL_SIZE, POOL_EPOCHS = 27, 9


def width() -> list[dict[str, Any]]:
    """Hidden units, everything else as in the section."""
    return [run(BASELINE.but(num_hiddens=(h,)), seed) for h in WIDTHS for seed in SEEDS]


def depth() -> list[dict[str, Any]]:
    """Hidden layers of 256 units, with weights from N(0, 0.01^2) and from He's scale."""
    settings = [BASELINE.but(num_hiddens=(256,) * d, init=i) for i in (0.01, None) for d in DEPTHS]
    return [run(setting, seed) for setting in settings for seed in SEEDS]


def lr() -> list[dict[str, Any]]:
    """Learning rate, with the pixels as they are and with the mean image subtracted."""
    settings = [BASELINE.but(lr=rate, centre=centre) for centre in (False, True) for rate in RATES]
    return [run(setting, seed) for setting in settings for seed in SEEDS]


def decay() -> list[dict[str, Any]]:
    """The section's setting with a learning rate that falls linearly to 0."""
    return [run(BASELINE.but(decay=True), seed) for seed in SEEDS]


def pool() -> list[dict[str, Any]]:
    """Random settings, all trained to the end, for replaying search strategies on their curves."""
    draw = random.Random(0)
    settings = [
        Setting(
            num_hiddens=(2 ** draw.randint(5, 9),) * draw.randint(1, 3),
            lr=round(10 ** draw.uniform(-2.5, 0.5), 5),
            batch_size=2 ** draw.randint(6, 9),
            num_epochs=POOL_EPOCHS,
            init=None,
        )
        for _ in range(POOL_SIZE)
    ]
    return [run(setting, seed=0) for setting in settings]


def curvature() -> list[dict[str, Any]]:
    """Top eigenvalue of the Hessian along the first steps, raw and centred pixels."""
    settings = [BASELINE.but(lr=r, centre=c) for c in (False, True) for r in (0.1, 0.5, 1.0)]
    return [follow(setting, seed) for setting in settings for seed in SEEDS]


def winner() -> list[dict[str, Any]]:
    """Best setting of the search and the baseline, five fresh seeds each, test set read once."""
    best = load_result("4_2", "search")["best"]["setting"]
    runs = []
    for name, setting in {"baseline": BASELINE, "winner": Setting.from_json(best)}.items():
        for seed in FRESH_SEEDS:
            params, curves = train(setting, seed)
            runs.append(
                {
                    "name": name,
                    "setting": setting.to_json(),
                    "seed": seed,
                    "train_accuracy": measure(params, load("train", setting.centre))["accuracy"],
                    "validation_accuracy": curves["validation_accuracy"][-1],
                    "test_accuracy": measure(params, load("test", setting.centre))["accuracy"],
                }
            )
    return runs


EXPERIMENTS: dict[str, Callable[[], list[dict[str, Any]]]] = {
    f.__name__: f for f in (width, depth, lr, decay, pool, curvature, winner)
}


def main(argv: list[str] | None = None) -> None:
    """Run one experiment and store its result."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("experiment", choices=EXPERIMENTS)
    parser.add_argument("--folder", type=Path, default=RESULTS, help="where results are written")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args(argv)
    torch.set_num_threads(options.threads)
    result = {
        "command": f"python -m mlpbook.experiments.section_4_2 {options.experiment}",
        "torch": torch.__version__,
        "threads": options.threads,
        "chance_loss": round(math.log(10), 5),
        "runs": EXPERIMENTS[options.experiment](),
    }
    save_result("4_2", options.experiment, result, options.folder)


if __name__ == "__main__":
    main()
