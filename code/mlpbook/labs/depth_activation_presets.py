"""Presets of the lab `depth_activation`: each reproduces a sentence of section 4.3.

What a note says was seen with five seeds (10,000 images, batches of 64, five epochs, width 128);
where they differ, it gives the range.
"""

from mlpbook.labs.spec import Preset, Text

PRESETS = (
    Preset(
        "one-small",
        Text(zh="一层，N(0, 0.01²)：没有问题", en="One layer from N(0, 0.01²)"),
        Text(
            zh="只有一个隐藏层时，标准差0.01不碍事：20步左右损失就离开ln 10，最后降到0.5上下。",
            en="With a single hidden layer a standard deviation of 0.01 does no harm: the loss "
            "leaves ln 10 after about 20 steps and falls to about 0.5.",
        ),
        {"num_layers": 1, "init": "normal"},
    ),
    Preset(
        "four-small",
        Text(zh="四层，N(0, 0.01²)：纹丝不动", en="Four layers from N(0, 0.01²) do not move"),
        Text(
            zh="785步走完，损失还在ln 10上。看梯度：开始时输出层只有百万分之一左右，第一层还不到"
            "它的五分之一。信号和梯度两个方向一起消失了。",
            en="After all 785 steps the loss is still ln 10. Look at the gradient: at the start it "
            "is about a millionth at the output and less than a fifth of that at the first "
            "layer. Signal and gradient have vanished together.",
        ),
        {"num_layers": 4, "init": "normal"},
    ),
    Preset(
        "four-sigmoid",
        Text(zh="四层sigmoid：停在ln 10", en="Four layers of sigmoid stay at ln 10"),
        Text(
            zh="只把ReLU换成sigmoid。输出层的梯度不小，第一层的却只有它的千分之一左右："
            "损失停在ln 10附近，验证精度不超过0.15。",
            en="Only ReLU is replaced by sigmoid. The gradient at the output is not small, but at "
            "the first layer it is about a thousandth of that: the loss stays near ln 10 and "
            "validation accuracy does not pass 0.15.",
        ),
        {"num_layers": 4, "activation": "sigmoid"},
    ),
    Preset(
        "one-sigmoid",
        Text(zh="一层sigmoid：能训练", en="One layer of sigmoid trains"),
        Text(
            zh="sigmoid本身没有问题：只有一层时，验证精度到0.79至0.80。",
            en="Sigmoid as such is not at fault: with one layer validation accuracy reaches 0.79 "
            "to 0.80.",
        ),
        {"num_layers": 1, "activation": "sigmoid"},
    ),
    Preset(
        "eight-default-relu",
        Text(zh="八层ReLU，PyTorch默认：不动", en="Eight layers of ReLU, PyTorch's default"),
        Text(
            zh="什么也不改，nn.Linear自己的初始权重。开始时第一层的梯度不到输出层的百分之一，"
            "五轮之后损失还在2.30上下。",
            en="Nothing is set, nn.Linear draws its own weights. At the start the gradient at the "
            "first layer is less than a hundredth of that at the output, and after five "
            "epochs the loss is still about 2.30.",
        ),
        {"num_layers": 8, "init": "default"},
    ),
    Preset(
        "eight-default-tanh",
        Text(zh="八层tanh，PyTorch默认：能训练", en="Eight layers of tanh, PyTorch's default"),
        Text(
            zh="初始权重不变，只把ReLU换成tanh：一百多步之后损失离开ln 10，最后降到0.8上下，"
            "验证精度在0.40到0.67之间。",
            en="The same initial weights with tanh in place of ReLU: after more than a "
            "hundred steps the loss leaves ln 10 and falls to about 0.8; validation accuracy ends "
            "between 0.40 and 0.67.",
        ),
        {"num_layers": 8, "activation": "tanh", "init": "default"},
    ),
    Preset(
        "eight-he",
        Text(zh="八层ReLU，He：从第一步就降", en="Eight layers of ReLU from He's weights"),
        Text(
            zh="八层也能训练：损失从第一步就开始降，最后在0.5上下，验证精度在0.75到0.83之间；"
            "第一层的梯度与输出层同一个量级。",
            en="Eight layers train as well: the loss falls from the first step to about 0.5, and "
            "validation accuracy ends between 0.75 and 0.83. The gradients at the first layer "
            "and at the output are of one order.",
        ),
        {"num_layers": 8, "init": "he"},
    ),
)
