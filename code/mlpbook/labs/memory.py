"""Lab: how many bytes a multilayer perceptron takes in training and in prediction."""

import torch

from mlpbook.labs.charts import Axis, Curve, Mark, Number, curves, numbers
from mlpbook.labs.curves import CurveLab
from mlpbook.labs.spec import Preset, Select, Slider, Text

NUM_INPUTS, NUM_OUTPUTS = 784, 10
STATE = {"sgd": 0, "momentum": 1, "adam": 2}


def bytes_at(batch, width, depth, state):
    """Megabytes of each kind, for `depth` hidden layers of `width` units in float32."""
    weights = NUM_INPUTS * width + (depth - 1) * width * width + width * NUM_OUTPUTS
    params = (weights + depth * width + NUM_OUTPUTS) * torch.ones_like(batch)
    kept = batch * (NUM_INPUTS + depth * width + NUM_OUTPUTS)
    widest = torch.maximum(NUM_INPUTS + width, width + NUM_OUTPUTS)
    widest = torch.where(depth > 1.5, torch.maximum(widest, 2 * width), widest)
    live = batch * widest
    number = 4 / 1e6  # MB
    return {
        "params": number * params,
        "state": number * params * (1 + state),  # gradients, and what the optimiser keeps
        "kept": number * kept,
        "live": number * live,
        "training": number * ((2 + state) * params + kept),
        "prediction": number * (params + live),
    }


def compute(noise, hyper):
    """The bytes for batches from 1 to 8192, and for the one that was chosen."""
    width, depth = torch.round(hyper["width"]), torch.round(hyper["depth"])
    state = STATE[hyper["optimizer"]]
    chosen = torch.round(hyper["batch"])
    batch = torch.pow(2.0, torch.linspace(0, 13, 105))
    here = bytes_at(chosen, width, depth, state)
    fixed = here["params"] + here["state"]
    return {
        **{f"{name}_line": value for name, value in bytes_at(batch, width, depth, state).items()},
        **here,
        "fixed_line": fixed * torch.ones_like(batch),
        "batch_axis": batch,
        "at": chosen,
        "parameters": here["params"] / 4 * 1e6,
        "crossing": fixed / here["kept"] * chosen,
    }


def line(y: str, zh: str, en: str, color: str) -> Curve:
    return Curve(y=f"{y}_line", x="batch_axis", label=Text(zh=zh, en=en), color=color)


def megabytes(value: str, zh: str, en: str) -> Number:
    return Number(value, Text(zh=f"{zh}（MB）", en=f"{en} (MB)"), digits=3)


LAB = CurveLab(
    name="memory",
    title=Text(zh="内存计算器", en="Memory calculator"),
    summary=Text(
        zh="784个输入，10个类别，ReLU，float32。参数、梯度和优化器状态不随批量变，激活与批量成正比；"
        "两条线在交点相等。预测只要参数和一层的输入输出。1 MB是10⁶字节。",
        en="784 inputs, 10 classes, ReLU, float32. Parameters, gradients and optimiser state do "
        "not change with the batch, activations are proportional to it, and the lines cross where "
        "both are equal. Prediction takes the parameters and one layer's input and output. "
        "1 MB is 10⁶ bytes.",
    ),
    picture=Text(
        zh="对数坐标下，训练的激活随批量直线上升，参数、梯度和优化器状态是一条水平线，预测在两者之下。",
        en="On log axes the activations of training rise with the batch, parameters with gradients "
        "and optimiser state are level, and prediction lies below training.",
    ),
    controls=(
        Slider(
            name="batch",
            label=Text(zh="批量大小", en="Batch size"),
            help=Text(zh="一次有多少个样本。", en="Examples at a time."),
            scale="log",
            integer=True,
            min=1,
            max=8192,
            value=256,
        ),
        Slider(
            name="width",
            label=Text(zh="隐藏单元数", en="Hidden units"),
            help=Text(zh="每个隐藏层有多少个单元。", en="Units in each hidden layer."),
            scale="log",
            integer=True,
            min=1,
            max=4096,
            value=256,
        ),
        Slider(
            name="depth",
            label=Text(zh="隐藏层数", en="Hidden layers"),
            help=Text(zh="输入和输出之间有几层。", en="Layers between input and output."),
            integer=True,
            min=1,
            max=32,
            step=1,
            value=1,
        ),
        Select(
            name="optimizer",
            label=Text(zh="优化器", en="Optimiser"),
            help=Text(
                zh="SGD不另存东西，动量存一份参数大小的数，Adam存两份。",
                en="SGD stores nothing more, momentum one number a parameter, Adam two.",
            ),
            options=(
                ("sgd", Text(zh="SGD", en="SGD")),
                ("momentum", Text(zh="动量SGD", en="SGD with momentum")),
                ("adam", Text(zh="Adam", en="Adam")),
            ),
            value="sgd",
        ),
    ),
    presets=(
        Preset(
            "past",
            Text(zh="过了交点", en="Past the crossing"),
            Text(
                zh="784-256-10，批量512：激活2.15 MB，已经超过参数和梯度的1.63 MB。",
                en="784-256-10 and a batch of 512: 2.15 MB of activations, by now more than the "
                "1.63 MB of parameters and gradients.",
            ),
            {"batch": 512, "width": 256, "depth": 1, "optimizer": "sgd"},
        ),
        Preset(
            "deep",
            Text(zh="深网络，大批量", en="Deep, with a large batch"),
            Text(
                zh="32层，批量8192：训练的内存多半是激活；预测要的激活不随深度增长。",
                en="32 layers and a batch of 8192: training is mostly activations, while those of "
                "prediction do not grow with depth.",
            ),
            {"batch": 8192, "width": 256, "depth": 32, "optimizer": "sgd"},
        ),
        Preset(
            "adam",
            Text(zh="宽网络，Adam，批量1", en="Wide, Adam, a batch of 1"),
            Text(
                zh="批量再小也没有用：参数、梯度和两份状态占了几乎全部。",
                en="A smaller batch is no help: parameters, gradients and two states make up "
                "nearly all.",
            ),
            {"batch": 1, "width": 4096, "depth": 2, "optimizer": "adam"},
        ),
    ),
    charts=(
        curves(
            "bytes",
            Text(zh="内存与批量", en="Memory and batch size"),
            line("kept", "训练：激活", "training: activations", "activation"),
            line("fixed", "训练：参数、梯度、状态", "training: parameters and the like", "train"),
            line("training", "训练合计", "training in all", "loss"),
            line("prediction", "预测合计", "prediction in all", "validation"),
            x=Axis(label=Text(zh="批量大小", en="batch size"), scale="log"),
            y=Axis(label=Text(zh="MB", en="MB"), scale="log"),
            marks=(Mark(label=Text(zh="所选批量", en="chosen batch"), x="at"),),
        ),
        numbers(
            "chosen",
            Text(zh="所选的设置", en="At these settings"),
            Number("parameters", Text(zh="参数个数", en="parameters"), digits=0),
            megabytes("params", "参数", "parameters"),
            megabytes("state", "梯度和优化器状态", "gradients and optimiser state"),
            megabytes("kept", "训练留下的激活", "activations kept in training"),
            megabytes("training", "训练合计", "training in all"),
            megabytes("live", "预测时的一层", "one layer in prediction"),
            megabytes("prediction", "预测合计", "prediction in all"),
            Number(
                "crossing", Text(zh="两者相等的批量", en="batch where both are equal"), digits=0
            ),
        ),
    ),
    compute=compute,
    helpers=(bytes_at,),
)
