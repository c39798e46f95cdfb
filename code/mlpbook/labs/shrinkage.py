"""Lab: ridge and lasso pull eight coefficients towards zero."""

import torch

from mlpbook.labs.charts import Axis, Curve, Mark, Number, curves, numbers
from mlpbook.labs.curves import CurveLab
from mlpbook.labs.program import Noise
from mlpbook.labs.shrinkage_presets import PRESETS
from mlpbook.labs.spec import Seed, Select, Slider, Stops, Text

TRUTH = (3.0, 0.0, -2.0, 0.0, 1.0, 0.0, 0.0, 0.0)
MOST = 200  # examples drawn; the first n are used
ROUNDS = 120  # of the splitting method that solves the lasso


def inverse(A):
    """Inverses of a batch of positive definite matrices, by Gauss-Jordan elimination."""
    size = A.shape[-1]
    unit = torch.eye(size)
    B = unit.expand(A.shape)
    for k in range(size):
        pivot = A[:, k, k].reshape(-1, 1, 1)
        row, result = A[:, k : k + 1] / pivot, B[:, k : k + 1] / pivot
        column = A[:, :, k : k + 1] - unit[:, k : k + 1]
        A, B = A - column * row, B - column * result
    return B


def ridge(H, g, lambdas):
    """Minimisers of w'Hw/2 - g'w + lambda/2 |w|^2, one row a lambda."""
    A = H + lambdas.reshape(-1, 1, 1) * torch.eye(len(TRUTH))
    return (inverse(A) @ g)[:, :, 0]


def lasso(H, g, lambdas):
    """Minimisers of w'Hw/2 - g'w + lambda |w|_1 by alternating directions, one row a lambda."""
    solve = inverse((H + torch.eye(len(TRUTH))).unsqueeze(0))[0]
    limit = lambdas.reshape(-1, 1)
    w = sparse = gap = torch.zeros(len(lambdas), len(TRUTH))
    for _ in range(ROUNDS):
        w = (g[:, 0] + sparse - gap) @ solve
        wanted = w + gap
        sparse = torch.relu(wanted - limit) - torch.relu(-wanted - limit)
        gap = wanted - sparse
    return sparse


def compute(noise, hyper):
    """Coefficients, training error and error on new data along the whole path of lambda."""
    n, rho, lambd = hyper["n"], hyper["correlation"], hyper["lambd"]
    X, truth = noise["X"], torch.tensor(TRUTH).reshape(-1, 1)
    twin = rho * X[:, :1] + torch.sqrt(1 - rho**2) * X[:, 1:2]
    X = torch.cat((X[:, :1], twin, X[:, 2:]), 1)
    y = X @ truth + hyper["sigma"] * noise["label"]
    used = (torch.arange(MOST) < n).float().reshape(-1, 1)  # the first n examples
    H, g = (used * X).T @ X / n, (used * X).T @ y / n

    grid = torch.logspace(-2, 2, 61)
    lambdas = torch.cat((grid, lambd.reshape(1)))
    solve = ridge if hyper["penalty"] == "ridge" else lasso
    W = solve(H, g, lambdas)
    train = (used * (X @ W.T - y).square()).sum(0) / n
    off = W - truth[:, 0]
    risk = off.square().sum(1) + 2 * rho * off[:, 0] * off[:, 1] + hyper["sigma"] ** 2
    now, lowest = W[-1], risk[:-1].min()
    at_best = (risk[:-1] <= lowest).float()
    if hyper["penalty"] == "ridge":
        keep = inverse((H + lambd * torch.eye(len(TRUTH))).unsqueeze(0))[0] @ H
        freedom = (keep * torch.eye(len(TRUTH))).sum()
    else:
        freedom = (now != 0).float().sum()
    return {
        "lambda": grid,
        "path": W[:-1].T,
        "train": train[:-1],
        "risk": risk[:-1],
        "input": torch.arange(1.0, len(TRUTH) + 1),
        "now": now,
        "truth": truth[:, 0],
        "at": lambd,
        "best": (grid * at_best).sum() / at_best.sum(),
        "risk_now": risk[-1],
        "risk_best": lowest,
        "zeros": (now == 0).float().sum(),
        "freedom": freedom,
    }


CONTROLS = (
    Select(
        name="penalty",
        label=Text(zh="惩罚", en="Penalty"),
        help=Text(
            zh="岭：权重平方和的一半；套索：权重绝对值之和。",
            en="Ridge: half the sum of squared weights; lasso: the sum of their absolute values.",
        ),
        options=(
            ("ridge", Text(zh="岭（L2）", en="ridge (L2)")),
            ("lasso", Text(zh="套索（L1）", en="lasso (L1)")),
        ),
        value="ridge",
    ),
    Slider(
        name="lambd",
        label=Text(zh="λ", en="λ"),
        help=Text(zh="惩罚的强度。", en="Strength of the penalty."),
        scale="log",
        min=0.01,
        max=100.0,
        value=0.3,
    ),
    Stops(
        name="n",
        label=Text(zh="训练样本数", en="Training examples"),
        help=Text(
            zh="八个系数由多少个样本来定。",
            en="How many examples determine the eight coefficients.",
        ),
        values=(12, 20, 50, 200),
        value=20,
    ),
    Slider(
        name="sigma",
        label=Text(zh="标签噪声", en="Label noise"),
        help=Text(zh="标签噪声的标准差。", en="Standard deviation of the labels' noise."),
        min=0.5,
        max=5.0,
        step=0.1,
        value=2.0,
    ),
    Slider(
        name="correlation",
        label=Text(zh="输入1与2的相关系数", en="Correlation of inputs 1 and 2"),
        help=Text(
            zh="只有输入1真的有用；相关越强，越难把它们分开。",
            en="Only input 1 matters; the stronger the correlation, the harder to tell them apart.",
        ),
        min=0.0,
        max=0.95,
        step=0.05,
        value=0.0,
    ),
    Seed(),
)

CHARTS = (
    curves(
        "path",
        Text(zh="系数随λ的变化", en="Coefficients along λ"),
        Curve(
            y="path",
            x="lambda",
            label=Text(zh="八个系数", en="the eight coefficients"),
            color=(
                "class_0",
                "class_1",
                "class_2",
                "class_3",
                "class_4",
                "ghost",
                "ghost",
                "ghost",
            ),
        ),
        x=Axis(label=Text(zh="λ", en="λ"), scale="log"),
        y=Axis(label=Text(zh="系数", en="coefficient")),
        marks=(Mark(label=Text(zh="选定的λ", en="chosen λ"), x="at"),),
    ),
    curves(
        "coefficients",
        Text(zh="选定λ处的系数", en="Coefficients at the chosen λ"),
        Curve(
            y="now",
            x="input",
            label=Text(zh="学到的", en="learned"),
            color="train",
            style="bars",
        ),
        Curve(
            y="truth",
            x="input",
            label=Text(zh="真值", en="truth"),
            color="data",
            style="dots",
        ),
        x=Axis(label=Text(zh="输入", en="input")),
        y=Axis(label=Text(zh="系数", en="coefficient")),
    ),
    curves(
        "errors",
        Text(zh="误差随λ的变化", en="Errors along λ"),
        Curve(y="train", x="lambda", label=Text(zh="训练误差", en="training error"), color="train"),
        Curve(
            y="risk", x="lambda", label=Text(zh="泛化误差", en="generalisation error"), color="test"
        ),
        x=Axis(label=Text(zh="λ", en="λ"), scale="log"),
        y=Axis(label=Text(zh="均方误差", en="mean squared error"), min=0.0),
        marks=(
            Mark(label=Text(zh="选定的λ", en="chosen λ"), x="at"),
            Mark(label=Text(zh="最低点", en="lowest"), x="best", y="risk_best", color="test"),
        ),
    ),
    numbers(
        "values",
        Text(zh="选定λ处", en="At the chosen λ"),
        Number("zeros", Text(zh="恰好为零的系数", en="coefficients exactly zero"), digits=0),
        Number("freedom", Text(zh="有效自由度", en="effective degrees of freedom"), digits=2),
        Number("risk_now", Text(zh="泛化误差", en="generalisation error"), digits=2),
        Number("risk_best", Text(zh="最低的泛化误差", en="lowest generalisation error"), digits=2),
        Number("best", Text(zh="对应的λ", en="at λ"), digits=3),
    ),
)

LAB = CurveLab(
    name="shrinkage",
    title=Text(zh="系数的路径：岭与套索", en="Paths of coefficients: ridge and lasso"),
    summary=Text(
        zh="八个输入，只有1、3、5有用（真系数3、-2、1）。λ从左到右增大，看每个系数怎样走向零，"
        "训练误差和泛化误差怎样变。泛化误差由已知的规律精确算出。",
        en="Eight inputs, of which only 1, 3 and 5 matter (true coefficients 3, -2 and 1). As λ "
        "grows from left to right, see how each coefficient goes to zero and how training and "
        "generalisation error change. The latter is exact, from the known rule.",
    ),
    picture=Text(
        zh="默认设置：八条系数曲线随λ走向零，选定λ处的系数柱与真值点，训练误差上升而泛化误差呈U形。",
        en="Default settings: eight coefficient curves going to zero along λ, bars of the "
        "coefficients at the chosen λ beside the truth, a rising training error and a U-shaped "
        "generalisation error.",
    ),
    controls=CONTROLS,
    presets=PRESETS,
    charts=CHARTS,
    compute=compute,
    helpers=(inverse, ridge, lasso),
    numbers=("n",),
    noise={
        "X": Noise("normal", (MOST, len(TRUTH)), stream=1),
        "label": Noise("normal", (MOST, 1), stream=2),
    },
)
