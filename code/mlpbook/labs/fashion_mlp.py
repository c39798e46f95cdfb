"""Lab: a multilayer perceptron learns Fashion-MNIST, with one to three hidden layers."""

import itertools
import math

import torch
from torch.func import grad_and_value

from mlpbook.data import FASHION_LABELS
from mlpbook.labs.fashion_mlp_presets import PRESETS
from mlpbook.labs.functional import accuracy, cross_entropy, dropout
from mlpbook.labs.lab import Lab
from mlpbook.labs.parts import (
    accuracy_chart,
    hidden_layers,
    hidden_units,
    learning_rate,
    loss_chart,
)
from mlpbook.labs.program import FashionImages, Noise, Program
from mlpbook.labs.spec import (
    Chart,
    ReferenceLine,
    Seed,
    Select,
    Slider,
    Switch,
    Text,
    images,
)


def forward(state, X, noise=None, p=0.0):
    """Logits of the images, and the activations of every hidden layer."""
    *hidden_layers, last = range(1, len(state) // 2 + 1)
    H, hidden = X, []
    for i in hidden_layers:
        H = torch.relu(H @ state[f"W{i}"] + state[f"b{i}"])
        if noise is not None:
            H = dropout(H, noise[f"drop{i}"], p)
        hidden.append(H)
    return H @ state[f"W{last}"] + state[f"b{last}"], hidden


def init(noise, hyper):
    """Weights: standard normal numbers times 0.01, or times He's scale. Biases: 0."""
    state = {}
    for i, Z in enumerate(noise.values(), start=1):
        scale = (2 / Z.shape[0]) ** 0.5 if hyper["init"] == "he" else 0.01
        state[f"W{i}"] = scale * Z
        state[f"b{i}"] = torch.zeros(Z.shape[1])
    return state


def step(state, batch, noise, hyper):
    """One step of stochastic gradient descent."""
    X, y = batch

    def objective(state):
        logits, _ = forward(state, X, noise, hyper["dropout"])
        return cross_entropy(logits, y), logits

    grads, (loss, logits) = grad_and_value(objective, has_aux=True)(state)
    state = {name: W - hyper["lr"] * grads[name] for name, W in state.items()}
    return state, {"loss": loss, "accuracy": accuracy(logits, y)}


def evaluate(state, data, hyper):
    """How the network does on images that it was not trained on, without dropout."""
    logits, hidden = forward(state, data["X"])
    silent = torch.cat([H.amax(0) for H in hidden]) == 0
    return {
        "validation_loss": cross_entropy(logits, data["y"]),
        "validation_accuracy": accuracy(logits, data["y"]),
        "dead_units": silent.to(torch.float32).mean(),
        "predictions": logits.argmax(1),
        "confidence": torch.softmax(logits, 1).amax(1),
    }


def random_inputs(settings):
    """The random tensors: one a weight matrix at the start, one a hidden layer in each step."""
    depth = int(settings["num_layers"])
    widths = (784, *["hidden"] * depth, 10)
    pairs = enumerate(itertools.pairwise(widths), start=1)
    weights = {f"W{i}": Noise("normal", pair, stream=i) for i, pair in pairs}
    masks = {
        f"drop{i}": Noise("uniform", ("batch", "hidden"), stream=10 + i, unless="dropout")
        for i in range(1, depth + 1)
    }
    return {"init": weights, "step": masks}


CONTROLS = (
    learning_rate(0.1),
    hidden_units(256, max=1024, scale="log"),
    hidden_layers(),
    Slider(
        name="dropout",
        label=Text(zh="暂退概率", en="Dropout"),
        help=Text(
            zh="训练时每个隐藏单元被置零的概率；评估时不置零。",
            en="Probability that a hidden unit is set to zero in a training step; "
            "in evaluation none is.",
        ),
        min=0.0,
        max=0.9,
        step=0.05,
        value=0.0,
        live=True,
    ),
    Select(
        name="init",
        label=Text(zh="权重初始化", en="Initial weights"),
        help=Text(
            zh="本节从零实现用标准差0.01；He初始化的标准差随输入个数而定，使各层信号大小相当。",
            en="The section's own code uses a standard deviation of 0.01; He's depends on the "
            "number of inputs and keeps the signal of every layer about the same size.",
        ),
        options=(
            ("small", Text(zh="N(0, 0.01²)", en="N(0, 0.01²)")),
            ("he", Text(zh="He: N(0, 2/输入数)", en="He: N(0, 2/inputs)")),
        ),
        value="small",
    ),
    Select(
        name="batch_size",
        label=Text(zh="批量大小", en="Batch size"),
        help=Text(
            zh="每一步用多少张图片算梯度。", en="Images that each step's gradient is taken over."
        ),
        options=tuple((n, Text(zh=str(n), en=str(n))) for n in (16, 32, 64, 128, 256, 512, 1024)),
        value=64,
    ),
    Slider(
        name="num_epochs",
        label=Text(zh="轮数", en="Epochs"),
        help=Text(zh="训练图片从头到尾用几遍。", en="Passes over the training images."),
        integer=True,
        min=1,
        max=50,
        step=1,
        value=10,
    ),
    Select(
        name="num_images",
        label=Text(zh="训练图片数", en="Training images"),
        help=Text(
            zh="验证用的2,000张图片总是同一批，不在其中。在网页里，前两项只需下载约5 MB，"
            "最后一项要下载26 MB。",
            en="The 2,000 validation images are always the same and never among them. In a page "
            "the first two choices load about 5 MB, the last one 26 MB.",
        ),
        options=(
            (1_000, Text(zh="1,000", en="1,000")),
            (10_000, Text(zh="10,000", en="10,000")),
            (50_000, Text(zh="50,000（全部）", en="50,000 (all)")),
        ),
        value=10_000,
    ),
    Switch(
        name="centre",
        label=Text(zh="减去平均图像", en="Subtract the mean image"),
        help=Text(
            zh="从每张图片里减去训练图片的平均，使每个像素的均值为零。",
            en="Take the mean training image away from every image, so that each pixel "
            "averages zero.",
        ),
    ),
    Seed(),
)

CHARTS: tuple[Chart, ...] = (
    loss_chart(),
    accuracy_chart(),
    images(
        "predictions",
        Text(zh="验证图片和预测", en="Validation images and predictions"),
        count=24,
        classes=tuple(Text(zh=label.zh, en=label.en) for label in FASHION_LABELS),
    ),
)

LAB = Lab(
    name="fashion_mlp",
    title=Text(zh="多层感知机学Fashion-MNIST", en="A multilayer perceptron learns Fashion-MNIST"),
    summary=Text(
        zh="训练损失从ln 10（乱猜）往下走，验证精度往上走。"
        "拖动学习率、隐藏单元数和层数，看曲线怎样变。",
        en="The training loss starts at ln 10, that of a guess, and falls while the validation "
        "accuracy rises. Move the learning rate, the width and the depth, and see what they "
        "do to the curves.",
    ),
    picture=Text(
        zh="默认设置一次运行的损失曲线和精度曲线，以及24张验证图片和网络的预测。",
        en="Loss and accuracy over the steps of a run with the default settings, and 24 "
        "validation images with the network's predictions.",
    ),
    controls=CONTROLS,
    presets=PRESETS,
    charts=CHARTS,
    reference_lines=(
        ReferenceLine("loss", math.log(10), Text(zh="ln 10：乱猜", en="ln 10: a guess")),
    ),
    length={"control": "num_epochs"},
    table=(
        "lr",
        "num_hiddens",
        "num_layers",
        "dropout",
        "init",
        "batch_size",
        "num_epochs",
        "num_images",
        "centre",
        "seed",
    ),
    results=("loss", "validation_loss", "validation_accuracy", "dead_units"),
    program=Program(
        init=init,
        step=step,
        evaluate=evaluate,
        helpers=(cross_entropy, accuracy, dropout, forward),
        data=FashionImages(),
        noise=random_inputs,
        variants={
            "init": ("num_layers", "init"),
            "step": ("num_layers",),
            "evaluate": ("num_layers",),
        },
        numbers=("lr", "dropout"),
        sizes={"hidden": "num_hiddens"},
    ),
)
