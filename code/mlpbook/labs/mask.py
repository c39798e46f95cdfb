"""Lab: what a dropout mask does to a layer, seen unit by unit."""

import torch

from mlpbook.labs.charts import Axis, Curve, Mark, Number, curves, heat, numbers
from mlpbook.labs.curves import CurveLab
from mlpbook.labs.program import Noise
from mlpbook.labs.spec import Preset, Seed, Select, Slider, Text

EXAMPLES, UNITS, SHOWN = 200, 20, 12


def compute(noise, hyper):
    """The outputs of 20 units that are all 1, for 200 examples, each with a mask of its own."""
    p = 1 - hyper["p"] if hyper["meaning"] == "keep" else hyper["p"]
    kept = (noise["u"] >= p).to(torch.float32)
    value = 1 / (1 - p) if hyper["scaling"] == "inverted" else torch.ones_like(p)
    out = kept * value
    grid = torch.linspace(0.0, 0.9, 91)
    scale = 1 / (1 - grid) if hyper["scaling"] == "inverted" else torch.ones_like(grid)
    return {
        "units": out[:SHOWN],
        "example": torch.arange(1.0, EXAMPLES + 1),
        "total": out.sum(1),
        "grid": grid,
        "mean_curve": (1 - grid) * scale,
        "variance_curve": grid * (1 - grid) * scale**2,
        "dropped": p,
        "kept": kept.mean(),
        "value": value,
        "mean": out.mean(),
        "variance": ((out - out.mean()) ** 2).mean(),
    }


LAB = CurveLab(
    name="mask",
    title=Text(zh="掩码", en="The mask"),
    summary=Text(
        zh="20个单元的输出都是1。每一行是一个样本，各有各的掩码。拖动概率，看留下几个、放大多少。",
        en="The 20 units all put out 1. Each row is an example and has a mask of its own. "
        "Drag the probability and see how many stay and how much they grow.",
    ),
    picture=Text(
        zh="12个样本、20个单元的掩码，200个样本的总和，以及均值和方差随暂退概率的变化。",
        en="The masks of 12 examples over 20 units, the sums of 200 examples, mean and variance "
        "against the dropout probability.",
    ),
    controls=(
        Slider(
            name="p",
            label=Text(zh="概率", en="Probability"),
            help=Text(
                zh="它的含义由下一个控件决定。", en="What it means is set by the next control."
            ),
            min=0.05,
            max=0.9,
            step=0.05,
            value=0.5,
        ),
        Select(
            name="meaning",
            label=Text(zh="概率指的是", en="It is the probability"),
            help=Text(
                zh="PyTorch、D2L和Keras写的是置零的概率；2014年的论文写的是保留的概率。",
                en="PyTorch, D2L and Keras give the probability to drop; the paper of 2014 gives "
                "the probability to keep.",
            ),
            options=(
                ("drop", Text(zh="置零（PyTorch）", en="to drop (PyTorch)")),
                ("keep", Text(zh="保留（论文）", en="to keep (the paper)")),
            ),
            value="drop",
        ),
        Select(
            name="scaling",
            label=Text(zh="训练时的缩放", en="Scaling in training"),
            help=Text(
                zh="除以保留的概率，均值就不变；不缩放，均值变小，测试时要补回来。",
                en="Dividing by the probability to keep leaves the mean alone; without it the mean "
                "shrinks, and testing has to make up for it.",
            ),
            options=(
                ("inverted", Text(zh="除以保留概率", en="÷ probability to keep")),
                ("none", Text(zh="不缩放", en="none")),
            ),
            value="inverted",
        ),
        Seed(),
    ),
    presets=(
        Preset(
            "high",
            Text(zh="丢掉80%", en="Drop 80 %"),
            Text(
                zh="五个里只留一个，留下的变成5。均值仍在1附近，方差却是p/(1-p)=4。",
                en="One in five stays and becomes 5. The mean is still about 1; the variance is "
                "p/(1-p) = 4.",
            ),
            {"p": 0.8},
        ),
        Preset(
            "copied",
            Text(zh="照抄论文的0.8", en="The paper's 0.8"),
            Text(
                zh="论文说的0.8是保留的概率，只丢两成，方差是0.25。把它抄进nn.Dropout，就成了上一个预设。",
                en="The paper's 0.8 is the probability to keep; a fifth drops out and the variance "
                "is 0.25. Copied into nn.Dropout it becomes the preset before.",
            ),
            {"p": 0.8, "meaning": "keep"},
        ),
        Preset(
            "unscaled",
            Text(zh="忘了缩放", en="No scaling"),
            Text(
                zh="总和从20掉到10上下：下一层在训练时收到的只有测试时的一半。",
                en="The sums fall from 20 to about 10: in training the next layer receives half of "
                "what it will receive in testing.",
            ),
            {"p": 0.5, "scaling": "none"},
        ),
    ),
    charts=(
        heat(
            "units",
            Text(zh="掩码之后的输出", en="Outputs after the mask"),
            value="units",
            label=Text(zh="输出", en="output"),
            x=Text(zh="单元", en="unit"),
            y=Text(zh="样本", en="example"),
            min=0.0,
        ),
        curves(
            "sums",
            Text(zh="每个样本的总和", en="Sum of each example"),
            Curve(
                y="total",
                x="example",
                label=Text(zh="20个单元之和", en="sum of 20 units"),
                color="train",
                style="dots",
            ),
            x=Axis(label=Text(zh="样本", en="example")),
            y=Axis(label=Text(zh="总和", en="sum"), min=0.0),
            marks=(Mark(label=Text(zh="不用暂退法", en="no dropout"), y=20.0),),
        ),
        curves(
            "moments",
            Text(zh="均值和方差", en="Mean and variance"),
            Curve(y="mean_curve", x="grid", label=Text(zh="均值", en="mean"), color="activation"),
            Curve(
                y="variance_curve", x="grid", label=Text(zh="方差", en="variance"), color="train"
            ),
            x=Axis(label=Text(zh="置零的概率", en="probability to drop")),
            y=Axis(label=Text(zh="公式给出的值", en="by the formula"), min=0.0),
            marks=(Mark(label=Text(zh="现在", en="now"), x="dropped"),),
        ),
        numbers(
            "found",
            Text(zh="这4,000个输出", en="These 4,000 outputs"),
            Number("kept", Text(zh="留下的比例", en="share kept"), percent=True),
            Number("value", Text(zh="留下的变成", en="what stays becomes"), digits=2),
            Number("mean", Text(zh="均值", en="mean"), digits=3),
            Number("variance", Text(zh="方差", en="variance"), digits=3),
        ),
    ),
    noise={"u": Noise("uniform", (EXAMPLES, UNITS), stream=1)},
    compute=compute,
)
