"""Right and typical wrong answers to the tasks of the CS224n lecture, under their hints."""

import math

import torch


def directional(eps=1e-5, *, double=True, two=2.0, sided=True, change=lambda v: v):
    """A difference quotient with something wrong, or nothing."""

    def slope(f, x, v):
        if double:
            x, v = x.double(), v.double()
        v = change(v)
        below = f(x - eps * v) if sided else f(x)
        return ((f(x + eps * v) - below) / ((two if sided else 1) * eps)).item()

    return slope


def by_parts(f, x, v):
    """One component at a time."""
    x, total = x.double().clone(), 0.0
    flat, direction = x.view(-1), v.double().reshape(-1)
    for i in range(len(flat)):
        old = flat[i].item()
        sides = []
        for move in (1e-5, -1e-5):
            flat[i] = old + move
            sides.append(f(x).item())
        flat[i] = old
        total += direction[i].item() * (sides[0] - sides[1]) / 2e-5
    return total


def numgrad_in_place(f, x, v):
    x += 1e-5 * v
    above = f(x)
    x -= 2e-5 * v
    return ((above - f(x)) / 2e-5).item()


def rate(t, peak, warmup, num_steps):
    if t < warmup:
        return peak * (t + 1) / (warmup + 1)
    share = (t - warmup) / (num_steps - warmup)
    return peak * (1 + math.cos(math.pi * share)) / 2


def half(t, peak, warmup, num_steps):
    return peak * (1 + math.cos(math.pi * t / num_steps)) / 2


def after(ramp, fall=rate):
    """A schedule of two parts."""
    return lambda t, *given: ramp(t, *given) if t < given[1] else fall(t, *given)


def short(t, peak, warmup, num_steps):
    """Does not end at 0."""
    return 1e-3 * peak if t == num_steps else rate(t, peak, warmup, num_steps)


def adamw(p, g, m, v, t, lr, decay):
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    p = p * (1 - lr * decay)
    return p - lr * (m / (1 - 0.9**t)) / ((v / (1 - 0.999**t)).sqrt() + 1e-8), m, v


def adam_with(step=None, *, moments=None, coupled=False, keep=lambda m, v, t: (m, v)):
    """A step with something wrong."""

    def update(p, g, m, v, t, lr, decay):
        g = g + decay * p if coupled else g
        m, v = moments(g, m, v) if moments else (0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2)
        direction = m / (1 - 0.9**t) / ((v / (1 - 0.999**t)).sqrt() + 1e-8)
        new = step(p, m, v, t, lr, decay) if step else p - lr * (direction + decay * p)
        return new, *keep(m, v, t)

    return update


def corrected(m, v, t):
    return m / (1 - 0.9**t), (v / (1 - 0.999**t)).sqrt() + 1e-8


def ratio(m, v, t):
    top, bottom = corrected(m, v, t)
    return top / bottom


STARTERS = {
    "lecture-cs224n-numgrad": lambda f, x, v: ...,
    "lecture-cs224n-schedule": lambda t, peak, warmup, num_steps: ...,
    "lecture-cs224n-adam": lambda p, g, m, v, t, lr, decay: ...,
}

RIGHT = {
    "lecture-cs224n-numgrad": [directional(), directional(1e-4), by_parts],
    "lecture-cs224n-schedule": [rate, lambda *given: torch.tensor(rate(*given)).double()],
    "lecture-cs224n-adam": [adamw, lambda *given: list(adamw(*given))],
}

WRONG = {
    "lecture-cs224n-numgrad": [
        ("not-a-float", lambda f, x, v: f(x + v) - f(x)),
        ("not-halved", directional(two=1.0)),
        ("quartered", directional(two=4.0)),
        ("sign", directional(two=-2.0)),
        ("unit-direction", directional(change=lambda v: v / v.norm())),
        ("ignores-direction", directional(change=torch.ones_like)),
        ("one-sided", directional(sided=False)),
        ("float32", directional(double=False)),
        ("slope", lambda f, x, v: 0.0),
        ("in-place", numgrad_in_place),
    ],
    "lecture-cs224n-schedule": [
        ("not-a-rate", lambda *given: "high"),
        ("zero-first", after(lambda t, peak, warmup, n: peak * t / warmup)),
        ("ramp", after(lambda t, peak, warmup, n: peak * (t + 1) / warmup)),
        ("no-warmup", half),
        ("cosine-from-start", after(rate, half)),
        ("peak-ignored", lambda t, peak, warmup, n: rate(t, 1.0, warmup, n)),
        ("not-halved-cosine", after(rate, lambda *given: 2 * rate(*given))),
        ("rising", after(lambda t, peak, warmup, n: peak / 2)),
        ("falling", after(rate, lambda t, peak, warmup, n: peak * (n - t) / n)),
        ("end", short),
    ],
    "lecture-cs224n-adam": [
        ("not-three", lambda *given: adamw(*given)[0]),
        ("decay-in-gradient", adam_with(coupled=True)),
        ("no-factor", adam_with(moments=lambda g, m, v: (0.9 * m + g, 0.999 * v + g**2))),
        ("not-squared", adam_with(
            moments=lambda g, m, v: (0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g))),
        ("returns-corrected", adam_with(keep=lambda m, v, t: (m / (1 - 0.9**t), v))),
        ("no-correction", adam_with(
            lambda p, m, v, t, lr, decay: p - lr * (m / (v.sqrt() + 1e-8) + decay * p))),
        ("no-decay", adam_with(lambda p, m, v, t, lr, decay: p - lr * ratio(m, v, t))),
        ("decay-without-lr", adam_with(
            lambda p, m, v, t, lr, decay: p - lr * ratio(m, v, t) - decay * p)),
        ("ascends", adam_with(
            lambda p, m, v, t, lr, decay: p + lr * ratio(m, v, t) - lr * decay * p)),
        ("no-root", adam_with(lambda p, m, v, t, lr, decay: p - lr * (
            corrected(m, v, t)[0] / ((corrected(m, v, t)[1] - 1e-8) ** 2 + 1e-8) + decay * p))),
    ],
}  # fmt: skip
