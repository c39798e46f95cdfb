"""Right and typical wrong answers to the tasks of 4.2. Wrong ones stand under their hint."""

import math
from itertools import pairwise

import torch
from torch import nn
from torch.nn import functional as F


def relu_in_place(X):
    X[X < 0] = 0
    return X


def relu_with_if(X):
    return X if X > 0 else torch.zeros_like(X)


def net(X, params):
    H = X.flatten(1)
    for i in range(0, len(params), 2):
        H = H @ params[i] + params[i + 1]
        if i < len(params) - 2:
            H = H.relu()
    return H


def net_rows(X, params):
    """A forward pass without flattening, to be varied."""
    *hidden, (W, b) = zip(params[::2], params[1::2], strict=True)
    for W_hidden, b_hidden in hidden:
        X = F.relu(X @ W_hidden + b_hidden)
    return X @ W + b


def net_unpacks_four(X, params):
    W1, b1, W2, b2 = params
    return F.relu(X.flatten(1) @ W1 + b1) @ W2 + b2


def net_without_activation(X, params):
    H = X.flatten(1)
    for W, b in zip(params[::2], params[1::2], strict=True):
        H = H @ W + b
    return H


def net_sigmoid(X, params):
    *hidden, (W, b) = zip(params[::2], params[1::2], strict=True)
    H = X.flatten(1)
    for W_hidden, b_hidden in hidden:
        H = torch.sigmoid(H @ W_hidden + b_hidden)
    return H @ W + b


def net_bias_late(X, params):
    *hidden, (W, b) = zip(params[::2], params[1::2], strict=True)
    H = X.flatten(1)
    for W_hidden, b_hidden in hidden:
        H = F.relu(H @ W_hidden) + b_hidden
    return H @ W + b


def net_without_bias(X, params):
    return net(X, [0 * p if p.ndim == 1 else p for p in params])


def net_reversed(X, params):
    layers = list(zip(params[::2], params[1::2], strict=True))[::-1]
    return net(X, [p for layer in layers for p in layer])


def net_transposed(X, params):
    return net(X, [p.T if p.ndim == 2 else p for p in params])


def net_clears_weights(X, params):
    out = net(X, params)
    params[0].mul_(0.5)
    return out


def net_squeezes(X, params):
    return net(X, params).squeeze(0)


def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad / batch_size
            param.grad.zero_()


def sgd_data(params, lr, batch_size):
    for param in params:
        param.data -= lr / batch_size * param.grad
        param.grad = None


def sgd_scaled(scale):
    """SGD whose step is scaled by scale(lr, batch_size)."""

    def step(params, lr, batch_size):
        with torch.no_grad():
            for param in params:
                param -= scale(lr, batch_size) * param.grad
                param.grad.zero_()

    return step


def sgd_rebinds(params, lr, batch_size):
    for param in params:
        param = param - lr * param.grad / batch_size


def sgd_zeroes_first(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param.grad.zero_()
            param -= lr * param.grad / batch_size


def sgd_new_list(params, lr, batch_size):
    for i, param in enumerate(params):
        params[i] = (param - lr * param.grad / batch_size).detach().requires_grad_()


def sgd_recorded(params, lr, batch_size):
    for param in params:
        param -= lr * param.grad / batch_size
        param.grad.zero_()


def sgd_freezes(params, lr, batch_size):
    for param in params:
        param.requires_grad_(False)
        param -= lr * param.grad / batch_size
        param.grad.zero_()


def sgd_keeps_grad(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad / batch_size


def cross_entropy(logits, y):
    shifted = logits - logits.amax(1, keepdim=True)
    return (shifted.exp().sum(1).log() - shifted[range(len(y)), y]).mean()


def naive_probabilities(logits):
    exponentials = logits.exp()
    return exponentials / exponentials.sum(1, keepdim=True)


def cross_entropy_naive(logits, y):
    return -naive_probabilities(logits)[range(len(y)), y].log().mean()


def cross_entropy_epsilon(logits, y):
    return -(logits.softmax(1)[range(len(y)), y] + 1e-8).log().mean()


def cross_entropy_log_of_softmax(logits, y):
    return -logits.softmax(1).log()[range(len(y)), y].mean()


def cross_entropy_half_detached(logits, y):
    return (logits.logsumexp(1).detach() - logits[range(len(y)), y]).mean()


def cross_entropy_in_place(logits, y):
    logits -= logits.amax(1, keepdim=True)
    return F.cross_entropy(logits, y)


def num_params(sizes):
    return sum((a + 1) * b for a, b in pairwise(sizes))


def num_params_module(sizes):
    layers = [nn.Linear(a, b) for a, b in pairwise(sizes)]
    return sum(param.numel() for param in nn.Sequential(*layers).parameters())


def weights(sizes):
    return sum(a * b for a, b in pairwise(sizes))


def num_params_two_layers(sizes):
    return (sizes[0] + 1) * sizes[1] + (sizes[1] + 1) * sizes[2]


def log_uniform(n, low, high, generator):
    exponents = math.log(low) + math.log(high / low) * torch.rand(n, generator=generator)
    return exponents.exp()


def uniform(n, low, high, generator):
    return low + (high - low) * torch.rand(n, generator=generator)


def exponent(n, low, high, generator):
    return uniform(n, math.log10(low), math.log10(high), generator)


def log_uniform_whole(n, low, high, generator):
    first, last = math.ceil(math.log2(low)), math.floor(math.log2(high))
    return 2.0 ** torch.randint(first, last + 1, (n,), generator=generator)


def log_uniform_triangular(n, low, high, generator):
    position = torch.rand(2, n, generator=generator).mean(0)
    return low * (high / low) ** position


def mean_of_rows(values, y):
    return values[range(len(y)), y].mean()


STARTERS = {
    "4.2-relu": lambda X: ...,
    "4.2-forward": lambda X, params: ...,
    "4.2-sgd": lambda params, lr, batch_size: ...,
    "4.2-cross-entropy": lambda logits, y: ...,
    "4.2-parameters": lambda sizes: ...,
    "4.2-log-uniform": lambda n, low, high, generator: ...,
}

RIGHT = {
    "4.2-relu": [
        lambda X: torch.maximum(X, torch.zeros_like(X)),
        lambda X: torch.where(X > 0, X, 0),
        lambda X: X.clamp(min=0),
    ],
    "4.2-forward": [net, lambda X, params: net_rows(X.reshape(-1, 784), params)],
    "4.2-sgd": [sgd, sgd_data],
    "4.2-cross-entropy": [
        cross_entropy,
        lambda logits, y: -mean_of_rows(logits.log_softmax(1), y),
    ],
    "4.2-parameters": [num_params, num_params_module],
    "4.2-log-uniform": [
        log_uniform,
        lambda n, low, high, generator: low * (high / low) ** torch.rand(n, generator=generator),
    ],
}

WRONG = {
    "4.2-relu": [
        ("identity", lambda X: X.clone()),
        ("abs", torch.abs),
        ("clamp-at-one", lambda X: X.clamp(0, 1)),
        ("derivative", lambda X: (X > 0).float()),
        ("derivative", lambda X: X > 0),
        ("minimum", lambda X: torch.minimum(X, torch.zeros_like(X))),
        ("one-number", lambda X: max(X.max(), torch.tensor(0.0))),
        ("drops-negatives", lambda X: X[X > 0]),
        ("leaky", lambda X: torch.maximum(X, 0.01 * X)),
        ("smooth", lambda X: torch.log(1 + X.exp())),
        ("if-on-tensor", relu_with_if),
        ("in-place", relu_in_place),
        ("dtype", lambda X: X.float().clamp(min=0)),
        ("nan", lambda X: X * (X > 0)),
        ("detached", lambda X: torch.tensor(X.detach().numpy().clip(min=0))),
        ("raises", lambda X: X.relu_function()),
        ("returns-none", lambda X: None),
        ("not-a-tensor", lambda X: X.tolist()),
        ("signature", lambda X, lr: X),
        ("not-a-function", torch.ones(3)),
        ("shape", lambda X: torch.stack([X.relu(), X.relu()])),
        ("values", lambda X: 2 * X.relu()),
        ("raises", lambda X: torch.stack([x.relu() for x in X])),
        ("unforeseen", lambda X: X.relu().to_sparse()),
    ],
    "4.2-forward": [
        ("softmax", lambda X, params: net(X, params).softmax(1)),
        ("log-softmax", lambda X, params: net(X, params).log_softmax(1)),
        ("relu-on-output", lambda X, params: net(X, params).relu()),
        ("no-bias", net_without_bias),
        ("no-activation", net_without_activation),
        ("other-activation", net_sigmoid),
        ("bias-after-relu", net_bias_late),
        ("only-two-layers", net_unpacks_four),
        ("only-two-layers", lambda X, params: net(X, params[:4])),
        ("wrong-order", net_reversed),
        ("transposed", net_transposed),
        ("not-flattened", net_rows),
        ("values", lambda X, params: net_rows(X.reshape(784, -1).T, params)),
        ("batch-of-one", net_squeezes),
        ("in-place", net_clears_weights),
        ("detached", lambda X, params: net(X, [p.detach() for p in params])),
    ],
    "4.2-sgd": [
        ("no-no-grad", sgd_recorded),
        ("no-division", sgd_scaled(lambda lr, n: lr)),
        ("multiplies", sgd_scaled(lambda lr, n: lr * n)),
        ("ascends", sgd_scaled(lambda lr, n: -lr / n)),
        ("ascends-undivided", sgd_scaled(lambda lr, n: -lr)),
        ("no-lr", sgd_scaled(lambda lr, n: 1 / n)),
        ("unchanged", sgd_rebinds),
        ("zeroes-first", sgd_zeroes_first),
        ("replaces-tensors", sgd_new_list),
        ("not-trainable", sgd_freezes),
        ("grad-not-zeroed", sgd_keeps_grad),
        ("values", sgd_scaled(lambda lr, n: lr / n / 2)),
        ("raises", lambda params, lr, batch_size: params.step()),
    ],
    "4.2-cross-entropy": [
        ("per-example", lambda logits, y: F.cross_entropy(logits, y, reduction="none")),
        ("sum", lambda logits, y: F.cross_entropy(logits, y, reduction="sum")),
        ("log2", lambda logits, y: -mean_of_rows(logits.softmax(1).log2(), y)),
        ("log10", lambda logits, y: -mean_of_rows(logits.softmax(1).log10(), y)),
        ("softmax-twice", lambda logits, y: F.cross_entropy(logits.softmax(1), y)),
        ("sign", lambda logits, y: mean_of_rows(logits.log_softmax(1), y)),
        ("no-log", lambda logits, y: F.nll_loss(logits.softmax(1), y)),
        ("no-normaliser", lambda logits, y: F.nll_loss(logits, y)),
        ("wrong-axis", lambda logits, y: F.nll_loss(logits.log_softmax(0), y)),
        ("all-entries", lambda logits, y: -(F.one_hot(y) * logits.log_softmax(1)).mean()),
        ("index-matrix", lambda logits, y: -logits.log_softmax(1)[:, y].mean()),
        ("overflow", cross_entropy_naive),
        ("overflow", cross_entropy_log_of_softmax),
        ("clipped", cross_entropy_epsilon),
        ("gradient", cross_entropy_half_detached),
        ("in-place", cross_entropy_in_place),
        ("not-a-tensor", lambda logits, y: F.cross_entropy(logits, y).item()),
        ("detached", lambda logits, y: F.cross_entropy(logits.detach(), y)),
    ],
    "4.2-parameters": [
        ("no-biases", weights),
        ("units", sum),
        ("units-without-input", lambda sizes: sum(sizes[1:])),
        ("input-biases", lambda sizes: weights(sizes) + sum(sizes)),
        ("no-output-bias", lambda sizes: weights(sizes) + sum(sizes[1:-1])),
        ("one-bias-a-layer", lambda sizes: weights(sizes) + len(sizes) - 1),
        ("bytes", lambda sizes: 4 * num_params(sizes)),
        ("product", math.prod),
        ("first-layer-only", lambda sizes: num_params(sizes[:2])),
        ("count", lambda sizes: num_params(sizes) + 1),
        ("raises", num_params_two_layers),
        ("not-a-number", lambda sizes: f"{num_params(sizes)}"),
        ("in-place", lambda sizes: num_params(sizes) + 0 * sizes.pop()),
    ],
    "4.2-log-uniform": [
        ("uniform", uniform),
        ("not-positive", exponent),
        ("bounds", lambda n, a, b, generator: exponent(n, a, b, generator).exp()),
        ("few-values", log_uniform_whole),
        ("few-values", lambda n, a, b, generator: log_uniform(1, a, b, generator).repeat(n)),
        ("uneven", log_uniform_triangular),
        ("ignores-generator", lambda n, a, b, generator: log_uniform(n, a, b, None)),
        (
            "ignores-generator",
            lambda n, a, b, generator: torch.logspace(math.log10(a), math.log10(b), n),
        ),
        ("shape", lambda n, a, b, generator: log_uniform(n, a, b, generator)[:, None]),
        ("shape", lambda n, a, b, generator: log_uniform(1, a, b, generator)),
        ("not-a-tensor", lambda n, a, b, generator: log_uniform(n, a, b, generator).numpy()),
    ],
}
