"""Right and typical wrong answers to the tasks of 4.5. Wrong ones stand under their hint."""

import torch


def decayed_step(weight=1.0, bias=0.0, *, lr_power=1, after=False, step=True):
    """A step with a decay of weight lr**lr_power lambda w, and the like for the bias."""

    def update(params, lr, lambd):
        with torch.no_grad():
            for p in params:
                amount = (weight if p.ndim == 2 else bias) * lr**lr_power * lambd
                if not after:
                    p.mul_(1 - amount)
                if step:
                    p.sub_(lr * p.grad)
                if after:
                    p.mul_(1 - amount)
                p.grad = None

    return update


def decay_by_sign(params, lr, lambd):
    with torch.no_grad():
        for p in params:
            p -= lr * p.grad + (lr * lambd * p.sign() if p.ndim == 2 else 0)
            p.grad = None


def decay_matrices_alone(params, lr, lambd):
    with torch.no_grad():
        for p in params:
            if p.ndim == 2:
                p -= lr * (p.grad + lambd * p)
            p.grad = None


def decay_rebinds(params, lr, lambd):
    for p in params:
        p = p - lr * (p.grad + lambd * p)


def decay_new_list(params, lr, lambd):
    for i, p in enumerate(params):
        params[i] = (p - lr * (p.grad + lambd * p)).detach().requires_grad_()


def decay_recorded(params, lr, lambd):
    for p in params:
        p -= lr * (p.grad + lambd * p)
        p.grad = None


def decay_keeps_grad(params, lr, lambd):
    with torch.no_grad():
        for p in params:
            p -= lr * (p.grad + (lambd * p if p.ndim == 2 else 0))


def df(X, lambd):
    s = torch.linalg.svdvals(X - X.mean(0))
    s = s[s > 1e-9]
    return (s**2 / (s**2 + len(X) * lambd)).sum()


def df_by_trace(X, lambd):
    Xc = X - X.mean(0)
    H = Xc.T @ Xc / len(X)
    return (torch.linalg.pinv(H + lambd * torch.eye(len(H)), hermitian=True) @ H).trace()


def df_with(scale=None, *, centre=True, power=2, keep=True, total=True):
    """Degrees of freedom with something wrong."""

    def count(X, lambd):
        s = torch.linalg.svdvals(X - X.mean(0) if centre else X)
        s = s[s > 1e-9] ** power
        added = (len(X) if scale is None else scale(X)) * lambd
        factors = s / (s + added) if keep else added / (s + added)
        return factors.sum() if total else factors

    return count


def df_all_values(X, lambd):
    s2 = torch.linalg.eigvalsh((X - X.mean(0)).T @ (X - X.mean(0))).clamp(min=0)
    s2 = torch.where(s2 < 1e-9, torch.zeros_like(s2), s2)
    return (s2 / (s2 + len(X) * lambd)).sum()


def soft(z, t):
    return z.sign() * (z.abs() - t).clamp(min=0)


def proximal(w, gradient, lr, lambd):
    return soft(w - lr * gradient, lr * lambd)


def proximal_two_sided(w, gradient, lr, lambd):
    z, t = w - lr * gradient, lr * lambd
    return torch.relu(z - t) - torch.relu(-z - t)


def moved(change):
    """A step, then `change` of the place reached and of the threshold."""
    return lambda w, gradient, lr, lambd: change(w - lr * gradient, lr * lambd)


def ridge(X, y, lambd):
    Xc, yc = X - X.mean(0), y - y.mean(0)
    A = Xc.T @ Xc / len(X) + lambd * torch.eye(X.shape[1], dtype=X.dtype)
    w = torch.linalg.solve(A, Xc.T @ yc / len(X))
    return w, y.mean(0) - X.mean(0) @ w


def ridge_by_stacking(X, y, lambd):
    n, d = X.shape
    root = (n * lambd) ** 0.5 * torch.eye(d, dtype=X.dtype)
    top = torch.cat([X - X.mean(0), root])
    bottom = torch.cat([y - y.mean(), torch.zeros(d, 1, dtype=X.dtype)])
    w = torch.linalg.lstsq(top, bottom).solution
    return w, y.mean(0) - X.mean(0) @ w


def ridge_through_origin(X, y, lambd):
    A = X.T @ X / len(X) + lambd * torch.eye(X.shape[1], dtype=X.dtype)
    return torch.linalg.solve(A, X.T @ y / len(X))


def ridge_ones(X, y, lambd):
    v = ridge_through_origin(torch.cat([X, torch.ones_like(y)], 1), y, lambd)
    return v[:-1], v[-1]


def ridge_bias_late(X, y, lambd):
    w = ridge_through_origin(X, y, lambd)
    return w, (y - X @ w).mean(0)


STARTERS = {
    "4.5-decay": lambda params, lr, lambd: ...,
    "4.5-df": lambda X, lambd: ...,
    "4.5-soft-threshold": lambda w, gradient, lr, lambd: ...,
    "4.5-ridge": lambda X, y, lambd: ...,
}

RIGHT = {
    "4.5-decay": [decayed_step()],
    "4.5-df": [df, df_by_trace],
    "4.5-soft-threshold": [proximal, proximal_two_sided],
    "4.5-ridge": [ridge, ridge_by_stacking],
}

WRONG = {
    "4.5-decay": [
        ("no-decay", decayed_step(0.0)),
        ("twice", decayed_step(2.0)),
        ("decay-without-lr", decayed_step(lr_power=0)),
        ("grows", decayed_step(-1.0)),
        ("decays-gradient", decayed_step(after=True)),
        ("only-decay", decayed_step(step=False)),
        ("sign", decay_by_sign),
        ("bias-decays", decayed_step(1.0, 1.0)),
        ("bias-stays", decay_matrices_alone),
        ("unchanged", decay_rebinds),
        ("replaces-tensors", decay_new_list),
        ("no-no-grad", decay_recorded),
        ("grad-not-zeroed", decay_keeps_grad),
        ("values", decayed_step(0.5)),
    ],
    "4.5-df": [
        ("not-centred", df_with(centre=False)),
        ("sum-lambda", df_with(lambda X: 1)),
        ("not-squared", df_with(power=1)),
        ("parameters", lambda X, lambd: torch.tensor(float(X.shape[1]), dtype=X.dtype)),
        ("complement", df_with(keep=False)),
        ("factors", df_with(total=False)),
        ("columns", df_with(lambda X: X.shape[1])),
        ("zero-by-zero", df_all_values),
        ("dtype", lambda X, lambd: df(X, lambd).float()),
        ("values", lambda X, lambd: 2 * df(X, lambd)),
    ],
    "4.5-soft-threshold": [
        ("subgradient", lambda w, g, lr, lambd: w - lr * g - lr * lambd * w.sign()),
        ("no-threshold", moved(lambda z, t: z)),
        ("threshold-without-lr", lambda w, g, lr, lambd: soft(w - lr * g, lambd)),
        ("threshold-first", lambda w, g, lr, lambd: soft(w, lr * lambd) - lr * g),
        ("not-clamped", moved(lambda z, t: z - t * z.sign())),
        ("hard", moved(lambda z, t: torch.where(z.abs() > t, z, 0 * z))),
        ("no-sign", moved(lambda z, t: (z.abs() - t).clamp(min=0))),
        ("one-sided", moved(lambda z, t: (z - t).clamp(min=0))),
        ("ridge", moved(lambda z, t: z / (1 + t))),
        ("ascends", lambda w, g, lr, lambd: soft(w + lr * g, lr * lambd)),
        ("nearly-zero", lambda *given: proximal(*given) + 1e-9),
        ("in-place", lambda w, g, lr, lambd: soft(w.sub_(lr * g), lr * lambd)),
        ("not-a-tensor", lambda *given: proximal(*given).tolist()),
    ],
    "4.5-ridge": [
        ("bias-penalised", ridge_ones),
        ("no-bias", lambda X, y, v: (ridge_through_origin(X, y, v), torch.zeros(1).double())),
        ("no-bias", ridge_bias_late),
        ("sum-lambda", lambda X, y, v: ridge(X, y, v / len(X))),
        ("twice", lambda X, y, v: ridge(X, y, 2 * v)),
        ("no-penalty", lambda X, y, v: ridge(X, y, 1e-12)),
        ("bias-not-shifted", lambda X, y, v: (ridge(X, y, v)[0], y.mean(0))),
        ("not-a-pair", lambda X, y, v: ridge(X, y, v)[0]),
        ("shape", lambda X, y, v: (ridge(X, y, v)[0][:, 0], ridge(X, y, v)[1])),
        ("values", lambda X, y, v: (ridge(X, y, v)[0], ridge(X, y, v)[1] + 1)),
    ],
}
