"""Lab: depth, activation and initial weights decide together whether Fashion-MNIST is learnt."""

import itertools
import math
from dataclasses import replace

import torch
from torch.func import grad_and_value

from mlpbook.labs import fashion_mlp
from mlpbook.labs.depth_activation_presets import PRESETS
from mlpbook.labs.functional import accuracy, cross_entropy
from mlpbook.labs.lab import Lab
from mlpbook.labs.parts import accuracy_chart, hidden_units, learning_rate, loss_chart
from mlpbook.labs.playground import forward
from mlpbook.labs.program import FashionImages, Noise, Program
from mlpbook.labs.spec import Chart, ReferenceLine, Seed, Select, Series, Text, lines


def init(noise, hyper):
    """Initial weights on one of four scales; the default draws its biases as well."""
    state = {}
    for i in range(1, hyper["num_layers"] + 2):
        Z = noise[f"W{i}"]
        inputs, outputs = Z.shape
        if hyper["init"] == "default":  # Z and the bias are uniform over [0, 1)
            state[f"W{i}"] = (2 * Z - 1) * inputs**-0.5
            state[f"b{i}"] = (2 * noise[f"b{i}"] - 1) * inputs**-0.5
        else:  # Z is standard normal
            state[f"W{i}"] = Z * scale(hyper["init"], inputs, outputs)
            state[f"b{i}"] = torch.zeros(outputs)
    return state


def scale(name, inputs, outputs):
    """Standard deviation of the weights of one layer."""
    if name == "xavier":
        return (2 / (inputs + outputs)) ** 0.5
    return (2 / inputs) ** 0.5 if name == "he" else 0.01


def step(state, batch, noise, hyper):
    """One step of stochastic gradient descent, and the size of the gradient at both ends."""
    X, y = batch
    last = f"W{len(state) // 2}"

    def objective(state):
        logits, _ = forward(state, X, hyper["activation"])
        return cross_entropy(logits, y), logits

    grads, (loss, logits) = grad_and_value(objective, has_aux=True)(state)
    state = {name: W - hyper["lr"] * grads[name] for name, W in state.items()}
    return state, {
        "loss": loss,
        "accuracy": accuracy(logits, y),
        "gradient_first": grads["W1"].abs().mean(),
        "gradient_last": grads[last].abs().mean(),
    }


def evaluate(state, data, hyper):
    """How the network does on images that it was not trained on."""
    logits, _ = forward(state, data["X"], hyper["activation"])
    return {
        "validation_loss": cross_entropy(logits, data["y"]),
        "validation_accuracy": accuracy(logits, data["y"]),
    }


def random_inputs(settings):
    """Normal numbers for each weight matrix, or uniform ones for PyTorch's default."""
    widths = (784, *["hidden"] * int(settings["num_layers"]), 10)
    pairs = list(enumerate(itertools.pairwise(widths), start=1))
    kind = "uniform" if settings["init"] == "default" else "normal"
    weights = {f"W{i}": Noise(kind, pair, stream=i) for i, pair in pairs}
    if kind == "normal":
        return {"init": weights}
    biases = {f"b{i}": Noise(kind, (outputs,), stream=30 + i) for i, (_, outputs) in pairs}
    return {"init": weights | biases}


SHARED = {control.name: control for control in fashion_mlp.CONTROLS}

CONTROLS = (
    Select(
        name="num_layers",
        label=Text(zh="隐藏层数", en="Hidden layers"),
        help=Text(zh="输入和输出之间有几个隐藏层。", en="Layers between the input and the output."),
        options=tuple((n, Text(zh=str(n), en=str(n))) for n in (1, 2, 4, 8)),
        value=4,
    ),
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
    Select(
        name="init",
        label=Text(zh="初始权重", en="Initial weights"),
        help=Text(
            zh="前三种是正态分布，偏置为0；最后一种是nn.Linear自己的均匀分布，偏置也随机。",
            en="The first three are normal, with biases 0; the last is the uniform one that "
            "nn.Linear draws by itself, biases included.",
        ),
        options=(
            ("normal", Text(zh="N(0, 0.01²)", en="N(0, 0.01²)")),
            ("xavier", Text(zh="Xavier", en="Xavier")),
            ("he", Text(zh="He", en="He")),
            ("default", Text(zh="PyTorch默认", en="PyTorch's default")),
        ),
        value="xavier",
    ),
    learning_rate(0.1),
    hidden_units(128, max=512, scale="log"),
    SHARED["batch_size"],
    replace(SHARED["num_epochs"], max=20, value=5),
    SHARED["num_images"],
    SHARED["centre"],
    Seed(),
)

CHARTS: tuple[Chart, ...] = (
    loss_chart(),
    accuracy_chart(),
    lines(
        "gradient",
        Text(zh="梯度有多大", en="How large the gradient is"),
        Series("gradient_first", Text(zh="第一层", en="first layer"), "gradient"),
        Series("gradient_last", Text(zh="输出层", en="output layer"), "ghost"),
        label=Text(zh="平均绝对值", en="mean absolute value"),
        scale="log",
    ),
)

LAB = Lab(
    name="depth_activation",
    title=Text(zh="层数×激活函数×初始权重", en="Depth × activation × initial weights"),
    summary=Text(
        zh="同样的网络、同样的图片，只换三样东西。看损失有没有离开"
        "ln 10，再看第一层收到的梯度比输出层的小多少。",
        en="The same network on the same images, with three things to change. See whether the loss "
        "leaves ln 10, and how much smaller the gradient is at the first layer than at the output.",
    ),
    picture=Text(
        zh="默认设置一次运行：损失、精度，以及第一层和输出层的梯度大小（对数纵轴）。",
        en="A run with the default settings: loss, accuracy, and the size of the gradient at the "
        "first and the output layer on a logarithmic axis.",
    ),
    controls=CONTROLS,
    presets=PRESETS,
    charts=CHARTS,
    reference_lines=(
        ReferenceLine("loss", math.log(10), Text(zh="ln 10：乱猜", en="ln 10: a guess")),
    ),
    length={"control": "num_epochs"},
    table=(
        "num_layers",
        "activation",
        "init",
        "lr",
        "num_hiddens",
        "batch_size",
        "num_epochs",
        "num_images",
        "centre",
        "seed",
    ),
    results=("loss", "validation_loss", "validation_accuracy"),
    program=Program(
        init=init,
        step=step,
        evaluate=evaluate,
        helpers=(cross_entropy, accuracy, scale, forward),
        data=FashionImages(),
        noise=random_inputs,
        variants={
            "init": ("num_layers", "init"),
            "step": ("num_layers", "activation"),
            "evaluate": ("num_layers", "activation"),
        },
        numbers=("lr",),
        sizes={"hidden": "num_hiddens"},
    ),
)
