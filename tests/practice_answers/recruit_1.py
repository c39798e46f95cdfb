"""Right and typical wrong answers to the tasks of the first recruit sheet."""

import math

import torch


def scaler(*, own=False, mean=True, std=True, each=True, correction=1, guard=True):
    """Standardise two sets; the keywords make it wrong in one way each."""

    def scale(train, test):
        def one(x):
            base = x if own else train
            centre = base.mean(0) if each else base.mean()
            width = base.std(0, correction=correction) if each else base.std()
            if guard:
                width = torch.where(width > 0, width, torch.ones_like(width))
            return (x - centre if mean else x) / (width if std else 1)

        return one(train), one(test)

    return scale


def min_max(train, test):
    low, high = train.amin(0), train.amax(0)
    width = torch.where(high > low, high - low, torch.ones_like(low))
    return (train - low) / width, (test - low) / width


def steps(n, batch_size, num_epochs, drop_last):
    per_epoch = n // batch_size if drop_last else math.ceil(n / batch_size)
    return num_epochs * per_epoch


def adam(sign=-1, v_corrected=True, r_corrected=True, inside=False, root=True, keep_hat=False):
    """A step of Adam; the arguments make it wrong in one way each."""

    def step(w, g, state, lr):
        v, r, t = state
        t += 1
        v, r = 0.9 * v + 0.1 * g, 0.999 * r + 0.001 * g**2
        v_hat = v / (1 - 0.9**t) if v_corrected else v
        r_hat = r / (1 - 0.999**t) if r_corrected else r
        below = (r_hat + 1e-8).sqrt() if inside else r_hat.sqrt() + 1e-8
        below = below if root else r_hat + 1e-8
        return w + sign * lr * v_hat / below, ((v_hat, r_hat, t) if keep_hat else (v, r, t))

    return step


def adam_no_count(w, g, state, lr):
    new, (v, r, _) = adam()(w, g, state, lr)
    return new, (v, r, state[2])


def adam_in_place(w, g, state, lr):
    new, state = adam()(w, g, state, lr)
    w.copy_(new)
    return w, state


STARTERS = {
    "recruit-1-scaler": lambda train, test: ...,
    "recruit-1-steps": lambda n, batch_size, num_epochs, drop_last: ...,
    "recruit-1-adam": lambda w, g, state, lr: ...,
}
RIGHT = {
    "recruit-1-scaler": [scaler(), lambda train, test: list(scaler()(train, test))],
    "recruit-1-steps": [steps, lambda n, b, e, d: torch.tensor(steps(n, b, e, d))],
    "recruit-1-adam": [adam()],
}
WRONG = {
    "recruit-1-scaler": [
        ("own-statistics", scaler(own=True)),
        ("no-mean", scaler(mean=False)),
        ("no-std", scaler(std=False)),
        ("whole-table", scaler(each=False)),
        ("divides-by-n", scaler(correction=0)),
        ("divides-by-zero", scaler(guard=False)),
        ("min-max", min_max),
        ("not-a-pair", lambda train, test: scaler()(train, test)[0]),
    ],
    "recruit-1-steps": [
        ("ignores-last", lambda n, b, e, d: e * (n // b)),
        ("ignores-drop", lambda n, b, e, d: e * math.ceil(n / b)),
        ("epochs-alone", lambda n, b, e, d: e),
        ("one-epoch", lambda n, b, e, d: steps(n, b, 1, d)),
        ("rounds-late", lambda n, b, e, d: math.ceil(e * n / b)),
        ("examples", lambda n, b, e, d: e * n),
        ("wrong-count", lambda n, b, e, d: 1),
        ("not-a-number", lambda n, b, e, d: str(steps(n, b, e, d))),
    ],
    "recruit-1-adam": [
        ("uphill", adam(sign=1)),
        ("no-correction", adam(v_corrected=False, r_corrected=False)),
        ("half-correction", adam(r_corrected=False)),
        ("epsilon-inside", adam(inside=True)),
        ("no-root", adam(root=False)),
        ("corrected-state", adam(keep_hat=True)),
        ("count", adam_no_count),
        ("in-place", adam_in_place),
        ("not-a-pair", lambda w, g, state, lr: adam()(w, g, state, lr)[0]),
        ("not-a-state", lambda w, g, state, lr: (w, None)),
    ],
}
