"""Lab: fifty data sets, fifty fits; their mean shows the bias, their spread the variance."""

import math

import numpy as np
import torch

from mlpbook.labs.charts import Axis, Curve, Number, curves, numbers
from mlpbook.labs.curves import CurveLab
from mlpbook.labs.program import Noise
from mlpbook.labs.spec import Preset, Seed, Slider, Stops, Text

NUM_SETS, MOST, SHOWN = 50, 80, 12


def truth(x):
    """The function behind the data."""
    return 1 + np.sin(math.pi * x)


def design(n, degree):
    """The truth and the Chebyshev polynomials at the points; a grid, and both on it."""
    angle, t = math.pi * (np.arange(n) + 0.5) / n, np.linspace(-1, 1, 81)
    k = np.arange(degree + 1)[:, None]
    x, on_t = np.cos(angle), np.cos(k * np.arccos(t))
    arrays = truth(x), np.cos(k * angle), t, truth(t), on_t
    return [torch.tensor(array) for array in arrays]


def compute(noise, hyper):
    """Least squares of one degree on 50 data sets at Chebyshev points.

    There the Chebyshev polynomials are orthogonal, so each coefficient is a mean and nothing has
    to be solved. In float64: the bias is a small difference.
    """
    n, degree = hyper["n"], hyper["degree"]
    f, on_x, t, on_grid, on_t = design(n, degree)
    sigma = hyper["sigma"].double()
    y = f + sigma * noise["E"][:, :n].double()
    weights = y @ (on_x / on_x.square().sum(1, keepdim=True)).T
    fits, at_x = weights @ on_t, weights @ on_x
    mean = at_x.mean(0)
    bias = (mean - f).square().mean()
    variance = (at_x - mean).square().sum(0).mean() / (NUM_SETS - 1)
    fresh = f + sigma * noise["F"][:, :n].double()
    found = {
        "x": t,
        "truth": on_grid,
        "fits": fits[:SHOWN],
        "mean": fits.mean(0),
        "bias2": bias,
        "variance": variance,
        "noise": sigma.square(),
        "sum": bias + variance + sigma.square(),
        "measured": (at_x - fresh).square().mean(),
        "theory": sigma.square() * ((degree + 1) / n),
    }
    return {name: array.float() for name, array in found.items()}


LAB = CurveLab(
    name="bias_variance",
    title=Text("偏差与方差", "Bias and variance"),
    summary=Text(
        "50个训练集，各拟合一次。细线是其中12条，粗线是平均：它离真函数多远是偏差，细线散得多开是方差。",
        "50 training sets, one fit each. Thin lines are 12 of them, the thick one their mean: how "
        "far it is from the truth is bias, how far the thin ones spread is variance.",
    ),
    picture=Text(
        "一束拟合曲线、它们的平均和真实的正弦。",
        "A sheaf of fitted curves, their mean, and the true sine.",
    ),
    controls=(
        Stops(
            name="degree",
            label=Text("次数", "Degree"),
            help=Text("多项式的次数。", "Degree of the polynomial."),
            values=(0, 1, 3, 5, 9, 15),
            value=3,
        ),
        Stops(
            name="n",
            label=Text("样本量", "Examples"),
            help=Text("每个训练集的点数。", "Points in each training set."),
            values=(20, 80),
            value=20,
        ),
        Slider(
            name="sigma",
            label=Text("噪声", "Noise"),
            help=Text("噪声的标准差。", "Standard deviation of the noise."),
            min=0.05,
            max=1.0,
            step=0.05,
            value=0.3,
        ),
        Seed(),
    ),
    presets=(
        Preset(
            "bias",
            Text("只有偏差", "Bias"),
            Text(
                "一次：细线几乎重合，平均却离正弦很远。样本再多也没用。",
                "Degree 1: the thin lines nearly agree, and their mean is far from the sine. "
                "More examples do not help.",
            ),
            {"degree": 1, "n": 80, "sigma": 0.3},
        ),
        Preset(
            "variance",
            Text("只有方差", "Variance"),
            Text(
                "15次：平均正好落在正弦上，每一条却各摆各的。",
                "Degree 15: the mean lies on the sine, and each single fit sways its own way.",
            ),
            {"degree": 15, "n": 20, "sigma": 0.3},
        ),
        Preset(
            "data",
            Text("加数据", "More data"),
            Text(
                "还是15次，样本四倍：方差降到四分之一。",
                "Degree 15 again with four times the examples: a quarter of the variance.",
            ),
            {"degree": 15, "n": 80, "sigma": 0.3},
        ),
    ),
    charts=(
        curves(
            "fits",
            Text("12次拟合和50次的平均", "12 fits and the mean of 50"),
            Curve(y="fits", label=Text("单次拟合", "single fits"), color="ghost"),
            Curve(y="truth", label=Text("真函数", "truth"), color="text"),
            Curve(y="mean", label=Text("平均", "mean"), color="activation"),
            x=Axis(label=Text("x", "x")),
            y=Axis(label=Text("y", "y"), min=-1, max=3),
        ),
        numbers(
            "parts",
            Text("误差的分解", "The parts of the error"),
            Number("bias2", Text("偏差的平方", "Bias squared"), digits=4),
            Number("variance", Text("方差", "Variance"), digits=4),
            Number("theory", Text("方差的理论值", "Variance in theory"), digits=4),
            Number("noise", Text("噪声", "Noise"), digits=4),
            Number("sum", Text("三项之和", "Sum of the three"), digits=4),
            Number("measured", Text("量得的测试误差", "Test error as measured"), digits=4),
        ),
    ),
    compute=compute,
    noise={
        "E": Noise("normal", (NUM_SETS, MOST), stream=1),
        "F": Noise("normal", (NUM_SETS, MOST), stream=2),
    },
    helpers=(truth, design),
)
