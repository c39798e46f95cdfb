"""Settings of the descent race that show a sentence of the text."""

from mlpbook.labs.spec import Preset, Text

PRESETS = (
    Preset(
        "edge",
        Text(zh="恰在极限上：η=1", en="On the limit: η = 1"),
        Text(
            zh="抛物线的λ是2，极限是1。η=1时梯度下降在10与−10之间永远来回，f总是100；"
            "α=0.5的动量法极限是1.5，它仍然收敛。",
            en="The parabola has λ = 2 and the limit 1. With η = 1 gradient descent goes between "
            "10 and −10 for ever and f stays 100; momentum with α = 0.5 has the limit 1.5 and "
            "still converges.",
        ),
        {"landscape": 0, "rule": "momentum", "lr": 1.0, "keep": 0.5, "start": 10.0},
    ),
    Preset(
        "beyond",
        Text(zh="越过极限：η=1.1", en="Beyond it: η = 1.1"),
        Text(
            zh="每步乘−1.2，一步比一步远；动量法的极限还没到。",
            en="Each step multiplies by −1.2 and goes further out; the limit of momentum is not "
            "reached.",
        ),
        {"landscape": 0, "rule": "momentum", "lr": 1.1, "keep": 0.5, "start": 10.0},
    ),
    Preset(
        "ravine",
        Text(zh="峡谷：η被陡的方向管住", en="The ravine: the steep direction rules η"),
        Text(
            zh="λ=25，极限0.08。η=0.03时，梯度下降走完40步，x方向才缩到原来的三成；"
            "α=0.8的动量法走得快得多。",
            en="λ = 25 and the limit is 0.08. With η = 0.03, after 40 steps of gradient descent x "
            "is still at three tenths; momentum with α = 0.8 is much faster.",
        ),
        {"landscape": 1, "rule": "momentum", "lr": 0.03, "keep": 0.8, "start": 10.0},
    ),
    Preset(
        "saddle",
        Text(zh="鞍点：慢，但不会卡住", en="The saddle: slow, not stuck"),
        Text(
            zh="y从0.001出发，梯度下降每步乘1.2，约40步才离开；α=0.9的动量法早早就走了。",
            en="From y = 0.001 gradient descent multiplies y by 1.2 a step and needs about 40 to "
            "leave; momentum with α = 0.9 is gone long before.",
        ),
        {"landscape": 2, "rule": "momentum", "lr": 0.1, "keep": 0.9, "start": 5.0},
    ),
    Preset(
        "dent",
        Text(zh="动量滚过小坑", en="Momentum rolls through a dent"),
        Text(
            zh="从8出发，η=0.3：梯度下降掉进x=4处的坑，α=0.9的动量法滚了过去。",
            en="From 8 with η = 0.3 gradient descent falls into the dent at x = 4; momentum with "
            "α = 0.9 rolls through.",
        ),
        {"landscape": 3, "rule": "momentum", "lr": 0.3, "keep": 0.9, "start": 8.0},
    ),
    Preset(
        "adam",
        Text(zh="Adam不看坡度大小", en="Adam does not see how steep it is"),
        Text(
            zh="峡谷里Adam的第一步在两个方向上都恰好是η=0.3，与坡度无关。",
            en="In the ravine Adam's first step is exactly η = 0.3 in both directions, whatever "
            "the slopes.",
        ),
        {"landscape": 1, "rule": "adam", "lr": 0.3, "keep": 0.9, "start": 10.0},
    ),
)
