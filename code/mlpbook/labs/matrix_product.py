"""Lab: the singular values of a product of random layers, and the bound on them."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from mlpbook.labs.charts import Axis, Curve, Number, curves, numbers
from mlpbook.labs.curves import TableLab
from mlpbook.labs.spec import Preset, Select, Stops, Text

FACTORS = 30
SHOWN = (1, 5, 30)
POINTS = 16
RESOLVED = 1e-13  # of the largest: what 64-bit numbers can tell from rounding


def layer(kind: str, size: int, gain: float, generator: torch.Generator) -> Tensor:
    """One factor: entries from N(0, gain²/size), or gain times a random orthogonal matrix.

    "relu" sets each row to 0 with probability 1/2 and doubles the variance, as a ReLU layer
    with He's weights does.
    """
    M = torch.randn(size, size, generator=generator, dtype=torch.float64)
    if kind == "orthogonal":
        return gain * torch.linalg.qr(M).Q
    M = gain * M / math.sqrt(size)
    if kind == "relu":
        on = torch.rand(size, 1, generator=generator, dtype=torch.float64) < 0.5
        return math.sqrt(2) * M * on
    return M


def logs(values: Tensor) -> Tensor:
    """Logarithms to base 10; NaN for what rounding has swallowed."""
    seen = values > RESOLVED * values.max()
    return torch.where(seen, values.clamp_min(1e-300).log10(), math.nan)


def compute(*, kind: str, size: int, gain: float, seed: int) -> dict[str, np.ndarray]:
    """Follow a product of thirty factors: largest and smallest gain, a vector's, the bound."""
    generator = torch.Generator().manual_seed(seed)
    v = torch.randn(size, generator=generator, dtype=torch.float64)
    product = torch.eye(size, dtype=torch.float64)
    bound, rows, spectra = 0.0, [], []
    where = torch.linspace(0, size - 1, POINTS).round().long()
    for k in range(1, FACTORS + 1):
        M = layer(kind, size, gain, generator)
        product = M @ product
        bound += torch.linalg.matrix_norm(M, 2).log10().item()
        values = torch.linalg.svdvals(product)
        log = logs(values)
        length = ((product @ v).norm() / v.norm()).clamp_min(1e-300).log10()
        rows.append([bound, log[0].item(), length.item(), log[-1].item()])
        if k in SHOWN:
            spectra.append(log[where])
    table = np.array(rows)
    return {
        "k": np.arange(1, FACTORS + 1),
        "bound": table[:, 0],
        "largest": table[:, 1],
        "vector": table[:, 2],
        "smallest": table[:, 3],
        "rank": np.linspace(0, 1, POINTS),
        "spectra": torch.stack(spectra).numpy(),
        "rate": table[-1, 2] / FACTORS,
        "loose": table[-1, 0] - table[-1, 1],
    }


LAB = TableLab(
    name="matrix_product",
    title=Text(zh="矩阵乘积的谱", en="The spectrum of a product"),
    summary=Text(
        zh="三十个随机矩阵相乘。看一个随机向量的长度、最大和最小的奇异值，以及由各层上界相乘得到的界。曲线断在舍入误差吞没它的地方。",
        en="Thirty random matrices are multiplied. Watch the length of a random vector, the "
        "largest and smallest singular values, and the product of the layers' bounds. A curve "
        "ends where rounding has swallowed it.",
    ),
    picture=Text(
        zh="左图：界沿直线升到一千万以上，最大奇异值和向量的长度几乎不动，最小奇异值一路下降。"
        "右图：乘得越多，奇异值铺得越开。",
        en="Left: the bound rises on a straight line to above ten million, the largest singular "
        "value and the length of a vector hardly move, the smallest singular value falls. Right: "
        "the more factors, the wider the singular values spread.",
    ),
    controls=(
        Select(
            name="kind",
            label=Text(zh="因子", en="Factors"),
            help=Text(
                zh="高斯：元素独立。正交：不改变长度。ReLU：一半的行为0，其余按He放大。",
                en="Gaussian: independent entries. Orthogonal: keep all lengths. ReLU: half of the "
                "rows are 0, the others scaled as by He.",
            ),
            options=(
                ("gaussian", Text(zh="高斯", en="Gaussian")),
                ("orthogonal", Text(zh="正交", en="Orthogonal")),
                ("relu", Text(zh="ReLU与He", en="ReLU with He")),
            ),
            value="gaussian",
        ),
        Stops(
            name="size",
            label=Text(zh="宽度", en="Width"),
            help=Text(zh="矩阵的行数和列数。", en="Rows and columns of each matrix."),
            values=(4, 16, 64),
            value=16,
        ),
        Stops(
            name="gain",
            label=Text(zh="倍数", en="Gain"),
            help=Text(
                zh="1使一个向量长度平方的平均不变；D2L的例子（元素取自标准正态，宽4）是2。",
                en="1 keeps the mean squared length of a vector; D2L's example (standard normal "
                "entries, width 4) is 2.",
            ),
            values=(0.5, 0.8, 1, 1.25, 2),
            value=1,
        ),
        Stops(
            name="seed",
            label=Text(zh="种子", en="Seed"),
            help=Text(zh="换一批随机矩阵。", en="Other random matrices."),
            values=(0, 1, 2),
            value=0,
        ),
    ),
    presets=(
        Preset(
            "d2l",
            Text(zh="D2L的例子", en="D2L's example"),
            Text(
                zh="宽4的标准正态矩阵：向量的长度按指数增长，每个因子1.5到2倍，看种子。",
                en="Standard normal matrices of width 4: lengths grow exponentially, by 1.5 to 2 "
                "a factor, depending on the seed.",
            ),
            {"kind": "gaussian", "size": 4, "gain": 2},
        ),
        Preset(
            "loose",
            Text(zh="界有多松", en="How loose the bound is"),
            Text(
                zh="宽64、倍数1：界升到10的8次方以上，最大奇异值不到10。",
                en="Width 64, gain 1: the bound passes 10 to the 8th, the largest singular value "
                "stays below 10.",
            ),
            {"kind": "gaussian", "size": 64, "gain": 1},
        ),
        Preset(
            "isometry",
            Text(zh="正交", en="Orthogonal"),
            Text(
                zh="所有曲线都停在0：没有一个方向被拉长或缩短，界也是紧的。",
                en="All curves stay at 0: no direction is stretched or shrunk, and the bound is "
                "tight.",
            ),
            {"kind": "orthogonal", "size": 16, "gain": 1},
        ),
    ),
    charts=(
        curves(
            "growth",
            Text(zh="乘了k个因子之后", en="After k factors"),
            Curve(
                y="bound",
                x="k",
                label=Text(zh="各层上界之积", en="product of bounds"),
                color="ghost",
            ),
            Curve(
                y="largest",
                x="k",
                label=Text(zh="最大奇异值", en="largest singular value"),
                color="activation",
            ),
            Curve(y="vector", x="k", label=Text(zh="一个向量", en="a vector"), color="data"),
            Curve(
                y="smallest",
                x="k",
                label=Text(zh="最小奇异值", en="smallest singular value"),
                color="gradient",
            ),
            x=Axis(label=Text(zh="因子个数k", en="factors k")),
            y=Axis(label=Text(zh="倍数的常用对数", en="log10 of the gain")),
        ),
        curves(
            "spectrum",
            Text(zh="1、5、30个因子的奇异值", en="Singular values of 1, 5 and 30 factors"),
            Curve(
                y="spectra",
                x="rank",
                label=Text(zh="1、5、30个因子", en="1, 5, 30 factors"),
                color=("class_0", "class_1", "class_2"),
            ),
            x=Axis(label=Text(zh="名次（0最大，1最小）", en="rank (0 largest, 1 smallest)")),
            y=Axis(label=Text(zh="奇异值的常用对数", en="log10 of the singular value")),
        ),
        numbers(
            "rates",
            Text(zh="三十个因子之后", en="After thirty factors"),
            Number(
                "rate", Text(zh="向量：每个因子的对数倍数", en="vector: log10 a factor"), digits=3
            ),
            Number(
                "loose",
                Text(zh="界比实际大几个数量级", en="bound over truth, orders of magnitude"),
                digits=2,
            ),
        ),
    ),
    compute=compute,
)
