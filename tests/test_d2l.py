"""Cells in the style of D2L's chapters 3 and 4 run with `from mlpbook import d2l`."""

# What matplotlib returns is typed as all that it might be.
# pyright: reportArgumentType=none, reportAttributeAccessIssue=none, reportCallIssue=none
# pyright: reportOptionalMemberAccess=none

import inspect
import math
import subprocess
import sys

import numpy as np
import pytest
import torch
from matplotlib import pyplot as plt
from torch import nn

from mlpbook import d2l, data

# Names and parameters of the Chinese edition 2.0, PyTorch.
SIGNATURES = {
    "use_svg_display": "",
    "set_figsize": "figsize",
    "set_axes": "axes xlabel ylabel xlim ylim xscale yscale legend",
    "plot": "X Y xlabel ylabel legend xlim ylim xscale yscale fmts figsize axes",
    "Timer": "",
    "synthetic_data": "w b num_examples",
    "linreg": "X w b",
    "squared_loss": "y_hat y",
    "sgd": "params lr batch_size",
    "load_array": "data_arrays batch_size is_train",
    "get_fashion_mnist_labels": "labels",
    "show_images": "imgs num_rows num_cols titles scale",
    "get_dataloader_workers": "",
    "load_data_fashion_mnist": "batch_size resize",
    "accuracy": "y_hat y",
    "evaluate_accuracy": "net data_iter",
    "Accumulator": "n",
    "train_epoch_ch3": "net train_iter loss updater",
    "Animator": "xlabel ylabel legend xlim ylim xscale yscale fmts nrows ncols figsize",
    "train_ch3": "net train_iter test_iter loss num_epochs updater",
    "predict_ch3": "net test_iter n",
    "evaluate_loss": "net data_iter loss",
    "try_gpu": "i",
    "try_all_gpus": "",
}
DEFAULTS = {
    ("set_figsize", "figsize"): (3.5, 2.5),
    ("plot", "fmts"): ("-", "m--", "g-.", "r:"),
    ("plot", "figsize"): (3.5, 2.5),
    ("plot", "xscale"): "linear",
    ("Animator", "figsize"): (3.5, 2.5),
    ("load_array", "is_train"): True,
    ("load_data_fashion_mnist", "resize"): None,
    ("show_images", "scale"): 1.5,
    ("predict_ch3", "n"): 6,
    ("try_gpu", "i"): 0,
}


@pytest.fixture(autouse=True)
def fresh_figures():
    with plt.rc_context():
        yield
    plt.close("all")


@pytest.fixture(scope="module")
def fashion():
    """The loaders, cut to the first 1,024 training and 512 test images to keep the tests short."""
    train, test = d2l.load_data_fashion_mnist(128)
    cut = [
        data.Batches(*(t[:n] for t in it.tensors), batch_size=128, shuffle=it.shuffle)
        for it, n in ((train, 1024), (test, 512))
    ]
    return cut[0], cut[1]


@pytest.mark.parametrize(("name", "parameters"), SIGNATURES.items())
def test_signature_is_that_of_d2l(name, parameters):
    assert list(inspect.signature(getattr(d2l, name)).parameters) == parameters.split()


@pytest.mark.parametrize(("place", "default"), DEFAULTS.items())
def test_default_is_that_of_d2l(place, default):
    name, parameter = place
    assert inspect.signature(getattr(d2l, name)).parameters[parameter].default == default


def test_reexports():
    assert d2l.torch is torch and d2l.nn is nn and d2l.np is np and d2l.plt is plt
    assert all(hasattr(d2l, name) for name in d2l.__all__)


# 3.1 to 3.3: linear regression


def test_cells_of_3_1_timer_and_normal_curves():
    timer = d2l.Timer()
    first = timer.stop()
    timer.start()
    second = timer.stop()
    assert timer.times == [first, second] and min(first, second) >= 0
    assert timer.sum() == pytest.approx(first + second)
    assert timer.avg() == pytest.approx((first + second) / 2)
    assert timer.cumsum() == pytest.approx([first, first + second])

    def normal(x, mu, sigma):
        return np.exp(-0.5 / sigma**2 * (x - mu) ** 2) / math.sqrt(2 * math.pi * sigma**2)

    x, params = np.arange(-7, 7, 0.01), [(0, 1), (0, 2), (3, 1)]
    legend = [f"mean {mu}, std {sigma}" for mu, sigma in params]
    d2l.plot(
        x,
        [normal(x, mu, sigma) for mu, sigma in params],
        xlabel="x",
        ylabel="p(x)",
        figsize=(4.5, 2.5),
        legend=legend,
    )
    ax = d2l.plt.gca()
    assert len(ax.get_lines()) == 3 and ax.get_xlabel() == "x" and ax.get_ylabel() == "p(x)"
    assert [t.get_text() for t in ax.get_legend().get_texts()] == legend
    np.testing.assert_allclose(ax.get_lines()[2].get_ydata(), normal(x, 3, 1))
    assert ax.get_figure().get_size_inches().tolist() == [4.5, 2.5]


def test_cells_of_3_2_from_scratch():
    torch.manual_seed(0)
    true_w, true_b = torch.tensor([2, -3.4]), 4.2
    features, labels = d2l.synthetic_data(true_w, true_b, 1000)
    assert features.shape == (1000, 2) and labels.shape == (1000, 1)
    noise = labels - (features @ true_w + true_b).reshape(-1, 1)
    assert abs(float(noise.std()) - 0.01) < 0.001
    d2l.set_figsize()
    d2l.plt.scatter(features[:, 1].detach().numpy(), labels.detach().numpy(), 1)

    w = torch.normal(0, 0.01, size=(2, 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    for _ in range(3):
        for X, y in d2l.load_array((features, labels), 10):
            d2l.squared_loss(d2l.linreg(X, w, b), y).sum().backward()
            d2l.sgd([w, b], 0.03, 10)
    assert float((w.detach().flatten() - true_w).abs().max()) < 0.01
    assert abs(b.item() - true_b) < 0.01


def test_sgd_divides_by_the_batch_and_clears_gradients():
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    (w * torch.tensor([3.0, 5.0])).sum().backward()
    d2l.sgd([w], 0.1, 10)
    torch.testing.assert_close(w.detach(), torch.tensor([0.97, 1.95]))
    assert w.grad is not None and not w.grad.any()


def test_squared_loss_is_half_the_square_whatever_the_shape_of_y():
    y_hat, y = torch.tensor([[1.0], [2.0]]), torch.tensor([3.0, 5.0])
    assert d2l.squared_loss(y_hat, y).tolist() == [[2.0], [4.5]]


def test_cells_of_3_3_concise():
    torch.manual_seed(0)
    features, labels = d2l.synthetic_data(torch.tensor([2, -3.4]), 4.2, 1000)
    data_iter = d2l.load_array((features, labels), 10)
    X, y = next(iter(data_iter))
    assert X.shape == (10, 2) and y.shape == (10, 1)
    net, loss = nn.Sequential(nn.Linear(2, 1)), nn.MSELoss()
    trainer = torch.optim.SGD(net.parameters(), lr=0.03)
    for _ in range(3):
        for X, y in data_iter:
            value = loss(net(X), y)
            trainer.zero_grad()
            value.backward()
            trainer.step()
    assert loss(net(features), labels) < 0.001


def test_load_array_keeps_the_order_when_not_training():
    X, y = torch.arange(6.0).reshape(6, 1), torch.arange(6.0)
    in_order = torch.cat([b for _, b in d2l.load_array((X, y), 4, is_train=False)])
    assert torch.equal(in_order, y)
    torch.manual_seed(0)
    shuffled = torch.cat([b for _, b in d2l.load_array((X, y), 4)])
    assert not torch.equal(shuffled, y) and torch.equal(shuffled.sort().values, y)


# 3.5 to 3.7: images and softmax regression


def test_cells_of_3_5_images():
    d2l.use_svg_display()
    train_iter, test_iter = d2l.load_data_fashion_mnist(256)
    X, y = next(iter(train_iter))
    assert X.shape == (256, 1, 28, 28) and X.dtype == torch.float32
    assert y.shape == (256,) and y.dtype == torch.int64
    assert float(X.min()) >= 0 and float(X.max()) <= 1
    assert len(train_iter) == 235 and len(test_iter) == 40
    assert not torch.equal(next(iter(train_iter))[1], y)
    first, second = (next(iter(test_iter))[1] for _ in range(2))
    assert torch.equal(first, second) and first[:3].tolist() == [9, 2, 1]
    assert d2l.get_dataloader_workers() == 4
    names = d2l.get_fashion_mnist_labels(y[:18])
    axes = d2l.show_images(X[:18].reshape(18, 28, 28), 2, 9, titles=names)
    assert len(axes) == 18 and [ax.get_title() for ax in axes] == names
    np.testing.assert_array_equal(axes[4].get_images()[0].get_array(), X[4, 0])


def test_label_names():
    expected = [
        "t-shirt",
        "trouser",
        "pullover",
        "dress",
        "coat",
        "sandal",
        "shirt",
        "sneaker",
        "bag",
    ]
    assert d2l.get_fashion_mnist_labels(range(9)) == expected
    assert d2l.get_fashion_mnist_labels(torch.tensor([9])) == ["ankle boot"]


def test_resize_agrees_with_torchvision():
    from torchvision import transforms

    train_iter, test_iter = d2l.load_data_fashion_mnist(32, resize=64)
    X, _ = next(iter(test_iter))
    assert X.shape == (32, 1, 64, 64)
    assert next(iter(train_iter))[0].shape == (32, 1, 64, 64)
    convert = transforms.Compose([transforms.Resize(64), transforms.ToTensor()])
    images = data.FashionMNIST(train=False, transform=convert)
    expected = torch.stack([images[i][0] for i in range(32)])
    torch.testing.assert_close(X, expected, atol=1.01 / 255, rtol=0)


def test_cells_of_3_6_softmax_from_scratch(fashion):
    train_iter, test_iter = fashion
    torch.manual_seed(0)
    W = torch.normal(0, 0.01, size=(784, 10), requires_grad=True)
    b = torch.zeros(10, requires_grad=True)

    def softmax(X):
        X_exp = torch.exp(X)
        return X_exp / X_exp.sum(1, keepdim=True)

    def net(X):
        return softmax(torch.matmul(X.reshape((-1, W.shape[0])), W) + b)

    def cross_entropy(y_hat, y):
        return -torch.log(y_hat[range(len(y_hat)), y])

    def updater(batch_size):
        return d2l.sgd([W, b], 0.1, batch_size)

    before = d2l.evaluate_accuracy(net, test_iter)
    d2l.train_ch3(net, train_iter, test_iter, cross_entropy, 4, updater)
    after = d2l.evaluate_accuracy(net, test_iter)
    assert before < 0.35 and after > 0.6
    d2l.predict_ch3(net, test_iter)
    titles = [ax.get_title() for ax in d2l.plt.gcf().axes]
    assert len(titles) == 6 and titles[0].startswith("ankle boot\n")


def test_accuracy_counts_and_accumulator_adds():
    y_hat = torch.tensor([[0.1, 0.3, 0.6], [0.3, 0.2, 0.5]])
    assert d2l.accuracy(y_hat, torch.tensor([0, 2])) == 1.0
    assert d2l.accuracy(torch.tensor([0, 2, 2]), torch.tensor([0, 2, 1])) == 2.0
    metric = d2l.Accumulator(2)
    metric.add(1, torch.tensor(2.5))
    metric.add(3, 4)
    assert (metric[0], metric[1]) == (4.0, 6.5)
    metric.reset()
    assert metric.data == [0.0, 0.0]
    with pytest.raises(ValueError, match="zip"):
        metric.add(1)


def test_cells_of_3_7_and_4_3_concise_with_reduction_none(fashion):
    train_iter, test_iter = fashion
    torch.manual_seed(0)
    net = nn.Sequential(nn.Flatten(), nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 10))
    loss = nn.CrossEntropyLoss(reduction="none")
    trainer = torch.optim.SGD(net.parameters(), lr=0.1)
    d2l.train_ch3(net, train_iter, test_iter, loss, 5, trainer)
    assert d2l.evaluate_accuracy(net, test_iter) > 0.6


def test_epoch_of_a_module_and_of_a_function_agree(fashion):
    X, y = (t[:256] for t in fashion[0].tensors)
    batches = d2l.load_array((X, y), 64, is_train=False)
    loss = nn.CrossEntropyLoss(reduction="none")
    torch.manual_seed(0)
    net = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    W, b = (p.detach().clone().requires_grad_() for p in net[1].parameters())
    first = d2l.train_epoch_ch3(net, batches, loss, torch.optim.SGD(net.parameters(), lr=0.1))
    second = d2l.train_epoch_ch3(
        lambda X: X.flatten(1) @ W.T + b, batches, loss, lambda size: d2l.sgd([W, b], 0.1, size)
    )
    np.testing.assert_allclose(first, second, rtol=1e-5)
    torch.testing.assert_close(W.detach(), dict(net.named_parameters())["1.weight"].detach())


def test_modes_are_those_of_d2l(fashion):
    modes = []

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.linear = nn.Linear(784, 10)

        def forward(self, X):
            modes.append(self.training)
            return self.linear(X.flatten(1))

    net = Net()
    batch = d2l.load_array(tuple(t[:8] for t in fashion[0].tensors), 8)
    d2l.evaluate_accuracy(net, batch)
    d2l.train_epoch_ch3(
        net, batch, nn.CrossEntropyLoss(reduction="none"), torch.optim.SGD(net.parameters(), lr=0.1)
    )
    assert modes == [False, True]


# Chapter 4


def test_cells_of_4_1_activations():
    x = torch.arange(-8.0, 8.0, 0.1, requires_grad=True)
    y = torch.relu(x)
    d2l.plot(x.detach(), y.detach(), "x", "relu(x)", figsize=(5, 2.5))
    (line,) = d2l.plt.gca().get_lines()
    np.testing.assert_array_equal(line.get_ydata(), y.detach())
    y.backward(torch.ones_like(x), retain_graph=True)
    d2l.plot(x.detach(), x.grad, "x", "grad of relu", figsize=(5, 2.5))
    assert d2l.plt.gca().get_ylabel() == "grad of relu"


def test_cells_of_4_2_mlp_from_scratch(fashion):
    train_iter, test_iter = fashion
    torch.manual_seed(0)
    W1 = nn.Parameter(torch.randn(784, 64) * 0.01)
    b1 = nn.Parameter(torch.zeros(64))
    W2 = nn.Parameter(torch.randn(64, 10) * 0.01)
    b2 = nn.Parameter(torch.zeros(10))

    def relu(X):
        return torch.max(X, torch.zeros_like(X))

    def net(X):
        return relu(X.reshape((-1, 784)) @ W1 + b1) @ W2 + b2

    loss = nn.CrossEntropyLoss(reduction="none")
    updater = torch.optim.SGD([W1, b1, W2, b2], lr=0.1)
    d2l.train_ch3(net, train_iter, test_iter, loss, 6, updater)
    assert d2l.evaluate_accuracy(net, test_iter) > 0.4
    d2l.predict_ch3(net, test_iter, n=4)
    assert len(d2l.plt.gcf().axes) == 4


def test_cells_of_4_4_polynomial():
    torch.manual_seed(0)
    X, y = data.noisy_polynomial(200)

    def train(features, labels, num_epochs=40):
        loss = nn.MSELoss(reduction="none")
        net = nn.Sequential(nn.Linear(features.shape[-1], 1, bias=False))
        train_iter = d2l.load_array((features[:100], labels[:100]), 10)
        test_iter = d2l.load_array((features[100:], labels[100:]), 10, is_train=False)
        trainer = torch.optim.SGD(net.parameters(), lr=0.01)
        animator = d2l.Animator(
            xlabel="epoch",
            ylabel="loss",
            yscale="log",
            xlim=[1, num_epochs],
            ylim=[1e-3, 1e2],
            legend=["train", "test"],
        )
        for epoch in range(num_epochs):
            d2l.train_epoch_ch3(net, train_iter, loss, trainer)
            if epoch == 0 or (epoch + 1) % 20 == 0:
                losses = [d2l.evaluate_loss(net, it, loss) for it in (train_iter, test_iter)]
                animator.add(epoch + 1, losses)
        return animator

    cubic, linear = train(X[:, :4], y), train(X[:, :2], y)
    assert cubic.X == [[1.0, 20.0, 40.0]] * 2
    assert cubic.Y[1][-1] < linear.Y[1][-1]
    ax = cubic.axes[0]
    assert ax.get_yscale() == "log" and ax.get_ylim() == (1e-3, 1e2)
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["train", "test"]


def test_evaluate_loss_is_the_mean_over_examples():
    X, y = torch.arange(10.0).reshape(10, 1), torch.zeros(10, 1)
    got = d2l.evaluate_loss(lambda X: X, d2l.load_array((X, y), 4), nn.MSELoss(reduction="none"))
    assert got == pytest.approx(28.5)


def test_cells_of_4_5_weight_decay():
    torch.manual_seed(0)
    true_w, true_b = torch.ones((200, 1)) * 0.01, 0.05
    train_data = d2l.synthetic_data(true_w, true_b, 20)
    test_data = d2l.synthetic_data(true_w, true_b, 100)
    train_iter = d2l.load_array(train_data, 5)
    test_iter = d2l.load_array(test_data, 5, is_train=False)

    def train(lambd):
        torch.manual_seed(1)
        w = torch.normal(0, 1, size=(200, 1), requires_grad=True)
        b = torch.zeros(1, requires_grad=True)

        def net(X):
            return d2l.linreg(X, w, b)

        for _ in range(100):
            for X, y in train_iter:
                value = d2l.squared_loss(net(X), y) + lambd * torch.sum(w**2) / 2
                value.sum().backward()
                d2l.sgd([w, b], 0.003, 5)
        return d2l.evaluate_loss(net, test_iter, d2l.squared_loss), torch.norm(w).item()

    plain, decayed = train(0), train(3)
    assert decayed[1] < 0.1 * plain[1] and decayed[0] < plain[0]


def test_cells_of_4_6_dropout(fashion):
    torch.manual_seed(0)
    net = nn.Sequential(
        nn.Flatten(), nn.Linear(784, 64), nn.ReLU(), nn.Dropout(0.2), nn.Linear(64, 10)
    )
    trainer = torch.optim.SGD(net.parameters(), lr=0.5)
    d2l.train_ch3(net, *fashion, nn.CrossEntropyLoss(reduction="none"), 3, trainer)
    assert d2l.evaluate_accuracy(net, fashion[1]) == d2l.evaluate_accuracy(net, fashion[1])


def test_cells_of_4_8_sigmoid_and_its_gradient():
    x = torch.arange(-8.0, 8.0, 0.1, requires_grad=True)
    y = torch.sigmoid(x)
    y.backward(torch.ones_like(x))
    curves = [y.detach().numpy(), x.grad.numpy() if x.grad is not None else None]
    d2l.plot(x.detach().numpy(), curves, legend=["sigmoid", "gradient"], figsize=(4.5, 2.5))
    lines = d2l.plt.gca().get_lines()
    assert [line.get_linestyle() for line in lines] == ["-", "--"]
    assert max(lines[1].get_ydata()) == pytest.approx(0.25, abs=1e-4)


# Plotting in detail


@pytest.mark.parametrize(
    ("X", "Y", "expected"),
    [
        ([1, 2, 3], None, [([0, 1, 2], [1, 2, 3])]),
        ([[1, 2], [3, 4]], None, [([0, 1], [1, 2]), ([0, 1], [3, 4])]),
        ([0, 1], [[1, 2], [3, 4]], [([0, 1], [1, 2]), ([0, 1], [3, 4])]),
        ([[0, 1], [5, 6]], [[1, 2], [3, 4]], [([0, 1], [1, 2]), ([5, 6], [3, 4])]),
        (
            torch.tensor([0, 1]),
            torch.tensor([[1, 2], [3, 4]]),
            [([0, 1], [1, 2]), ([0, 1], [3, 4])],
        ),
        (np.arange(2), [np.array([5, 6])], [([0, 1], [5, 6])]),
    ],
)
def test_plot_takes_curves_and_lists_of_curves(X, Y, expected):
    d2l.plot(X, Y)
    lines = d2l.plt.gca().get_lines()
    got = [(np.asarray(a.get_xdata()).tolist(), np.asarray(a.get_ydata()).tolist()) for a in lines]
    assert got == expected


def test_plot_on_given_axes_and_unequal_curves():
    _, ax = plt.subplots()
    d2l.plot([1, 2], [3, 4], xlim=[0, 5], yscale="log", axes=ax)
    assert ax.get_xlim() == (0, 5) and ax.get_yscale() == "log"
    with pytest.raises(ValueError, match="X, Y: got 2 and 3 curves"):
        d2l.plot([[1], [2]], [[1], [2], [3]])


def test_animator_takes_numbers_lists_and_gaps():
    animator = d2l.Animator(legend=["a", "b"])
    animator.add(1, (0.5, None))
    animator.add(2, [0.4, 0.9])
    assert animator.X == [[1.0, 2.0], [2.0]] and animator.Y == [[0.5, 0.4], [0.9]]
    one = d2l.Animator()
    one.add(1, 2.0)
    assert one.Y == [[2.0]]


def test_animator_replaces_one_output_in_a_notebook():
    """In a real kernel: one figure stands at the end, whatever the number of points."""
    nbformat = pytest.importorskip("nbformat")
    from nbclient import NotebookClient

    source = (
        "from mlpbook import d2l\n"
        "animator = d2l.Animator(legend=['loss'])\n"
        "for i in range(5):\n"
        "    animator.add(i, 1 / (i + 1))"
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    (output,) = notebook.cells[0].outputs
    assert output.output_type == "display_data" and "image/svg+xml" in output.data
    assert "<dc:date>" not in output.data["image/svg+xml"]


# What is left out


@pytest.mark.parametrize(
    "call",
    [
        lambda: d2l.download("kaggle_house_train"),
        lambda: d2l.download_extract("kaggle_house_train"),
        lambda: d2l.download_all(),
    ],
)
def test_downloads_say_that_there_are_none(call):
    with pytest.raises(RuntimeError, match="this book downloads nothing"):
        call()


def test_other_names_are_errors_that_say_what_is_there():
    with pytest.raises(AttributeError, match=r"mlpbook\.d2l has no 'train_ch6'.*chapters 3 and 4"):
        d2l.train_ch6  # noqa: B018


def test_try_gpu_falls_back_to_the_cpu_where_there_is_none():
    missing = torch.cuda.device_count()
    assert d2l.try_gpu(missing) == torch.device("cpu")
    assert d2l.try_all_gpus()[0].type == ("cuda" if missing else "cpu")
    assert len(d2l.try_all_gpus()) == max(missing, 1)


def test_sgd_before_backward_is_an_error():
    with pytest.raises(ValueError, match="params: got one without a gradient"):
        d2l.sgd([torch.zeros(2, requires_grad=True)], 0.1, 1)


def test_import_line_alone_is_enough():
    done = subprocess.run(
        [sys.executable, "-c", "from mlpbook import d2l; print(d2l.try_gpu)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "try_gpu" in done.stdout
