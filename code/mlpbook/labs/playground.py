"""Lab: a small network divides the plane; the work of every hidden unit is seen."""

import itertools
import math

import torch
from torch.func import grad_and_value

from mlpbook.labs.functional import accuracy, cross_entropy
from mlpbook.labs.lab import Lab
from mlpbook.labs.parts import (
    accuracy_chart,
    hidden_layers,
    hidden_units,
    learning_rate,
    loss_chart,
)
from mlpbook.labs.playground_presets import PRESETS
from mlpbook.labs.program import MadePoints, Noise, Program
from mlpbook.labs.spec import (
    Chart,
    ReferenceLine,
    Seed,
    Select,
    Slider,
    Text,
)

ACTIVATIONS = {"relu": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid}
NUM_TRAIN = 200  # and as many held out
GRID = 48  # points a side at which the plane is evaluated
EDGE = 1.8  # the plane is drawn from -EDGE to EDGE


def forward(state, X, activation):
    """Logits of the points, and the activations of every hidden layer."""
    *hidden_layers, last = range(1, len(state) // 2 + 1)
    H, hidden = X, []
    for i in hidden_layers:
        H = ACTIVATIONS[activation](H @ state[f"W{i}"] + state[f"b{i}"])
        hidden.append(H)
    return H @ state[f"W{last}"] + state[f"b{last}"], hidden


def init(noise, hyper):
    """Weights: standard normal numbers times sqrt(2 / inputs) (He). Biases: 0."""
    state = {}
    for i, Z in enumerate(noise.values(), start=1):
        state[f"W{i}"] = (2 / Z.shape[0]) ** 0.5 * Z
        state[f"b{i}"] = torch.zeros(Z.shape[1])
    return state


def step(state, batch, noise, hyper):
    """One step of stochastic gradient descent."""
    X, y = batch

    def objective(state):
        logits, _ = forward(state, X, hyper["activation"])
        return cross_entropy(logits, y), logits

    grads, (loss, logits) = grad_and_value(objective, has_aux=True)(state)
    state = {name: W - hyper["lr"] * grads[name] for name, W in state.items()}
    return state, {"loss": loss, "accuracy": accuracy(logits, y)}


def evaluate(state, data, hyper):
    """Held-out points, and the whole plane as the network and each hidden unit see it."""
    logits, _ = forward(state, data["X"], hyper["activation"])
    on_grid, hidden = forward(state, data["plane"], hyper["activation"])
    maps = {f"hidden_{i}": H.T.reshape(-1, GRID, GRID) for i, H in enumerate(hidden, start=1)}
    return {
        "validation_loss": cross_entropy(logits, data["y"]),
        "validation_accuracy": accuracy(logits, data["y"]),
        "grid": torch.softmax(on_grid, 1)[:, 1].reshape(GRID, GRID),
        **maps,
    }


def make_data(noise, hyper):
    """Points of two classes, half of them to train on; and the points of the plane."""
    X, y = SHAPES[hyper["dataset"]](noise["place"])
    X = X + hyper["noise"] * noise["jitter"]
    ticks = EDGE * (2 * torch.arange(GRID) / (GRID - 1) - 1)
    plane = torch.stack((ticks.repeat(GRID), ticks.repeat_interleave(GRID)), 1)
    held_out = {"X": X[NUM_TRAIN:], "y": y[NUM_TRAIN:], "plane": plane}
    return {"X": X[:NUM_TRAIN], "y": y[:NUM_TRAIN]}, held_out


def xor(u):
    """Points about (±1, ±1), of class 1 where the signs differ."""
    corner = torch.arange(len(u)) % 4
    first, second = corner % 2, corner // 2
    return 2.0 * torch.stack((first, second), 1) - 1.0, (first != second).to(torch.int64)


def moons(u):
    """Two interleaved half-circles."""
    y = torch.arange(len(u)) % 2
    sign, angle = 1.0 - 2.0 * y, math.pi * u
    return torch.stack((sign * angle.cos() + y - 0.5, sign * angle.sin() + 0.5 * y - 0.25), 1), y


def spirals(u):
    """Two spiral arms, each once round the origin."""
    y = torch.arange(len(u)) % 2
    radius = u.sqrt()
    angle = math.pi * (2 * radius + y)
    return 1.5 * radius.unsqueeze(1) * torch.stack((angle.cos(), angle.sin()), 1), y


def blobs(u):
    """Two round clouds."""
    y = torch.arange(len(u)) % 2
    return (1.0 - 2.0 * y).unsqueeze(1) * torch.tensor([[0.7, 0.5]]), y


SHAPES = {"xor": xor, "moons": moons, "spirals": spirals, "blobs": blobs}


def random_inputs(settings):
    """The random tensors: for the points, and one a weight matrix at the start."""
    widths = (2, *["hidden"] * int(settings["num_layers"]), 2)
    pairs = enumerate(itertools.pairwise(widths), start=1)
    points = {
        "place": Noise("uniform", (2 * NUM_TRAIN,), stream=21),
        "jitter": Noise("normal", (2 * NUM_TRAIN, 2), stream=22),
    }
    return {
        "data": points,
        "init": {f"W{i}": Noise("normal", pair, stream=i) for i, pair in pairs},
    }


CONTROLS = (
    Select(
        name="dataset",
        label=Text(zh="数据集", en="Data set"),
        help=Text(
            zh="两类点怎样摆在平面上。", en="How the points of two classes lie in the plane."
        ),
        options=(
            ("xor", Text(zh="异或", en="XOR")),
            ("moons", Text(zh="双月", en="moons")),
            ("spirals", Text(zh="双螺旋", en="spirals")),
            ("blobs", Text(zh="两团", en="blobs")),
        ),
        value="moons",
    ),
    Slider(
        name="noise",
        label=Text(zh="噪声", en="Noise"),
        help=Text(
            zh="每个点离开原位的标准差。",
            en="Standard deviation of the points about their places.",
        ),
        min=0.0,
        max=0.5,
        step=0.01,
        value=0.15,
    ),
    hidden_units(8, max=16, scale="linear"),
    hidden_layers(),
    Select(
        name="activation",
        label=Text(zh="激活函数", en="Activation"),
        help=Text(
            zh="每个隐藏单元在加权和之后做什么。",
            en="What each hidden unit does to its weighted sum.",
        ),
        options=(
            ("relu", Text(zh="ReLU", en="ReLU")),
            ("tanh", Text(zh="tanh", en="tanh")),
            ("sigmoid", Text(zh="sigmoid", en="sigmoid")),
        ),
        value="relu",
    ),
    learning_rate(0.3),
    Select(
        name="batch_size",
        label=Text(zh="批量大小", en="Batch size"),
        help=Text(
            zh="每一步用200个训练点中的多少个算梯度。",
            en="How many of the 200 training points each step's gradient is taken over.",
        ),
        options=(
            (10, Text(zh="10", en="10")),
            (50, Text(zh="50", en="50")),
            (200, Text(zh="200（全部）", en="200 (all)")),
        ),
        value=50,
    ),
    Seed(),
)

CHARTS: tuple[Chart, ...] = (
    Chart(
        kind="region",
        name="region",
        title=Text(zh="网络怎样划分平面", en="How the network divides the plane"),
        options={"value": "probability"},
    ),
    Chart(
        kind="units",
        name="units",
        title=Text(zh="每个隐藏单元看到的平面", en="The plane as each hidden unit sees it"),
        options={"value": "hidden"},
    ),
    loss_chart(),
    accuracy_chart(),
)

LAB = Lab(
    name="playground",
    title=Text(zh="平面上的神经网络", en="A network in the plane"),
    summary=Text(
        zh="一个小网络学着把两类点分开。下面的小图是各个隐藏单元：每个ReLU单元折一条线，网络把它们拼成弯曲的边界。",
        en="A small network learns to part two classes of points. The small maps are its hidden "
        "units: each ReLU folds the plane along one line, and the network joins the folds "
        "into a curved border.",
    ),
    picture=Text(
        zh="默认设置一次运行之后：双月数据、网络给出的类别概率、八个隐藏单元各自的激活图，以及损失曲线。",
        en="After a run with the default settings: the moons, the network's probability of a "
        "class over the plane, the map of each of its eight hidden units, and the loss.",
    ),
    controls=CONTROLS,
    presets=PRESETS,
    charts=CHARTS,
    reference_lines=(
        ReferenceLine("loss", math.log(2), Text(zh="ln 2：乱猜", en="ln 2: a guess")),
    ),
    length={"steps": 3_000},
    table=(
        "dataset",
        "noise",
        "num_hiddens",
        "num_layers",
        "activation",
        "lr",
        "batch_size",
        "seed",
    ),
    results=("loss", "validation_loss", "validation_accuracy"),
    program=Program(
        init=init,
        step=step,
        evaluate=evaluate,
        make_data=make_data,
        helpers=(cross_entropy, accuracy, forward),
        data=MadePoints(train=NUM_TRAIN, extent=(-EDGE, EDGE, -EDGE, EDGE)),
        noise=random_inputs,
        variants={
            "data": ("dataset",),
            "init": ("num_layers",),
            "step": ("num_layers", "activation"),
            "evaluate": ("num_layers", "activation"),
        },
        numbers=("lr", "noise"),
        sizes={"hidden": "num_hiddens"},
    ),
)
