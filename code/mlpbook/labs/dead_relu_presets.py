"""Presets of the lab `dead_relu`: each reproduces a sentence of the text.

What a note says was seen with the seeds 0 to 4. A unit of the first layer that is dead stays dead
under plain SGD, so the counts never fall.
"""

from mlpbook.labs.spec import Preset, Text

PRESETS = (
    Preset(
        "calm",
        Text(zh="一个也不死", en="None dies"),
        Text(
            zh="默认设置：每个点都关着一半左右的单元，却没有一个单元对所有的点都关着。",
            en="The default settings: about half of the units are off for any one point, and none "
            "is off for all of them.",
        ),
        {"lr": 0.3, "bias": 0.0, "scale": 1.0, "leak": 0.0, "num_hiddens": 16, "batch_size": 200},
    ),
    Preset(
        "steps",
        Text(zh="步子太大", en="Steps too large"),
        Text(
            zh="学习率5，批量10：五个种子里，16个单元都死了12个以上，死光了就只能乱猜。",
            en="Learning rate 5 and batches of 10: with each of five seeds 12 or more of the 16 "
            "units die, and once all are dead the network can only guess.",
        ),
        {"lr": 5.0, "bias": 0.0, "scale": 1.0, "leak": 0.0, "num_hiddens": 16, "batch_size": 10},
    ),
    Preset(
        "bias",
        Text(zh="偏置太负", en="A bias too negative"),
        Text(
            zh="偏置从−2出发，一步没走就死了7到14个（五个种子）。它们的小图一片空白，怎么训练也不变。",
            en="With biases that start at −2, 7 to 14 units are dead before the first step (five "
            "seeds). Their maps are blank and stay so, however long it trains.",
        ),
        {"lr": 0.3, "bias": -2.0, "scale": 1.0, "leak": 0.0, "num_hiddens": 16, "batch_size": 200},
    ),
    Preset(
        "leaky",
        Text(zh="同样的偏置，leaky ReLU", en="The same bias, leaky ReLU"),
        Text(
            zh="负侧斜率0.1：它们有梯度，1,000步里每个种子都有2到6个单元回到正侧。用ReLU时一个也没回来。",
            en="With a slope of 0.1 they have a gradient: in 1,000 steps 2 to 6 units come back to "
            "the positive side with each seed. With ReLU not one did.",
        ),
        {"lr": 0.3, "bias": -2.0, "scale": 1.0, "leak": 0.1, "num_hiddens": 16, "batch_size": 200},
    ),
    Preset(
        "scale",
        Text(zh="十倍的权重", en="Ten times the weights"),
        Text(
            zh="权重乘10，偏置为0：开头的开关图样与默认设置一模一样，尺度管不了死活。",
            en="Weights times 10, biases 0: at the start on and off are exactly as in the default "
            "settings; the scale has no say in life and death.",
        ),
        {"lr": 0.3, "bias": 0.0, "scale": 10.0, "leak": 0.0, "num_hiddens": 16, "batch_size": 200},
    ),
)
