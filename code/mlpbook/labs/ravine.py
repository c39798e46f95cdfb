"""Lab: five optimisers from one start in a long narrow valley."""

import math

import torch

from mlpbook.labs.charts import Axis, Curve, Mark, Number, curves, numbers
from mlpbook.labs.curves import CurveLab
from mlpbook.labs.spec import Preset, Slider, Text

NUM_STEPS, START, REACH = 60, (1.0, 0.4), 1.6
NAMES = ("gd", "momentum", "adagrad", "rmsprop", "adam")


def column(*values):
    """One number an optimiser, as a column."""
    return torch.tensor(values, dtype=torch.float64)[:, None]


def race(H, start, lr, lr_adaptive, mu):
    """Places of the five optimisers, (steps + 1, 5, 2), on the quadratic x'Hx / 2.

    All have the form m <- b1 m + c1 g, r <- b2 r + c2 g², x <- x - lr m / (sqrt(r) or 1); Adam
    divides both by its bias corrections as well.
    """
    b1 = mu * column(0, 1, 0, 0, 0) + column(0, 0, 0, 0, 0.9)
    c1, adaptive = column(1, 1, 1, 1, 0.1), column(0, 0, 1, 1, 1)
    b2, c2 = column(0, 0, 1, 0.99, 0.999), column(0, 0, 1, 0.01, 0.001)
    rate = lr * (1 - adaptive) + lr_adaptive * adaptive
    eps = column(0, 0, 1e-10, 1e-8, 1e-8)  # as a number it would be dropped in the export
    x = start.expand(5, 2)
    m, r, path = 0 * x, 0 * x, [x]
    for t in range(1, NUM_STEPS + 1):
        g = x @ H
        m, r = b1 * m + c1 * g, b2 * r + c2 * g**2
        first, second = column(1, 1, 1, 1, 1 - 0.9**t), column(1, 1, 1, 1, 1 - 0.999**t)
        scale = adaptive * (torch.sqrt(r / second) + eps) + (1 - adaptive)
        x = x - rate * (m / first) / scale
        path.append(x)
    return torch.stack(path)


def turned(angle, points):
    """Points turned by an angle in degrees."""
    c, s = torch.cos(angle * math.pi / 180), torch.sin(angle * math.pi / 180)
    first, second = points[..., 0], points[..., 1]
    return torch.stack([c * first - s * second, s * first + c * second], -1)


def contours(angle, kappa, level):
    """Three ellipses of equal loss in one line, with gaps between them."""
    around = torch.linspace(0, 2 * math.pi, 73, dtype=torch.float64)
    ellipse = torch.stack([torch.sqrt(kappa) * torch.cos(around), torch.sin(around)], -1)
    ring, gap = turned(angle, torch.sqrt(2 * level) * ellipse), torch.full((1, 2), float("nan"))
    line = torch.cat([ring, gap, 0.5 * ring, gap, 0.2 * ring])
    return {"ring_x": line[:, 0], "ring_y": line[:, 1]}


def compute(noise, hyper):
    """Paths, loss at each step, and three contours."""
    kappa, angle = hyper["kappa"].double(), hyper["angle"].double()
    axes = turned(angle, torch.eye(2, dtype=torch.float64))  # rows: flat and steep direction
    flat, steep = axes[0], axes[1]
    H = torch.outer(flat, flat) / kappa + torch.outer(steep, steep)
    start = turned(angle, torch.tensor(START, dtype=torch.float64))
    lr = 2 * hyper["share"].double()  # the largest curvature is 1
    path = race(H, start, lr, hyper["adaptive"].double(), hyper["mu"].double())
    loss = ((path @ H) * path).sum(-1) / 2
    level = loss[0, 0]
    found = {"step": torch.arange(NUM_STEPS + 1)}
    found |= contours(angle, kappa, level)
    gone = torch.full_like(path, float("nan"))
    inside = torch.where(path.abs() < REACH, path, gone)
    for k, name in enumerate(NAMES):
        found |= {f"{name}_x": inside[:, k, 0], f"{name}_y": inside[:, k, 1]}
        found |= {f"{name}_loss": loss[:, k], f"{name}_last": loss[-1, k] / level}
    return {name: array.float() for name, array in found.items()}


LABELS = {
    "gd": Text("梯度下降", "gradient descent"),
    "momentum": Text("动量", "momentum"),
    "adagrad": Text("AdaGrad", "AdaGrad"),
    "rmsprop": Text("RMSProp", "RMSProp"),
    "adam": Text("Adam", "Adam"),
}
COLORS = dict(zip(NAMES, ("class_0", "class_1", "class_2", "class_3", "class_4"), strict=True))
RINGS = Curve(y="ring_y", x="ring_x", label=Text("等高线", "contours"), color="ghost")

PRESETS = (
    Preset(
        "slow",
        Text("长山谷", "A long valley"),
        Text(
            "κ=100，学习率在界限的一半：梯度下降很快落到谷底，然后几乎不动，60步后损失还剩1.8%；动量0.9剩不到0.1%。",
            "κ = 100 at half the limit: gradient descent soon reaches the bottom and then hardly "
            "moves, with 1.8% of its loss left after 60 steps; momentum 0.9 has less than 0.1%.",
        ),
        {"kappa": 100.0, "share": 0.5, "mu": 0.9, "angle": 0.0, "adaptive": 0.1},
    ),
    Preset(
        "turned",
        Text("转45度", "Turned by 45 degrees"),
        Text(
            "梯度下降和动量的损失一点不变；三种自适应方法剩下的都大了几十倍以上，因为它们逐个坐标地缩放。",
            "Gradient descent and momentum keep their losses exactly; what the three adaptive "
            "methods leave grows dozens of times or more, for they scale by coordinate.",
        ),
        {"kappa": 100.0, "share": 0.5, "mu": 0.9, "angle": 45.0, "adaptive": 0.1},
    ),
    Preset(
        "edge",
        Text("越过界限", "Beyond the limit"),
        Text(
            "学习率是2/h的1.05倍：梯度下降在陡的方向上来回弹，越弹越远；动量的界限大一倍左右，它还收敛。",
            "A rate of 1.05 times 2/h: gradient descent bounces in the steep direction, further "
            "each time; momentum's limit is about twice as large, and it still converges.",
        ),
        {"kappa": 20.0, "share": 1.05, "mu": 0.9, "angle": 0.0, "adaptive": 0.1},
    ),
)

LAB = CurveLab(
    name="ravine",
    title=Text("山谷里的赛跑", "A race in a ravine"),
    summary=Text(
        "二次函数，陡的方向曲率1，平的方向1/κ。五个优化器从同一点出发走60步。"
        "转动山谷，看谁受影响。",
        "A quadratic with curvature 1 in the steep direction and 1/κ in the flat one. Five "
        "optimisers take 60 steps from one point. Turn the valley and see whom it affects.",
    ),
    picture=Text(
        "狭长的椭圆等高线里的五条路径，和五条损失曲线。",
        "Five paths among long elliptic contours, and five loss curves.",
    ),
    controls=(
        Slider(
            name="kappa",
            label=Text("κ", "κ"),
            help=Text("最大与最小曲率之比。", "Largest over smallest curvature."),
            scale="log",
            min=1.0,
            max=300.0,
            value=30.0,
        ),
        Slider(
            name="share",
            label=Text("学习率（占2/h的份额）", "Rate (share of 2/h)"),
            help=Text(
                "梯度下降和动量用；到1，梯度下降就发散。",
                "For gradient descent and momentum; at 1 gradient descent diverges.",
            ),
            min=0.05,
            max=2.0,
            step=0.05,
            value=0.5,
        ),
        Slider(
            name="mu",
            label=Text("动量μ", "Momentum μ"),
            help=Text("速度留下的比例。", "Share of the velocity that stays."),
            min=0.0,
            max=0.98,
            step=0.02,
            value=0.8,
        ),
        Slider(
            name="adaptive",
            label=Text("自适应方法的学习率", "Rate of the adaptive methods"),
            help=Text("AdaGrad、RMSProp和Adam用。", "For AdaGrad, RMSProp and Adam."),
            scale="log",
            min=0.005,
            max=1.0,
            value=0.1,
        ),
        Slider(
            name="angle",
            label=Text("山谷的角度", "Angle of the valley"),
            help=Text("0：谷底沿着横轴。", "0: the bottom runs along the first axis."),
            min=0.0,
            max=90.0,
            step=5.0,
            value=0.0,
        ),
    ),
    presets=PRESETS,
    charts=(
        curves(
            "paths",
            Text("路径", "Paths"),
            RINGS,
            *(Curve(y=f"{n}_y", x=f"{n}_x", label=LABELS[n], color=COLORS[n]) for n in NAMES),
            x=Axis(label=Text("第一个参数", "first parameter"), min=-REACH, max=REACH),
            y=Axis(label=Text("第二个参数", "second parameter"), min=-REACH, max=REACH),
            marks=(Mark(label=Text("目标", "goal"), x=0.0, y=0.0),),
        ),
        curves(
            "losses",
            Text("损失", "Loss"),
            *(Curve(y=f"{n}_loss", x="step", label=LABELS[n], color=COLORS[n]) for n in NAMES),
            x=Axis(label=Text("步", "step"), min=0, max=NUM_STEPS),
            y=Axis(label=Text("损失", "loss"), scale="log", min=1e-8, max=10),
        ),
        numbers(
            "left",
            Text("60步后损失剩下的份额", "Share of the loss left after 60 steps"),
            *(Number(f"{n}_last", LABELS[n], digits=5) for n in NAMES),
        ),
    ),
    compute=compute,
    helpers=(column, race, turned, contours),
)
