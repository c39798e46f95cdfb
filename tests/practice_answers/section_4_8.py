"""Right and typical wrong answers to the tasks of 4.8. Wrong ones stand under their hint."""

import math

import torch
from torch import nn


def uniform(num_inputs, num_outputs, generator, bound):
    return bound * (2 * torch.rand(num_inputs, num_outputs, generator=generator) - 1)


def with_bound(formula):
    return lambda i, o, generator: uniform(i, o, generator, formula(i, o))


def xavier_torch(num_inputs, num_outputs, generator):
    return nn.init.xavier_uniform_(torch.empty(num_inputs, num_outputs), generator=generator)


def normal(num_inputs, num_outputs, generator):
    std = math.sqrt(2 / (num_inputs + num_outputs))
    return std * torch.randn(num_inputs, num_outputs, generator=generator)


def joint(grads):
    return torch.stack([(g**2).sum() for g in grads]).sum().sqrt()


def clip(grads, max_norm):
    norm = joint(grads)
    return [g * (max_norm / norm) for g in grads] if norm > max_norm else list(grads)


def clip_torch(grads, max_norm):
    params = [nn.Parameter(torch.zeros_like(g)) for g in grads]
    for p, g in zip(params, grads, strict=True):
        p.grad = g.clone()
    nn.utils.clip_grad_norm_(params, max_norm)
    return [p.grad for p in params]


def clip_in_place(grads, max_norm):
    for g in grads:
        g.mul_(max_norm / joint(grads))
    return grads


def by_factor(factor):
    return lambda grads, c: [g * min(1.0, float(factor(grads, c))) for g in grads]


STARTERS = {
    "4.8-xavier": lambda num_inputs, num_outputs, generator: ...,
    "4.8-leaky-std": lambda num_inputs, num_outputs, slope: ...,
    "4.8-clip": lambda grads, max_norm: ...,
}

RIGHT = {
    "4.8-xavier": [with_bound(lambda i, o: math.sqrt(6 / (i + o))), xavier_torch],
    "4.8-leaky-std": [
        lambda i, o, a: math.sqrt(2 / ((1 + a**2) * i)),
        lambda i, o, a: torch.tensor(2 / (1 + a**2) / i, dtype=torch.float64).sqrt(),
    ],
    "4.8-clip": [clip, clip_torch],
}

WRONG = {
    "4.8-xavier": [
        ("variance-third", with_bound(lambda i, o: math.sqrt(2 / (i + o)))),
        ("variance-as-bound", with_bound(lambda i, o: 2 / (i + o))),
        ("only-inputs", with_bound(lambda i, o: math.sqrt(3 / i))),
        ("only-outputs", with_bound(lambda i, o: math.sqrt(3 / o))),
        ("he", with_bound(lambda i, o: math.sqrt(6 / i))),
        ("variance", with_bound(lambda i, o: 1.0)),
        ("not-uniform", normal),
        ("not-centred", lambda i, o, generator: torch.rand(i, o, generator=generator) / 10),
        ("ignores-generator", lambda i, o, g: uniform(i, o, None, math.sqrt(6 / (i + o)))),
        ("shape", lambda i, o, g: uniform(o, i, g, math.sqrt(6 / (i + o)))),
        ("not-a-tensor", lambda i, o, g: math.sqrt(6 / (i + o))),
    ],
    "4.8-leaky-std": [
        ("ignores-slope", lambda i, o, a: math.sqrt(2 / i)),
        ("variance-not-std", lambda i, o, a: 2 / ((1 + a**2) * i)),
        ("fan-out", lambda i, o, a: math.sqrt(2 / ((1 + a**2) * o))),
        ("xavier-average", lambda i, o, a: math.sqrt(4 / ((1 + a**2) * (i + o)))),
        ("slope-not-squared", lambda i, o, a: math.sqrt(2 / ((1 + a) * i))),
        ("multiplies", lambda i, o, a: math.sqrt((1 + a**2) / 2 / i)),
        ("std", lambda i, o, a: 0.01),
        ("not-a-number", lambda i, o, a: "0.1"),
        ("shape", lambda i, o, a: torch.ones(2)),
    ],
    "4.8-clip": [
        ("always-scales", lambda grads, c: [g * c / joint(grads) for g in grads]),
        ("each-alone", lambda grads, c: [clip([g], c)[0] for g in grads]),
        ("by-value", lambda grads, c: [g.clamp(-c, c) for g in grads]),
        ("largest-entry", by_factor(lambda grads, c: c / max(g.abs().max() for g in grads))),
        ("squared-norm", by_factor(lambda grads, c: c / joint(grads) ** 2)),
        ("sum-of-norms", by_factor(lambda grads, c: c / sum(g.norm() for g in grads))),
        ("unchanged", lambda grads, c: list(grads)),
        ("clip", lambda grads, c: [0.5 * g for g in grads]),
        ("zero", lambda grads, c: [g * torch.clamp(c / joint(grads) * (joint(grads) > 0) +
                                   torch.log(joint(grads)) * 0, max=1) for g in grads]),
        ("not-a-list", lambda grads, c: joint(grads)),
        ("shapes", lambda grads, c: clip(grads, c)[:1]),
        ("in-place", clip_in_place),
    ],
}  # fmt: skip
