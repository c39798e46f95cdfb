"""The longer experiments of section 4.6 (dropout).

Usage::

    python -m mlpbook.experiments.section_4_6 NAME

NAME is a key of ``EXPERIMENTS``; its result is ``mlpbook/results/4_6/NAME.json``.
``choose`` must run before ``winner``.
Settings are compared on the validation images; only ``winner`` reads the test images.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import torch

from mlpbook.experiments import RESULTS, load_result, save_result
from mlpbook.experiments.noisy_mlp import Noisy, at_test_time, final, train

SEEDS = range(5)
FRESH_SEEDS = range(100, 105)
NONE = Noisy()
DROPOUT = NONE.but(rates=(0.0, 0.2, 0.5))
SWAPPED = NONE.but(rates=(0.0, 0.5, 0.2))
PAIRS = ((0.0, 0.2), (0.0, 0.5), (0.2, 0.0), (0.2, 0.2), (0.5, 0.0), (0.5, 0.5), (0.9, 0.9))
PENALTY = 1e-3
STRENGTHS = (0.05, 1.0)
DROPOUTS = {
    "dropout 0, .2, .5": DROPOUT,
    "dropout 0, .2, .2": NONE.but(rates=(0.0, 0.2, 0.2)),
    "dropout .1, .2, .2": NONE.but(rates=(0.1, 0.2, 0.2)),
    "dropout .2, .2, .5": NONE.but(rates=(0.2, 0.2, 0.5)),
}
OWN = {
    "classmates, s = 0.5": NONE.but(kind="within", rates=(0.2, 0.2, 0.2)),
    "classmates, s = 1": NONE.but(kind="within", rates=(0.5, 0.5, 0.5)),
    "anyone, s = 0.23": NONE.but(kind="difference", rates=(0.05, 0.05, 0.05)),
    "pixels .1, factors .2, .2": NONE.but(pixel=0.1, kind="gaussian", rates=(0.0, 0.2, 0.2)),
}

Runs = list[dict[str, Any]]


def ends(
    settings: Iterable[Noisy], seeds: Iterable[int] = SEEDS, split: str = "validation"
) -> Runs:
    """Loss and accuracy at the end of training, for each setting and seed."""
    runs = []
    for setting in settings:
        for seed in seeds:
            params, _ = train(setting, seed, every=0)
            runs.append(
                {"setting": setting.to_json(), "seed": seed, **final(params, setting, split)}
            )
    return runs


def curves(settings: Iterable[Noisy], *, masks: bool = False, every: int = 1) -> Runs:
    """The same with a curve for each measurement and, if wanted, what masks do at the end."""
    runs = []
    for setting in settings:
        for seed in SEEDS:
            params, seen = train(setting, seed, every=every)
            run = {"setting": setting.to_json(), "seed": seed, **final(params, setting)}
            if masks:
                run["test_time"] = at_test_time(params, setting, seed)
            runs.append({**run, "curves": seen})
    return runs


def long() -> Runs:
    """Without dropout, with rates 0.2 and 0.5, and with the two swapped."""
    return curves((NONE, DROPOUT, SWAPPED), masks=True)


def longer() -> Runs:
    """Fewer images, a constant rate and 60 epochs, without dropout and with it."""
    plain = NONE.but(images=2000, num_epochs=60, cosine=False, lr=1e-3)
    return curves((plain, plain.but(rates=DROPOUT.rates)), every=5)


def decay() -> Runs:
    """Weight decay, without dropout and with it."""
    return ends(s.but(weight_decay=PENALTY) for s in (NONE, DROPOUT))


def layers() -> Runs:
    """The same rates in DropConnect, Gaussian factors and dropout with one mask per batch."""
    return ends(DROPOUT.but(kind=kind) for kind in ("dropconnect", "gaussian", "shared"))


def choose() -> Runs:
    """Candidates for a noise that beats dropout, and dropouts to be beaten; validation only."""
    return ends((DROPOUTS | OWN).values(), range(2))


def best(names: Iterable[str], runs: Runs) -> str:
    """The name whose runs have the lowest mean validation loss."""
    everything = DROPOUTS | OWN

    def loss(name: str) -> float:
        values = [r["validation_loss"] for r in runs if r["setting"] == everything[name].to_json()]
        return sum(values) / len(values)

    return min(names, key=loss)


def winner() -> Runs:
    """Best dropout and best other noise of `choose`, five fresh seeds each, test set read once."""
    runs = load_result("4_6", "choose")["runs"]
    settings = [(DROPOUTS | OWN)[best(names, runs)] for names in (DROPOUTS, OWN)]
    return ends((NONE, *settings), FRESH_SEEDS, "test")


def rates() -> Runs:
    """Pairs of rates."""
    return ends(NONE.but(rates=(0.0, *pair)) for pair in PAIRS)


def sgd() -> Runs:
    """Plain SGD at rate 0.1: without dropout, with it, and with it and a falling rate."""
    plain = NONE.but(optimizer="sgd", lr=0.1, cosine=False, num_epochs=15)
    dropped = plain.but(rates=DROPOUT.rates)
    return curves((plain, dropped, dropped.but(cosine=True)))


def pixels() -> Runs:
    """Additive noise on the pixels alone, by strength."""
    return ends(NONE.but(pixel=strength) for strength in STRENGTHS)


EXPERIMENTS: dict[str, Callable[[], Runs]] = {
    f.__name__: f for f in (long, longer, decay, layers, choose, winner, rates, sgd, pixels)
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
        "command": f"python -m mlpbook.experiments.section_4_6 {options.experiment}",
        "torch": torch.__version__,
        "threads": options.threads,
        "runs": EXPERIMENTS[options.experiment](),
    }
    save_result("4_6", options.experiment, result, options.folder)


if __name__ == "__main__":
    main()
