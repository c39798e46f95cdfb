"""Controls and charts that several labs share, so that they read alike everywhere."""

from mlpbook.labs.spec import Chart, Select, Series, Slider, Text, lines


def learning_rate(value: float) -> Slider:
    """Learning rate, 0.001 to 5 on a logarithmic scale; may change in the middle of a run."""
    return Slider(
        name="lr",
        label=Text(zh="学习率", en="Learning rate"),
        help=Text(
            zh="每一步沿负梯度方向走多远。",
            en="How far each step goes along the negative gradient.",
        ),
        scale="log",
        min=0.001,
        max=5.0,
        value=value,
        live=True,
    )


def hidden_units(value: int, *, max: int, scale: str) -> Slider:
    """Width of every hidden layer."""
    return Slider(
        name="num_hiddens",
        label=Text(zh="隐藏单元数", en="Hidden units"),
        help=Text(zh="每个隐藏层有多少个单元。", en="Units in each hidden layer."),
        scale=scale,
        integer=True,
        min=1,
        max=max,
        step=1 if scale == "linear" else None,
        value=value,
    )


def hidden_layers() -> Select:
    """One to three hidden layers."""
    return Select(
        name="num_layers",
        label=Text(zh="隐藏层数", en="Hidden layers"),
        help=Text(zh="输入和输出之间有几个隐藏层。", en="Layers between the input and the output."),
        options=tuple((n, Text(zh=str(n), en=str(n))) for n in (1, 2, 3)),
        value=1,
    )


def loss_chart() -> Chart:
    """Loss of each batch, and of the held-out examples."""
    return lines(
        "loss",
        Text(zh="损失", en="Loss"),
        Series("loss", Text(zh="训练批量", en="training batch"), "loss"),
        Series("validation_loss", Text(zh="验证", en="validation"), "validation"),
        label=Text(zh="交叉熵（奈特）", en="cross-entropy (nats)"),
        min=0.0,
    )


def accuracy_chart() -> Chart:
    """Accuracy on each batch, and on the held-out examples."""
    return lines(
        "accuracy",
        Text(zh="精度", en="Accuracy"),
        Series("accuracy", Text(zh="训练批量", en="training batch"), "train"),
        Series("validation_accuracy", Text(zh="验证", en="validation"), "validation"),
        label=Text(zh="正确的比例", en="fraction right"),
        min=0.0,
        max=1.0,
    )
