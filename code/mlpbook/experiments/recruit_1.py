"""The longer experiment of the notebook on the first recruit sheet: six sick training runs.

Usage::

    python -m mlpbook.experiments.recruit_1 doctor

It writes ``mlpbook/results/recruit_1/doctor.json``. A small network learns a curve on an interval;
each patient has one disease, one of them none but much noise; each treatment changes one thing. The
networks of all seeds are trained side by side.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from mlpbook.experiments import RESULTS, save_result

SEEDS = range(5)
STEPS, EVERY, HELD_OUT = 2000, 50, 1000
MOMENTUM = 0.9


@dataclass(frozen=True)
class Run:
    """A regression on [-2, 2] with a network of two hidden layers of tanh units.

    Attributes:
        n: Training examples.
        width: Units of each hidden layer.
        lr: Learning rate of gradient descent on all examples, with momentum 0.9, the norm of the
            gradient clipped to 1.
        noise: Standard deviation of the labels' noise.
        reach: Training inputs are uniform on [-2, reach]; validation inputs on [-2, 2].
    """

    n: int = 200
    width: int = 32
    lr: float = 0.03
    noise: float = 0.3
    reach: float = 2.0


HEALTHY = Run()
PATIENTS: Mapping[str, Run] = {
    "small": replace(HEALTHY, width=1),
    "slow": replace(HEALTHY, lr=2e-4),
    "fast": replace(HEALTHY, lr=1.0),
    "overfit": replace(HEALTHY, n=20, noise=0.5),
    "noise": replace(HEALTHY, n=1000, noise=1.0),
    "shift": replace(HEALTHY, reach=0.0),
}


def treated(patient: Run, treatment: str) -> Run:
    """The run after one treatment, which is named for the disease that it is against."""
    changes: dict[str, Any] = {
        "small": {"width": 64},
        "slow": {"lr": 20 * patient.lr},
        "fast": {"lr": patient.lr / 20},
        "overfit": {"n": 10 * patient.n},
        "noise": {},
        "shift": {"reach": 2.0},
    }
    return replace(patient, **changes[treatment])


def truth(x: Tensor) -> Tensor:
    """The function behind the data."""
    return torch.sin(2 * x) + x / 2


def draw(run: Run, seed: int) -> tuple[Tensor, ...]:
    """Training and validation examples (n, 1), and the initial weights; in this order."""
    generator = torch.Generator().manual_seed(seed)

    def sample(n: int, reach: float) -> tuple[Tensor, Tensor]:
        x = torch.rand(n, 1, generator=generator) * (reach + 2) - 2
        return x, truth(x) + run.noise * torch.randn(n, 1, generator=generator)

    data = (*sample(HELD_OUT, 2.0), *sample(run.n, run.reach))
    sizes = (1, run.width, run.width, 1)
    weights = []
    for fan_in, fan_out in pairwise(sizes):
        weights.append(torch.randn(fan_in, fan_out, generator=generator) / fan_in**0.5)
        weights.append(torch.zeros(1, fan_out))
    return (*data, *weights)


def forward(params: list[Tensor], x: Tensor) -> Tensor:
    """Outputs (seeds, n, 1) for inputs (seeds, n, 1)."""
    W1, b1, W2, b2, W3, b3 = params
    return torch.tanh(torch.tanh(x @ W1 + b1) @ W2 + b2) @ W3 + b3


def clip(params: list[Tensor]) -> None:
    """Scale each seed's gradient down to norm 1 where it is longer, so that no run overflows."""
    gradients = [p.grad for p in params if p.grad is not None]
    norm = torch.stack([g.square().sum((1, 2)) for g in gradients]).sum(0).sqrt()
    for g in gradients:
        g /= norm.clamp(min=1.0)[:, None, None]


def curves(run: Run, seeds: range = SEEDS) -> dict[str, Tensor]:
    """Mean squared errors every 50 steps: "train" and "validation", each (seeds, points)."""
    x_val, y_val, x, y, *params = map(
        torch.stack, zip(*(draw(run, seed) for seed in seeds), strict=True)
    )
    params = [p.requires_grad_() for p in params]
    optimiser = torch.optim.SGD(params, lr=run.lr, momentum=MOMENTUM)
    found: dict[str, list[Tensor]] = {"train": [], "validation": []}
    for step in range(STEPS + 1):
        errors = (forward(params, x) - y).square().mean((1, 2))
        if step % EVERY == 0:
            with torch.no_grad():
                held_out = (forward(params, x_val) - y_val).square().mean((1, 2))
            found["train"].append(errors.detach())
            found["validation"].append(held_out)
        optimiser.zero_grad()
        errors.sum().backward()  # each seed's weights get the gradient of its own mean
        clip(params)
        optimiser.step()
    return {name: torch.stack(values, 1) for name, values in found.items()}


def doctor() -> list[dict[str, Any]]:
    """Every patient under every treatment; the last errors of each seed, the curves of one."""
    runs = []
    for patient, run in PATIENTS.items():
        for treatment in PATIENTS:
            found = curves(treated(run, treatment))
            train, held_out = found["train"], found["validation"]
            runs.append(
                {
                    "patient": patient,
                    "treatment": treatment,
                    "train": rounded(train[:, -1]),
                    "validation": rounded(held_out[:, -1]),
                    "train_curve": rounded(train[0]),
                    "validation_curve": rounded(held_out[0]),
                }
            )
    return runs


def rounded(values: Tensor) -> list[float | None]:
    """Four digits each; None for what is infinite or no number."""
    listed = [float(f"{value:.4g}") for value in values.tolist()]
    return [value if abs(value) < 1e6 else None for value in listed]


def main(argv: list[str] | None = None) -> None:
    """Run the experiment and store its result."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("experiment", choices=["doctor"])
    parser.add_argument("--folder", type=Path, default=RESULTS, help="where results are written")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args(argv)
    torch.set_num_threads(options.threads)
    result = {
        "command": f"python -m mlpbook.experiments.recruit_1 {options.experiment}",
        "torch": torch.__version__,
        "threads": options.threads,
        "steps": list(range(0, STEPS + 1, EVERY)),
        "runs": doctor(),
    }
    save_result("recruit_1", options.experiment, result, options.folder)


if __name__ == "__main__":
    main()
