"""Right and typical wrong answers to the tasks of 4.6. Wrong ones stand under their hint."""

import torch


def mask(shape, p, generator):
    return torch.rand(shape, generator=generator) >= p


def dropout(X, p, training, generator):
    if not training or p == 0:
        return X
    return torch.zeros_like(X) * X if p == 1 else X * mask(X.shape, p, generator) / (1 - p)


def dropout_where(X, p, training, generator):
    scale = 1 / (1 - p) if p < 1 else 1.0
    kept = mask(X.shape, p, generator)
    return torch.where(kept, X * scale, 0.0) if training else X


def masked(make, factor):
    """A dropout with a mask and a factor of one's own."""

    def answer(X, p, training, generator):
        if not training or p in (0, 1):
            return dropout(X, p, training, generator)
        return X * make(X.shape, p, generator) * factor(p)

    return answer


def inverse(p):
    return 1 / (1 - p)


def dropout_in_place(X, p, training, generator):
    if training:
        X *= mask(X.shape, p, generator) / max(1 - p, 1e-9)
    return X


def testing(scale):
    def answer(X, p, training, generator):
        return dropout(X, p, True, generator) if training else X * scale(p)

    return answer


def dropconnect(X, W, p, generator):
    return X @ (W * mask(W.shape, p, generator) / (1 - p))


def connected(make, factor):
    return lambda X, W, p, generator: X @ (W * make(W.shape, p, generator) * factor(p))


def mc_mean(logits):
    return logits.softmax(-1).mean(0)


def mc_mean_naive(logits):
    E = logits.exp()
    return (E / E.sum(-1, keepdim=True)).mean(0)


RIGHT = {
    "4.6-dropout": [dropout, dropout_where],
    "4.6-dropconnect": [dropconnect],
    "4.6-mc-mean": [mc_mean, lambda logits: sum(z.softmax(1) for z in logits) / len(logits)],
}
STARTERS = {
    "4.6-dropout": lambda X, p, training, generator: ...,
    "4.6-dropconnect": lambda X, W, p, generator: ...,
    "4.6-mc-mean": lambda logits: ...,
}
WRONG = {
    "4.6-dropout": [
        ("scales-in-testing", testing(lambda p: 1 - p)),
        ("scales-up-in-testing", testing(inverse)),
        ("not-scaled", masked(mask, lambda p: 1)),
        ("divided-by-p", masked(mask, lambda p: 1 / p)),
        ("times-keep", masked(mask, lambda p: 1 - p)),
        ("factor", masked(mask, lambda p: 1 / (1 - p) ** 2)),
        ("keep-or-drop", masked(lambda s, p, g: ~mask(s, p, g), inverse)),
        ("share", masked(lambda s, p, g: torch.randn(s, generator=g) >= p, inverse)),
        ("all-dropped", masked(lambda s, p, g: torch.rand(s, generator=g) > 1, inverse)),
        ("one-mask", masked(lambda s, p, g: mask(s[-1:], p, g), inverse)),
        ("whole-rows", masked(lambda s, p, g: mask((s[0], 1), p, g), inverse)),
        ("ignores-generator", masked(lambda s, p, g: mask(s, p, None), inverse)),
        ("in-place", dropout_in_place),
        ("detached", lambda X, p, training, g: dropout(X.detach(), p, training, g)),
        ("shape", lambda X, p, training, g: dropout(X, p, training, g)[:-1]),
    ],
    "4.6-dropconnect": [
        ("no-noise", lambda X, W, p, generator: X @ W),
        ("whole-rows", connected(lambda s, p, g: mask((s[0], 1), p, g), inverse)),
        ("whole-columns", connected(lambda s, p, g: mask((1, s[1]), p, g), inverse)),
        ("not-scaled", connected(mask, lambda p: 1)),
        ("divided-by-p", connected(mask, lambda p: 1 / p)),
        ("times-keep", connected(mask, lambda p: 1 - p)),
        ("factor", connected(mask, lambda p: 1 / (1 - p) ** 2)),
        ("keep-or-drop", connected(lambda s, p, g: ~mask(s, p, g), inverse)),
        ("share", connected(lambda s, p, g: torch.randn(s, generator=g) >= p, inverse)),
        ("all-dropped", connected(lambda s, p, g: torch.rand(s, generator=g) > 1, inverse)),
        ("transposed", lambda X, W, p, g: dropconnect(X, W, p, g).T),
        (
            "ignores-generator",
            lambda X, W, p, g: dropconnect(X, W, p, torch.Generator().manual_seed(0)),
        ),
        ("detached", lambda X, W, p, g: dropconnect(X, W.detach(), p, g)),
    ],
    "4.6-mc-mean": [
        ("averages-scores", lambda logits: logits.mean(0).softmax(1)),
        ("scores-only", lambda logits: logits.mean(0)),
        ("one-pass", lambda logits: logits[0].softmax(1)),
        ("last-pass", lambda logits: logits[-1].softmax(1)),
        ("sum", lambda logits: logits.softmax(2).sum(0)),
        ("wrong-axis", lambda logits: logits.softmax(0).mean(0)),
        ("axis-of-images", lambda logits: logits.softmax(1).mean(0)),
        ("averages-images", lambda logits: logits.softmax(2).mean(1)),
        ("spread", lambda logits: logits.softmax(2).std(0)),
        ("nan", mc_mean_naive),
    ],
}
