"""One experiment over several seeds: the mean, and the spread that one run cannot show."""

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch


class HasSeries(Protocol):
    """What `fit` returns: curves by name."""

    def series(self) -> Mapping[str, Any]: ...


def seed_everything(seed: int) -> None:
    """Seed the global generators of Python, NumPy and PyTorch."""
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


@dataclass(frozen=True)
class SeedRuns:
    """One measurement, or one curve, for each of several seeds.

    Shape:
        values: (seeds,) for numbers, (seeds, points) for curves.
        mean, std: a number, or (points,); `std` is the sample standard deviation.
    """

    seeds: tuple[int, ...]
    values: np.ndarray

    @property
    def mean(self) -> Any:
        return self.values.mean(axis=0)

    @property
    def std(self) -> Any:
        return self.values.std(axis=0, ddof=1)

    def __str__(self) -> str:
        last = self.values if self.values.ndim == 1 else self.values[:, -1]
        return f"{last.mean():.4f} ± {last.std(ddof=1):.4f} ({len(self.seeds)} seeds)"


def run_seeds(build_and_fit: Callable[[int], Any], seeds: Iterable[int]) -> SeedRuns:
    """Call `build_and_fit(seed)` for each seed, all generators seeded, and gather what it returns.

    Args:
        build_and_fit: builds a network, trains it and returns a number or a sequence of numbers.
        seeds: at least two, so that there is a spread.

    Raises:
        ValueError: fewer than two seeds, or results of unequal length.
    """
    return _gather(_for_each_seed(build_and_fit, seeds))


def run_histories(
    build_and_fit: Callable[[int], HasSeries], seeds: Iterable[int]
) -> dict[str, SeedRuns]:
    """The same for a function that returns the `History` of `fit`: runs of each of its curves.

    Raises:
        ValueError: fewer than two seeds, or curves of unequal length.
    """
    histories = _for_each_seed(lambda seed: build_and_fit(seed).series(), seeds)
    names = next(iter(histories.values()))
    return {name: _gather({s: h[name] for s, h in histories.items()}) for name in names}


def _for_each_seed(function: Callable[[int], Any], seeds: Iterable[int]) -> dict[int, Any]:
    seeds = tuple(seeds)
    if len(set(seeds)) < 2:
        raise ValueError(f"seeds: got {seeds}, expected at least two different ones")
    results = {}
    for seed in seeds:
        seed_everything(seed)
        results[seed] = function(seed)
    return results


def _gather(results: Mapping[int, Any]) -> SeedRuns:
    lengths = {np.shape(result) for result in results.values()}
    if len(lengths) > 1:
        raise ValueError(f"results: got shapes {sorted(lengths)}, expected one shape for all seeds")
    return SeedRuns(tuple(results), np.array(list(results.values()), dtype=np.float64))
