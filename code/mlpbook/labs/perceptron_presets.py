"""Presets of the lab `perceptron`; what the notes say was seen with seeds 0 to 19."""

from mlpbook.labs.spec import Preset, Text

PRESETS = (
    Preset(
        "wide",
        Text(zh="间隔宽", en="A wide margin"),
        Text(
            zh="间隔0.6：20个种子都只改2到4次，上界是10到17。",
            en="Margin 0.6: all of 20 seeds need 2 to 4 corrections; the bound is 10 to 17.",
        ),
        {"margin": 0.6, "shown": 60},
    ),
    Preset(
        "narrow",
        Text(zh="间隔窄", en="A narrow margin"),
        Text(
            zh="间隔0.1：20个种子改4到34次，上界是242到431。权重的长度一直夹在两条线之间。",
            en="Margin 0.1: 20 seeds need 4 to 34 corrections, and the bound is 242 to 431. The "
            "length of the weights stays between the two lines.",
        ),
        {"margin": 0.1, "shown": 60},
    ),
    Preset(
        "worst",
        Text(zh="专挑最错的", en="Always the worst"),
        Text(
            zh="还是间隔0.1，每次改错得最多的那个：改2到37次，并不比轮流省。",
            en="Margin 0.1 again, correcting the worst each time: 2 to 37 corrections, no saving "
            "over taking turns.",
        ),
        {"margin": 0.1, "order": "worst", "shown": 60},
    ),
    Preset(
        "xor",
        Text(zh="异或：停不下来", en="XOR: no rest"),
        Text(
            zh="没有一条直线分得开，也就没有γ和上界。40个点里总错10个以上，权重却没有越来越长。",
            en="No line parts these points, so there is no γ and no bound. Of the 40 points at "
            "least 10 are always wrong, yet the weights do not grow on and on.",
        ),
        {"xor": True, "shown": 60},
    ),
)
