"""Lab: the error of a difference quotient against its step, in both precisions."""

import math

import numpy as np

from mlpbook.labs.charts import Axis, Curve, Mark, Number, curves, numbers
from mlpbook.labs.curves import TableLab
from mlpbook.labs.spec import Preset, Select, Stops, Text

STEPS = 10.0 ** np.arange(-12, 0.01, 0.25)
LEAST = 1e-16  # smaller errors are drawn there

# Value, first, second and third derivative, and where they are taken.
FUNCTIONS = {
    "product": (
        lambda x: np.sin(x) * np.exp(x),
        lambda x: (np.sin(x) + np.cos(x)) * np.exp(x),
        lambda x: 2 * np.cos(x) * np.exp(x),
        lambda x: 2 * (np.cos(x) - np.sin(x)) * np.exp(x),
        1.0,
    ),
    "square": (lambda x: x * x, lambda x: 2 * x, lambda x: 2.0, lambda x: 0.0, 1.0),
    "steep": (
        lambda x: np.sin(20 * x),
        lambda x: 20 * np.cos(20 * x),
        lambda x: -400 * np.sin(20 * x),
        lambda x: -8000 * np.cos(20 * x),
        1.0,
    ),
    "kink": (
        lambda x: np.maximum(x, x * 0),
        lambda x: 1.0,
        lambda x: math.nan,
        lambda x: math.nan,
        1e-3,
    ),
}


def errors(f, x, slope, steps):
    """Relative errors of the forward and the central quotient, all in the type of x."""
    steps = steps.astype(x.dtype)
    forward = (f(x + steps) - f(x)) / steps
    central = (f(x + steps) - f(x - steps)) / (2 * steps)
    found = (np.abs(q.astype(float) / slope - 1) for q in (forward, central))
    return [np.maximum(e, LEAST) for e in found]


def compute(*, function, precision, exponent):
    """Both error curves, what truncation and rounding predict, and the chosen step."""
    f, first, second, third, at = FUNCTIONS[function]
    dtype = np.float64 if precision == "float64" else np.float32
    slope = float(first(at))
    forward, central = errors(f, np.array(at, dtype), slope, STEPS)
    one = np.array([10.0**exponent])
    here = errors(f, np.array(at, dtype), slope, one)
    unit = np.finfo(dtype).eps / 2
    rounding = unit * abs(float(f(np.float64(at)))) / STEPS / abs(slope)
    cuts = (STEPS / 2 * abs(second(at)), STEPS**2 / 6 * abs(third(at)))
    found = {
        "step": STEPS,
        "steps": np.concatenate([STEPS, [math.nan], STEPS]),
        "forward": forward,
        "central": central,
        "rounding": np.maximum(rounding, LEAST),
        "at": 10.0**exponent,
        "forward_at": here[0][0],
        "central_at": here[1][0],
    }
    gap = np.array([math.nan])
    parts = [np.where(cut > LEAST * abs(slope), cut / abs(slope), math.nan) for cut in cuts]
    return found | {"cut": np.concatenate([parts[0], gap, parts[1]])}


PRESETS = (
    Preset(
        "double",
        Text("float64，ε=1e-5", "float64, ε = 1e-5"),
        Text(
            "讲义的默认值。双侧的误差在1e-10以下，离谷底不远。",
            "The handout's default. The central error is below 1e-10 and near its valley.",
        ),
        {"function": "product", "precision": "float64", "exponent": -5},
    ),
    Preset(
        "single",
        Text("float32，ε=1e-5", "float32, ε = 1e-5"),
        Text(
            "同一个ε，只换了精度：误差大了几亿倍，落在舍入那一侧。",
            "The same ε, only the precision has changed: the error is hundreds of millions of "
            "times larger, on the side of rounding.",
        ),
        {"function": "product", "precision": "float32", "exponent": -5},
    ),
    Preset(
        "square",
        Text("二次函数", "A quadratic"),
        Text(
            "三阶导数是0，双侧差商只剩舍入：ε越大越好。",
            "The third derivative is 0, and only rounding is left of the central error: the "
            "larger ε, the better.",
        ),
        {"function": "square", "precision": "float64", "exponent": -1},
    ),
    Preset(
        "kink",
        Text("尖点旁边", "Beside a kink"),
        Text(
            "x=0.001的ReLU，ε=0.01：步长跨过尖点，双侧错了45%；ε小于0.001就对了。单侧不受影响，"
            "因为它朝另一边走。",
            "ReLU at x = 0.001 with ε = 0.01: the step crosses the kink and central is off by 45%; "
            "below 0.001 it is right. Forward is not affected, for it goes the other way.",
        ),
        {"function": "kink", "precision": "float64", "exponent": -2},
    ),
)

LAB = TableLab(
    name="epsilon",
    title=Text("挑一个ε", "Choose an ε"),
    summary=Text(
        "差商的相对误差随步长ε的变化，单侧与双侧。细线是预言：右边是截断误差，左边是舍入误差。",
        "Relative error of the difference quotient against its step ε, forward and central. The "
        "thin lines are what truncation (right) and rounding (left) predict.",
    ),
    picture=Text(
        "两条V形曲线：双侧的谷底更低、更靠右；细线是截断和舍入的预言。",
        "Two V-shaped curves; the valley of central lies lower and further right. Thin lines show "
        "what truncation and rounding predict.",
    ),
    controls=(
        Select(
            name="function",
            label=Text("函数", "Function"),
            help=Text("求它在一点的导数。", "Its derivative is taken at one point."),
            options=(
                ("product", Text("sin x · eˣ，x=1", "sin x · eˣ at x = 1")),
                ("square", Text("x²，x=1", "x² at x = 1")),
                ("steep", Text("sin 20x，x=1", "sin 20x at x = 1")),
                ("kink", Text("ReLU，x=0.001", "ReLU at x = 0.001")),
            ),
            value="product",
        ),
        Select(
            name="precision",
            label=Text("精度", "Precision"),
            help=Text("所有的数都用这种精度。", "All numbers have this precision."),
            options=(
                ("float64", Text("float64", "float64")),
                ("float32", Text("float32", "float32")),
            ),
            value="float64",
        ),
        Stops(
            name="exponent",
            label=Text("ε的指数", "Exponent of ε"),
            help=Text("ε是10的几次方。", "ε is 10 to this power."),
            values=tuple(range(-12, 1)),
            value=-3,
        ),
    ),
    presets=PRESETS,
    charts=(
        curves(
            "error",
            Text("相对误差", "Relative error"),
            Curve(y="rounding", x="step", label=Text("舍入（预言）", "rounding, predicted"),
                  color="ghost"),
            Curve(
                y="cut",
                x="steps",
                label=Text("截断（预言）", "truncation, predicted"),
                color="ghost",
            ),
            Curve(y="forward", x="step", label=Text("单侧", "forward"), color="validation"),
            Curve(y="central", x="step", label=Text("双侧", "central"), color="train"),
            x=Axis(label=Text("ε", "ε"), scale="log", min=1e-12, max=1),
            y=Axis(label=Text("相对误差", "relative error"), scale="log", min=LEAST, max=10),
            marks=(Mark(label=Text("选定的ε", "chosen ε"), x="at"),),
        ),
        numbers(
            "values",
            Text("在选定的ε处", "At the chosen ε"),
            Number("forward_at", Text("单侧的相对误差", "Relative error, forward"), digits=2),
            Number("central_at", Text("双侧的相对误差", "Relative error, central"), digits=2),
        ),
    ),
    compute=compute,
    helpers=(errors,),
)  # fmt: skip
