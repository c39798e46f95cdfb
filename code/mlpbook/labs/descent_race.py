"""Lab: gradient descent and a rival from the same start, on four landscapes."""

import torch

from mlpbook.labs.charts import Axis, Curve, Mark, Number, curves, numbers
from mlpbook.labs.curves import CurveLab
from mlpbook.labs.descent_race_presets import PRESETS
from mlpbook.labs.spec import Select, Slider, Text

STEPS = 40
# Curvatures along x and y, depth of the dent at x = 4, and where y starts, by landscape.
LANDSCAPES = ((2.0, 0.0, 0.0, 0.0), (1.0, 25.0, 0.0, 1.0), (2.0, -2.0, 0.0, 0.001))
DENT = (0.1, 0.0, 0.5, 0.0)
WIDTH = 0.09  # the dent is exp(-(x - 4)^2 / (2 WIDTH))


def landscape(kind):
    """The four numbers of the chosen landscape."""
    rows = torch.tensor([*LANDSCAPES, DENT])
    chosen = (torch.arange(4) - kind).abs() < 0.5
    return (rows * chosen[:, None]).sum(0)


def height(x, y, shape):
    """Half a x^2 + half b y^2, less the dent."""
    dent = torch.exp(-((x - 4) ** 2) / (2 * WIDTH))
    return (shape[0] * x**2 + shape[1] * y**2) / 2 - shape[2] * dent


def gradient(w, shape):
    """The gradient at w = (x, y)."""
    away = w[0] - 4
    dent = torch.exp(-(away**2) / (2 * WIDTH)) * away / WIDTH
    return torch.stack([shape[0] * w[0] + shape[2] * dent, shape[1] * w[1]])


def root(r):
    """The square root plus 1e-8, so written because the export drops what is added as 1e-8."""
    return (r.sqrt() * 1e8 + 1) / 1e8


def update(rule, g, memory, t, lr, keep):
    """The step that a rule subtracts, and its memory (v, r) afterwards."""
    v, r = memory
    if rule == "momentum":
        v = keep * v + g
        return lr * v, (v, r)
    if rule == "adagrad":
        r = r + g**2
        return lr * g / root(r), (v, r)
    long = 0.9 if rule == "rmsprop" else 0.999
    r = long * r + (1 - long) * g**2
    if rule == "rmsprop":
        return lr * g / root(r), (v, r)
    v = keep * v + (1 - keep) * g
    if rule == "adam":
        return lr * v / (1 - keep**t) / root(r / (1 - long**t)), (v, r)
    return lr * v / root(r), (v, r)  # Adam without its correction


def walk(rule, start, shape, lr, keep):
    """Forty steps: points of shape (2, 41)."""
    nothing = torch.zeros(2, dtype=torch.float64)
    w, memory, points = start, (nothing, nothing), [start]
    for t in range(1, STEPS + 1):
        step, memory = update(rule, gradient(w, shape), memory, t, lr, keep)
        w = w - step
        points.append(w)
    return torch.stack(points, 1)


def contours(x, shape, tall):
    """Level lines in the plane where b is not 0; elsewhere the function itself, twice."""
    flat = shape[1].abs() < 1e-6
    b = torch.where(flat, torch.ones_like(shape[1]), shape[1])
    levels = torch.tensor([-8.0, -2.0, 0.51, 2.1, 8.0, 20.0, 50.0])[:, None]
    square = (2 * levels.double() - shape[0] * x**2) / b
    nothing = torch.full_like(square, float("nan"))
    line = torch.where(square >= 1e-9, square.clamp(min=1e-12).sqrt(), nothing)
    line = torch.where((line <= tall) & ~flat, line, nothing)
    return torch.cat([line, -line])


def compute(noise, hyper):
    """Both walks, and what a quadratic says of the rate; in float64, since errors grow."""
    lr, keep = hyper["lr"].double(), hyper["keep"].double()
    shape = landscape(hyper["landscape"]).double()
    start = torch.stack([hyper["start"].double(), shape[3]])
    plain = walk("momentum", start, shape, lr, torch.zeros((), dtype=torch.float64))
    rival = walk(hyper["rule"], start, shape, lr, keep)
    x = torch.linspace(-12, 12, 241, dtype=torch.float64)
    flat = shape[1].abs() < 1e-6
    profile = height(x, torch.zeros_like(x), shape)
    steps = torch.arange(0.0, STEPS + 1)
    limit = 2 / torch.maximum(shape[0], shape[1])
    limit = torch.where(shape[1] < 0, torch.nan * limit, limit)  # nothing is stable on a saddle
    f = [height(points[0], points[1], shape) for points in (plain, rival)]
    tall = [torch.where(flat, f[k], points[1]) for k, points in enumerate((plain, rival))]
    heavy = 1 + keep if hyper["rule"] == "momentum" else torch.full((), float("nan"))
    along = torch.logspace(-2.5, 0.8, 100, dtype=torch.float64)
    found = {
        "x": x,
        "profile": torch.where(flat, profile, torch.nan * x),
        "levels": contours(x, shape, 10.0),
        "plain_x": inside(plain[0], 12.0),
        "plain_y": inside(tall[0], 150.0),
        "rival_x": inside(rival[0], 12.0),
        "rival_y": inside(tall[1], 150.0),
        "step": steps,
        "plain_f": inside(positive(f[0]), 1e6),
        "rival_f": inside(positive(f[1]), 1e6),
        "rate": along,
        "factor": factor(along, shape, flat),
        "lr": lr,
        "limit": limit,
        "heavy_limit": limit * heavy,
        "plain_end": f[0][-1],
        "rival_end": f[1][-1],
        "now": factor(lr, shape, flat),
    }
    return {name: array.float() for name, array in found.items()}


def factor(lr, shape, flat):
    """The largest |1 - lr curvature|; a direction that plays no part does not count."""
    along_x, along_y = (1 - lr * shape[0]).abs(), (1 - lr * shape[1]).abs()
    return torch.maximum(along_x, torch.where(flat, torch.zeros_like(along_y), along_y))


def inside(values, most):
    """NaN, which is not drawn, beyond this size."""
    return torch.where(values.abs() <= most, values, torch.full_like(values, float("nan")))


def positive(values):
    """NaN for what a logarithmic axis cannot show."""
    return torch.where(values > 1e-12, values, torch.full_like(values, float("nan")))


CONTROLS = (
    Select(
        name="landscape",
        label=Text("函数", "Function"),
        help=Text(
            "抛物线和带坑的碗用不到y；峡谷从y=1出发，鞍面从y=0.001出发。",
            "On the parabola and the dent y plays no part; the ravine starts at y = 1 and the "
            "saddle at y = 0.001.",
        ),
        options=(
            (0, Text("抛物线x²", "parabola x²")),
            (1, Text("峡谷x²/2 + 12.5 y²", "ravine x²/2 + 12.5 y²")),
            (2, Text("鞍面x²−y²", "saddle x² − y²")),
            (3, Text("碗里有个坑", "a bowl with a dent")),
        ),
        value=0,
    ),
    Select(
        name="rule",
        label=Text("对手", "Rival"),
        help=Text("与梯度下降同时出发。", "Starts together with gradient descent."),
        options=(
            ("momentum", Text("动量", "momentum")),
            ("adagrad", Text("AdaGrad", "AdaGrad")),
            ("rmsprop", Text("RMSProp（0.9）", "RMSProp (0.9)")),
            ("adam", Text("Adam", "Adam")),
            ("raw_adam", Text("Adam，不作偏差修正", "Adam without bias correction")),
        ),
        value="momentum",
    ),
    Slider(
        name="lr",
        label=Text("学习率η", "Learning rate η"),
        help=Text("两者用同一个。", "The same for both."),
        scale="log",
        min=0.005,
        max=5.0,
        value=0.2,
    ),
    Slider(
        name="keep",
        label=Text("动量α", "Momentum α"),
        help=Text("动量法和Adam用到它。", "Used by momentum and Adam."),
        min=0.0,
        max=0.99,
        step=0.01,
        value=0.5,
    ),
    Slider(
        name="start",
        label=Text("起点x", "Start x"),
        help=Text("第一个坐标从哪里出发。", "Where the first coordinate starts."),
        min=-10.0,
        max=10.0,
        step=0.5,
        value=10.0,
    ),
)

_PLAIN, _RIVAL = Text("梯度下降", "gradient descent"), Text("对手", "rival")
CHARTS = (
    curves(
        "path",
        Text("路线", "Paths"),
        Curve(y="profile", label=Text("f(x)", "f(x)"), color="muted"),
        Curve(y="levels", label=Text("等高线", "level lines"), color="ghost"),
        Curve(y="plain_y", x="plain_x", label=_PLAIN, color="gradient"),
        Curve(y="rival_y", x="rival_x", label=_RIVAL, color="train"),
        x=Axis(label=Text("x", "x"), min=-12.0, max=12.0),
        y=Axis(label=Text("f(x)，平面上是y", "f(x); in the plane, y")),
    ),
    curves(
        "height",
        Text("每一步的函数值", "The function at each step"),
        Curve(y="plain_f", x="step", label=_PLAIN, color="gradient"),
        Curve(y="rival_f", x="step", label=_RIVAL, color="train"),
        x=Axis(label=Text("步", "step")),
        y=Axis(label=Text("f（只画正的）", "f, where positive"), scale="log"),
    ),
    curves(
        "limit",
        Text("梯度下降每步最多放大几倍", "Largest factor of a step of gradient descent"),
        Curve(y="factor", x="rate", label=Text("|1−ηλ|的最大值", "largest |1 − ηλ|"), color="loss"),
        x=Axis(label=Text("学习率η", "learning rate η"), scale="log"),
        y=Axis(label=Text("倍数", "factor"), min=0.0, max=3.0),
        marks=(
            Mark(label=Text("不放大也不缩小", "neither grows nor shrinks"), y=1.0),
            Mark(label=Text("极限2/λ", "limit 2/λ"), x="limit", color="gradient"),
            Mark(
                label=Text("动量的极限2(1+α)/λ", "momentum's, 2(1+α)/λ"),
                x="heavy_limit",
                color="train",
            ),
            Mark(label=Text("现在", "now"), x="lr", y="now", color="accent"),
        ),
    ),
    numbers(
        "values",
        Text("走完40步", "After 40 steps"),
        Number("limit", Text("梯度下降的极限2/λ", "limit of gradient descent, 2/λ"), digits=3),
        Number("heavy_limit", Text("动量法的极限", "limit with momentum"), digits=3),
        Number("now", Text("现在的倍数", "factor now"), digits=3),
        Number("plain_end", Text("f，梯度下降", "f, gradient descent"), digits=4),
        Number("rival_end", Text("f，对手", "f, rival"), digits=4),
    ),
)

LAB = CurveLab(
    name="descent_race",
    title=Text("下山比赛", "The descent race"),
    summary=Text(
        "梯度下降和一个对手从同一点出发，各走40步。二次函数的稳定极限是精确的：曲率最大为λ，"
        "η超过2/λ就发散，动量把它放宽到2(1+α)/λ。鞍面上多小的η都会发散。碗里的坑不是二次的，那里的极限只是碗本身的。",
        "Gradient descent and a rival start from one point and take 40 steps each. For a quadratic "
        "the limit of stability is exact: with largest curvature λ it diverges for η above 2/λ, "
        "and momentum moves this to 2(1+α)/λ. On the saddle every η diverges. The dent is no "
        "quadratic; its bowl's limit is shown.",
    ),
    picture=Text(
        "抛物线上，梯度下降以η=0.2从10走向0，每步乘0.6；动量法来回摆动着也走到0。第三幅图里，"
        "倍数在η=0.5处降到0，在η=1处回到1。",
        "On the parabola gradient descent with η = 0.2 goes from 10 to 0, times 0.6 at each step, "
        "and momentum gets there swinging. In the third chart the factor falls to 0 at η = 0.5 and "
        "is back at 1 at η = 1.",
    ),
    controls=CONTROLS,
    presets=PRESETS,
    charts=CHARTS,
    compute=compute,
    helpers=(landscape, height, gradient, root, update, walk, contours, factor, inside, positive),
    numbers=("landscape",),
)
