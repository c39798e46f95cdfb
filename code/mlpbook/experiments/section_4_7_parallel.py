"""One network on two processes: data parallel and tensor parallel, over gloo on the CPU.

Every function builds the same network 784-256-10 and the same batch of 64 from one seed, in
float64, so that gradients can be compared to the last digits. `run_two` starts both processes and
gathers what they found; `whole` is the same on one process.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor
from torch.autograd import grad
from torch.multiprocessing.spawn import spawn
from torch.nn import functional as F

SIZES, BATCH_SIZE, NUM_WORKERS = (784, 256, 10), 64, 2
Params = dict[str, Tensor]


def example() -> tuple[Tensor, Tensor, Params]:
    """Images (64, 784), labels (64,), and parameters that need gradients."""
    generator = torch.Generator().manual_seed(47)
    X = torch.rand(BATCH_SIZE, SIZES[0], generator=generator, dtype=torch.float64)
    y = torch.randint(SIZES[-1], (BATCH_SIZE,), generator=generator)
    params = {}
    for layer, (fan_in, fan_out) in enumerate(pairwise(SIZES), start=1):
        W = torch.randn(fan_in, fan_out, generator=generator, dtype=torch.float64)
        params[f"W{layer}"] = W * (2 / fan_in) ** 0.5
        params[f"b{layer}"] = torch.randn(fan_out, generator=generator, dtype=torch.float64)
    return X, y, {name: p.requires_grad_() for name, p in params.items()}


def forward(X: Tensor, p: Mapping[str, Tensor]) -> Tensor:
    """Logits of the network with one hidden layer."""
    return F.relu(X @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"]


def whole() -> Params:
    """The gradients on one process."""
    X, y, params = example()
    gradients = grad(F.cross_entropy(forward(X, params), y), list(params.values()))
    return dict(zip(params, gradients, strict=True))


def data_parallel(rank: int, k: int) -> dict[str, Any]:
    """All parameters, 1/k of the batch; the gradients are averaged over the processes."""
    X, y, params = example()
    X, y = X.chunk(k)[rank], y.chunk(k)[rank]
    loss = F.cross_entropy(forward(X, params), y)
    gradients = grad(loss, list(params.values()))
    for g in gradients:
        dist.all_reduce(g)  # the sum over all processes, on each of them
        g /= k
    return {
        "gradients": dict(zip(params, gradients, strict=True)),
        "parameters": sum(p.numel() for p in params.values()),
        "sent": sum(g.numel() for g in gradients),
    }


class Sum(torch.autograd.Function):
    """Adds a tensor over all processes; every process has the whole sum's adjoint already."""

    @staticmethod
    def forward(ctx: Any, part: Tensor) -> Tensor:
        total = part.clone()
        dist.all_reduce(total)
        return total

    @staticmethod
    def backward(ctx: Any, *adjoints: Tensor) -> Tensor:
        return adjoints[0]


def tensor_parallel(rank: int, k: int) -> dict[str, Any]:
    """The whole batch, 1/k of the hidden units; the outputs are added over the processes."""
    X, y, params = example()
    own = {  # W1 by columns, W2 by rows; the output bias on all
        "W1": params["W1"].chunk(k, dim=1)[rank],
        "b1": params["b1"].chunk(k)[rank],
        "W2": params["W2"].chunk(k, dim=0)[rank],
        "b2": params["b2"],
    }
    own = {name: p.detach().clone().requires_grad_() for name, p in own.items()}
    H = F.relu(X @ own["W1"] + own["b1"])
    logits = Sum.apply(H @ own["W2"]) + own["b2"]
    gradients = grad(F.cross_entropy(logits, y), list(own.values()))
    return {
        "gradients": dict(zip(own, gradients, strict=True)),
        "parameters": sum(p.numel() for p in own.values()),
        "sent": logits.numel(),
    }


WAYS = {"data": data_parallel, "tensor": tensor_parallel}


def worker(rank: int, folder: str) -> None:
    """What each process runs; its findings go into a file."""
    torch.set_num_threads(1)
    store = f"file://{folder}/meet"
    dist.init_process_group("gloo", init_method=store, rank=rank, world_size=NUM_WORKERS)
    found = {way: run(rank, NUM_WORKERS) for way, run in WAYS.items()}
    dist.barrier()
    dist.destroy_process_group()
    torch.save(found, f"{folder}/{rank}.pt")


def run_two() -> dict[str, dict[str, Any]]:
    """Run both ways on two processes; "gradients" are put together again, the rest is one's own."""
    os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")
    with tempfile.TemporaryDirectory() as folder:
        spawn(worker, args=(folder,), nprocs=NUM_WORKERS)
        files = [Path(folder, f"{rank}.pt") for rank in range(NUM_WORKERS)]
        parts = [torch.load(file, weights_only=True) for file in files]
    found = parts[0]
    shards = [part["tensor"]["gradients"] for part in parts]
    found["tensor"]["gradients"] = {
        "W1": torch.cat([s["W1"] for s in shards], dim=1),
        "b1": torch.cat([s["b1"] for s in shards]),
        "W2": torch.cat([s["W2"] for s in shards], dim=0),
        "b2": shards[0]["b2"],
    }
    return found
