"""Every layer against PyTorch's own: values, gradients, and the edges of float32."""

import math
from functools import partial

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from mlpbook import layers
from mlpbook.gradcheck import gradcheck

EDGES = [0.0, -0.0, 1e-8, -1e-8, 1.0, -1.0, 20.0, -20.0, 88.8, -88.8, 100.0, -100.0, 1e30, -1e30]
ELEMENTWISE = [
    (layers.relu, torch.relu),
    (layers.sigmoid, torch.sigmoid),
    (layers.tanh, torch.tanh),
]
SHAPES = [(0, 10), (1, 10), (7, 10), (2, 3, 5)]


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def values_and_slopes(f, x):
    x = x.clone().requires_grad_()
    y = f(x)
    (slopes,) = torch.autograd.grad(y.sum(), x)
    return y.detach(), slopes


# Activations


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize(("ours", "theirs"), ELEMENTWISE)
def test_activation_agrees_at_the_edges(ours, theirs, dtype):
    x = torch.tensor(EDGES, dtype=dtype)
    for got, expected in zip(values_and_slopes(ours, x), values_and_slopes(theirs, x), strict=True):
        torch.testing.assert_close(got, expected)


@pytest.mark.parametrize(("ours", "theirs"), ELEMENTWISE)
def test_activation_agrees_at_infinity_and_keeps_nan(ours, theirs):
    x = torch.tensor([float("inf"), -float("inf"), float("nan")])
    assert torch.equal(ours(x)[:2], theirs(x)[:2])
    assert ours(x)[2].isnan()
    assert torch.equal(values_and_slopes(ours, x[:2])[1], values_and_slopes(theirs, x[:2])[1])


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("ours", "theirs"), ELEMENTWISE)
def test_activation_keeps_the_shape(ours, theirs, shape):
    x = torch.randn(shape, generator=seeded())
    got = ours(x)
    assert got.shape == shape and got.dtype == x.dtype
    torch.testing.assert_close(got, theirs(x))


@pytest.mark.parametrize(("ours", "theirs"), ELEMENTWISE)
def test_activation_is_as_precise_as_float32_allows(ours, theirs):
    x = torch.linspace(-30, 30, 20_001)
    torch.testing.assert_close(ours(x), theirs(x.double()).float(), rtol=1e-6, atol=1e-37)


def test_tanh_keeps_its_digits_near_zero():
    x = torch.tensor([1e-7, -3e-6, 1e-5])
    torch.testing.assert_close(layers.tanh(x), x, rtol=1e-6, atol=0)


@pytest.mark.parametrize(("ours", "_theirs"), ELEMENTWISE)
def test_activation_gradients_by_differences(ours, _theirs):
    x = torch.tensor([-3.0, -0.5, 0.25, 2.0, 7.0])
    assert gradcheck(lambda x: ours(x).sum(), x)


# Linear, softmax, loss


@pytest.mark.parametrize("shape", SHAPES)
def test_linear_agrees(shape):
    X = torch.randn(shape, generator=seeded())
    W, b = torch.randn(shape[-1], 4), torch.randn(4)
    torch.testing.assert_close(layers.linear(X, W, b), F.linear(X, W.T, b))
    torch.testing.assert_close(layers.linear(X, W), F.linear(X, W.T))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    ("ours", "theirs"), [(layers.softmax, F.softmax), (layers.log_softmax, F.log_softmax)]
)
def test_softmax_agrees(ours, theirs, shape, dtype):
    logits = 30 * torch.randn(shape, generator=seeded(), dtype=dtype)
    torch.testing.assert_close(ours(logits), theirs(logits, dim=-1))


@pytest.mark.parametrize(
    "row",
    [[0, 0, 0], [100, -100, 0], [1e4, 0, -1e4], [1e30, 1e30, 0], [-math.inf, 0, 1], [5, 5, 5]],
)
def test_softmax_and_its_slopes_agree_at_the_edges(row):
    logits = torch.tensor([row], dtype=torch.float32)
    weights = torch.tensor([1.0, 2.0, 3.0])
    for ours, theirs in (
        (layers.softmax, lambda x: F.softmax(x, -1)),
        (
            lambda x: layers.log_softmax(x)[:, 1:] @ weights[1:],
            lambda x: F.log_softmax(x, -1)[:, 1:] @ weights[1:],
        ),
    ):
        got = values_and_slopes(lambda x, f=ours: f(x) * weights[0], logits)
        expected = values_and_slopes(lambda x, f=theirs: f(x) * weights[0], logits)
        for a, b in zip(got, expected, strict=True):
            torch.testing.assert_close(a, b)


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("batch", [0, 1, 9])
def test_cross_entropy_agrees(batch, reduction):
    logits = 20 * torch.randn(batch, 10, generator=seeded())
    labels = torch.arange(batch) % 10
    ours = logits.clone().requires_grad_()
    theirs = logits.clone().requires_grad_()
    got = layers.cross_entropy(ours, labels, reduction=reduction)
    expected = F.cross_entropy(theirs, labels, reduction=reduction)
    torch.testing.assert_close(got, expected, equal_nan=True)
    got.sum().backward()
    expected.sum().backward()
    torch.testing.assert_close(ours.grad, theirs.grad, equal_nan=True)


@pytest.mark.parametrize("scale", [100.0, 1e4, 1e30])
def test_cross_entropy_stays_finite_for_great_logits(scale):
    logits = scale * torch.eye(3)
    for labels in (torch.tensor([0, 1, 2]), torch.tensor([1, 2, 0])):
        got = layers.cross_entropy(logits, labels)
        assert got.isfinite()
        torch.testing.assert_close(got, F.cross_entropy(logits, labels))


def test_cross_entropy_of_an_impossible_class_is_infinite():
    logits = torch.tensor([[-math.inf, 0.0]])
    assert layers.cross_entropy(logits, torch.tensor([0])) == math.inf
    assert layers.cross_entropy(logits, torch.tensor([1])) == 0


def test_cross_entropy_of_equal_logits_is_log_of_the_classes():
    loss = layers.cross_entropy(torch.zeros(4, 10), torch.arange(4))
    assert float(loss) == pytest.approx(math.log(10))


def test_loss_gradients_by_differences():
    logits, labels = torch.randn(3, 4, generator=seeded()), torch.tensor([3, 0, 1])
    assert gradcheck(lambda x: layers.cross_entropy(x, labels), logits)
    weights = torch.randn(3, 4, generator=seeded(1), dtype=torch.float64)
    assert gradcheck(lambda x: (layers.softmax(x) * weights).sum(), logits)
    assert gradcheck(lambda x: (layers.log_softmax(x) * weights).sum(), logits)


@pytest.mark.parametrize("bad", [-1, 3])
def test_label_that_is_no_class_is_an_error(bad):
    labels = torch.tensor([0, bad])
    with pytest.raises(ValueError, match=r"labels: got .*, expected 0 to 2"):
        layers.cross_entropy(torch.zeros(2, 3), labels)


def test_unknown_reduction_is_an_error():
    with pytest.raises(ValueError, match="reduction: got 'avg', expected one of mean, sum, none"):
        layers.cross_entropy(torch.zeros(1, 2), torch.tensor([0]), reduction="avg")


# Dropout


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_dropout_zeroes_a_share_and_scales_the_rest(p):
    X = torch.ones(200_000)
    got = layers.dropout(X, p, generator=seeded())
    kept = got != 0
    assert abs(float(kept.float().mean()) - (1 - p)) < 0.005
    torch.testing.assert_close(got[kept], X[kept] / (1 - p))
    assert abs(float(got.mean()) - 1) < 0.02


def test_dropout_at_its_ends():
    X = torch.randn(5, 3, generator=seeded())
    assert torch.equal(layers.dropout(X, 0), X)
    assert torch.equal(layers.dropout(X, 1), torch.zeros(5, 3))
    assert torch.equal(layers.dropout(X, 0.5, training=False), X)
    assert layers.dropout(X[:0], 0.5).shape == (0, 3)


def test_dropout_is_reproducible_and_passes_gradients_through_kept_units():
    X = torch.randn(50, generator=seeded()).requires_grad_()
    got = layers.dropout(X, 0.4, generator=seeded(1))
    assert torch.equal(got, layers.dropout(X, 0.4, generator=seeded(1)))
    assert not torch.equal(got, layers.dropout(X, 0.4, generator=seeded(2)))
    got.sum().backward()
    torch.testing.assert_close(X.grad, (got != 0) / 0.6)


@pytest.mark.parametrize("p", [-0.1, 1.1, float("nan")])
def test_dropout_probability_out_of_range_is_an_error(p):
    with pytest.raises(ValueError, match=r"p: got .*, expected a finite number in \[0, 1\]"):
        layers.dropout(torch.ones(3), p)


def test_dropout_probability_of_another_type_is_an_error(unchecked):
    with pytest.raises(TypeError, match=r"p: got '0\.5', expected a finite number"):
        unchecked("mlpbook.layers").dropout(torch.ones(3), "0.5")


# Initialisers and the whole network

INITS = {
    "xavier_normal": math.sqrt(2 / 700),
    "xavier_uniform": math.sqrt(2 / 700),
    "he_normal": math.sqrt(2 / 400),
}
PYTORCHS = {
    "xavier_normal": nn.init.xavier_normal_,
    "xavier_uniform": nn.init.xavier_uniform_,
    "he_normal": partial(nn.init.kaiming_normal_, nonlinearity="relu"),
}


@pytest.mark.parametrize(("name", "std"), INITS.items())
def test_initialisers_have_the_spread_of_pytorchs(name, std):
    W = getattr(layers, name)(400, 300, generator=seeded())
    assert W.shape == (400, 300)
    reference = torch.empty(300, 400)
    PYTORCHS[name](reference)
    assert float(W.std()) == pytest.approx(std, rel=0.01)
    assert float(reference.std()) == pytest.approx(std, rel=0.01)
    assert abs(float(W.mean())) < 5 * std / math.sqrt(W.numel())
    if name == "xavier_uniform":
        assert float(W.abs().max()) <= math.sqrt(6 / 700)


def test_normal_has_the_spread_it_is_given():
    assert float(layers.normal(500, 400, generator=seeded()).std()) == pytest.approx(0.01, rel=0.01)
    assert float(layers.normal(500, 400, std=2.0).std()) == pytest.approx(2.0, rel=0.01)


def test_params_of_an_mlp_are_ready_to_train():
    params = layers.mlp_params((784, 256, 64, 10), generator=seeded())
    assert [tuple(p.shape) for p in params] == [
        (784, 256),
        (256,),
        (256, 64),
        (64,),
        (64, 10),
        (10,),
    ]
    assert all(p.is_leaf and p.requires_grad for p in params)
    assert not any(b.any() for b in params[1::2])
    again = layers.mlp_params((784, 256, 64, 10), generator=seeded())
    assert all(torch.equal(p, q) for p, q in zip(params, again, strict=True))


@pytest.mark.parametrize("activation", [layers.relu, layers.sigmoid, layers.tanh])
@pytest.mark.parametrize("sizes", [(12, 3), (12, 5, 3), (12, 5, 4, 3)])
def test_mlp_agrees_with_pytorchs_sequential(sizes, activation):
    modules = {layers.relu: nn.ReLU, layers.sigmoid: nn.Sigmoid, layers.tanh: nn.Tanh}
    net = layers.MLP(layers.mlp_params(sizes, generator=seeded()), activation)
    parts = [nn.Flatten()]
    for W, b in zip(net.params[::2], net.params[1::2], strict=True):
        linear = nn.Linear(W.shape[0], W.shape[1])
        linear.load_state_dict({"weight": W.T, "bias": b})
        parts += [linear, modules[activation]()]
    reference = nn.Sequential(*parts[:-1])
    X, y = torch.randn(6, 3, 4, generator=seeded(1)), torch.tensor([0, 1, 2, 0, 1, 2])
    torch.testing.assert_close(net(X), reference(X))
    ours = torch.autograd.grad(layers.cross_entropy(net(X), y), net.params)
    theirs = torch.autograd.grad(F.cross_entropy(reference(X), y), list(reference.parameters()))
    for got, expected in zip(ours, theirs, strict=True):
        torch.testing.assert_close(got, expected.T if got.ndim == 2 else expected)


@pytest.mark.parametrize("batch", [0, 1])
def test_mlp_takes_empty_and_single_batches(batch):
    net = layers.MLP(layers.mlp_params((4, 3, 2)))
    assert net(torch.zeros(batch, 1, 2, 2)).shape == (batch, 2)


def test_mlp_gradients_by_differences():
    params = [p.detach() for p in layers.mlp_params((3, 4, 2), generator=seeded())]
    X = torch.randn(5, 3, generator=seeded(1), dtype=torch.float64)
    y = torch.tensor([0, 1, 1, 0, 1])
    found = gradcheck(
        lambda *p: layers.cross_entropy(layers.mlp(X, p, activation=layers.tanh), y), *params
    )
    assert found, found.relative_errors


def test_wrong_sizes_are_errors(unchecked):
    with pytest.raises(
        ValueError, match=r"sizes: got \(5,\), expected at least inputs and outputs"
    ):
        layers.mlp_params((5,))
    with pytest.raises(ValueError, match=r"sizes\[1\]: got 0, expected a whole number >= 1"):
        layers.mlp_params((5, 0, 2))
    with pytest.raises(TypeError, match=r"sizes\[1\]: got 2\.5, expected a whole number"):
        unchecked("mlpbook.layers").mlp_params((5, 2.5))


def test_shapes_in_signatures_are_checked_here():
    """The import hook of the tests is at work, so the shapes stated are those that occur."""
    with pytest.raises(TypeError):
        layers.linear(torch.zeros(2, 3), torch.zeros(4, 5))
    with pytest.raises(TypeError):
        layers.cross_entropy(torch.zeros(2, 3), torch.zeros(2))
