"""Lab: guess the disease of a training run from its learning curves; the treatment tells.

The runs are those of `mlpbook.experiments.recruit_1`, stored.
"""

import math

from mlpbook.experiments import load_result
from mlpbook.labs.charts import Axis, Curve, Mark, Number, curves, numbers
from mlpbook.labs.curves import TableLab
from mlpbook.labs.spec import Preset, Select, Text

# In the order in which the patients are shown; not that of the diagnoses.
PATIENTS = ("overfit", "small", "shift", "slow", "noise", "fast")
DISEASES = ("small", "slow", "fast", "overfit", "shift", "noise")
FLOOR = {"overfit": 0.25, "noise": 1.0}  # squared noise; 0.09 for the others


def numbers_of(values):
    """Floats, with NaN for what overflowed."""
    return [math.nan if value is None else value for value in values]


def compute(*, patient, diagnosis):
    """The patient's curves; after a diagnosis, those of the treatment, and whether it was right."""
    stored = load_result("recruit_1", "doctor")
    disease = PATIENTS[patient - 1]
    runs = {(run["patient"], run["treatment"]): run for run in stored["runs"]}
    before = runs[disease, "noise"]  # "nothing to treat" leaves a run as it is
    after = before if diagnosis == "none" else runs[disease, diagnosis]
    guessed, right = diagnosis != "none", diagnosis == disease
    treated = numbers_of(after["validation_curve"])
    empty = [math.nan] * len(treated)
    floor = FLOOR.get(disease, 0.09)
    return {
        "step": stored["steps"],
        "train": numbers_of(before["train_curve"]),
        "validation": numbers_of(before["validation_curve"]),
        "right": treated if right else empty,
        "wrong": treated if guessed and not right else empty,
        "train_end": numbers_of(before["train_curve"])[-1],
        "validation_end": numbers_of(before["validation_curve"])[-1],
        "treated_end": treated[-1] if guessed else math.nan,
        "floor": floor if guessed else math.nan,
    }


LAB = TableLab(
    name="curve_doctor",
    title=Text("学习曲线门诊", "The learning-curve doctor"),
    summary=Text(
        "六次真实的训练，各有一种病，有一次其实没病。先看左边的两条曲线，选一个诊断；"
        "右边就照它的疗法重新训练，并说诊断对不对。每种疗法只改一样东西。",
        "Six real runs, each with one disease, one of them with none. Look at the two curves, then "
        "choose a diagnosis: the run is repeated with its treatment, which changes one thing, and "
        "the second chart says whether you were right.",
    ),
    picture=Text(
        "第一位病人：训练误差一路下降，验证误差先降后升，停在高处。还没有诊断。",
        "The first patient: the training error keeps falling while the validation error falls, "
        "rises and stays high. No diagnosis yet.",
    ),
    controls=(
        Select(
            name="patient",
            label=Text("病人", "Patient"),
            help=Text("六次训练中的一次。", "One of the six runs."),
            options=tuple((k, Text(f"第{k}位", f"patient {k}")) for k in range(1, 7)),
            value=1,
        ),
        Select(
            name="diagnosis",
            label=Text("诊断与疗法", "Diagnosis and treatment"),
            help=Text("选了之后，照疗法重新训练。", "Choosing one repeats the run with it."),
            options=(
                ("none", Text("还没想好", "not yet")),
                ("small", Text("模型太小：每层64个单元", "too small: 64 units a layer")),
                ("slow", Text("训练不足：学习率乘20", "undertrained: rate times 20")),
                ("fast", Text("学习率太大：除以20", "rate too large: divide by 20")),
                ("overfit", Text("过拟合：十倍的数据", "overfitting: ten times the data")),
                (
                    "shift",
                    Text("分布偏移：按验证集的范围采样", "shift: sample where validation is"),
                ),
                ("noise", Text("没病，只是噪声：什么都不改", "healthy, only noise: leave it")),
            ),
            value="none",
        ),
    ),
    presets=(
        Preset(
            "overfit-right",
            Text("第1位：过拟合", "Patient 1: overfitting"),
            Text(
                "训练误差远低于验证误差，验证误差还先降后升。十倍的数据之后，验证误差落到噪声的水平。",
                "The training error is far below the validation error, which fell and rose again. "
                "With ten times the data the validation error comes down to that of the noise.",
            ),
            {"patient": 1, "diagnosis": "overfit"},
        ),
        Preset(
            "shift-wrong",
            Text("第3位：当成过拟合来治", "Patient 3, treated as overfitting"),
            Text(
                "也有很大的间隙，但十倍的数据没有用：那些数据来自同一个错的范围。",
                "The gap is large here too, yet ten times the data do not close it: they come from "
                "the same wrong range.",
            ),
            {"patient": 3, "diagnosis": "overfit"},
        ),
        Preset(
            "noise-wrong",
            Text("第5位：误差高，就是欠拟合吗？", "Patient 5: high errors, so underfitting?"),
            Text(
                "换成更大的网络，验证误差一点没降：两个误差都已经在噪声的水平上。",
                "A larger network gains nothing: both errors are at that of the noise already.",
            ),
            {"patient": 5, "diagnosis": "small"},
        ),
    ),
    charts=(
        curves(
            "curves",
            Text("病历：学习曲线", "The record: learning curves"),
            Curve(y="train", x="step", label=Text("训练误差", "training error"), color="train"),
            Curve(
                y="validation",
                x="step",
                label=Text("验证误差", "validation error"),
                color="validation",
            ),
            x=Axis(label=Text("步", "step")),
            y=Axis(label=Text("均方误差", "mean squared error"), scale="log"),
        ),
        curves(
            "treated",
            Text("按诊断治疗之后", "After the treatment"),
            Curve(
                y="validation",
                x="step",
                label=Text("治疗前的验证误差", "validation error before"),
                color="ghost",
            ),
            Curve(
                y="right",
                x="step",
                label=Text("诊断正确！治疗后", "Right diagnosis! After treatment"),
                color="validation",
            ),
            Curve(
                y="wrong",
                x="step",
                label=Text("诊断不对。治疗后", "Not this disease. After treatment"),
                color="loss",
            ),
            x=Axis(label=Text("步", "step")),
            y=Axis(label=Text("均方误差", "mean squared error"), scale="log"),
            marks=(Mark(label=Text("噪声的方差", "variance of the noise"), y="floor"),),
        ),
        numbers(
            "values",
            Text("最后一步", "At the last step"),
            Number("train_end", Text("训练误差", "training error"), digits=3),
            Number("validation_end", Text("验证误差", "validation error"), digits=3),
            Number("treated_end", Text("治疗后的验证误差", "validation after treatment"), digits=3),
            Number("floor", Text("噪声的方差", "variance of the noise"), digits=3),
        ),
    ),
    compute=compute,
    helpers=(numbers_of,),
)
