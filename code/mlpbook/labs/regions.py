"""Lab: into how many pieces a random ReLU network cuts a square, counted exactly."""

import math
from itertools import pairwise

import torch

from mlpbook.labs.charts import Axis, Curve, Number, curves, heat, numbers
from mlpbook.labs.curves import TableLab
from mlpbook.labs.spec import Preset, Stops, Text
from mlpbook.regions import linear_regions

EDGE = 2.0  # the square reaches from -EDGE to EDGE
GRID = 72


def random_network(width, depth, seed):
    """Parameters of a ReLU network with two inputs: He's weights, biases N(0, 0.25)."""
    generator = torch.Generator().manual_seed(1000 * seed + 10 * width + depth)
    params = []
    for inputs, outputs in pairwise((2, *[width] * depth, 1)):
        weights = torch.randn(inputs, outputs, generator=generator, dtype=torch.float64)
        params.append(math.sqrt(2 / inputs) * weights)
        params.append(0.5 * torch.randn(outputs, generator=generator, dtype=torch.float64))
    return params


def run(params, X):
    """The outputs of the network, and which of its hidden units are on."""
    on = []
    for W, b in zip(params[:-2:2], params[1:-2:2], strict=True):
        X = torch.relu(X @ W + b)
        on.append(X > 0)
    return (X @ params[-2] + params[-1])[:, 0], torch.cat(on, 1)


def compute(*, width, depth, seed):
    """A map of the pieces, a cut through the function, and the numbers of pieces."""
    params = random_network(int(width), int(depth), int(seed))
    ticks = torch.linspace(-EDGE, EDGE, GRID, dtype=torch.float64)
    y, x = torch.meshgrid(-ticks, ticks, indexing="ij")
    heights, on = run(params, torch.stack((x.flatten(), y.flatten()), 1))
    _, piece = on.unique(dim=0, return_inverse=True)
    count = piece.bincount().double()
    mean = torch.zeros_like(count).index_add(0, piece, heights) / count
    line = torch.linspace(-EDGE, EDGE, 8001, dtype=torch.float64)
    along, on = run(params, torch.stack((line, torch.zeros_like(line)), 1))
    folds = (on[1:] != on[:-1]).any(1)
    units = int(width) * int(depth)
    return {
        "map": mean[piece].reshape(GRID, GRID),
        "x": line[::50],
        "y": along[::50],
        "pieces": len(linear_regions(params, box=(-EDGE, EDGE, -EDGE, EDGE))),
        "on_the_line": int(folds.sum()) + 1,
        "units": units,
        "one_layer": 1 + units + math.comb(units, 2),
    }


LAB = TableLab(
    name="regions",
    title=Text(zh="折纸：数一数有多少块", en="Folding paper: count the pieces"),
    summary=Text(
        zh="一个随机的ReLU网络，两个输入。左图里每一块是一种开关模式，块内函数是一张平面"
        "（颜色是这一块的平均高度）；右图是沿水平中线切开的样子，由直线段连成。块数是精确数出来的。",
        en="A random ReLU network with two inputs. On the left each piece is one pattern of "
        "switches, on which the function is flat (the colour is its mean height there); on the "
        "right is a cut along the horizontal middle, made of straight pieces. The pieces are "
        "counted exactly.",
    ),
    picture=Text(
        zh="两层各8个单元的网络：方块被切成许多凸的小块；中线上的函数是一条折线。",
        en="A network of two layers of 8 units: the square is cut into many convex pieces, and "
        "along the middle line the function is a polygon.",
    ),
    controls=(
        Stops(
            name="width",
            label=Text(zh="每层单元数", en="Units a layer"),
            help=Text(zh="每个隐藏层有几个ReLU。", en="ReLUs in each hidden layer."),
            values=(2, 4, 8, 16),
            value=8,
        ),
        Stops(
            name="depth",
            label=Text(zh="隐藏层数", en="Hidden layers"),
            help=Text(zh="有几个隐藏层。", en="How many hidden layers there are."),
            values=(1, 2, 4),
            value=2,
        ),
        Stops(
            name="seed",
            label=Text(zh="种子", en="Seed"),
            help=Text(zh="另抽一个网络。", en="Draws another network."),
            values=(0, 1, 2, 3, 4),
            value=0,
        ),
    ),
    presets=(
        Preset(
            "one-layer",
            Text(zh="16个单元，一层", en="16 units in one layer"),
            Text(
                zh="每条折线都是整条直线。五个种子在方块里切出97到121块；整个平面至多137块。",
                en="Each fold is a whole straight line. The five seeds make 97 to 121 pieces in "
                "the square; the whole plane has at most 137.",
            ),
            {"width": 16, "depth": 1},
        ),
        Preset(
            "two-layers",
            Text(zh="16个单元，两层", en="16 units in two layers"),
            Text(
                zh="第二层的折线在第一层的直线处转弯。五个种子切出79到121块，与一层差不多。",
                en="Folds of the second layer turn at the lines of the first. The five seeds make "
                "79 to 121 pieces, about as many as one layer.",
            ),
            {"width": 8, "depth": 2, "seed": 1},
        ),
        Preset(
            "four-layers",
            Text(zh="16个单元，四层", en="16 units in four layers"),
            Text(
                zh="只有29到82块，比一层少：随机的权重并不会整整齐齐地对折，层又窄。",
                en="Only 29 to 82 pieces, fewer than one layer makes: random weights do not fold "
                "neatly in two, and the layers are narrow.",
            ),
            {"width": 4, "depth": 4},
        ),
        Preset(
            "deep-and-wide",
            Text(zh="四层，每层16个", en="Four layers of 16"),
            Text(
                zh="又宽又深，块数就上千了：五个种子切出995到2,293块，用了64个单元。",
                en="Wide and deep together make pieces by the thousand: 995 to 2,293 for the five "
                "seeds, with 64 units.",
            ),
            {"width": 16, "depth": 4},
        ),
    ),
    charts=(
        heat(
            "pieces_map",
            Text(zh="平面被切成的块", en="The pieces of the plane"),
            value="map",
            label=Text(zh="这一块的平均高度", en="mean height of the piece"),
            x=Text(zh="第一个输入，从-2到2", en="first input, from -2 to 2"),
            y=Text(zh="第二个输入，从2到-2", en="second input, from 2 to -2"),
        ),
        curves(
            "cut",
            Text(zh="沿中线切开", en="A cut along the middle"),
            Curve(y="y", label=Text(zh="网络", en="network"), color="activation"),
            x=Axis(label=Text(zh="第一个输入", en="first input")),
            y=Axis(label=Text(zh="输出", en="output")),
        ),
        numbers(
            "counts",
            Text(zh="块数", en="How many pieces"),
            Number("pieces", Text(zh="方块里的块数", en="pieces in the square"), digits=0),
            Number("on_the_line", Text(zh="中线上的段数", en="pieces on the line"), digits=0),
            Number("units", Text(zh="单元总数", en="units in all"), digits=0),
            Number(
                "one_layer",
                Text(zh="排成一层至多（整个平面）", en="at most, in one layer (whole plane)"),
                digits=0,
            ),
        ),
    ),
    compute=compute,
    helpers=(random_network, run),
)
