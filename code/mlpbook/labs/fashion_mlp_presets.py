"""Presets of the lab `fashion_mlp`: each reproduces a sentence of the text.

What a note says was seen with at least five seeds ("All the images" and "1,000 images": three);
where they differ, it gives the range.
"""

from mlpbook.labs.spec import Preset, Text

PRESETS = (
    Preset(
        "whole-set",
        Text(zh="用全部图片训练", en="All the images"),
        Text(
            zh="和本节正文一样：50,000张训练图片，批量256，十轮。在网页里要多下载21 MB。"
            "验证精度最后在0.85上下，只比默认的10,000张图片高一点。",
            en="What the section itself does: 50,000 training images, batches of 256, ten epochs "
            "(21 MB more to load in a page). Validation accuracy ends near 0.85, only a little"
            " above that of the default 10,000 images.",
        ),
        {"num_images": 50_000, "batch_size": 256},
    ),
    Preset(
        "lr-small",
        Text(zh="学习率0.001：太慢", en="Learning rate 0.001: too slow"),
        Text(
            zh="损失一直在降，但走得太慢：十轮之后还在2.1左右。方向没有错，只是步子太小。",
            en="The loss falls all the time, and after ten epochs it is still near 2.1. The "
            "direction is right; the steps are too short.",
        ),
        {"lr": 0.001},
    ),
    Preset(
        "lr-one",
        Text(zh="学习率1.0：学不动", en="Learning rate 1.0 fails"),
        Text(
            zh="损失先猛地跳到5以上，之后停在ln 10附近，精度和乱猜差不多。再看“从不激活的单元”："
            "九成以上的隐藏单元对每张图片都输出0，梯度过不去，也就再也学不动了。十个种子"
            "里有八个如此，另外两个停在2.0到2.1。",
            en="The loss leaps to 5 or more; then it settles near ln 10, and the accuracy near "
            "that of a guess. Look at the units never active: more than nine in ten give 0 for "
            "every image, no gradient passes them, and nothing more is learned. So it went for "
            "eight seeds of ten; the other two ended between 2.0 and 2.1.",
        ),
        {"lr": 1.0},
    ),
    Preset(
        "lr-one-centred",
        Text(zh="学习率1.0，减去平均图像", en="Learning rate 1.0, mean subtracted"),
        Text(
            zh="学习率同样是1.0，只是先减去平均图像，训练就顺利了：损失降到0.2左右，没有一个"
            "单元失活，验证精度在0.79到0.86之间跳动。可见1.0失败不全怪学习率：像素没有负"
            "数，每个样本都把一个单元的784个权重往同一个方向推。",
            en="The same learning rate, with the mean image taken away, and the network trains: "
            "the loss falls to about 0.2, no unit goes silent, and validation accuracy jumps "
            "between 0.79 and 0.86. So 1.0 alone is not to blame: no pixel is negative, so "
            "each example pushes all 784 weights of a unit the same way.",
        ),
        {"lr": 1.0, "centre": True},
    ),
    Preset(
        "one-unit",
        Text(zh="只有一个隐藏单元", en="One hidden unit"),
        Text(
            zh="十类衣物要从一个数里读出来。损失先在ln 10附近停留一阵，然后降到1.5左右；"
            "验证精度在0.27到0.41之间：比乱猜的0.1好，但远远不够。",
            en="Ten kinds of clothing, to be read off a single number. The loss lingers near ln "
            "10, then falls to about 1.5; validation accuracy ends between 0.27 and 0.41: "
            "better than 0.1, that of a guess, and far from enough.",
        ),
        {"num_hiddens": 1},
    ),
    Preset(
        "deep-small",
        Text(zh="三层，N(0, 0.01²)：迟迟不动", en="Three layers from N(0, 0.01²)"),
        Text(
            zh="前400步左右，损失紧贴ln 10，几乎是一条平线：权重太小，信号每过一层都缩小，"
            "梯度也一样。等权重慢慢长大，损失才突然下降，十轮之后验证精度是0.76左右。",
            en="For some 400 steps the loss lies flat on ln 10: with weights so small the signal "
            "shrinks in every layer, and the gradient with it. Once the weights have grown the"
            " loss drops all at once; after ten epochs validation accuracy is about 0.76.",
        ),
        {"num_layers": 3},
    ),
    Preset(
        "deep-he",
        Text(zh="三层，He初始化", en="Three layers from He's start"),
        Text(
            zh="还是三个隐藏层，只换初始权重的标准差。损失从第一步就开始降，40步左右便低于1"
            "；十轮之后验证精度是0.85左右。和上一个预设对照着看。",
            en="Three hidden layers again; only the spread of the initial weights differs. The "
            "loss falls from the first step and is below 1 after about 40; ten epochs give a "
            "validation accuracy of about 0.85. Compare with the preset before.",
        ),
        {"num_layers": 3, "init": "he"},
    ),
    Preset(
        "few-images",
        Text(zh="1,000张图片，512个单元：过拟合", en="1,000 images, 512 units: overfitting"),
        Text(
            zh="训练损失降到0.05左右；验证损失在第15到22轮最低，约0.57，此后回升到0.64以上，"
            "验证精度约0.8：网络记住了训练图片。再把暂退概率拖到0.5试试：训练损失高了，"
            "验证精度却没有多少长进。",
            en="The training loss falls to about 0.05. The validation loss is lowest, near 0.57, "
            "at epoch 15 to 22 and then rises above 0.64, at an accuracy of about 0.8: the "
            "network knows its training images by heart. Now set dropout to 0.5: the training "
            "loss is higher, and the validation accuracy hardly better.",
        ),
        {"num_images": 1_000, "num_hiddens": 512, "batch_size": 32, "num_epochs": 50, "init": "he"},
    ),
    Preset(
        "diverge",
        Text(zh="学习率5：发散", en="Learning rate 5: it diverges"),
        Text(
            zh="三层，He初始化，学习率5：每走一步，参数就大许多倍，不出十步就超出浮点数的范"
            "围，训练停下来，并说明原因。",
            en="Three layers, He's start, learning rate 5: each step multiplies the parameters, "
            "within ten they are beyond floating point, and training stops and says why.",
        ),
        {"lr": 5.0, "num_layers": 3, "init": "he"},
    ),
)
