"""Tasks of 4.2: ReLU, the forward pass, SGD, cross-entropy, parameters, learning rates."""

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from mlpbook.practice._probe import call, close, judge, require_gradient, run
from mlpbook.practice._registry import Hint, task

Params = Sequence[Tensor]


@task("4.2-relu")
def check_relu(relu: Any) -> None:
    """ReLU by values, for infinities, in float64, and with a gradient."""
    usage = "my_relu(X)"
    for shape in ((7,), (3, 2, 4), ()):
        X = torch.randn(shape, generator=torch.Generator().manual_seed(42)) * 3
        _judge_relu(_call_relu(relu, X, usage), X)
    X = torch.tensor([[-1.5, -0.0, 0.0, 0.25, 2.0]], dtype=torch.float64)
    _judge_relu(_call_relu(relu, X, usage), X)
    for X in (torch.tensor([-math.inf, -1.0, math.inf]), torch.empty(0, 3)):
        judge(call(relu, X, usage=usage), X.relu(), {})
    require_gradient(call(relu, torch.randn(5, requires_grad=True), usage=usage))


def _call_relu(relu: Any, X: Tensor, usage: str) -> Any:
    try:
        return call(relu, X, usage=usage)
    except Hint as hint:
        if "Boolean value of Tensor" in str(hint.fields.get("error")):
            raise Hint("if-on-tensor") from hint
        raise


def _judge_relu(got: Any, X: Tensor) -> None:
    mistakes = {
        "identity": X,
        "abs": X.abs(),
        "clamp-at-one": X.clamp(0, 1),
        "derivative": (X > 0).to(X.dtype),
        "minimum": X.clamp(max=0),
        "one-number": X.max().clamp(min=0),
        "drops-negatives": X[X > 0],
        "leaky": F.leaky_relu(X),
        "smooth": F.softplus(X),
    }
    judge(got, X.relu(), mistakes)


@task("4.2-forward")
def check_forward(net: Any) -> None:
    """The forward pass at one to three layers, on rows and on images."""
    usage = "my_net(X, params)"
    for sizes in ((784, 784, 784), (784, 784, 784, 784), (784, 10), (784, 30, 20, 10)):
        X, params = _example(sizes)
        got = _call_net(net, X, params, usage)
        judge(got, _forward(X, params), _forward_mistakes(X, params))
    X, params = _example((784, 30, 10))
    _judge_images(net, X.reshape(-1, 1, 28, 28), params, usage)
    params = [param.requires_grad_() for param in params]
    require_gradient(call(net, X, params, usage=usage))


def _judge_images(net: Any, images: Tensor, params: Params, usage: str) -> None:
    """A batch of images, then a batch of one: whoever flattens wrongly stops or errs here."""
    for X, name in ((images, "not-flattened"), (images[:1], "batch-of-one")):
        try:
            judge(call(net, X, params, usage=usage), _forward(X, params), {})
        except Hint as hint:
            if hint.name in ("raises", "shape", "values"):
                raise Hint(name) from hint
            raise


def _call_net(net: Any, X: Tensor, params: Params, usage: str) -> Any:
    """A call in which unpacking a fixed number of parameters gets its own hint."""
    try:
        return call(net, X, params, usage=usage)
    except Hint as hint:
        if "values to unpack" in str(hint.fields.get("error")):
            raise Hint("only-two-layers") from hint
        raise


def _example(sizes: Sequence[int]) -> tuple[Tensor, list[Tensor]]:
    """Five inputs and parameters W1, b1, W2, b2, … at a scale that shows every mistake."""
    generator = torch.Generator().manual_seed(42)
    X = torch.rand(5, sizes[0], generator=generator)
    params = []
    for fan_in, fan_out in pairwise(sizes):
        params.append(torch.randn(fan_in, fan_out, generator=generator) * (2 / fan_in) ** 0.5)
        params.append(torch.randn(fan_out, generator=generator))
    return X, params


def _layers(params: Params) -> list[tuple[Tensor, Tensor]]:
    return list(zip(params[::2], params[1::2], strict=True))


def _forward(
    X: Tensor, params: Params, activation: Callable[[Tensor], Tensor] = F.relu, bias: float = 1
) -> Tensor:
    """The reference: affine maps with an activation between them."""
    *hidden, last = _layers(params)
    H = X.reshape(len(X), -1)
    for W, b in hidden:
        H = activation(H @ W + bias * b)
    return H @ last[0] + bias * last[1]


def _forward_mistakes(X: Tensor, params: Params) -> dict[str, Tensor]:
    logits = _forward(X, params)
    mistakes = {
        "softmax": logits.softmax(1),
        "log-softmax": logits.log_softmax(1),
        "relu-on-output": logits.relu(),
        "no-bias": _forward(X, params, bias=0),
    }
    if len(params) == 2:
        return mistakes
    layers = _layers(params)
    (W1, b1), (W2, b2), last = layers[0], layers[1], layers[-1][0]
    mistakes["no-activation"] = _forward(X, params, activation=lambda H: H)
    mistakes["other-activation"] = _forward(X, params, activation=torch.sigmoid)
    mistakes["bias-after-relu"] = _bias_after_relu(X, params)
    mistakes["only-two-layers"] = F.relu(X @ W1 + b1) @ W2 + b2
    if W1.shape[0] == W1.shape[1] == last.shape[1]:
        swapped = [param for layer in reversed(layers) for param in layer]
        mistakes["wrong-order"] = _forward(X, swapped)
        mistakes["transposed"] = _forward(X, [p.T if p.ndim == 2 else p for p in params])
    return mistakes


def _bias_after_relu(X: Tensor, params: Params) -> Tensor:
    *hidden, (W, b) = _layers(params)
    for W_hidden, b_hidden in hidden:
        X = F.relu(X @ W_hidden) + b_hidden
    return X @ W + b


@task("4.2-sgd")
def check_sgd(sgd: Any) -> None:
    """Two steps of SGD on leaves that need gradients, compared with torch.optim.SGD."""
    lr, batch_size = 0.1, 4
    params = [torch.tensor([[1.0, -2.0], [3.0, 0.5]]), torch.tensor([0.5, -1.0])]
    params = [param.requires_grad_() for param in params]
    for step in range(2):
        gradients = [torch.full_like(param, step + 1.0) * param.detach() for param in params]
        _one_step(sgd, params, gradients, lr, batch_size)


def _one_step(
    sgd: Any, params: list[Tensor], gradients: list[Tensor], lr: float, batch_size: int
) -> None:
    before = [param.detach().clone() for param in params]
    for param, gradient in zip(params, gradients, strict=True):
        param.grad = gradient.clone()
    given = list(params)
    try:
        run(sgd, given, lr, batch_size, usage="my_sgd(params, lr, batch_size)")
    except Hint as hint:
        if "leaf Variable that requires grad" in str(hint.fields.get("error")):
            raise Hint("no-no-grad") from hint
        raise
    _judge_step(params, given, before, gradients, lr, batch_size)


def _judge_step(
    params: list[Tensor],
    given: list[Tensor],
    before: list[Tensor],
    gradients: list[Tensor],
    lr: float,
    batch_size: int,
) -> None:
    if any(new is not old for new, old in zip(given, params, strict=True)):
        raise Hint("replaces-tensors")
    scales = {"no-division": 1, "multiplies": batch_size, "ascends": -1 / batch_size}
    scales |= {"no-lr": 1 / batch_size / lr, "ascends-undivided": -1}
    for param, old, gradient in zip(params, before, gradients, strict=True):
        new = param.detach()
        if torch.equal(new, old):
            kept = param.grad is not None and param.grad.any()
            raise Hint("unchanged" if kept else "zeroes-first")
        wrong = {name: old - lr * scale * gradient for name, scale in scales.items()}
        judge(new, old - lr / batch_size * gradient, wrong)
        if not (param.is_leaf and param.requires_grad):
            raise Hint("not-trainable")
        if param.grad is not None and param.grad.any():
            raise Hint("grad-not-zeroed")


@task("4.2-cross-entropy")
def check_cross_entropy(cross_entropy: Any) -> None:
    """Mean cross-entropy from logits: values, large logits, gradient."""
    usage = "my_cross_entropy(logits, y)"
    generator = torch.Generator().manual_seed(42)
    logits, y = torch.randn(5, 3, generator=generator) * 2, torch.tensor([2, 0, 1, 1, 0])
    got = call(cross_entropy, logits, y, usage=usage)
    judge(got, F.cross_entropy(logits, y), _cross_entropy_mistakes(logits, y))
    for size in (1000.0, 20.0):
        _judge_large(cross_entropy, size, usage)
    logits.requires_grad_()
    loss = call(cross_entropy, logits, y, usage=usage)
    require_gradient(loss)
    _judge_gradient(loss, logits, y)


def _cross_entropy_mistakes(logits: Tensor, y: Tensor) -> dict[str, Tensor]:
    each = F.cross_entropy(logits, y, reduction="none")
    probability = logits.softmax(1)
    return {
        "per-example": each,
        "sum": each.sum(),
        "log2": each.mean() / math.log(2),
        "log10": each.mean() / math.log(10),
        "softmax-twice": F.cross_entropy(probability, y),
        "sign": -each.mean(),
        "no-log": -probability[range(len(y)), y].mean(),
        "no-normaliser": -logits[range(len(y)), y].mean(),
        "wrong-axis": F.nll_loss(logits.log_softmax(0), y),
        "all-entries": each.mean() / logits.shape[1],
        "index-matrix": -logits.log_softmax(1)[:, y].mean(),
    }


def _judge_large(cross_entropy: Any, size: float, usage: str) -> None:
    """Two rows, one sure and right, one sure and wrong: the loss is `size`, not inf or nan."""
    logits, y = torch.tensor([[size, -size], [size, 0.0]]), torch.tensor([0, 1])
    got = call(cross_entropy, logits, y, usage=usage)
    if isinstance(got, Tensor) and got.numel() == 1:
        if not got.isfinite():
            raise Hint("overflow", size=f"{size:g}", got=f"{got.item():g}")
        if not close(got.reshape(()), F.cross_entropy(logits, y), 1e-4):
            raise Hint("clipped", size=f"{size:g}", got=f"{got.item():.4g}")
    judge(got, F.cross_entropy(logits, y), {})


def _judge_gradient(loss: Tensor, logits: Tensor, y: Tensor) -> None:
    (got,) = torch.autograd.grad(loss, logits)
    right = (logits.detach().softmax(1) - F.one_hot(y, logits.shape[1])) / len(y)
    if not close(got, right):
        raise Hint("gradient")


@task("4.2-parameters")
def check_parameters(count: Any) -> None:
    """The number of parameters for one layer and for several."""
    for sizes in ([784, 256, 10], [784, 10], [784, 256, 128, 10], [3, 5, 2]):
        got = call(count, list(sizes), usage="my_num_params(sizes)")
        _judge_count(got, sizes)


def _judge_count(got: Any, sizes: Sequence[int]) -> None:
    weights = sum(a * b for a, b in pairwise(sizes))
    right = weights + sum(sizes[1:])
    if isinstance(got, bool) or not isinstance(got, int | float | Tensor):
        raise Hint("not-a-number", got=type(got).__name__)
    if isinstance(got, Tensor) and got.numel() != 1:
        raise Hint("shape", got=tuple(got.shape), expected=())
    value = float(got)
    mistakes = {
        "no-biases": weights,
        "units": sum(sizes),
        "units-without-input": sum(sizes[1:]),
        "input-biases": weights + sum(sizes),
        "no-output-bias": weights + sum(sizes[1:-1]),
        "one-bias-a-layer": weights + len(sizes) - 1,
        "bytes": 4 * right,
        "product": math.prod(sizes),
        "first-layer-only": sizes[0] * sizes[1] + sizes[1],
    }
    if value == right:
        return
    for name, wrong in mistakes.items():
        if value == wrong:
            raise Hint(name, sizes=list(sizes), got=f"{value:,.0f}")
    raise Hint("count", sizes=list(sizes), got=f"{value:,.0f}")


@task("4.2-log-uniform")
def check_log_uniform(sample: Any) -> None:
    """Log-uniform samples: bounds, evenness on the log scale, reproducible by the generator."""
    usage, n = "my_log_uniform(n, low, high, generator)", 4000
    for low, high in ((1e-3, 1.0), (1e-4, 1e-1), (0.5, 8.0)):
        draws = [
            call(sample, n, low, high, torch.Generator().manual_seed(seed), usage=usage)
            for seed in (1, 1, 2)
        ]
        _judge_draws(draws[0], n, low, high)
        if not torch.equal(draws[0], draws[1]) or torch.equal(draws[0], draws[2]):
            raise Hint("ignores-generator")


def _judge_draws(values: Any, n: int, low: float, high: float) -> None:
    if not isinstance(values, Tensor):
        raise Hint("not-a-tensor", got=type(values).__name__)
    if tuple(values.shape) != (n,):
        raise Hint("shape", got=tuple(values.shape), expected=(n,))
    values = values.double()
    smallest, largest = values.min().item(), values.max().item()
    if smallest <= 0:
        raise Hint("not-positive", got=f"{smallest:.3g}")
    if len(values.unique()) < n / 2:
        raise Hint("few-values", got=len(values.unique()))
    if _distance((values - low) / (high - low)) < 0.05:
        raise Hint("uniform", share=f"{(values > (low * high) ** 0.5).double().mean():.0%}")
    if not (low * 0.999 < smallest < low * 1.25 and high / 1.25 < largest < high * 1.001):
        got = f"{smallest:.3g}…{largest:.3g}"
        raise Hint("bounds", got=got, low=f"{low:g}", high=f"{high:g}")
    position = (values / low).log() / math.log(high / low)
    if _distance(position) > 0.05:
        raise Hint("uneven", share=f"{(position > 0.5).double().mean():.0%}")


def _distance(values: Tensor) -> float:
    """Kolmogorov's distance between some numbers and the uniform law on [0, 1]."""
    n, ordered = len(values), values.sort().values
    steps = torch.arange(n, dtype=torch.float64) / n
    return float(torch.maximum((ordered - steps).abs(), (steps + 1 / n - ordered).abs()).max())
