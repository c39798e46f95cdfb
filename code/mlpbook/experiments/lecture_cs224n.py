"""The longer experiments of the CS224n lecture: naming places with a window network.

Usage::

    python -m mlpbook.experiments.lecture_cs224n models|margin|linear|plain|rates|schedules

Each command writes ``mlpbook/results/lecture_cs224n/<command>.json``. Five seeds each. Rates, decay
and thresholds are judged on the validation sentences; only ``models`` opens the test sentences.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from mlpbook.experiments import RESULTS, save_result
from mlpbook.places import UNKNOWN, Windows, places, vocabulary, windows

SEEDS = range(5)
PLACE_BATCH, DROPPED = 64, 0.05
MODELS = ("hidden", "frozen", "bag", "linear")
MARGINS = (0.2, 1.0, 5.0)
DECAYS = (0.0, 1e-3, 0.01, 0.1, 1.0)
LINEAR_DECAYS = (0.0, 1e-5, 1e-4, *DECAYS[1:])  # its best lies lower
SCHEDULE_RATES = (0.03, 0.1, 0.3)
RATES = (1e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
Params = dict[str, Tensor]
Schedule = Callable[[int, int], float]
SCHEDULES: dict[str, Schedule] = {
    "constant": lambda t, T: 1.0,
    "step": lambda t, T: 0.5 ** (4 * t // T),
    "linear": lambda t, T: 1 - t / T,
    "cosine": lambda t, T: (1 + math.cos(math.pi * t / T)) / 2,
}


class Setting(NamedTuple):
    """What one run is made of.

    Attributes:
        model: "hidden", "frozen" (random word vectors that are not trained), "bag" (the mean of the
            five word vectors), "linear" (one weight for each word at each of the five positions) or
            "plain" (the whole network without the sigmoid, and so without a hidden layer).
        margin: Lead that the true window should have.
        decay: Coefficient of the squared weights in the loss, without one half.
        lr: Adam's learning rate, multiplied by the schedule.
        schedule: A name of ``SCHEDULES``.
        num_steps: Updates.
        negatives: Corrupted windows for each true one.
        d: Numbers of a word vector.
        m: Hidden units.
    """

    model: str = "hidden"
    margin: float = 1.0
    decay: float = 0.0
    lr: float = 0.03
    schedule: str = "constant"
    num_steps: int = 600
    negatives: int = 5
    d: int = 4
    m: int = 8


@cache
def corpus() -> tuple[dict[str, int], dict[str, Windows]]:
    """The training vocabulary, and the windows of each split."""
    vocab = vocabulary(places("train"))
    splits = ("train", "validation", "test")
    return vocab, {split: windows(places(split), vocab) for split in splits}


def init_params(setting: Setting, vocab_size: int, generator: torch.Generator) -> Params:
    """Word vectors and weights at the start of a run."""

    def normal(*shape: int, scale: float) -> Tensor:
        return (torch.randn(*shape, generator=generator) * scale).requires_grad_()

    if setting.model == "linear":
        return {"L": normal(5, vocab_size, scale=0.01)}
    inputs = setting.d if setting.model == "bag" else 5 * setting.d
    params = {
        "E": normal(vocab_size, setting.d, scale=1.0),
        "W": normal(setting.m, inputs, scale=1 / math.sqrt(inputs)),
        "b": torch.zeros(setting.m, requires_grad=True),
        "U": normal(setting.m, scale=1 / math.sqrt(setting.m)),
    }
    params["E"].requires_grad_(setting.model != "frozen")
    return params


def score(index: Tensor, params: Params, model: str = "hidden") -> Tensor:
    """One score for each window: shape (n, 5) to (n,)."""
    if model == "linear":
        return params["L"][torch.arange(5), index].sum(-1)
    x = params["E"][index]
    x = x.mean(-2) if model == "bag" else x.flatten(-2)
    z = x @ params["W"].T + params["b"]
    return (z if model == "plain" else torch.sigmoid(z)) @ params["U"]


def pairs(data: Windows, setting: Setting, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Draw true windows (n, 5) and corrupted ones (n, K, 5), with a few words made unknown."""
    true, other = data.X[data.is_place], data.X[~data.is_place]
    rows = torch.randint(len(true), (PLACE_BATCH,), generator=generator)
    size = (PLACE_BATCH, setting.negatives)
    corrupt = torch.randint(len(other), size, generator=generator)
    return _forget(true[rows], generator), _forget(other[corrupt], generator)


def _forget(index: Tensor, generator: torch.Generator) -> Tensor:
    forgotten = torch.rand(index.shape, generator=generator) < DROPPED
    return index.masked_fill(forgotten & (index > 1), corpus()[0][UNKNOWN])


def train(setting: Setting, seed: int) -> tuple[Params, list[tuple[float, float]]]:
    """Train and return the parameters, with loss and active share of the pairs at each step."""
    vocab, data = corpus()
    generator = torch.Generator().manual_seed(seed)
    params = init_params(setting, len(vocab), generator)
    trained = [p for p in params.values() if p.requires_grad]
    optimizer = torch.optim.Adam(trained, lr=setting.lr)
    seen = []
    for t in range(setting.num_steps):
        factor = SCHEDULES[setting.schedule](t, setting.num_steps)
        optimizer.param_groups[0]["lr"] = setting.lr * factor
        true, corrupt = pairs(data["train"], setting, generator)
        lead = score(true, params, setting.model).unsqueeze(1) - score(
            corrupt, params, setting.model
        )
        loss = F.relu(setting.margin - lead).mean()
        penalty = sum(p.square().sum() for n, p in params.items() if n in "WUL")
        optimizer.zero_grad()
        (loss + setting.decay * penalty).backward()
        optimizer.step()
        seen.append((loss.item(), (lead < setting.margin).float().mean().item()))
    return {name: p.detach() for name, p in params.items()}, seen


def f1(score: Tensor, is_place: Tensor, threshold: float) -> dict[str, float]:
    """Precision, recall and their harmonic mean for "score above the threshold"."""
    found = score > threshold
    hits = (found & is_place).sum().item()
    precision, recall = hits / max(found.sum().item(), 1), hits / is_place.sum().item()
    mean = 2 * precision * recall / (precision + recall) if hits else 0.0
    return {"precision": precision, "recall": recall, "f1": mean}


def best_threshold(score: Tensor, is_place: Tensor) -> float:
    """The threshold of the highest F1, midway between two neighbouring scores."""
    levels = score.sort().values.double()
    middles = ((levels[1:] + levels[:-1]) / 2).unique()
    return max(middles.tolist(), key=lambda t: f1(score, is_place, t)["f1"])


def run(setting: Setting, seed: int, *, test: bool = False) -> dict[str, Any]:
    """Train once, put the threshold where validation is best, and measure."""
    params, seen = train(setting, seed)
    _, data = corpus()
    validation = score(data["validation"].X, params, setting.model)
    threshold = best_threshold(validation, data["validation"].is_place)
    found = {"setting": setting._asdict(), "seed": seed, "loss": round(seen[-1][0], 5)}
    found |= {"active": [round(share, 4) for _, share in seen[:: setting.num_steps // 10]]}
    tail = [loss for loss, _ in seen[-50:]]
    found |= {"last_loss": round(sum(tail) / len(tail), 5) if tail else None}
    for split in ("train", "validation", *(["test"] if test else [])):
        s = score(data[split].X, params, setting.model)
        found[split] = {k: round(v, 4) for k, v in f1(s, data[split].is_place, threshold).items()}
    return found


def models() -> list[dict[str, Any]]:
    """The hidden layer, trained word vectors and word order, each left out once."""
    return [run(Setting(model=m), seed, test=True) for m in MODELS for seed in SEEDS]


def margin() -> list[dict[str, Any]]:
    """The margin and the penalty together."""
    return [
        run(Setting(margin=m, decay=d), seed) for m in MARGINS for d in DECAYS for seed in SEEDS
    ]


def linear() -> list[dict[str, Any]]:
    """The linear model with each penalty."""
    return [run(Setting(model="linear", decay=d), seed) for d in LINEAR_DECAYS for seed in SEEDS]


def plain() -> list[dict[str, Any]]:
    """The network without its sigmoid, with each penalty."""
    return [run(Setting(model="plain", decay=d), seed) for d in DECAYS for seed in SEEDS]


def rates() -> list[dict[str, Any]]:
    """A short run at each learning rate."""
    return [run(Setting(lr=lr, num_steps=200), seed) for lr in RATES for seed in SEEDS]


def schedules() -> list[dict[str, Any]]:
    """The same budget under four schedules, each at its own best of three rates."""
    return [
        run(Setting(lr=lr, schedule=name, num_steps=400), seed)
        for name in SCHEDULES
        for lr in SCHEDULE_RATES
        for seed in SEEDS
    ]


EXPERIMENTS: dict[str, Callable[[], list[dict[str, Any]]]] = {
    f.__name__: f for f in (models, margin, linear, plain, rates, schedules)
}


def main(argv: list[str] | None = None) -> None:
    """Run one experiment and store its result."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("experiment", choices=EXPERIMENTS)
    parser.add_argument("--folder", type=Path, default=RESULTS, help="where results are written")
    options = parser.parse_args(argv)
    torch.set_num_threads(1)
    result = {
        "command": f"python -m mlpbook.experiments.lecture_cs224n {options.experiment}",
        "torch": torch.__version__,
        "threads": 1,
        "runs": EXPERIMENTS[options.experiment](),
    }
    save_result("lecture_cs224n", options.experiment, result, options.folder)


if __name__ == "__main__":
    main()
