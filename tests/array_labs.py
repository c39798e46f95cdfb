"""Two small labs without a run, for the tests: one of each kind, with every chart and control."""

from __future__ import annotations

import numpy as np
import torch

from mlpbook.labs.charts import Axis, Curve, Mark, Number, curves, heat, numbers
from mlpbook.labs.curves import CurveLab, TableLab
from mlpbook.labs.program import Noise
from mlpbook.labs.spec import Preset, Seed, Select, Slider, Stops, Switch, Text

HELP = Text(zh="怎样变。", en="What it does.")
X, Y = Axis(label=Text(zh="x", en="x")), Axis(label=Text(zh="y", en="y"))
FUNCTIONS = {"tanh": torch.tanh, "relu": torch.relu}


def name(zh: str, en: str) -> Text:
    return Text(zh=zh, en=en)


def bend(noise, hyper):
    """A function, its slope, a fitted line through noisy points, and a small matrix."""
    f = FUNCTIONS[hyper["activation"]]
    x = torch.linspace(-5, 5, 101)
    at = hyper["at"]
    y = hyper["scale"] * f(x)
    points = torch.linspace(-4, 4, 12)
    shown = torch.arange(12) < hyper["count"]
    noisy = torch.where(shown, f(points) + 0.1 * noise["e"], torch.nan)
    return {
        "x": x,
        "y": y,
        "slope": hyper["scale"] * torch.func.vmap(torch.func.grad(f))(x),
        "fan": torch.stack([y * k / 4 for k in range(1, 5)]),
        "points": points,
        "noisy": noisy if hyper["noisy"] else torch.full((12,), torch.nan),
        "at": at,
        "f_at": hyper["scale"] * f(at),
        "matrix": torch.outer(f(torch.linspace(-2, 2, 6)), torch.linspace(-1, 1, 8)),
    }


BEND = CurveLab(
    name="bend",
    title=name("弯曲", "Bend"),
    summary=name("移动滑块，曲线马上重画。", "Move a slider and the curve is drawn again."),
    picture=name("双曲正切函数和它的导数。", "The hyperbolic tangent and its derivative."),
    controls=(
        Select(
            name="activation",
            label=name("函数", "Function"),
            help=HELP,
            options=(("tanh", name("tanh", "tanh")), ("relu", name("ReLU", "ReLU"))),
            value="tanh",
        ),
        Slider(name="at", label=name("输入", "Input"), help=HELP, min=-5, max=5, step=0.1, value=1),
        Slider(
            name="scale",
            label=name("倍数", "Scale"),
            help=HELP,
            scale="log",
            min=0.01,
            max=100,
            value=1,
        ),
        Stops(name="count", label=name("点数", "Points"), help=HELP, values=(3, 6, 12), value=6),
        Switch(name="noisy", label=name("带噪声", "Noisy points"), help=HELP, value=True),
        Seed(),
    ),
    presets=(
        Preset("flat", name("饱和", "Saturated"), name("导数接近0。", "No slope."), {"at": 4.0}),
        Preset("bare", name("无点", "No points"), name("没有点。", "No points."), {"noisy": False}),
    ),
    charts=(
        curves(
            "shape",
            name("函数和导数", "Function and slope"),
            Curve(y="y", label=name("函数", "function"), color="activation"),
            Curve(y="slope", label=name("导数", "slope"), color="gradient", style="step"),
            Curve(x="points", y="noisy", label=name("点", "points"), color="data", style="dots"),
            x=X,
            y=Y,
            marks=(
                Mark(label=name("输入", "input"), x="at", y="f_at"),
                Mark(label=name("零", "zero"), y=0.0),
                Mark(label=name("输入", "input"), x="at"),
            ),
        ),
        curves(
            "fan",
            name("四条线", "Four lines"),
            Curve(y="fan", label=name("倍数", "multiples"), color=("class_0", "class_1")),
            x=X,
            y=Axis(label=name("y", "y"), scale="log", min=1e-3, max=100),
        ),
        heat(
            "matrix",
            name("矩阵", "Matrix"),
            value="matrix",
            label=name("乘积", "product"),
            x=name("列", "column"),
            y=name("行", "row"),
            scale="diverging",
        ),
        numbers(
            "values", name("这一点", "Here"), Number("f_at", name("函数值", "value"), digits=4)
        ),
    ),
    compute=bend,
    noise={"e": Noise("normal", (12,), stream=1)},
    numbers=("count",),
)


def shrink(*, ridge, rank):
    """How much of each direction a ridge keeps: a singular value decomposition."""
    matrix = np.vander(np.linspace(0, 1, 20), 6, increasing=True)[:, :rank]
    values = np.linalg.svd(matrix, compute_uv=False)
    kept = np.full(6, np.nan)
    kept[:rank] = values**2 / (values**2 + ridge)
    return {"k": np.arange(1, 7), "kept": kept, "total": np.nansum(kept)}


SHRINK = TableLab(
    name="shrink",
    title=name("收缩", "Shrink"),
    summary=name("岭越大，留下的越少。", "The larger the ridge, the less is kept."),
    picture=name("六个方向各留下多少。", "How much is kept of six directions."),
    controls=(
        Stops(name="ridge", label=name("岭", "Ridge"), help=HELP, values=(0, 0.1, 1, 10), value=1),
        Select(
            name="rank",
            label=name("秩", "Rank"),
            help=HELP,
            options=tuple((n, name(str(n), str(n))) for n in (2, 4, 6)),
            value=4,
        ),
    ),
    presets=(
        Preset("none", name("没有岭", "No ridge"), name("都留下。", "All is kept."), {"ridge": 0}),
        Preset("strong", name("很大", "Strong"), name("少。", "Little is left."), {"ridge": 10}),
    ),
    charts=(
        curves(
            "kept",
            name("留下的部分", "Part that is kept"),
            Curve(x="k", y="kept", label=name("留下", "kept"), color="train", style="bars"),
            x=Axis(label=name("方向", "direction")),
            y=Axis(label=name("部分", "part"), min=0, max=1),
        ),
        numbers("sum", name("合计", "Sum"), Number("total", name("合计", "sum"), percent=True)),
    ),
    compute=shrink,
)
