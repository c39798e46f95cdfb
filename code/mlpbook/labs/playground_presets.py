"""Presets of the lab `playground`: each reproduces a sentence of the text.

What a note says was seen with several seeds (given where they differ).
"""

from mlpbook.labs.spec import Preset, Text

PRESETS = (
    Preset(
        "xor-one",
        Text(zh="异或，一个ReLU单元", en="XOR with one ReLU"),
        Text(
            zh="一个单元只能沿一条直线折一次，至多把四团中的三团分对：精度停在0.75左右，"
            "损失停在0.48，训练多久都一样。",
            en="One unit folds the plane once, along one line, and can get at most three of the "
            "four clouds right: the accuracy stays near 0.75 and the loss at 0.48, however "
            "long it trains.",
        ),
        {"dataset": "xor", "num_hiddens": 1},
    ),
    Preset(
        "xor-two",
        Text(zh="异或，两个ReLU单元：看起点", en="XOR with two ReLUs: it depends on the start"),
        Text(
            zh="两个单元够表示异或，但不一定学得到：种子0、7、8、9全部分对，1到6、10和11都停"
            "在四分之三左右。换几个种子试试：能表示和能学到是两回事。",
            en="Two units can represent XOR, yet need not find it: seeds 0, 7, 8 and 9 get every "
            "point right, while 1 to 6, 10 and 11 stay near three quarters. Try other seeds: "
            "to be able to represent is not to learn.",
        ),
        {"dataset": "xor", "num_hiddens": 2},
    ),
    Preset(
        "xor-four",
        Text(zh="异或，四个ReLU单元", en="XOR with four ReLUs"),
        Text(
            zh="多给两个单元，五个种子都在1,000步以内把验证点全部分对：宽一些的网络，"
            "不靠运气也能找到解。",
            en="With two units to spare, all five seeds tried get every held-out point right "
            "within 1,000 steps: a wider network finds a solution without luck.",
        ),
        {"dataset": "xor", "num_hiddens": 4},
    ),
    Preset(
        "spirals-narrow",
        Text(zh="双螺旋，两个单元：不够宽", en="Spirals with two units: too narrow"),
        Text(
            zh="两个单元折不出螺旋：三个种子的验证精度都停在0.73到0.82之间。",
            en="Two folds cannot follow a spiral: with three seeds the validation accuracy stays "
            "between 0.73 and 0.82.",
        ),
        {"dataset": "spirals", "noise": 0.05, "num_hiddens": 2, "lr": 0.1, "batch_size": 10},
    ),
    Preset(
        "spirals-wide",
        Text(zh="双螺旋，两层各16个单元", en="Spirals with two layers of 16"),
        Text(
            zh="单元多了，折线也多：1,000步之后验证精度就在0.99左右。看第二层的小图："
            "它们已经是弯的，因为输入是第一层折过的平面。",
            en="More units, more folds: after 1,000 steps the validation accuracy is about 0.99. "
            "Look at the maps of the second layer: they are bent already, for what comes in is"
            " the plane as folded by the first.",
        ),
        {
            "dataset": "spirals",
            "noise": 0.05,
            "num_hiddens": 16,
            "num_layers": 2,
            "lr": 0.1,
            "batch_size": 10,
        },
    ),
    Preset(
        "noisy-moons",
        Text(zh="噪声大的双月：过拟合", en="Noisy moons: overfitting"),
        Text(
            zh="两类点混在一起，三层各16个单元的网络却为个别训练点弯出角落：训练损失一直降到"
            "0.12至0.23，验证损失却升到0.4至1.0（八个种子）。",
            en="The classes overlap, and three layers of 16 units bend the border round single "
            "training points: the training loss goes down to between 0.12 and 0.23 while the "
            "validation loss climbs to between 0.4 and 1.0 (eight seeds).",
        ),
        {"noise": 0.4, "num_hiddens": 16, "num_layers": 3},
    ),
    Preset(
        "deep-sigmoid",
        Text(zh="三层sigmoid：起步慢", en="Three sigmoid layers: slow to start"),
        Text(
            zh="前一两百步损失在ln 2附近徘徊，因为sigmoid的导数至多是1/4，三层乘下来，"
            "传到第一层的梯度很小。把激活函数换成ReLU或tanh，20步以内就离开了ln 2。",
            en="For the first one or two hundred steps the loss hovers near ln 2: a sigmoid's "
            "slope is at most 1/4, and through three layers little gradient reaches the first."
            " With ReLU or tanh instead it leaves ln 2 within 20 steps.",
        ),
        {"activation": "sigmoid", "num_layers": 3},
    ),
    Preset(
        "lr-five",
        Text(zh="学习率5：时好时坏", en="Learning rate 5: hit or miss"),
        Text(
            zh="步子太大，损失大起大落。四个种子里，两个停在0.77和0.90，另外两个碰巧也到了0"
            ".97以上。",
            en="The steps are too long and the loss is wild. Of four seeds two ended at 0.77 and "
            "0.90; the other two happened to pass 0.97 all the same.",
        ),
        {"lr": 5.0},
    ),
)
