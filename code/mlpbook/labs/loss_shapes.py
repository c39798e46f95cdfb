"""Lab: what a loss does to one large error, and how hard it pulls on a wrong logit."""

import torch

from mlpbook.labs.charts import Axis, Curve, Mark, Number, curves, numbers
from mlpbook.labs.curves import CurveLab
from mlpbook.labs.spec import Preset, Slider, Text

FOUR = (1.0, 2.0, 3.0, 4.0)
HALVINGS = 32


def sigmoid(z):
    """Written out, it keeps its digits far from 0."""
    return 1 / (1 + torch.exp(-z))


def huber(r, delta):
    """Half the square up to delta, a straight line beyond."""
    size = r.abs()
    return torch.where(size <= delta, r**2 / 2, delta * (size - delta / 2))


def middle(points, delta):
    """The number with the least total Huber loss, by halving an interval about its zero slope."""
    low, high = points.min(), points.max()
    for _ in range(HALVINGS):
        guess = (low + high) / 2
        slope = (guess - points).clamp(-delta, delta).sum()
        low, high = torch.where(slope < 0, guess, low), torch.where(slope < 0, high, guess)
    return (low + high) / 2


def compute(noise, hyper):
    """Losses of a residual, the best answer for five labels, and losses of a logit of label 1."""
    delta, outlier, z = hyper["delta"], hyper["outlier"], hyper["z"]
    r, c = torch.linspace(-6, 6, 128), torch.linspace(-2, 30, 129)
    points = torch.cat([torch.tensor(FOUR), outlier[None]])
    gap = c[:, None] - points
    logit = torch.linspace(-10, 10, 128)
    p, now = sigmoid(logit), sigmoid(z)
    return {
        "r": r,
        "square": r**2 / 2,
        "absolute": r.abs(),
        "huber": huber(r, delta),
        "c": c,
        "square_total": (gap**2 / 2).mean(1),
        "absolute_total": gap.abs().mean(1),
        "huber_total": huber(gap, delta).mean(1),
        "mean": points.mean(),
        "median": outlier.clamp(2, 3),
        "between": middle(points, delta),
        "logit": logit,
        "entropy": torch.relu(-logit) + torch.log1p(torch.exp(-logit.abs())),
        "brier": sigmoid(-logit) ** 2,
        "entropy_slope": -sigmoid(-logit),
        "brier_slope": -2 * sigmoid(-logit) ** 2 * p,
        "z": z,
        "entropy_now": -sigmoid(-z),
        "brier_now": -2 * sigmoid(-z) ** 2 * now,
    }


_NAMES = {
    "square": Text("平方的一半", "half the square"),
    "absolute": Text("绝对值", "absolute value"),
    "huber": Text("Huber", "Huber"),
}
_COLORS = {"square": "loss", "absolute": "validation", "huber": "train"}


def _three(ending: str, x: str) -> list[Curve]:
    return [Curve(y=name + ending, x=x, label=_NAMES[name], color=_COLORS[name]) for name in _NAMES]


LAB = CurveLab(
    name="loss_shapes",
    title=Text("损失的形状", "Shapes of losses"),
    summary=Text(
        "前两幅：回归。残差r各罚多少；五个标签1、2、3、4和一个可以拖远的，"
        "只用一个数来回答，哪个数最好。后两幅：标签是1时，分数z的损失和斜率。",
        "The first two are regression: the price of a residual r, and the best single answer for "
        "five labels, 1, 2, 3, 4 and one that you can drag away. The last two are the loss and "
        "the slope of a score z whose label is 1.",
    ),
    picture=Text(
        "平方损失是抛物线，绝对值是V形，Huber在中间像抛物线，两边像直线；第五个标签在20处时，"
        "均值是6，中位数是3。",
        "The square is a parabola, the absolute value a V, and Huber a parabola in the middle with "
        "straight arms; with the fifth label at 20 the mean is 6 and the median 3.",
    ),
    controls=(
        Slider(
            name="outlier",
            label=Text("第五个标签", "Fifth label"),
            help=Text("其余四个是1、2、3、4。", "The other four are 1, 2, 3 and 4."),
            min=0.0,
            max=30.0,
            step=0.5,
            value=20.0,
        ),
        Slider(
            name="delta",
            label=Text("Huber的δ", "Huber's δ"),
            help=Text("超过它的残差按直线算。", "Residuals beyond it count linearly."),
            min=0.1,
            max=5.0,
            step=0.1,
            value=1.0,
        ),
        Slider(
            name="z",
            label=Text("分数z", "Score z"),
            help=Text(
                "标签是1；z很负就是错得很自信。",
                "The label is 1; a very negative z is confidently wrong.",
            ),
            min=-10.0,
            max=10.0,
            step=0.5,
            value=-4.0,
        ),
    ),
    presets=(
        Preset(
            "far",
            Text("一个坏标签", "One bad label"),
            Text(
                "第五个标签拖到30：均值到了8；中位数和Huber（δ=1）还是3。",
                "With the fifth label at 30 the mean is 8; the median and Huber with δ = 1 still "
                "say 3.",
            ),
            {"outlier": 30.0, "delta": 1.0},
        ),
        Preset(
            "clean",
            Text("没有坏标签", "No bad label"),
            Text(
                "第五个标签是5：三种损失都选3。",
                "With the fifth label at 5 all three losses choose 3.",
            ),
            {"outlier": 5.0, "delta": 1.0},
        ),
        Preset(
            "confident",
            Text("错得很自信", "Confidently wrong"),
            Text(
                "z=−10，标签1：交叉熵的斜率是−0.99995，平方损失的只有−0.00009，几乎学不动。",
                "With z = −10 and label 1 the slope of the cross-entropy is −0.99995 and that of "
                "the square −0.00009: almost nothing to learn from.",
            ),
            {"z": -10.0},
        ),
    ),
    charts=(
        curves(
            "loss",
            Text("残差的损失", "Loss of a residual"),
            *_three("", "r"),
            x=Axis(label=Text("残差r", "residual r")),
            y=Axis(label=Text("损失", "loss"), min=0.0, max=10.0),
        ),
        curves(
            "total",
            Text("五个标签的平均损失", "Mean loss of the five labels"),
            *_three("_total", "c"),
            x=Axis(label=Text("回答c", "answer c")),
            y=Axis(label=Text("平均损失", "mean loss"), scale="log"),
            marks=(
                Mark(label=Text("均值", "mean"), x="mean", color="loss"),
                Mark(label=Text("中位数", "median"), x="median", color="validation"),
                Mark(label=Text("Huber的最小点", "Huber's best"), x="between", color="train"),
            ),
        ),
        curves(
            "logit",
            Text("分数的损失，标签是1", "Loss of a score, label 1"),
            Curve(y="entropy", x="logit", label=Text("交叉熵", "cross-entropy"), color="loss"),
            Curve(
                y="brier",
                x="logit",
                label=Text("(1−p)的平方", "square of 1 − p"),
                color="validation",
            ),
            x=Axis(label=Text("分数z", "score z")),
            y=Axis(label=Text("损失", "loss"), min=0.0),
        ),
        curves(
            "pull",
            Text("分数的斜率，标签是1", "Slope at a score, label 1"),
            Curve(
                y="entropy_slope", x="logit", label=Text("交叉熵", "cross-entropy"), color="loss"
            ),
            Curve(
                y="brier_slope",
                x="logit",
                label=Text("(1−p)的平方", "square of 1 − p"),
                color="validation",
            ),
            x=Axis(label=Text("分数z", "score z")),
            y=Axis(label=Text("斜率", "slope")),
            marks=(
                Mark(label=Text("选定的z", "chosen z"), x="z", y="entropy_now", color="loss"),
                Mark(label=Text("选定的z", "chosen z"), x="z", y="brier_now", color="validation"),
            ),
        ),
        numbers(
            "values",
            Text("最好的回答，与z处的斜率", "Best answers, and slopes at z"),
            Number("mean", Text("平方：均值", "square: mean"), digits=3),
            Number("median", Text("绝对值：中位数", "absolute: median"), digits=3),
            Number("between", Text("Huber", "Huber"), digits=3),
            Number("entropy_now", Text("交叉熵的斜率", "slope of cross-entropy"), digits=5),
            Number("brier_now", Text("平方损失的斜率", "slope of the square"), digits=5),
        ),
    ),
    compute=compute,
    helpers=(sigmoid, huber, middle),
)
