"""Right and typical wrong answers to the tasks of 4.4. Wrong ones stand under their hint."""

import torch


def by_lstsq(X, y):
    return torch.linalg.lstsq(X, y, driver="gelsd").solution


def by_pinv(X, y):
    return torch.linalg.pinv(X, rtol=1e-14) @ y


def by_inverse(X, y):
    return torch.linalg.inv(X.T @ X) @ X.T @ y


def by_gram_pinv(X, y):
    return torch.linalg.pinv(X.T @ X, hermitian=True, rtol=1e-12) @ (X.T @ y)


def longer(X, y):
    w = by_pinv(X, y)
    Vh = torch.linalg.svd(X).Vh
    short = torch.linalg.matrix_rank(X) < X.shape[1]
    return w + Vh[-1] if short else w


def k_fold(n, k, generator):
    folds = torch.randperm(n, generator=generator).tensor_split(k)
    return [(torch.cat(folds[:i] + folds[i + 1 :]), folds[i]) for i in range(k)]


def k_fold_lists(n, k, generator):
    return [(t.sort().values, v) for t, v in k_fold(n, k, generator)]


def k_fold_sorted(n, k, generator):
    folds = torch.arange(n).tensor_split(k)
    return [(torch.cat(folds[:i] + folds[i + 1 :]), folds[i]) for i in range(k)]


def k_fold_truncates(n, k, generator):
    order, size = torch.randperm(n, generator=generator), n // k
    folds = [order[i * size : (i + 1) * size] for i in range(k)]
    return [(torch.cat(folds[:i] + folds[i + 1 :]), folds[i]) for i in range(k)]


def k_fold_remainder_last(n, k, generator):
    order, size = torch.randperm(n, generator=generator), n // k
    cuts = [i * size for i in range(1, k)]
    folds = order.tensor_split(cuts)
    return [(torch.cat(folds[:i] + folds[i + 1 :]), folds[i]) for i in range(k)]


def k_fold_replaces(n, k, generator):
    folds = torch.randint(n, (n,), generator=generator).tensor_split(k)
    everything = torch.arange(n)
    return [(everything[~torch.isin(everything, v)], v) for v in folds]


def stop(losses, patience):
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        elif epoch - best >= patience:
            return best
    return best


def stop_counting(losses, patience):
    best, waited = 0, 0
    for epoch in range(1, len(losses)):
        waited = 0 if losses[epoch] < losses[best] else waited + 1
        best = epoch if waited == 0 else best
        if waited == patience:
            break
    return best


def stop_with_ties(losses, patience):
    best = 0
    for epoch, loss in enumerate(losses):
        if loss <= losses[best]:
            best = epoch
        elif epoch - best >= patience:
            return best
    return best


def last_trained(losses, patience):
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        elif epoch - best >= patience:
            return epoch
    return len(losses) - 1


STARTERS = {
    "4.4-least-squares": lambda X, y: ...,
    "4.4-k-fold": lambda n, k, generator: ...,
    "4.4-early-stopping": lambda losses, patience: ...,
}

RIGHT = {
    "4.4-least-squares": [by_lstsq, by_pinv],
    "4.4-k-fold": [k_fold, k_fold_lists],
    "4.4-early-stopping": [stop, stop_counting],
}

WRONG = {
    "4.4-least-squares": [
        ("predictions", lambda X, y: X @ by_pinv(X, y)),
        ("residuals", lambda X, y: y - X @ by_pinv(X, y)),
        ("no-gram", lambda X, y: X.T @ y),
        ("ridge", lambda X, y: by_pinv(X.T @ X + torch.eye(4).to(X), X.T @ y)),
        ("sign", lambda X, y: -by_pinv(X, y)),
        ("singular", by_inverse),
        ("not-shortest", longer),
        ("inaccurate", by_gram_pinv),
        ("shape", lambda X, y: by_pinv(X, y[:, None])),
        ("dtype", lambda X, y: by_pinv(X, y).float()),
    ],
    "4.4-k-fold": [
        ("not-pairs", lambda n, k, generator: torch.randperm(n, generator=generator)),
        ("not-pairs", lambda n, k, generator: [(list(range(n)), [0])] * k),
        ("number", lambda n, k, generator: k_fold(n, k, generator)[1:]),
        ("overlap", lambda n, k, g: [(torch.arange(n), v) for _, v in k_fold(n, k, g)]),
        ("swapped", lambda n, k, g: [(v, t) for t, v in k_fold(n, k, g)]),
        ("twice", k_fold_replaces),
        ("twice", lambda n, k, g: k_fold(n, k, g)[:1] * k),
        ("incomplete", k_fold_truncates),
        ("wastes", lambda n, k, g: [(t[1:], v) for t, v in k_fold(n, k, g)]),
        ("uneven", k_fold_remainder_last),
        ("not-shuffled", k_fold_sorted),
        ("ignores-generator", lambda n, k, generator: k_fold(n, k, None)),
    ],
    "4.4-early-stopping": [
        ("last-epoch", last_trained),
        ("looks-ahead", lambda losses, patience: losses.index(min(losses))),
        ("counts-from-one", lambda losses, patience: stop(losses, patience) + 1),
        ("too-patient", lambda losses, patience: stop(losses, patience + 1)),
        ("impatient", lambda losses, patience: stop(losses, max(1, patience - 1))),
        ("ties", stop_with_ties),
        ("epoch", lambda losses, patience: -1),
        ("not-a-number", lambda losses, patience: float(stop(losses, patience))),
    ],
}
