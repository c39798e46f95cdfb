"""Lab: a network with two hidden units, forward and backward, one step at a time."""

import torch

from mlpbook.labs.charts import Axis, Curve, Number, curves, heat, numbers
from mlpbook.labs.curves import CurveLab
from mlpbook.labs.spec import Preset, Select, Slider, Stops, Text

ACTIVATIONS = {
    "sigmoid": (torch.sigmoid, lambda z, h: h * (1 - h)),
    "tanh": (torch.tanh, lambda z, h: 1 - h**2),
    "relu": (torch.relu, lambda z, h: (z > 0).to(z.dtype)),
}

PLACES = "1 z₁, 2 z₂, 3 h₁, 4 h₂, 5 o, 6 L"  # along the bars
NAMES = (("z", ""), ("h", ""), ("u", "_bar"), ("h", "_bar"), ("z", "_bar"))


def until(step, first, value):
    """The value from that step on; NaN before it."""
    return torch.where(step >= first - 0.5, value, torch.nan)


def passes(hyper):
    """Every value of the forward pass and every adjoint of the backward pass."""
    activation, slope = ACTIVATIONS[hyper["activation"]]
    x = torch.stack([hyper["x1"], hyper["x2"]])
    W = torch.tensor([[1.0, 1.0], [1.0, 1.0]])
    b = torch.stack([torch.zeros_like(hyper["b2"]), hyper["b2"]])
    u = torch.stack([torch.ones_like(hyper["u2"]), hyper["u2"]])
    z = x @ W + b
    h = activation(z)
    o = (h * u).sum()
    error = o - hyper["t"]
    h_bar = error * u
    z_bar = h_bar * slope(z, h)
    forward = {"z": z, "h": h, "o": o, "L": error**2 / 2}
    backward = {"o": error, "u": error * h, "h": h_bar, "z": z_bar, "W": x[:, None] * z_bar}
    return forward, backward


def compute(noise, hyper):
    """Step 1 z, 2 h, 3 o, 4 L; then 5 L's own adjoint, 6 o, 7 u, 8 h, 9 z, 10 W and b."""
    step = hyper["step"]
    forward, backward = passes(hyper)
    z, h = until(step, 1, forward["z"]), until(step, 2, forward["h"])
    o, loss = until(step, 3, forward["o"]), until(step, 4, forward["L"])
    o_bar, u_bar = until(step, 6, backward["o"]), until(step, 7, backward["u"])
    h_bar, z_bar = until(step, 8, backward["h"]), until(step, 9, backward["z"])
    names = [(f"{name}1{end}", f"{name}2{end}") for name, end in NAMES]
    shown = {
        name: value[i]
        for pair, value in zip(names, (z, h, u_bar, h_bar, z_bar), strict=True)
        for i, name in enumerate(pair)
    }
    one = torch.ones_like(o)
    return {
        **shown,
        "o": o,
        "L": loss,
        "L_bar": until(step, 5, one),
        "o_bar": o_bar,
        "W_bar": until(step, 10, backward["W"]),
        "w11_bar": until(step, 10, backward["W"][0, 0]),
        "w12_bar": until(step, 10, backward["W"][0, 1]),
        "w21_bar": until(step, 10, backward["W"][1, 0]),
        "w22_bar": until(step, 10, backward["W"][1, 1]),
        "place": torch.arange(1.0, 7.0),
        "values": torch.stack([z[0], z[1], h[0], h[1], o, loss]),
        "adjoints": torch.stack([z_bar[0], z_bar[1], h_bar[0], h_bar[1], o_bar, shown_one(step)]),
    }


def shown_one(step):
    """The adjoint of the loss itself, from step 5 on."""
    return until(step, 5, torch.ones_like(step))


def slider(name: str, zh: str, en: str, value: float) -> Slider:
    helps = Text(zh="改动它，看哪些数跟着变。", en="Change it and see which numbers follow.")
    label = Text(zh=zh, en=en)
    return Slider(name=name, label=label, help=helps, min=-2, max=2, step=0.1, value=value)


def plain(name: str) -> Text:
    return Text(zh=name, en=name)


CONTROLS = (
    Stops(
        name="step",
        label=Text(zh="走到第几步", en="Step"),
        help=Text(
            zh="1到4是前向：z、h、o、L；5到10是反向：L、o、u、h、z、W和b。",
            en="1 to 4 go forward: z, h, o, L; 5 to 10 backward: L, o, u, h, z, W and b.",
        ),
        values=tuple(range(11)),
        value=10,
    ),
    Select(
        name="activation",
        label=Text(zh="激活函数", en="Activation"),
        help=Text(zh="两个隐藏单元用的激活函数。", en="What both hidden units apply."),
        options=(
            ("sigmoid", Text(zh="sigmoid", en="sigmoid")),
            ("tanh", Text(zh="tanh", en="tanh")),
            ("relu", Text(zh="ReLU", en="ReLU")),
        ),
        value="sigmoid",
    ),
    slider("x1", "输入x₁", "Input x₁", 1.0),
    slider("x2", "输入x₂", "Input x₂", 0.0),
    slider("b2", "偏置b₂", "Bias b₂", -1.0),
    slider("u2", "权重u₂", "Weight u₂", -2.0),
    slider("t", "目标t", "Target t", 0.0),
)

LAB = CurveLab(
    name="backprop_steps",
    title=Text(zh="前向和反向，一步一步", en="Forward and backward, step by step"),
    summary=Text(
        zh="两个输入、两个隐藏单元、一个输出，隐藏层的权重全是1，b₁ = 0，u₁ = 1，损失是½(o − t)²。"
        "前向算出值，反向算出伴随值；还没算到的数写作“–”。",
        en="Two inputs, two hidden units, one output; all hidden weights are 1, b₁ = 0, u₁ = 1, "
        "and the loss is (o − t)²/2. Forward gives values, backward adjoints; a dash stands for "
        "what is not computed yet.",
    ),
    picture=Text(
        zh="走完十步之后的全部值和伴随值，以及隐藏层权重的梯度。",
        en="All values and adjoints after the ten steps, and the gradient of the hidden weights.",
    ),
    controls=CONTROLS,
    presets=(
        Preset(
            "forward",
            Text(zh="前向走完", en="Forward done"),
            Text(zh="值都有了，伴随值一个也没有。", en="All values are there, and no adjoint."),
            {"step": 4},
        ),
        Preset(
            "silent",
            Text(zh="关掉的单元", en="A silent unit"),
            Text(
                zh="ReLU，z₂ < 0：h₂ = 0，u₂、z₂、b₂和进入它的权重的梯度都是0。",
                en="ReLU and z₂ < 0: h₂ = 0, and the gradients of u₂, z₂, b₂ and of the weights "
                "that lead into it are 0.",
            ),
            {"activation": "relu", "b2": -2.0},
        ),
        Preset(
            "cut",
            Text(zh="u₂ = 0", en="u₂ = 0"),
            Text(
                zh="h₂到输出的路断了：h₂、z₂的伴随值是0，u₂的却不是。",
                en="The way from h₂ to the output is cut: the adjoints of h₂ and z₂ are 0, but not "
                "that of u₂.",
            ),
            {"u2": 0.0},
        ),
    ),
    charts=(
        curves(
            "both",
            Text(zh="每个变量的值和伴随值", en="Value and adjoint of each variable"),
            Curve(
                y="values",
                x="place",
                label=Text(zh="值（前向）", en="value (forward)"),
                color="activation",
                style="bars",
            ),
            Curve(
                y="adjoints",
                x="place",
                label=Text(zh="伴随值（反向）", en="adjoint (backward)"),
                color="gradient",
                style="dots",
            ),
            x=Axis(label=plain(PLACES)),
            y=Axis(label=Text(zh="数值", en="number")),
        ),
        heat(
            "weights",
            Text(zh="隐藏层权重的梯度：x乘z̄", en="Gradient of the hidden weights: x times z̄"),
            value="W_bar",
            label=Text(zh="梯度", en="gradient"),
            x=Text(zh="到隐藏单元", en="to hidden unit"),
            y=Text(zh="从输入", en="from input"),
            scale="diverging",
        ),
        numbers(
            "forward",
            Text(zh="前向", en="Forward"),
            Number("z1", plain("z₁"), digits=4),
            Number("z2", plain("z₂"), digits=4),
            Number("h1", plain("h₁"), digits=4),
            Number("h2", plain("h₂"), digits=4),
            Number("o", plain("o"), digits=4),
            Number("L", plain("L"), digits=4),
        ),
        numbers(
            "backward",
            Text(zh="反向：∂L/∂…", en="Backward: ∂L/∂…"),
            Number("L_bar", plain("L"), digits=4),
            Number("o_bar", plain("o"), digits=4),
            Number("u1_bar", plain("u₁"), digits=4),
            Number("u2_bar", plain("u₂"), digits=4),
            Number("h1_bar", plain("h₁"), digits=4),
            Number("h2_bar", plain("h₂"), digits=4),
            Number("z1_bar", Text(zh="z₁，也是b₁", en="z₁, and b₁"), digits=4),
            Number("z2_bar", Text(zh="z₂，也是b₂", en="z₂, and b₂"), digits=4),
            Number("w11_bar", plain("w₁₁"), digits=4),
            Number("w12_bar", plain("w₁₂"), digits=4),
            Number("w21_bar", plain("w₂₁"), digits=4),
            Number("w22_bar", plain("w₂₂"), digits=4),
        ),
    ),
    compute=compute,
    helpers=(until, passes, shown_one),
    numbers=("step",),
)
