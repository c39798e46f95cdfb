"""Lab: a learning-rate schedule, and the error that it leaves on a noisy quadratic."""

import math

import torch

from mlpbook.labs.charts import Axis, Curve, Number, curves, numbers
from mlpbook.labs.curves import CurveLab
from mlpbook.labs.spec import Preset, Select, Slider, Text

NUM_STEPS, START = 200, 10.0


def shape(kind, u, final):
    """The rate after the warm-up over its peak; u runs from 0 to 1, where it is `final`."""
    if kind == "step":
        return final ** (torch.floor(4 * u) / 4)
    if kind == "exponential":
        return final**u
    if kind == "inverse":
        return final / torch.maximum(u, final)
    if kind == "linear":
        return 1 - (1 - final) * u
    if kind == "cosine":
        return final + (1 - final) * (1 + torch.cos(math.pi * u)) / 2
    return torch.ones_like(u)


def mean_squares(rate, sigma):
    """E[x²] after each step of x - rate (x + noise), from x = 10: exact, no run is drawn.

    A step multiplies it by (1 - rate)² and adds rate² sigma²; the logarithms of the factors are
    added up, so that nothing overflows.
    """
    log = torch.cumsum(torch.log((1 - rate).abs().clamp(min=1e-12)) * 2, 0)
    kept = torch.tril(torch.exp(torch.tril(log[:, None] - log[None, :])))
    noise = kept @ (rate * sigma) ** 2
    return START**2 * torch.exp(log) + noise


def compute(noise, hyper):
    """The rate at each step, the error after it, and the floor of the present rate."""
    t = torch.arange(NUM_STEPS, dtype=torch.float64)
    peak, warmup = hyper["peak"].double(), hyper["warmup"].double()
    final, sigma = hyper["final"].double(), hyper["sigma"].double()
    u = ((t - warmup) / (NUM_STEPS - warmup)).clamp(0, 1)
    ramp = ((t + 1) / (warmup + 1)).clamp(max=1)
    rate = peak * torch.where(t < warmup - 0.5, ramp, shape(hyper["kind"], u, final))
    error = torch.sqrt(mean_squares(rate, sigma))
    floor = sigma * torch.sqrt(rate / (2 - rate).clamp(min=1e-3))
    found = {
        "step": t + 1,
        "rate": rate,
        "error": error,
        "floor": torch.where(rate < 2, floor, torch.full_like(floor, float("nan"))),
        "last": error[-1],
        "sum": rate.sum(),
        "squares": (rate**2).sum(),
    }
    return {name: array.float() for name, array in found.items()}


KINDS = (
    ("constant", Text("常数", "constant")),
    ("step", Text("阶梯", "step")),
    ("exponential", Text("指数", "exponential")),
    ("inverse", Text("1/t", "1/t")),
    ("linear", Text("线性", "linear")),
    ("cosine", Text("余弦", "cosine")),
)

PRESETS = (
    Preset(
        "hover",
        Text("常数：停在地板上", "Constant: on the floor"),
        Text(
            "学习率0.2，误差停在0.33，再走多少步都一样。",
            "At a rate of 0.2 the error stays at 0.33, however many steps follow.",
        ),
        {"kind": "constant", "peak": 0.2, "warmup": 0, "sigma": 1.0},
    ),
    Preset(
        "tail",
        Text("1/t：噪声平息", "1/t: the noise dies down"),
        Text(
            "同样的峰值，最后降到5%：误差降到0.08左右。",
            "The same peak, down to 5% at the end: the error falls to about 0.08.",
        ),
        {"kind": "inverse", "peak": 0.2, "warmup": 0, "final": 0.05, "sigma": 1.0},
    ),
    Preset(
        "frozen",
        Text("减得太快：冻在半路", "Too fast: frozen on the way"),
        Text(
            "峰值0.02，指数降到千分之一：学习率的总和只有0.59，误差还剩一半多。",
            "A peak of 0.02 that falls exponentially to a thousandth: the rates add up to 0.59, "
            "and more than half of the error is left.",
        ),
        {"kind": "exponential", "peak": 0.02, "warmup": 0, "final": 0.001, "sigma": 1.0},
    ),
    Preset(
        "warm",
        Text("预热加余弦", "Warm-up and cosine"),
        Text(
            "预热20步，再按余弦降到0.1%：终点的误差在0.12以下。",
            "A warm-up of 20 steps and a cosine down to 0.1%: the error ends below 0.12.",
        ),
        {"kind": "cosine", "peak": 0.2, "warmup": 20, "final": 0.001, "sigma": 1.0},
    ),
)

LAB = CurveLab(
    name="schedule",
    title=Text("设计一个调度", "Design a schedule"),
    summary=Text(
        "一张图是学习率，另一张是带噪声的二次函数x²/2上的误差（均方根，精确算出），从10出发，200步。"
        "细线是当前学习率的噪声地板：一直用它，误差最后就停在那里。",
        "One chart is the rate, the other the error on a noisy quadratic x²/2 (root mean "
        "square, computed exactly), 200 steps from 10. The thin line is the noise floor of the "
        "present rate, where the error would stay if that rate were kept.",
    ),
    picture=Text(
        "预热后按余弦下降的学习率；误差先迅速下降，再随着地板一起降低。",
        "A rate that warms up and falls along a cosine; the error drops fast and then sinks with "
        "the floor.",
    ),
    controls=(
        Select(
            name="kind",
            label=Text("调度", "Schedule"),
            help=Text("预热之后怎样下降。", "How the rate falls after the warm-up."),
            options=KINDS,
            value="cosine",
        ),
        Slider(
            name="peak",
            label=Text("峰值", "Peak"),
            help=Text(
                "最大的学习率；曲率是1，到2就发散。",
                "Largest rate; the curvature is 1, and 2 diverges.",
            ),
            scale="log",
            min=0.01,
            max=2.5,
            value=0.2,
        ),
        Slider(
            name="warmup",
            label=Text("预热步数", "Warm-up steps"),
            help=Text("线性上升到峰值。", "Rise along a line to the peak."),
            min=0,
            max=100,
            step=1,
            value=20,
        ),
        Slider(
            name="final",
            label=Text("终点的份额", "Share at the end"),
            help=Text(
                "终点的学习率除以峰值；常数用不到。",
                "Last rate over the peak; the constant has none.",
            ),
            scale="log",
            min=0.001,
            max=1.0,
            value=0.01,
        ),
        Slider(
            name="sigma",
            label=Text("噪声", "Noise"),
            help=Text("梯度噪声的标准差。", "Standard deviation of the gradient's noise."),
            min=0,
            max=3,
            step=0.1,
            value=1.0,
        ),
    ),
    presets=PRESETS,
    charts=(
        curves(
            "rate",
            Text("学习率", "The rate"),
            Curve(y="rate", x="step", label=Text("学习率", "rate"), color="gradient"),
            x=Axis(label=Text("步", "step"), min=0, max=NUM_STEPS),
            y=Axis(label=Text("学习率", "rate"), min=0),
        ),
        curves(
            "error",
            Text("误差", "The error"),
            Curve(y="floor", x="step", label=Text("噪声地板", "noise floor"), color="ghost"),
            Curve(y="error", x="step", label=Text("误差", "error"), color="loss"),
            x=Axis(label=Text("步", "step"), min=0, max=NUM_STEPS),
            y=Axis(label=Text("均方根", "root mean square"), scale="log", min=0.01, max=100),
        ),
        numbers(
            "sums",
            Text("到第200步", "At step 200"),
            Number("last", Text("误差", "Error"), digits=3),
            Number("sum", Text("学习率之和", "Sum of the rates"), digits=3),
            Number("squares", Text("平方之和", "Sum of their squares"), digits=3),
        ),
    ),
    compute=compute,
    helpers=(shape, mean_squares),
)
