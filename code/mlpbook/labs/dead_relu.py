"""Lab: count the hidden units that are off for every training point while the network learns."""

import math
from dataclasses import replace

import torch
from torch.func import grad_and_value

from mlpbook.labs import playground
from mlpbook.labs.dead_relu_presets import PRESETS
from mlpbook.labs.functional import accuracy, cross_entropy
from mlpbook.labs.lab import Lab
from mlpbook.labs.parts import hidden_units, learning_rate, loss_chart
from mlpbook.labs.playground import EDGE, GRID, NUM_TRAIN, moons
from mlpbook.labs.program import MadePoints, Noise, Program
from mlpbook.labs.spec import Chart, ReferenceLine, Seed, Series, Slider, Text, lines

SPREAD = 0.15  # standard deviation of the points about their half-circles


def forward(state, X):
    """Logits, the hidden layer's values, and what stood before the activation."""
    Z = X @ state["W1"] + state["b1"]
    H = torch.where(Z > 0, Z, state["leak"] * Z)
    return H @ state["W2"] + state["b2"], H, Z


def init(noise, hyper):
    """He's weights; those of the hidden layer times `scale`, its biases moved by `bias`."""
    W1, W2 = noise["W1"], noise["W2"]
    return {
        "W1": hyper["scale"] * (2 / W1.shape[0]) ** 0.5 * W1,
        "b1": hyper["bias"] * torch.ones(W1.shape[1]),
        "W2": (2 / W2.shape[0]) ** 0.5 * W2,
        "b2": torch.zeros(W2.shape[1]),
        "leak": 1 * hyper["leak"],
    }


def step(state, batch, noise, hyper):
    """One step of stochastic gradient descent; the slope is not learned."""
    X, y = batch
    leak = 1 * hyper["leak"]
    weights = {name: W for name, W in state.items() if name != "leak"}

    def objective(weights):
        logits, _, _ = forward({**weights, "leak": leak}, X)
        return cross_entropy(logits, y), logits

    grads, (loss, logits) = grad_and_value(objective, has_aux=True)(weights)
    weights = {name: W - hyper["lr"] * grads[name] for name, W in weights.items()}
    state = {**weights, "leak": leak}
    return state, {"loss": loss, "accuracy": accuracy(logits, y)}


def evaluate(state, data, hyper):
    """Held-out points, the plane as each unit sees it, and the units that are off everywhere."""
    logits, _, _ = forward(state, data["X"])
    on_grid, hidden, _ = forward(state, data["plane"])
    _, _, Z = forward(state, data["seen"])
    off = (Z.amax(0) <= 0).to(Z.dtype)
    return {
        "validation_loss": cross_entropy(logits, data["y"]),
        "validation_accuracy": accuracy(logits, data["y"]),
        "dead_units": off.mean(),
        "dead_count": off.sum(),
        "off_count": (Z <= 0).to(Z.dtype).mean(0).sum(),
        "grid": torch.softmax(on_grid, 1)[:, 1].reshape(GRID, GRID),
        "hidden_1": hidden.T.reshape(-1, GRID, GRID),
    }


def make_data(noise, hyper):
    """Two half-circles of points: half to train on; and the points of the plane."""
    X, y = moons(noise["place"])
    X = X + SPREAD * noise["jitter"]
    ticks = EDGE * (2 * torch.arange(GRID) / (GRID - 1) - 1)
    plane = torch.stack((ticks.repeat(GRID), ticks.repeat_interleave(GRID)), 1)
    seen = X[:NUM_TRAIN]
    held_out = {"X": X[NUM_TRAIN:], "y": y[NUM_TRAIN:], "plane": plane, "seen": seen}
    return {"X": seen, "y": y[:NUM_TRAIN]}, held_out


def random_inputs(settings):
    """The random tensors: for the points, and one a weight matrix at the start."""
    points = {
        "place": Noise("uniform", (2 * NUM_TRAIN,), stream=21),
        "jitter": Noise("normal", (2 * NUM_TRAIN, 2), stream=22),
    }
    weights = {
        "W1": Noise("normal", (2, "hidden"), stream=1),
        "W2": Noise("normal", ("hidden", 2), stream=2),
    }
    return {"data": points, "init": weights}


SHARED = {control.name: control for control in playground.CONTROLS}

CONTROLS = (
    learning_rate(0.3),
    Slider(
        name="bias",
        label=Text(zh="初始偏置", en="Bias at the start"),
        help=Text(
            zh="隐藏单元的偏置从这个数出发；通常是0。",
            en="The hidden units' biases start from this number; usually 0.",
        ),
        min=-4.0,
        max=1.0,
        step=0.1,
        value=0.0,
    ),
    Slider(
        name="scale",
        label=Text(zh="权重的倍数", en="Scale of the weights"),
        help=Text(
            zh="隐藏层的初始权重是He权重乘以这个数。",
            en="The hidden layer starts from He's weights times this number.",
        ),
        scale="log",
        min=0.01,
        max=10.0,
        value=1.0,
    ),
    Slider(
        name="leak",
        label=Text(zh="负侧的斜率", en="Slope for negative inputs"),
        help=Text(
            zh="0是ReLU；大于0是leaky ReLU。",
            en="0 is ReLU; above 0 it is leaky ReLU.",
        ),
        min=0.0,
        max=0.3,
        step=0.01,
        value=0.0,
        live=True,
    ),
    hidden_units(8, max=16, scale="linear"),
    replace(SHARED["batch_size"], value=200),
    Seed(),
)

CHARTS: tuple[Chart, ...] = (
    lines(
        "dead",
        Text(zh="死了的单元", en="Dead units"),
        Series("dead_count", Text(zh="对每个训练点都关着", en="off for every point"), "gradient"),
        Series("off_count", Text(zh="每个点平均关着", en="off for a point, on average"), "ghost"),
        label=Text(zh="单元数", en="units"),
        min=0.0,
    ),
    Chart(
        kind="units",
        name="units",
        title=Text(zh="每个隐藏单元看到的平面", en="The plane as each hidden unit sees it"),
        options={"value": "hidden"},
    ),
    loss_chart(),
    Chart(
        kind="region",
        name="region",
        title=Text(zh="网络怎样划分平面", en="How the network divides the plane"),
        options={"value": "probability"},
    ),
)

LAB = Lab(
    name="dead_relu",
    title=Text(zh="数一数死了的ReLU", en="Counting dead ReLUs"),
    summary=Text(
        zh="一个隐藏层学着把两弯月牙分开。第一张图数的是对全部200个训练点都关着的单元：负侧的斜率是0时，它们收到的梯度恰好是0。",
        en="One hidden layer learns to part two moons. The first chart counts the units that are "
        "off for all 200 training points: with slope 0 below zero their gradient is exactly 0.",
    ),
    picture=Text(
        zh="默认设置一次运行之后：死单元的个数、每个隐藏单元的激活图、损失曲线和网络划分的平面。",
        en="After a run with the default settings: the count of dead units, the map of each "
        "hidden unit, the loss, and the plane as the network divides it.",
    ),
    controls=CONTROLS,
    presets=PRESETS,
    charts=CHARTS,
    reference_lines=(
        ReferenceLine("loss", math.log(2), Text(zh="ln 2：乱猜", en="ln 2: a guess")),
    ),
    length={"steps": 1_000},
    table=("lr", "bias", "scale", "leak", "num_hiddens", "batch_size", "seed"),
    results=("loss", "validation_accuracy", "dead_units"),
    program=Program(
        init=init,
        step=step,
        evaluate=evaluate,
        make_data=make_data,
        helpers=(cross_entropy, accuracy, forward),
        data=MadePoints(train=NUM_TRAIN, extent=(-EDGE, EDGE, -EDGE, EDGE)),
        noise=random_inputs,
        variants={"init": (), "step": (), "evaluate": ()},
        numbers=("lr", "bias", "scale", "leak"),
        sizes={"hidden": "num_hiddens"},
    ),
)
