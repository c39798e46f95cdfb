"""Lab: the perceptron, mistake by mistake, beside the bound of its convergence theorem."""

import math

import torch

from mlpbook.labs.charts import Axis, Curve, Mark, Number, curves, numbers
from mlpbook.labs.curves import CurveLab
from mlpbook.labs.perceptron_presets import PRESETS
from mlpbook.labs.program import Noise
from mlpbook.labs.spec import Seed, Select, Slider, Switch, Text

NUM_POINTS = 40
MOST = 60  # mistakes; what goes on longer is cut off here
EDGE = 2.2  # the plane is drawn from -EDGE to EDGE


def labels(order):
    """+1 and -1: in turn, or all of one class before the other."""
    i = torch.arange(NUM_POINTS)
    first = i < NUM_POINTS // 2 if order == "blocks" else i % 2 == 0
    return first.double() * 2 - 1


def separable(noise, y, margin):
    """Points at least `margin` from a line, and the line: (n, 2) and (w1, w2, b)."""
    turn, u = noise["turn"].double(), noise["place"].double()
    angle, c = 2 * math.pi * turn[0], 0.8 * (turn[1] - 0.5)
    v = torch.stack((angle.cos(), angle.sin()))
    along = torch.stack((-v[1], v[0]))
    first = torch.arange(NUM_POINTS) < 2  # two points touch the margin
    away = margin + torch.where(first, torch.zeros(NUM_POINTS).double(), 0.9 * u[:, 0])
    X = (y * away - c).unsqueeze(1) * v + (2 * u[:, 1:] - 1) * along
    return X, torch.cat((v, c.unsqueeze(0)))


def xor(noise, y):
    """Four clouds about (±1, ±1); the label is the product of the signs. No line parts them."""
    side = (torch.arange(NUM_POINTS) // 2 % 2).double() * 2 - 1
    jitter = 0.5 * (noise["place"].double() - 0.5)
    return torch.stack((side, side * y), 1) + jitter


def next_mistake(scores, last, order):
    """A row of zeros with a 1 at the point to correct next; zeros alone if none is wrong."""
    i = torch.arange(NUM_POINTS).double()
    if order == "worst":
        key = scores + 1e-9 * i
    else:
        distance = i - last - 1
        key = torch.where(distance < 0, distance + NUM_POINTS, distance)
    key = torch.where(scores <= 0, key, torch.full_like(key, 1e6))
    return ((key == key.min()) & (scores <= 0)).double()


def learn(X, y, order):
    """The weights (w1, w2, b) after 0, 1, 2, … mistakes, and the point that each correction used.

    Returns:
        weights (MOST + 1, 3), chosen (MOST + 1, points), errors (MOST + 1,).
    """
    signed = y.unsqueeze(1) * torch.cat((X, torch.ones(NUM_POINTS, 1).double()), 1)
    w, last = torch.zeros(3).double(), torch.tensor(-1.0).double()
    i = torch.arange(NUM_POINTS).double()
    weights, chosen, errors = [], [], []
    for _ in range(MOST + 1):
        scores = signed @ w
        row = next_mistake(scores, last, order)
        weights.append(w)
        chosen.append(row)
        errors.append((scores <= 0).double().sum())
        w = w + row @ signed
        last = torch.where(row.sum() > 0, row @ i, last)
    return torch.stack(weights), torch.stack(chosen), torch.stack(errors)


def drawn_line(w):
    """The line w1 x + w2 y + b = 0 inside the picture, 121 points; NaN outside."""
    length = w[:2].square().sum().sqrt().clamp(min=1e-12)
    foot, along = -w[2] * w[:2] / length**2, torch.stack((-w[1], w[0])) / length
    t = torch.linspace(-2 * EDGE, 2 * EDGE, 121).double()
    x, y = foot[0] + t * along[0], foot[1] + t * along[1]
    inside = (x.abs() <= EDGE) & (y.abs() <= EDGE) & (length > 1e-9)
    return torch.where(inside, x, torch.zeros_like(x)), torch.where(inside, y, math.nan)


def compute(noise, hyper):
    """The perceptron's run, its state after `shown` mistakes, and the wedge of the theorem."""
    y, crossed = labels(hyper["order"]), hyper["xor"] > 0.5
    X, truth = separable(noise, y, hyper["margin"].double())
    X = torch.where(crossed, xor(noise, y), X)
    truth = torch.where(crossed, torch.zeros(3).double(), truth)
    weights, chosen, errors = learn(X, y, hyper["order"])

    total = (chosen.sum(1) > 0).double()[:MOST].sum()
    k = torch.minimum(hyper["shown"].double().round(), total)
    m = torch.arange(MOST + 1).double()
    here = ((m - k).abs() < 0.5).double()
    w, point = here @ weights, here @ chosen

    augmented = torch.cat((X, torch.ones(NUM_POINTS, 1).double()), 1)
    radius = augmented.square().sum(1).max().sqrt()
    size = truth.square().sum().sqrt()
    gamma = torch.where(size > 0, (y * (augmented @ truth)).min() / size.clamp(min=1e-9), math.nan)
    past = (m >= 0.5) & (m <= k + 0.5)
    direction = truth / size.clamp(min=1e-9)
    many = torch.logspace(0, 4, 81).double()
    line_x, line = drawn_line(w)
    truth_x, true_line = drawn_line(truth)
    found = {
        "point_x": X[:, 0],
        "plus": torch.where(y > 0, X[:, 1], math.nan),
        "minus": torch.where(y < 0, X[:, 1], math.nan),
        "line_x": line_x,
        "line": line,
        "truth_x": truth_x,
        "true_line": true_line,
        "next_x": torch.where(point.sum() > 0, point @ X[:, 0], math.nan),
        "next_y": torch.where(point.sum() > 0, point @ X[:, 1], math.nan),
        "many": many,
        "upper": radius * many.sqrt(),
        "lower": torch.where(size > 0, gamma * many, math.nan),
        "count": m.clamp(min=1),
        "norm": torch.where(past, weights.square().sum(1).sqrt(), math.nan),
        "progress": torch.where(past & (size > 0), weights @ direction, math.nan),
        "m": m,
        "errors": torch.where(m <= total + 0.5, errors, math.nan),
        "w1": w[0],
        "w2": w[1],
        "b": w[2],
        "shown": k,
        "wrong": here @ errors,
        "total": total,
        "radius": radius,
        "gamma": gamma,
        "bound": (radius / gamma).square(),
    }
    return {name: value.float() for name, value in found.items()}


LAB = CurveLab(
    name="perceptron",
    title=Text("感知机，一步一个错误", "The perceptron, one mistake at a time"),
    summary=Text(
        "40个点，两类。感知机从全零出发，碰到分错的点就把它加进权重。拖动“已改正的错误”，"
        "看直线怎样转，看权重的长度怎样夹在两条线之间走：下面一条按错误数增长，上面一条只按"
        f"它的平方根增长，两线相交处就是错误数的上界。改到{MOST}次还没完，就不再往下画。",
        "40 points of two classes. The perceptron starts from zeros and adds to its weights "
        "every point that it gets wrong. Move “mistakes corrected” and watch the line turn, and "
        "the length of the weights walk between two lines: the lower grows with the number of "
        "mistakes, the upper only with its square root, and where they cross is the bound. A run "
        f"that is not done after {MOST} corrections is cut off there.",
    ),
    picture=Text(
        "左边是两类点、感知机的直线和造数据用的直线；右边是双对数坐标里的楔形：权重的长度夹在"
        "上下两条线之间，两线交于上界。",
        "Two classes of points with the perceptron's line and the line the data were made with; "
        "beside it, on logarithmic axes, a wedge: the length of the weights lies between two "
        "lines that cross at the bound.",
    ),
    controls=(
        Slider(
            name="shown",
            label=Text("已改正的错误", "Mistakes corrected"),
            help=Text(
                "停在第几次改正之后；学完就不再变。",
                "After how many corrections to stop and look; nothing moves once it has learned.",
            ),
            min=0,
            max=MOST,
            step=1,
            integer=True,
            value=3,
        ),
        Slider(
            name="margin",
            label=Text("间隔", "Margin"),
            help=Text(
                "最近的点离造数据的那条直线多远。",
                "How far the nearest point is from the line that the data were made with.",
            ),
            min=0.05,
            max=0.6,
            step=0.01,
            value=0.1,
        ),
        Select(
            name="order",
            label=Text("改哪一个", "Which to correct"),
            help=Text(
                "按什么次序碰到分错的点。", "In what order the points that are wrong are met."
            ),
            options=(
                ("turn", Text("轮流，两类相间", "in turn, classes alternating")),
                ("blocks", Text("轮流，一类在前一类在后", "in turn, one class first")),
                ("worst", Text("每次改错得最多的", "always the worst")),
            ),
            value="turn",
        ),
        Switch(
            name="xor",
            label=Text("换成异或", "XOR instead"),
            help=Text(
                "四团点，对角同类，没有一条直线分得开。",
                "Four clouds, opposite corners alike; no line parts them.",
            ),
        ),
        Seed(help=Text("另造一份数据。", "Makes other data.")),
    ),
    presets=PRESETS,
    charts=(
        curves(
            "plane",
            Text("平面", "The plane"),
            Curve(
                y="plus",
                x="point_x",
                label=Text("+1类", "class +1"),
                color="class_0",
                style="dots",
            ),
            Curve(
                y="minus",
                x="point_x",
                label=Text("−1类", "class −1"),
                color="class_1",
                style="dots",
            ),
            Curve(
                y="true_line",
                x="truth_x",
                label=Text("造数据的直线", "line behind the data"),
                color="ghost",
            ),
            Curve(y="line", x="line_x", label=Text("感知机", "perceptron"), color="activation"),
            x=Axis(label=Text("第一个输入", "first input"), min=-EDGE, max=EDGE),
            y=Axis(label=Text("第二个输入", "second input"), min=-EDGE, max=EDGE),
            marks=(Mark(label=Text("下一个要改的", "next to correct"), x="next_x", y="next_y"),),
        ),
        curves(
            "wedge",
            Text("定理的楔形", "The wedge of the theorem"),
            Curve(y="upper", x="many", label=Text("上线：R√M", "at most R√M"), color="loss"),
            Curve(y="lower", x="many", label=Text("下线：γM", "at least γM"), color="gradient"),
            Curve(
                y="norm",
                x="count",
                label=Text("权重的长度", "length of the weights"),
                color="activation",
                style="dots",
            ),
            Curve(
                y="progress",
                x="count",
                label=Text("朝真解的分量", "part along the solution"),
                color="data",
                style="dots",
            ),
            x=Axis(label=Text("错误数M", "mistakes M"), scale="log", min=1, max=10_000),
            y=Axis(label=Text("长度", "length"), scale="log", min=0.01, max=1_000),
            marks=(Mark(label=Text("上界", "bound"), x="bound"),),
        ),
        curves(
            "errors",
            Text("还错几个", "How many are still wrong"),
            Curve(
                y="errors",
                x="m",
                label=Text("分错的点", "points wrong"),
                color="loss",
                style="step",
            ),
            x=Axis(label=Text("改正的次数", "corrections"), min=0),
            y=Axis(label=Text("个数", "points"), min=0, max=NUM_POINTS),
            marks=(Mark(label=Text("现在", "now"), x="shown"),),
        ),
        numbers(
            "values",
            Text("数字", "In numbers"),
            Number("shown", Text("已改正", "corrected so far"), digits=0),
            Number("wrong", Text("现在分错", "wrong now"), digits=0),
            Number("total", Text("全部改正", "corrections in all"), digits=0),
            Number("bound", Text("上界，R²/γ²", "bound, R²/γ²"), digits=0),
            Number("radius", Text("R", "R"), digits=3),
            Number("gamma", Text("γ", "γ"), digits=3),
            Number("w1", Text("w₁", "w₁"), digits=2),
            Number("w2", Text("w₂", "w₂"), digits=2),
            Number("b", Text("b", "b"), digits=2),
        ),
    ),
    compute=compute,
    numbers=("xor",),
    noise={
        "turn": Noise("uniform", (2,), stream=1),
        "place": Noise("uniform", (NUM_POINTS, 2), stream=2),
    },
    helpers=(labels, separable, xor, next_mistake, learn, drawn_line),
)
