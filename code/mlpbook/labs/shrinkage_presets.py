"""Presets of the lab `shrinkage`: each reproduces a sentence of the text.

What a note says was seen with seeds 0 to 4, unless it names one.
"""

from mlpbook.labs.spec import Preset, Text

PRESETS = (
    Preset(
        "few",
        Text(zh="12个样本：岭回归帮得上忙", en="12 examples: ridge helps"),
        Text(
            zh="8个系数、12个样本。种子0：几乎不罚时泛化误差是8.8，"
            "最好的λ（0.16）降到6.4。五个种子里它都有帮助，"
            "但没有一个系数恰好是零。",
            en="8 coefficients, 12 examples. Seed 0: the generalisation "
            "error is 8.8 with hardly any "
            "penalty and 6.4 at the best λ, 0.16. It helps with all five seeds, and no coefficient "
            "is exactly zero.",
        ),
        {"n": 12, "lambd": 0.16},
    ),
    Preset(
        "many",
        Text(zh="200个样本：几乎不用罚", en="200 examples: hardly any penalty"),
        Text(
            zh="同样8个系数，200个样本：最好的λ退到最左端的0.01；λ=0.3把误差抬高0.6以上，"
            "因为有用的系数也被缩小了。",
            en="The same 8 coefficients with 200 examples: the "
            "best λ goes to the left end, 0.01, and "
            "λ = 0.3 raises the error by more than 0.6, since useful coefficients shrink as well.",
        ),
        {"n": 200, "lambd": 0.3},
    ),
    Preset(
        "lasso",
        Text(zh="套索：恰好为零", en="Lasso: exactly zero"),
        Text(
            zh="200个样本，套索，λ=0.3：五个无用的系数里有四五个恰好是零，"
            "三个有用的都留下了，只是小了一些。",
            en="200 examples, lasso, λ = 0.3: four or five of the five useless coefficients are "
            "exactly zero, and the three useful ones stay, though smaller.",
        ),
        {"penalty": "lasso", "n": 200, "lambd": 0.3},
    ),
    Preset(
        "twins-ridge",
        Text(zh="相关的输入，岭：平分", en="Correlated inputs, ridge: they share"),
        Text(
            zh="输入1和2的相关系数为0.95，真系数是3和0。岭给它们1.4至1.6和1.0至1.1："
            "权重摊到了相关的输入上。",
            en="Inputs 1 and 2 are correlated at 0.95; their true coefficients are 3 and 0. Ridge "
            "gives them 1.4 to 1.6 and 1.0 to 1.1: the weight "
            "is spread over the correlated inputs.",
        ),
        {"n": 200, "correlation": 0.95, "lambd": 0.3},
    ),
    Preset(
        "twins-lasso",
        Text(zh="相关的输入，套索：挑一个", en="Correlated inputs, lasso: it picks"),
        Text(
            zh="同样的数据，套索：种子0到3里，输入2的系数恰好是零；种子4里是0.28。"
            "把样本减到12，种子0就挑错了：留下的是输入2。",
            en="The same data with lasso: for seeds 0 to 3 the "
            "coefficient of input 2 is exactly zero, "
            "for seed 4 it is 0.28. With only 12 examples "
            "seed 0 picks the wrong one and keeps input "
            "2.",
        ),
        {"penalty": "lasso", "n": 200, "correlation": 0.95, "lambd": 0.3},
    ),
)
