"""Sharpness of the loss: the top eigenvalue of its Hessian, by Lanczos' method."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.func import grad, jvp
from torch.nn import functional as F

from mlpbook.experiments.mlp import (
    Setting,
    Split,
    batches,
    forward,
    init_params,
    load,
    measure,
    sgd,
)


def top_eigenpair(
    loss: Callable[[list[Tensor]], Tensor],
    params: list[Tensor],
    *,
    iterations: int = 25,
    seed: int = 0,
) -> tuple[float, list[Tensor]]:
    r"""Largest eigenvalue of the Hessian of ``loss`` and its eigenvector, by Lanczos' method.

    The Hessian is never formed: its product with a vector is the directional derivative of
    the gradient, so one iteration costs a few backward passes. Plain power iteration would
    not do near the start, a saddle, where eigenvalues come in pairs of opposite sign.

    Args:
        loss: Twice differentiable function of the parameters, returning a scalar.
        params: Point at which the Hessian is taken.
        iterations: Size of the Krylov space; at most the number of parameters.
        seed: Seeds the first vector.

    Returns:
        The eigenvalue and the unit eigenvector, cut into the shapes of ``params``.
    """
    shapes = [p.shape for p in params]
    sizes = [p.numel() for p in params]

    def unflatten(vector: Tensor) -> list[Tensor]:
        return [v.view(s) for v, s in zip(vector.split(sizes), shapes, strict=True)]

    def product(vector: Tensor) -> Tensor:
        Hv = jvp(grad(loss), ([p.detach() for p in params],), (unflatten(vector),))[1]
        return torch.cat([v.flatten() for v in Hv])

    generator = torch.Generator().manual_seed(seed)
    q = torch.randn(sum(sizes), generator=generator, dtype=params[0].dtype)
    basis, rows = [q / q.norm()], []
    for _ in range(iterations):
        w = product(basis[-1])
        Q = torch.stack(basis)
        rows.append(Q @ w)
        w = w - Q.T @ (Q @ w)
        w = w - Q.T @ (Q @ w)
        if len(basis) == iterations or w.norm() < 1e-6 * rows[-1].norm():
            break
        basis.append(w / w.norm())
    T = torch.zeros(len(rows), len(rows), dtype=q.dtype)
    for j, row in enumerate(rows):
        T[: len(row), j] = row
        T[j, : len(row)] = row
    values, vectors = torch.linalg.eigh(T)
    return values[-1].item(), unflatten(vectors[:, -1] @ torch.stack(basis))


def follow(setting: Setting, seed: int, *, every: int = 5, steps: int = 60) -> dict[str, Any]:
    """Train for ``steps`` steps; record sharpness, loss and dead units every ``every`` steps.

    The sharpness is that of the loss on the first 2,000 training images; dead units are
    counted on the validation images.
    """
    generator = torch.Generator().manual_seed(seed)
    params = init_params(setting, generator)
    data, validation = load("train", setting.centre), load("validation", setting.centre)
    part = Split(data.X[:2000], data.y[:2000])
    curves: dict[str, list[float]] = {"step": [], "sharpness": [], "loss": [], "dead": []}

    def loss(values: list[Tensor]) -> Tensor:
        return F.cross_entropy(forward(values, part.X), part.y)

    order = list(batches(len(data.y), setting.batch_size, generator))
    for step in range(steps + 1):
        if step % every == 0:
            seen = measure(params, validation)
            curves["step"].append(step)
            curves["sharpness"].append(round(top_eigenpair(loss, params)[0], 4))
            curves["loss"].append(seen["loss"])
            curves["dead"].append(seen["dead"])
        rows = order[step]
        F.cross_entropy(forward(params, data.X[rows]), data.y[rows]).backward()
        sgd(params, setting.lr)
    return {"setting": setting.to_json(), "seed": seed, **curves}
