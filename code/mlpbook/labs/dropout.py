"""Lab: dropout in both hidden layers of a network, and the variance of what it passes on."""

import math
from dataclasses import replace

import torch
from torch.func import grad_and_value

from mlpbook.labs.fashion_mlp import CONTROLS as FASHION_CONTROLS
from mlpbook.labs.functional import accuracy, cross_entropy, dropout
from mlpbook.labs.lab import Lab
from mlpbook.labs.parts import accuracy_chart, hidden_units, learning_rate, loss_chart
from mlpbook.labs.program import FashionImages, Noise, Program
from mlpbook.labs.spec import Preset, ReferenceLine, Seed, Series, Slider, Text, lines


def forward(state, X, noise=None, rates=(0.0, 0.0)):
    """Logits of the images, and both hidden layers (after the mask, where there is noise)."""
    H, hidden = X, []
    for i, p in enumerate(rates, start=1):
        H = torch.relu(H @ state[f"W{i}"] + state[f"b{i}"])
        if noise is not None:
            H = dropout(H, noise[f"drop{i}"], p)
        hidden.append(H)
    return H @ state["W3"] + state["b3"], hidden


def variance(H):
    """Variance over all units and examples; a mean of means adds up with less rounding."""
    return ((H - H.mean(0).mean()) ** 2).mean(0).mean()


def init(noise, hyper):
    """Weights: standard normal numbers times sqrt(2 / inputs) (He). Biases: 0."""
    state = {}
    for i, Z in enumerate(noise.values(), start=1):
        state[f"W{i}"] = (2 / Z.shape[0]) ** 0.5 * Z
        state[f"b{i}"] = torch.zeros(Z.shape[1])
    return state


def step(state, batch, noise, hyper):
    """One step of stochastic gradient descent under dropout."""
    X, y = batch
    rates = (hyper["drop1"], hyper["drop2"])

    def objective(state):
        logits, hidden = forward(state, X, noise, rates)
        return cross_entropy(logits, y), (logits, hidden)

    grads, (loss, (logits, hidden)) = grad_and_value(objective, has_aux=True)(state)
    state = {name: W - hyper["lr"] * grads[name] for name, W in state.items()}
    spread = {f"masked_{i}": variance(H) for i, H in enumerate(hidden, start=1)}
    return state, {"loss": loss, "accuracy": accuracy(logits, y), **spread}


def evaluate(state, data, hyper):
    """Images that it was not trained on, without dropout."""
    logits, hidden = forward(state, data["X"])
    spread = {f"plain_{i}": variance(H) for i, H in enumerate(hidden, start=1)}
    return {
        "validation_loss": cross_entropy(logits, data["y"]),
        "validation_accuracy": accuracy(logits, data["y"]),
        **spread,
    }


def random_inputs(settings):
    """Three weight matrices at the start, two masks in each step."""
    shapes = {"W1": (784, "hidden"), "W2": ("hidden", "hidden"), "W3": ("hidden", 10)}
    weights = {
        name: Noise("normal", shape, stream=i)
        for i, (name, shape) in enumerate(shapes.items(), start=1)
    }
    masks = {
        f"drop{i}": Noise("uniform", ("batch", "hidden"), stream=10 + i, unless=f"drop{i}")
        for i in (1, 2)
    }
    return {"init": weights, "step": masks}


def rate(layer: int, zh: str, en: str, value: float) -> Slider:
    """The dropout probability of one hidden layer."""
    return Slider(
        name=f"drop{layer}",
        label=Text(zh=f"{zh}的暂退概率", en=f"Dropout, {en} layer"),
        help=Text(
            zh=f"训练时{zh}的每个单元被置零的概率；评估时不置零。",
            en=f"Probability that a unit of the {en} hidden layer is set to zero in a training "
            "step; in evaluation none is.",
        ),
        min=0.0,
        max=0.9,
        step=0.05,
        value=value,
        live=True,
    )


def variance_chart(layer: int, zh: str, en: str):
    """Variance of one hidden layer, after the mask and without one."""
    return lines(
        f"variance_{layer}",
        Text(zh=f"{zh}激活值的方差", en=f"Variance of the {en} hidden layer"),
        Series(
            f"masked_{layer}", Text(zh="训练（掩码之后）", en="training, after the mask"), "train"
        ),
        Series(f"plain_{layer}", Text(zh="评估（无掩码）", en="evaluation, no mask"), "activation"),
        label=Text(zh="方差", en="variance"),
        min=0.0,
    )


FROM_FASHION = {control.name: control for control in FASHION_CONTROLS}

LAB = Lab(
    name="dropout",
    title=Text(zh="两层暂退，看方差", en="Two layers of dropout, and their variance"),
    summary=Text(
        zh="先用默认的0.2和0.5训练，再把两个概率都拖到0。比较训练损失、验证损失和两层的方差。",
        en="Train with the default rates 0.2 and 0.5, then drag both to 0. Compare training "
        "loss, validation loss and the variance of both layers.",
    ),
    picture=Text(
        zh="默认设置一次运行的损失、精度，以及两个隐藏层激活值的方差。",
        en="Loss, accuracy and the variance of both hidden layers over a run with the default "
        "settings.",
    ),
    controls=(
        rate(1, "第一层", "first", 0.2),
        rate(2, "第二层", "second", 0.5),
        learning_rate(0.1),
        hidden_units(256, max=512, scale="log"),
        replace(FROM_FASHION["batch_size"], value=64),
        replace(FROM_FASHION["num_epochs"], value=20),
        replace(FROM_FASHION["num_images"], value=1_000),
        FROM_FASHION["centre"],
        Seed(),
    ),
    presets=(
        Preset(
            "none",
            Text(zh="不用暂退法", en="No dropout"),
            Text(
                zh="没有掩码，训练和评估时的方差几乎重合；五个种子里，第二层的方差最后在0.33到0.40之"
                "间，用默认的0.2和0.5是0.22到0.24。验证损失0.57到0.70，与默认设置的"
                "0.60到0.66分不出高下：一次运行看不出暂退法的好坏。",
                en="With no mask the variances in training and in evaluation nearly "
                "coincide. Over five seeds that of the second layer ends at 0.33 to "
                "0.40, against 0.22 to 0.24 with the default 0.2 and 0.5. Validation loss is "
                "0.57 to 0.70, and 0.60 to 0.66 with the default: no winner to be seen "
                "here.",
            ),
            {"drop1": 0.0, "drop2": 0.0},
        ),
        Preset(
            "swapped",
            Text(zh="交换：0.5和0.2", en="Swapped: 0.5 and 0.2"),
            Text(
                zh="两层的概率交换。五个种子的验证损失是0.58到0.67，与默认设置的0.60到0.66重叠："
                "单次运行分不出谁更好，要成对地比。",
                en="The two rates exchanged. Validation loss over five seeds is 0.58 to "
                "0.67 and overlaps with the 0.60 to 0.66 of the default; single runs "
                "cannot tell them apart, pairs of runs may.",
            ),
            {"drop1": 0.5, "drop2": 0.2},
        ),
        Preset(
            "second",
            Text(zh="只丢第二层", en="Second layer only"),
            Text(
                zh="第一层没有掩码，训练和评估的方差走在一起，都是0.21到0.24（五个种子，最后一轮）。"
                "第二层在掩码之后是0.62到0.67，无掩码只有0.26到0.28。",
                en="The first layer has no mask, and its variances in training and in "
                "evaluation go together, both at 0.21 to 0.24 (five seeds, last epoch). "
                "The second has 0.62 to 0.67 after the mask and 0.26 to 0.28 without.",
            ),
            {"drop1": 0.0, "drop2": 0.5},
        ),
        Preset(
            "half",
            Text(zh="两层都是0.5", en="0.5 in both"),
            Text(
                zh="两层的方差在掩码之后都是无掩码时的两倍以上：第一层0.23到0.26对0.10到0.13，"
                "第二层0.69到0.73对0.19到0.23（五个种子，最后一轮）。",
                en="In both layers the variance after the mask is more than twice that "
                "without: 0.23 to 0.26 against 0.10 to 0.13 in the first, 0.69 to 0.73 "
                "against 0.19 to 0.23 in the second (five seeds, last epoch).",
            ),
            {"drop1": 0.5, "drop2": 0.5},
        ),
        Preset(
            "too-much",
            Text(zh="两层都是0.9", en="0.9 in both"),
            Text(
                zh="十个单元只留一个，而且两层都如此：噪声盖过信号，损失停在2.1左右，验证精度0.23到0"
                ".29（五个种子）。这是欠拟合。",
                en="One unit in ten is left, in both layers. Noise drowns the signal; the "
                "loss stays near 2.1 and validation accuracy at 0.23 to 0.29 (five "
                "seeds). This is underfitting.",
            ),
            {"drop1": 0.9, "drop2": 0.9},
        ),
    ),
    charts=(
        loss_chart(),
        accuracy_chart(),
        variance_chart(1, "第一层", "first"),
        variance_chart(2, "第二层", "second"),
    ),
    reference_lines=(
        ReferenceLine("loss", math.log(10), Text(zh="ln 10：乱猜", en="ln 10: a guess")),
    ),
    length={"control": "num_epochs"},
    table=("drop1", "drop2", "lr", "num_hiddens", "num_epochs", "num_images", "seed"),
    results=("loss", "validation_loss", "validation_accuracy", "masked_2", "plain_2"),
    program=Program(
        init=init,
        step=step,
        evaluate=evaluate,
        helpers=(cross_entropy, accuracy, dropout, variance, forward),
        data=FashionImages(),
        noise=random_inputs,
        variants={},
        numbers=("lr", "drop1", "drop2"),
        sizes={"hidden": "num_hiddens"},
    ),
)
