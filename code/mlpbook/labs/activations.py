"""Lab: an activation function, its derivative, and both at one marked input."""

import torch

from mlpbook.labs.charts import Axis, Curve, Mark, Number, curves, numbers
from mlpbook.labs.curves import CurveLab
from mlpbook.labs.spec import Preset, Select, Slider, Text

REACH = 6.0
TANGENT = 1.5  # the tangent is drawn this far to both sides


def sigmoid(z):
    """Written out, its slope keeps its digits far from 0, where 1 - sigmoid(z) loses them."""
    return 1 / (1 + torch.exp(-z))


def activation(name, z, c):
    """The activation of that name; c is the slope of PReLU and the beta of Swish."""
    if name == "prelu":
        return torch.where(z > 0, z, c * z)
    if name == "swish":
        return z * sigmoid(c * z)
    return {
        "sigmoid": sigmoid,
        "tanh": lambda z: 2 * sigmoid(2 * z) - 1,
        "hard_tanh": lambda z: torch.where(z.abs() < 1, z, torch.sign(z)),
        "softsign": lambda z: z / (1 + z.abs()),
        "relu": lambda z: torch.where(z > 0, z, torch.zeros_like(z)),
        "leaky": lambda z: torch.where(z > 0, z, 0.01 * z),
        "softplus": lambda z: torch.relu(z) + torch.log1p(torch.exp(-z.abs())),
        "gelu": lambda z: 0.5 * z * (1 + torch.erf(z / 2**0.5)),
    }[name](z)


def compute(noise, hyper):
    """The function and its slope everywhere, both at one input, and the tangent there."""

    def f(z):
        return activation(hyper["activation"], z, hyper["parameter"])

    slope = torch.func.grad(f)
    x, at = torch.linspace(-REACH, REACH, 240), hyper["at"]
    f_at, slope_at = f(at), slope(at)
    tangent = f_at + slope_at * (x - at)
    return {
        "x": x,
        "y": f(x),
        "slope": torch.func.vmap(slope)(x),
        "tangent": torch.where((x - at).abs() < TANGENT, tangent, torch.nan * x),
        "at": at,
        "f_at": f_at,
        "slope_at": slope_at,
        "ten": slope_at**10,
    }


LAB = CurveLab(
    name="activations",
    title=Text(zh="激活函数与斜率", en="Activations and slopes"),
    summary=Text(
        zh="选一个激活函数，移动输入。左边是函数和这一点的切线，右边是导数。"
        "反向传播时，梯度在这里就乘上这个斜率；十层同样的斜率相乘，看它剩多少。",
        en="Choose an activation and move the input. On the left is the function with its tangent, "
        "on the right the derivative. In the backward pass the gradient is multiplied by this "
        "slope; see what is left when ten layers multiply by the same one.",
    ),
    picture=Text(
        zh="tanh和它在输入1处的切线；它的导数是一个钟形，在0处最高，为1。",
        en="tanh with its tangent at the input 1; its derivative is a bell with its top, 1, at 0.",
    ),
    controls=(
        Select(
            name="activation",
            label=Text(zh="激活函数", en="Activation"),
            help=Text(zh="要看的函数。", en="The function to look at."),
            options=(
                ("sigmoid", Text(zh="sigmoid", en="sigmoid")),
                ("tanh", Text(zh="tanh", en="tanh")),
                ("hard_tanh", Text(zh="hard tanh", en="hard tanh")),
                ("softsign", Text(zh="softsign", en="softsign")),
                ("relu", Text(zh="ReLU", en="ReLU")),
                ("leaky", Text(zh="泄漏ReLU（0.01）", en="leaky ReLU (0.01)")),
                ("prelu", Text(zh="PReLU", en="PReLU")),
                ("softplus", Text(zh="softplus", en="softplus")),
                ("swish", Text(zh="Swish", en="Swish")),
                ("gelu", Text(zh="GELU", en="GELU")),
            ),
            value="tanh",
        ),
        Slider(
            name="at",
            label=Text(zh="输入z", en="Input z"),
            help=Text(zh="激活之前的值。", en="The value before the activation."),
            min=-REACH,
            max=REACH,
            step=0.1,
            value=1.0,
        ),
        Slider(
            name="parameter",
            label=Text(zh="参数", en="Parameter"),
            help=Text(
                zh="PReLU在负半轴上的斜率a，Swish的β；别的函数用不到。",
                en="The slope a of PReLU for negative inputs, or the β of Swish; the other "
                "functions have none.",
            ),
            min=-1.0,
            max=4.0,
            step=0.05,
            value=0.25,
        ),
    ),
    presets=(
        Preset(
            "best-sigmoid",
            Text(zh="sigmoid最好的时候", en="Sigmoid at its best"),
            Text(
                zh="输入0处斜率最大，也只有0.25；十层相乘，剩不到百万分之一。",
                en="The slope is largest at input 0 and is only 0.25 there; ten layers leave less "
                "than a millionth.",
            ),
            {"activation": "sigmoid", "at": 0.0},
        ),
        Preset(
            "saturated-tanh",
            Text(zh="tanh饱和", en="Tanh saturated"),
            Text(
                zh="tanh在0处斜率是1，走到3就不到0.01了；换成softsign，同一处还有0.0625。",
                en="The slope of tanh is 1 at 0 and below 0.01 at 3; softsign still has 0.0625 at "
                "the same place.",
            ),
            {"activation": "tanh", "at": 3.0},
        ),
        Preset(
            "relu-off",
            Text(zh="关着的ReLU", en="A ReLU that is off"),
            Text(
                zh="负半轴上斜率恰好是0：这个样本不给它梯度。换成泄漏ReLU，斜率是0.01。",
                en="For negative inputs the slope is exactly 0, so this example gives no gradient. "
                "With leaky ReLU it is 0.01.",
            ),
            {"activation": "relu", "at": -2.0},
        ),
        Preset(
            "prelu-abs",
            Text(zh="PReLU取a = -1", en="PReLU with a = -1"),
            Text(
                zh="a取-1就是绝对值，不再单调；取1就是恒等函数，网络便退化成一层。",
                en="With a at -1 it is the absolute value and no longer monotone; at 1 it is the "
                "identity, and the network shrinks to one layer.",
            ),
            {"activation": "prelu", "at": -2.0, "parameter": -1.0},
        ),
        Preset(
            "swish-dip",
            Text(zh="Swish的低谷", en="The dip of Swish"),
            Text(
                zh="β为1时，最低点在-1.28附近，约为-0.28，那里斜率是0；再往左斜率是负的。",
                en="At β = 1 the lowest point is near -1.28, about -0.28, where the slope is 0; "
                "further left it is negative.",
            ),
            {"activation": "swish", "at": -1.3, "parameter": 1.0},
        ),
    ),
    charts=(
        curves(
            "function",
            Text(zh="函数", en="The function"),
            Curve(y="y", label=Text(zh="函数", en="function"), color="activation"),
            Curve(y="tangent", label=Text(zh="切线", en="tangent"), color="gradient"),
            x=Axis(label=Text(zh="z", en="z"), min=-REACH, max=REACH),
            y=Axis(label=Text(zh="f(z)", en="f(z)"), min=-2.0, max=4.0),
            marks=(Mark(label=Text(zh="输入", en="input"), x="at", y="f_at"),),
        ),
        curves(
            "derivative",
            Text(zh="导数", en="The derivative"),
            Curve(y="slope", label=Text(zh="斜率", en="slope"), color="gradient"),
            x=Axis(label=Text(zh="z", en="z"), min=-REACH, max=REACH),
            y=Axis(label=Text(zh="f′(z)", en="f′(z)"), min=-1.2, max=1.4),
            marks=(Mark(label=Text(zh="输入", en="input"), x="at", y="slope_at"),),
        ),
        numbers(
            "values",
            Text(zh="在这一点", en="At this input"),
            Number("f_at", Text(zh="函数值", en="value"), digits=4),
            Number("slope_at", Text(zh="斜率", en="slope"), digits=4),
            Number("ten", Text(zh="斜率的十次方", en="slope to the tenth power"), digits=3),
        ),
    ),
    compute=compute,
    helpers=(sigmoid, activation),
)
