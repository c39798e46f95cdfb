"""Lab: signal and gradient layer by layer, for an activation, an initialisation and a depth."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from mlpbook.labs.charts import Axis, Curve, Mark, Number, curves, numbers
from mlpbook.labs.curves import CurveLab
from mlpbook.labs.program import Noise
from mlpbook.labs.spec import Preset, Seed, Select, Slider, Stops, Text

DEPTH, WIDTH, BATCH = 30, 48, 16
SMALLEST = 1e-200
LOWEST = -37.0  # smaller numbers are none in float32

ACTIVATIONS = {
    "identity": lambda z: z,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "relu": torch.relu,
}
SLOPES = {
    "identity": lambda z: torch.ones_like(z),
    "tanh": lambda z: 1 - torch.tanh(z) ** 2,
    "sigmoid": lambda z: torch.sigmoid(z) * (1 - torch.sigmoid(z)),
    "relu": lambda z: (z > 0).to(z.dtype),
}


def log_size(H: Tensor) -> Tensor:
    """log10 of the root mean square of each matrix.

    Shape:
        (layers, rows, columns) to (layers,).
    """
    return 0.5 * torch.log10((H**2).mean((1, 2)).clamp_min(SMALLEST))


def drawn(values: Tensor, shown: Tensor) -> Tensor:
    """Ten to these powers where shown; NaN elsewhere, and where float32 cannot hold them."""
    return torch.where(shown & (values > LOWEST), 10**values, torch.nan).to(torch.float32)


def compute(noise: dict[str, Tensor], hyper: dict[str, Any]) -> dict[str, Tensor]:
    """Forward through the layers, then back; root mean squares of activations and of gradients.

    In double precision: where tanh saturates, rounding grows from layer to layer.
    """
    f, slope = ACTIVATIONS[hyper["activation"]], SLOPES[hyper["activation"]]
    X, W, G = (noise[name].to(torch.float64) for name in ("X", "W", "G"))
    # the root of the width is taken in the graph: as a constant it would be rounded to float32
    W = W * (hyper["gain"].to(torch.float64).square() / WIDTH).sqrt()
    depth = hyper["depth"]
    signals, slopes = [X], []
    for k in range(DEPTH):
        Z = signals[-1] @ W[k]
        signals.append(f(Z))
        slopes.append(slope(Z))
    gradients = [G]
    for k in reversed(range(DEPTH)):  # layers beyond the depth let the gradient pass
        back = (gradients[-1] * slopes[k]) @ W[k].T
        gradients.append(torch.where(depth > k + 0.5, back, gradients[-1]))
    layer = torch.arange(DEPTH + 1).to(torch.float32)
    shown = layer < depth + 0.5
    forward = log_size(torch.stack(signals))
    backward = log_size(torch.stack(gradients[::-1]))
    backward = backward - backward[-1]
    end = torch.where(shown & (layer > depth - 0.5), forward, 0.0).sum()
    return {
        "layer": layer,
        "signal": drawn(forward, shown),
        "gradient": drawn(backward, shown),
        "end": drawn(end, end < 100),
        "start": drawn(backward[0], end < 100),
        "per_layer": drawn(backward[0] / depth, backward[0] > LOWEST),
    }


LAB = CurveLab(
    name="signal",
    title=Text(zh="信号和梯度，一层一层看", en="Signal and gradient, layer by layer"),
    summary=Text(
        zh="随机输入穿过一个未经训练的网络，每层宽48。看激活值向前、梯度向后怎样变大变小。",
        en="Random inputs pass an untrained network whose layers are 48 wide. Watch activations "
        "on the way forward and gradients on the way back grow or shrink.",
    ),
    picture=Text(
        zh="ReLU配Xavier，30层：在对数坐标上，激活值从左往右、梯度从右往左都沿直线下降，每层约乘0.7。",
        en="ReLU with Xavier, 30 layers: on a log axis activations fall on a straight line from "
        "left to right and gradients from right to left, by a factor of about 0.7 a layer.",
    ),
    controls=(
        Select(
            name="activation",
            label=Text(zh="激活函数", en="Activation"),
            help=Text(zh="每层之后的函数。", en="The function after each layer."),
            options=(
                ("identity", Text(zh="恒等", en="Identity")),
                ("tanh", Text(zh="tanh", en="tanh")),
                ("sigmoid", Text(zh="sigmoid", en="Sigmoid")),
                ("relu", Text(zh="ReLU", en="ReLU")),
            ),
            value="relu",
        ),
        Stops(
            name="depth",
            label=Text(zh="层数", en="Layers"),
            help=Text(zh="网络有多深。", en="How deep the network is."),
            values=(2, 5, 10, 15, 20, 25, 30),
            value=30,
        ),
        Slider(
            name="gain",
            label=Text(zh="标准差×√n", en="Standard deviation × √n"),
            help=Text(
                zh="权重的标准差乘以宽度n的平方根：Xavier是1，He是1.41，PyTorch的默认值是0.58。",
                en="Standard deviation of the weights times the root of the width n: 1 is Xavier, "
                "1.41 He, 0.58 PyTorch's default.",
            ),
            min=0.1,
            max=4,
            step=0.01,
            value=1,
        ),
        Seed(),
    ),
    presets=(
        Preset(
            "sigmoid",
            Text(zh="sigmoid与Xavier", en="Sigmoid with Xavier"),
            Text(
                zh="激活值停在0.5附近，看上去健康；梯度每层只剩约四分之一。",
                en="Activations stay near 0.5 and look healthy; of the gradient about a quarter is "
                "left a layer.",
            ),
            {"activation": "sigmoid", "depth": 30, "gain": 1.0},
        ),
        Preset(
            "tanh",
            Text(zh="tanh与Xavier", en="Tanh with Xavier"),
            Text(
                zh="激活值慢慢变小，曲线越来越平：衰减不是指数的。",
                en="Activations shrink slowly on a curve that flattens: the decay is not "
                "exponential.",
            ),
            {"activation": "tanh", "depth": 30, "gain": 1.0},
        ),
        Preset(
            "default",
            Text(zh="ReLU与PyTorch默认值", en="ReLU with PyTorch's default"),
            Text(
                zh="每层约乘0.4，三十层以后不剩什么。",
                en="A factor of about 0.4 a layer, and after thirty nothing is left.",
            ),
            {"activation": "relu", "depth": 30, "gain": 0.58},
        ),
        Preset(
            "he",
            Text(zh="ReLU与He", en="ReLU with He"),
            Text(
                zh="两条曲线都在1附近起伏，三十层也不走远。",
                en="Both curves wander about 1 and do not go far, even over thirty layers.",
            ),
            {"activation": "relu", "depth": 30, "gain": 1.41},
        ),
        Preset(
            "saturated",
            Text(zh="tanh太大", en="Tanh too large"),
            Text(
                zh="激活值贴近1不再变，梯度却越往前越大。",
                en="Activations stick near 1 while the gradient grows towards the input.",
            ),
            {"activation": "tanh", "depth": 30, "gain": 3.0},
        ),
    ),
    charts=(
        curves(
            "forward",
            Text(zh="向前：激活值", en="Forward: activations"),
            Curve(
                y="signal",
                x="layer",
                label=Text(zh="均方根", en="root mean square"),
                color="activation",
            ),
            x=Axis(label=Text(zh="层", en="layer")),
            y=Axis(label=Text(zh="均方根", en="root mean square"), scale="log"),
            marks=(Mark(label=Text(zh="不变", en="unchanged"), y=1.0),),
        ),
        curves(
            "backward",
            Text(zh="向后：梯度", en="Backward: gradients"),
            Curve(
                y="gradient",
                x="layer",
                label=Text(
                    zh="均方根，相对于最后一层", en="root mean square, relative to the last layer"
                ),
                color="gradient",
            ),
            x=Axis(label=Text(zh="层", en="layer")),
            y=Axis(label=Text(zh="均方根", en="root mean square"), scale="log"),
            marks=(Mark(label=Text(zh="不变", en="unchanged"), y=1.0),),
        ),
        numbers(
            "ends",
            Text(zh="两端", en="At the ends"),
            Number(
                "end", Text(zh="最后一层的激活值", en="activations of the last layer"), digits=2
            ),
            Number("start", Text(zh="输入处的梯度", en="gradient at the input"), digits=2),
            Number("per_layer", Text(zh="梯度每层乘以", en="gradient, factor a layer"), digits=2),
        ),
    ),
    compute=compute,
    helpers=(log_size, drawn),
    noise={
        "X": Noise("normal", (BATCH, WIDTH), stream=1),
        "W": Noise("normal", (DEPTH, WIDTH, WIDTH), stream=2),
        "G": Noise("normal", (BATCH, WIDTH), stream=3),
    },
    numbers=("depth",),
)
