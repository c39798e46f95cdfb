"""Right and typical wrong answers to the tasks of 4.3. Wrong ones stand under their hint."""

from itertools import pairwise

import torch
from torch import nn


def make(sizes, activation: type[nn.Module] = nn.ReLU, bias=True, head=(nn.Flatten,), tail=()):
    net = [layer() for layer in head]
    for inputs, outputs in pairwise(sizes):
        net += [nn.Linear(inputs, outputs, bias=bias), activation()]
    return nn.Sequential(*net[:-1], *(layer() for layer in tail))


def swapped(sizes):
    return nn.Sequential(nn.Flatten(), *(nn.Linear(o, i) for i, o in pairwise(sizes)))


def copy(net, params):
    with torch.no_grad():
        for theirs, p in zip(net.parameters(), params, strict=True):
            theirs.copy_(p.T if p.ndim == 2 else p)
    return net


def copy_by_layer(net, params):
    linears = [layer for layer in net if isinstance(layer, nn.Linear)]
    for layer, W, b in zip(linears, params[::2], params[1::2], strict=True):
        layer.load_state_dict({"weight": W.T, "bias": b})
    return net


def copy_recorded(net, params):
    for theirs, p in zip(net.parameters(), params, strict=True):
        theirs.copy_(p.T if p.ndim == 2 else p)
    return net


def copy_untransposed(net, params):
    with torch.no_grad():
        for theirs, p in zip(net.parameters(), params, strict=True):
            theirs.copy_(p)
    return net


def copy_reshaped(net, params):
    with torch.no_grad():
        for theirs, p in zip(net.parameters(), params, strict=True):
            theirs.copy_(p if p.shape == theirs.shape else p.T)
    return net


def copy_new_parameters(net, params):
    linears = [layer for layer in net if isinstance(layer, nn.Linear)]
    for layer, W, b in zip(linears, params[::2], params[1::2], strict=True):
        layer.weight, layer.bias = nn.Parameter(W.T), nn.Parameter(b)
    return net


def copy_weights_only(net, params):
    linears = [layer for layer in net if isinstance(layer, nn.Linear)]
    with torch.no_grad():
        for layer, W in zip(linears, params[::2], strict=True):
            layer.weight.copy_(W.T)
    return net


def copy_shared(net, params):
    for theirs, p in zip(net.parameters(), params, strict=True):
        theirs.data = p.T if p.ndim == 2 else p
    return net


def copy_frozen(net, params):
    return copy(net, params).requires_grad_(False)


def copy_returns_nothing(net, params):
    copy(net, params)


def copy_returns_params(net, params):
    copy(net, params)
    return list(net.parameters())


def he(i, o, generator):
    return (2 / i) ** 0.5 * torch.randn(i, o, generator=generator)


def he_fan_out(i, o, generator):
    W = torch.empty(i, o)
    return nn.init.kaiming_normal_(W, nonlinearity="relu", generator=generator)


def he_of_transpose(i, o, generator):
    W = torch.empty(o, i)
    return nn.init.kaiming_normal_(W, nonlinearity="relu", generator=generator).T


def normal(std):
    return lambda i, o, generator: std(i, o) * torch.randn(i, o, generator=generator)


STARTERS = {
    "4.3-sequential": lambda sizes: ...,
    "4.3-copy": lambda net, params: ...,
    "4.3-he": lambda num_inputs, num_outputs, generator: ...,
}

RIGHT = {
    "4.3-sequential": [make],
    "4.3-copy": [copy, copy_by_layer],
    "4.3-he": [he, he_of_transpose],
}

WRONG = {
    "4.3-sequential": [
        ("not-a-module", lambda sizes: [nn.Linear(i, o) for i, o in pairwise(sizes)]),
        ("number-of-layers", lambda sizes: make([784, 256, 10])),
        ("swapped", swapped),
        ("sizes", lambda sizes: make([sizes[0], *[256] * (len(sizes) - 2), sizes[-1]])),
        ("no-bias", lambda sizes: make(sizes, bias=False)),
        ("not-flattened", lambda sizes: make(sizes, head=())),
        ("no-activation", lambda sizes: make(sizes, activation=nn.Identity)),
        ("other-activation", lambda sizes: make(sizes, activation=nn.Sigmoid)),
        ("relu-on-output", lambda sizes: make(sizes, tail=(nn.ReLU,))),
        ("softmax", lambda sizes: make(sizes, tail=(lambda: nn.Softmax(1),))),
        ("values", lambda sizes: make(sizes, activation=nn.Tanh)),
        ("returns-none", lambda sizes: None),
    ],
    "4.3-copy": [
        ("no-no-grad", copy_recorded),
        ("not-transposed", copy_untransposed),
        ("not-transposed", copy_reshaped),
        ("replaces", copy_new_parameters),
        ("not-copied", copy_weights_only),
        ("shared-memory", copy_shared),
        ("not-trainable", copy_frozen),
        ("returns-none", copy_returns_nothing),
        ("other-net", copy_returns_params),
    ],
    "4.3-he": [
        ("fan-out", he_fan_out),
        ("transposed", lambda i, o, generator: he(i, o, generator).T),
        ("variance-as-std", normal(lambda i, o: 2 / i)),
        ("xavier", normal(lambda i, o: (2 / (i + o)) ** 0.5)),
        ("no-two", normal(lambda i, o: (1 / i) ** 0.5)),
        ("half", normal(lambda i, o: (1 / (2 * i)) ** 0.5)),
        ("spread", normal(lambda i, o: 0.01)),
        ("ignores-generator", lambda i, o, generator: he(i, o, None)),
        ("not-centred", lambda i, o, generator: he(i, o, generator).abs()),
        (
            "not-normal",
            lambda i, o, generator: (
                (6 / i) ** 0.5 * (2 * torch.rand(i, o, generator=generator) - 1)
            ),
        ),
        ("shape", lambda i, o, generator: he(i, o, generator).flatten()),
        ("not-a-tensor", lambda i, o, generator: he(i, o, generator).tolist()),
    ],
}
