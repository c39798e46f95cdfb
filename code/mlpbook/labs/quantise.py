"""Lab: round a trained network's weights to a few bits; accuracy, histogram and error."""

from functools import cache

import torch

from mlpbook.data import fashion_mnist
from mlpbook.experiments.recruit_2 import trained
from mlpbook.labs.charts import Axis, Curve, Mark, Number, curves, numbers
from mlpbook.labs.curves import TableLab
from mlpbook.labs.spec import Preset, Select, Stops, Text

BITS = (2, 3, 4, 5, 6, 7, 8)
SHARES = (0.5, 0.6, 0.75, 0.9, 1.0)
NUM_BINS = 81


def quantise(w, bits, scope, share):
    """Weights rounded to whole multiples of a step, and the step.

    The largest integer is 2 ** (bits - 1) - 1. It stands for `share` of the largest weight of the
    whole tensor ("tensor") or of each column, an output unit ("unit"); what is larger is clipped.
    """
    top = 2 ** (bits - 1) - 1
    largest = w.abs().amax(0, keepdim=True) if scope == "unit" else w.abs().max()
    step = share * largest / top
    return (w / step).round().clamp(-top, top) * step, step


@cache
def pictures():
    """The 10,000 validation images as rows, and their classes."""
    return fashion_mnist("validation", flatten=True)


@cache
def _accuracies():
    """What was measured already: a run of the lab asks for each setting many times."""
    return {}


def accuracy_at(bits, scope, share):
    """Accuracy on the validation images with both weight matrices rounded; biases stay."""
    known = _accuracies()
    if (bits, scope, share) not in known:
        known[bits, scope, share] = measure(bits, scope, share)
    return known[bits, scope, share]


def measure(bits, scope, share):
    """The accuracy, anew. From 32 bits on nothing is rounded."""
    W1, b1, W2, b2 = trained()
    if bits < 32:
        W1, W2 = (quantise(W, bits, scope, share)[0] for W in (W1, W2))
    X, y = pictures()
    logits = (X @ W1 + b1).relu() @ W2 + b2
    return (logits.argmax(1) == y).double().mean().item()


def shares(values, edges):
    """Share of the values in each bin."""
    counts = torch.histogram(values.reshape(-1), edges)[0]
    return counts / values.numel()


def compute(*, bits, scope, share, layer):
    """Accuracy over all numbers of bits, and what happens to one layer's weights at this one."""
    w = trained()[2 * (layer - 1)]
    rounded, _ = quantise(w, bits, scope, share)
    reach = w.abs().max().item()
    edges = torch.linspace(-reach, reach, NUM_BINS + 1) * (1 + 1e-6)
    columns = w.shape[1] if scope == "unit" else 1
    return {
        "bits": torch.tensor(BITS),
        "curve": torch.tensor([accuracy_at(b, scope, share) for b in BITS]),
        "float": accuracy_at(32, "tensor", 1.0),
        "at": float(bits),
        "here": accuracy_at(bits, scope, share),
        "centre": (edges[1:] + edges[:-1]) / 2,
        "before": shares(w, edges),
        "after": shares(rounded, edges),
        "error": ((rounded - w).norm() / w.norm()).item(),
        "zeros": (rounded == 0).double().mean().item(),
        "bytes": w.numel() * bits / 8 + 4 * columns,
        "full": 4.0 * w.numel(),
    }


CONTROLS = (
    Stops(
        name="bits",
        label=Text("位数", "Bits"),
        help=Text("每个权重用几位整数。", "How many bits each weight's integer has."),
        values=BITS,
        value=3,
    ),
    Select(
        name="scope",
        label=Text("步长", "Step"),
        help=Text(
            "整个矩阵共用一个步长，还是每个输出单元各用一个。",
            "One step for the whole matrix, or one for each output unit.",
        ),
        options=(
            ("unit", Text("每个单元一个", "one a unit")),
            ("tensor", Text("整个矩阵一个", "one in all")),
        ),
        value="unit",
    ),
    Stops(
        name="share",
        label=Text("量程", "Range"),
        help=Text(
            "最大的整数代表最大权重的几成；更大的权重截断。",
            "The share of the largest weight that the largest integer stands for; what is larger "
            "is clipped.",
        ),
        values=SHARES,
        value=1.0,
    ),
    Select(
        name="layer",
        label=Text("看哪一层", "Layer shown"),
        help=Text(
            "直方图和误差是哪一层的；两层总是一起量化。",
            "Which layer the histogram and the error belong to; both are always rounded.",
        ),
        options=((1, Text("784→32", "784→32")), (2, Text("32→10", "32→10"))),
        value=1,
    ),
)

PRESETS = (
    Preset(
        "eight",
        Text("8位", "8 bits"),
        Text(
            "每个单元一个步长，8位：精度与float32几乎一样，字节不到30%。",
            "8 bits, a step for each unit: nearly float32's accuracy in under 30 % of its bytes.",
        ),
        {"bits": 8, "scope": "unit", "share": 1.0, "layer": 1},
    ),
    Preset(
        "four",
        Text("4位", "4 bits"),
        Text(
            "4位还行：精度掉不到一个百分点，尽管权重的相对误差已有一成多。",
            "4 bits will do: less than a percentage point is lost, though the weights are off by "
            "more than a tenth.",
        ),
        {"bits": 4, "scope": "unit", "share": 1.0, "layer": 1},
    ),
    Preset(
        "two",
        Text("2位，一个步长", "2 bits, one step"),
        Text(
            "只剩三个值。最大的权重撑大了步长，其余几乎全舍入成0，精度接近乱猜。",
            "Three values are left. The largest weight stretches the step, nearly all others round "
            "to 0, and the accuracy is close to a guess.",
        ),
        {"bits": 2, "scope": "tensor", "share": 1.0, "layer": 1},
    ),
    Preset(
        "clipped",
        Text("2位，截掉尾巴", "2 bits, tail clipped"),
        Text(
            "同样三个值，量程减半：截错了少数大权重，不是0的权重却从0.14%增加到6%，"
            "精度回到70%以上。",
            "Three values again with half the range: a few large weights are cut, yet the share of "
            "weights that are not 0 rises from 0.14 % to 6 %, and the accuracy is back above 70 %.",
        ),
        {"bits": 2, "scope": "tensor", "share": 0.5, "layer": 1},
    ),
    Preset(
        "spoiled",
        Text("8位也截尾巴", "8 bits, tail clipped"),
        Text(
            "位数够用时，截尾巴只有害处：8位反而掉了五个百分点以上。",
            "Where the bits are ample clipping only does harm: 8 bits now lose over five points.",
        ),
        {"bits": 8, "scope": "tensor", "share": 0.5, "layer": 1},
    ),
)

CHARTS = (
    curves(
        "accuracy",
        Text("验证精度与位数", "Validation accuracy against bits"),
        Curve(y="curve", x="bits", label=Text("量化之后", "rounded"), color="validation"),
        x=Axis(label=Text("位数", "bits")),
        y=Axis(label=Text("正确的比例", "fraction right"), min=0, max=1),
        marks=(
            Mark(label=Text("float32", "float32"), y="float"),
            Mark(label=Text("现在", "now"), x="at", y="here", color="accent"),
        ),
    ),
    curves(
        "weights",
        Text("权重的分布", "The weights"),
        Curve(
            y="after",
            x="centre",
            label=Text("量化之后", "rounded"),
            color="activation",
            style="bars",
        ),
        Curve(
            y="before", x="centre", label=Text("float32", "float32"), color="ghost", style="step"
        ),
        x=Axis(label=Text("权重", "weight")),
        y=Axis(label=Text("所占比例", "share")),
    ),
    numbers(
        "numbers",
        Text("这一组设置", "These settings"),
        Number("here", Text("验证精度", "validation accuracy"), percent=True),
        Number("error", Text("这一层的相对误差", "relative error of this layer"), percent=True),
        Number("zeros", Text("舍入成0的权重", "weights rounded to 0"), percent=True),
        Number("bytes", Text("这一层的字节", "bytes of this layer"), digits=0),
        Number("full", Text("用float32时的字节", "bytes in float32"), digits=0),
    ),
)

LAB = TableLab(
    name="quantise",
    title=Text("量化一个网络", "Quantise a network"),
    summary=Text(
        "一个在Fashion-MNIST上训练好的784-32-10网络，权重舍入成几位整数。看精度从几位起掉下去。",
        "A network 784-32-10, trained on Fashion-MNIST, with its weights rounded to integers of a "
        "few bits. See where the accuracy begins to fall.",
    ),
    picture=Text(
        "左边是验证精度随位数的变化和float32的水平线；右边是第一层权重量化前后的直方图。",
        "Left: validation accuracy against bits, with a line for float32. Right: the histogram of "
        "the first layer's weights before and after rounding.",
    ),
    controls=CONTROLS,
    presets=PRESETS,
    charts=CHARTS,
    compute=compute,
    helpers=(quantise, measure, accuracy_at, shares),
)
