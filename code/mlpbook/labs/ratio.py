"""Lab: what ridge regression gains depends on the ratio of parameters to examples."""

import torch

from mlpbook.labs.charts import Axis, Curve, Mark, Number, curves, numbers
from mlpbook.labs.curves import CurveLab
from mlpbook.labs.spec import Preset, Slider, Text

CEILING = 6.0  # errors above are not drawn


def ridge_risk(gamma, lambd, sigma, signal):
    """Expected squared error beyond the noise, for many standard normal inputs.

    Here gamma = d/n, the loss is a mean, and signal is the norm of the true weights; the limit of
    large d and n (Dobriban and Wager 2018; Hastie et al. 2022).
    """
    q, p = 1 - gamma + lambd, gamma - 1 + lambd
    root = torch.sqrt(q**2 + 4 * gamma * lambd)
    # Each number has two forms; the one that is taken does not subtract nearly equal ones.
    m = torch.where(q > 0, 2 / (q.abs() + root), (q.abs() + root) / (2 * gamma * lambd))
    kept = torch.where(p > 0, 2 * lambd / (root + p.abs()), (root + p.abs()) / 2)
    bias = signal**2 * lambd**2 * m * (1 + gamma * m) / root
    variance = sigma**2 * gamma * m * kept / root
    return bias + variance


def plain_risk(gamma, sigma, signal):
    """The same without a penalty; for gamma > 1, of the interpolating solution of least norm."""
    few = sigma**2 * gamma / (1 - gamma)
    many = signal**2 * (1 - 1 / gamma) + sigma**2 / (gamma - 1)
    return torch.where(gamma < 1, few, many)


def clipped(values):
    """NaN, which is not drawn, above the ceiling."""
    return torch.where(values <= CEILING, values, torch.full_like(values, float("nan")))


def compute(noise, hyper):
    """Errors along gamma, and along lambda at the chosen gamma."""
    gamma, lambd, sigma = hyper["gamma"], hyper["lambd"], hyper["sigma"]
    signal = torch.ones(())
    best = sigma**2 * gamma  # over the squared norm of the truth, which is 1
    along = torch.arange(1.0, 193.0) / 64 - 1 / 128  # exact in float32, and never 1
    grid = torch.logspace(-3, 1.5, 91)
    plain = plain_risk(gamma, sigma, signal)
    return {
        "gamma": along,
        "plain": clipped(plain_risk(along, sigma, signal)),
        "ridge": clipped(ridge_risk(along, lambd, sigma, signal)),
        "optimal": clipped(ridge_risk(along, sigma**2 * along, sigma, signal)),
        "lambda": grid,
        "risk": clipped(ridge_risk(gamma, grid, sigma, signal)),
        "at_gamma": gamma,
        "at_lambda": lambd,
        "best": best,
        "plain_now": plain,
        "ridge_now": ridge_risk(gamma, lambd, sigma, signal),
        "best_now": ridge_risk(gamma, best, sigma, signal),
    }


CONTROLS = (
    Slider(
        name="gamma",
        label=Text(zh="d/n", en="d/n"),
        help=Text(
            zh="参数个数与样本数之比。越过1，参数就比样本多。",
            en="Parameters over examples; above 1 there are more parameters than examples.",
        ),
        min=0.05,
        max=3.0,
        step=0.05,
        value=0.8,
    ),
    Slider(
        name="lambd",
        label=Text(zh="λ", en="λ"),
        help=Text(zh="惩罚的强度（损失取平均）。", en="Strength of the penalty (mean loss)."),
        scale="log",
        min=0.001,
        max=30.0,
        value=0.1,
    ),
    Slider(
        name="sigma",
        label=Text(zh="噪声σ", en="Noise σ"),
        help=Text(
            zh="标签噪声的标准差；真权重的范数是1。",
            en="Standard deviation of the labels' noise; the true weights have norm 1.",
        ),
        min=0.1,
        max=2.0,
        step=0.1,
        value=1.0,
    ),
)

PRESETS = (
    Preset(
        "peak",
        Text(zh="d/n接近1：最需要λ", en="d/n near 1: where λ is needed most"),
        Text(
            zh="d/n=0.95时，最小二乘多出的误差是19，最好的λ（0.95）只多0.6左右。"
            "图上最小二乘那条线冲出了纸面。",
            en="At d/n = 0.95 least squares has an excess error of 19, the best λ (0.95) of about "
            "0.6. The line of least squares leaves the picture.",
        ),
        {"gamma": 0.95, "lambd": 0.95},
    ),
    Preset(
        "plenty",
        Text(zh="样本是参数的十倍：λ添乱", en="Ten examples a parameter: λ gets in the way"),
        Text(
            zh="d/n=0.1时，最小二乘只多0.111，最好的λ也只降到0.099；"
            "λ=1却多出0.29：偏差盖过了省下的方差。",
            en="At d/n = 0.1 least squares has an excess of only 0.111 and the best λ still 0.099. "
            "λ = 1 makes it 0.29: the bias outweighs the variance saved.",
        ),
        {"gamma": 0.1, "lambd": 1.0},
    ),
    Preset(
        "second-descent",
        Text(zh="参数是样本的两倍：第二次下降", en="Twice as many parameters: the second descent"),
        Text(
            zh="d/n=2，不加惩罚的最小范数解多出1.5，比d/n=0.95时好得多，"
            "但仍不如一律猜平均（误差1）；最好的λ（2）是0.78。",
            en="At d/n = 2 the unpenalised solution of least norm has an excess of 1.5, far better "
            "than at 0.95, yet worse than always guessing the mean, which has 1. The best λ, 2, "
            "has 0.78.",
        ),
        {"gamma": 2.0, "lambd": 2.0},
    ),
    Preset(
        "quiet",
        Text(zh="噪声很小：λ也该小", en="Little noise: a small λ"),
        Text(
            zh="σ=0.1时，最好的λ是d/n的百分之一。d/n=0.5时它只有0.005，与不加惩罚几乎没有差别。",
            en="At σ = 0.1 the best λ is a hundredth of d/n. At d/n = 0.5 it is only 0.005 and "
            "hardly differs from no penalty.",
        ),
        {"gamma": 0.5, "lambd": 0.005, "sigma": 0.1},
    ),
)

CHARTS = (
    curves(
        "ratio",
        Text(zh="多出的误差随d/n的变化", en="Excess error along d/n"),
        Curve(y="plain", x="gamma", label=Text(zh="不加惩罚", en="no penalty"), color="ghost"),
        Curve(y="ridge", x="gamma", label=Text(zh="选定的λ", en="chosen λ"), color="train"),
        Curve(
            y="optimal", x="gamma", label=Text(zh="各处最好的λ", en="best λ for each"), color="test"
        ),
        x=Axis(label=Text(zh="d/n", en="d/n")),
        y=Axis(label=Text(zh="多出的平方误差", en="excess squared error"), min=0.0),
        marks=(Mark(label=Text(zh="选定的d/n", en="chosen d/n"), x="at_gamma"),),
    ),
    curves(
        "lambda",
        Text(zh="选定的d/n处，误差随λ的变化", en="Along λ, at the chosen d/n"),
        Curve(y="risk", x="lambda", label=Text(zh="岭回归", en="ridge"), color="train"),
        x=Axis(label=Text(zh="λ", en="λ"), scale="log"),
        y=Axis(label=Text(zh="多出的平方误差", en="excess squared error"), min=0.0),
        marks=(
            Mark(label=Text(zh="选定的λ", en="chosen λ"), x="at_lambda", y="ridge_now"),
            Mark(label=Text(zh="最低点", en="lowest"), x="best", y="best_now", color="test"),
        ),
    ),
    numbers(
        "values",
        Text(zh="多出的平方误差", en="Excess squared error"),
        Number("plain_now", Text(zh="不加惩罚", en="no penalty"), digits=3),
        Number("ridge_now", Text(zh="选定的λ", en="chosen λ"), digits=3),
        Number("best_now", Text(zh="最好的λ", en="best λ"), digits=3),
        Number("best", Text(zh="最好的λ是", en="the best λ is"), digits=3),
    ),
)

LAB = CurveLab(
    name="ratio",
    title=Text(zh="什么时候划算：d/n、噪声与λ", en="When it pays: d/n, noise and λ"),
    summary=Text(
        zh="d个标准正态的输入，n个样本，真权重的范数是1。纵轴是比最好的预测多出来的平方误差，"
        "由d和n都很大时的极限公式算出；一律猜平均的误差是1。",
        en="d standard normal inputs, n examples, true weights "
        "of norm 1. The height is the squared "
        "error beyond the best prediction, by the formula for large d and n; always guessing the "
        "mean has 1.",
    ),
    picture=Text(
        zh="默认设置：不加惩罚的误差在d/n=1处冲出纸面再落下，最好的λ那条线平稳上升；"
        "右边是d/n=0.8处误差随λ的U形。",
        en="Default settings: without a penalty the error leaves the picture at d/n = 1 and comes "
        "down again, while the line for the best λ rises calmly; beside it the U along λ at "
        "d/n = 0.8.",
    ),
    controls=CONTROLS,
    presets=PRESETS,
    charts=CHARTS,
    compute=compute,
    helpers=(ridge_risk, plain_risk, clipped),
)
