"""Lab: fit a polynomial; degree, sample size, noise, basis and solver change one at a time."""

import numpy as np

from mlpbook.labs.charts import Axis, Curve, Mark, Number, curves, numbers
from mlpbook.labs.spec import Preset, Select, Stops, Text
from mlpbook.labs.table import TableLab

TRUE_W = (5.0, 1.2, -1.7, 5.6 / 6)
DEGREES = (0, 1, 2, 3, 4, 5, 7, 9, 12, 15, 19)
SIZES = (10, 20, 40)
EDGE, HEIGHT = 2.0, 30.0
GRID = np.linspace(-EDGE, EDGE, 61)
RANDOM = np.random.default_rng(5)
X = RANDOM.uniform(-EDGE, EDGE, max(SIZES)).round(3)
NOISE = RANDOM.standard_normal(max(SIZES))


def truth(x):
    """The cubic behind the data."""
    return np.polynomial.polynomial.polyval(x, TRUE_W)


def columns(x, degree, basis, data):
    """Features (len(x), degree + 1); an orthonormal basis is orthonormal on `data`."""
    if basis != "orthonormal":
        scale = np.cumprod(np.maximum(1, np.arange(degree + 1.0)))
        return np.vander(x, degree + 1, increasing=True) / (scale if basis == "factorial" else 1)
    on_data, on_x = [np.ones(len(data))], [np.ones(len(x))]
    for _ in range(degree):
        q, p = data * on_data[-1], x * on_x[-1]
        for _ in range(2):
            h = np.stack(on_data) @ q / len(data)
            q, p = q - h @ np.stack(on_data), p - h @ np.stack(on_x)
        size = np.sqrt(np.mean(q**2))
        if size < 1e-9:  # as many columns as points: the rest add nothing
            size, q, p = 1.0, 0 * q, 0 * p
        on_data.append(q / size)
        on_x.append(p / size)
    return np.stack(on_x, 1)


def by_sgd(A, y, epochs=200, lr=0.01, batch=10):
    """Minibatch SGD from zero; what overflows stays nan."""
    w, order = np.zeros(A.shape[1]), np.random.default_rng(0)
    with np.errstate(all="ignore"):
        for _ in range(epochs):
            for rows in np.array_split(order.permutation(len(y)), len(y) // batch):
                w = w - 2 * lr / len(rows) * A[rows].T @ (A[rows] @ w - y[rows])
    return w


def solve(A, y, solver):
    """Weights by least squares (SVD), by inverting the Gram matrix, or by SGD."""
    if solver == "sgd":
        return by_sgd(A, y)
    if solver == "inverse":
        try:
            return np.linalg.inv(A.T @ A) @ A.T @ y
        except np.linalg.LinAlgError:
            return np.full(A.shape[1], np.nan)
    return np.linalg.lstsq(A, y, rcond=None)[0]


def measure(degree, x, y, basis, solver):
    """Curve, errors and condition number of one fit."""
    A, B = columns(x, degree, basis, x), columns(GRID, degree, basis, x)
    w = solve(A, y, solver)
    with np.errstate(all="ignore"):
        train, test = np.mean((A @ w - y) ** 2), np.mean((B @ w - truth(GRID)) ** 2)
        curve = np.clip(B @ w, -HEIGHT, HEIGHT)
    singular = np.linalg.svd(A, compute_uv=False)
    condition = singular[0] / max(singular[-1], 1e-17 * singular[0])
    return curve, train, test, np.log10(condition)


def drawn(errors):
    """NaN, which is not drawn, where an error is 0 but for rounding, or beyond all measure."""
    errors = np.array(errors)
    return np.where((errors > 1e-12) & (errors < 1e12), errors, np.nan)


def compute(*, degree, n, noise, basis, solver):
    """One fit, and the errors of all degrees with the other settings kept."""
    x = X[:n]
    y = truth(x) + noise * NOISE[:n]
    sweep = [measure(d, x, y, basis, solver) for d in DEGREES]
    curve, train, test, condition = sweep[DEGREES.index(degree)]
    padded = np.full(len(X), np.nan)
    padded[:n] = y
    return {
        "x": GRID,
        "truth": truth(GRID),
        "fit": curve,
        "points_x": X,
        "points_y": padded,
        "degrees": np.array(DEGREES),
        "train_curve": drawn([s[1] for s in sweep]),
        "test_curve": drawn([s[2] for s in sweep]),
        "at": np.array(degree),
        "train": np.array(train),
        "test": np.array(test),
        "condition": np.array(condition),
    }


LAB = TableLab(
    name="polynomial",
    title=Text("多项式拟合", "Fitting a polynomial"),
    summary=Text(
        "点来自三次曲线加噪声。改变次数、样本量、噪声、基和解法，看曲线、误差和条件数。",
        "Points from a cubic with noise. Change degree, sample size, noise, basis and solver; "
        "watch the curve, the errors and the condition number.",
    ),
    picture=Text(
        "左边是数据点、真实的三次曲线和拟合曲线；右边是训练误差和测试误差随次数的变化。",
        "Left: the points, the true cubic and the fit. Right: training and test error by degree.",
    ),
    controls=(
        Stops(
            name="degree",
            label=Text("次数", "Degree"),
            help=Text("次数d有d+1个系数。", "Degree d has d + 1 coefficients."),
            values=DEGREES,
            value=3,
        ),
        Stops(
            name="n",
            label=Text("样本量", "Examples"),
            help=Text("训练点的个数。", "The number of training points."),
            values=SIZES,
            value=20,
        ),
        Stops(
            name="noise",
            label=Text("噪声", "Noise"),
            help=Text("噪声的标准差。", "Standard deviation of the noise."),
            values=(0, 0.1, 1),
            value=1,
        ),
        Select(
            name="basis",
            label=Text("基", "Basis"),
            help=Text(
                "三种基张成同样的多项式，条件数不同。",
                "All three span the same polynomials; their condition numbers differ.",
            ),
            options=(
                ("raw", Text("幂", "Powers")),
                ("factorial", Text("幂除以阶乘", "Powers / factorials")),
                ("orthonormal", Text("正交基", "Orthonormal")),
            ),
            value="factorial",
        ),
        Select(
            name="solver",
            label=Text("解法", "Solver"),
            help=Text(
                "SGD：200轮，批量10，学习率0.01。",
                "SGD: 200 epochs, batches of 10, learning rate 0.01.",
            ),
            options=(
                ("svd", Text("最小二乘", "Least squares")),
                ("inverse", Text("求逆", "Inverse")),
                ("sgd", Text("SGD", "SGD")),
            ),
            value="svd",
        ),
    ),
    presets=(
        Preset(
            "underfit",
            Text("欠拟合", "Underfitting"),
            Text(
                "直线：训练误差和测试误差都高，样本再多也降不下去。",
                "A line: both errors are high, and more examples do not lower them.",
            ),
            {"degree": 1, "n": 40, "noise": 1, "basis": "factorial", "solver": "svd"},
        ),
        Preset(
            "interpolation",
            Text("插值", "Interpolation"),
            Text(
                "10个点，9次：曲线穿过每个点，训练误差是零（对数轴画不出），两点之间却甩了出去。",
                "10 points, degree 9: the curve meets every point, training error is zero, which a "
                "log axis cannot show, and between the points it lashes out.",
            ),
            {"degree": 9, "n": 10, "noise": 1, "basis": "orthonormal", "solver": "svd"},
        ),
        Preset(
            "unfinished",
            Text("没收敛", "Unfinished"),
            Text(
                "同样的模型用SGD：训练误差高于最小二乘，测试误差却低得多。换成正交基再看。",
                "The same model by SGD: training error is above that of least squares, test error "
                "far below. Now try the orthonormal basis.",
            ),
            {"degree": 12, "n": 20, "noise": 1, "basis": "factorial", "solver": "sgd"},
        ),
        Preset(
            "overflow",
            Text("上溢", "Overflow"),
            Text(
                "不除以阶乘，学习率0.01：SGD没走完就上溢，没有曲线可画。",
                "Without the factorials, at learning rate 0.01: SGD overflows before it is done "
                "and there is no curve to draw.",
            ),
            {"degree": 9, "n": 20, "noise": 1, "basis": "raw", "solver": "sgd"},
        ),
        Preset(
            "inverse",
            Text("求逆失灵", "A useless inverse"),
            Text(
                "10个点、12次：解不唯一，Gram矩阵不可逆，求逆给出的训练误差远大于0；最小二乘是0。",
                "10 points, degree 12: no unique solution and no inverse of the Gram matrix. What "
                "inversion returns has a training error far above 0; least squares has 0.",
            ),
            {"degree": 12, "n": 10, "noise": 1, "basis": "raw", "solver": "inverse"},
        ),
    ),
    charts=(
        curves(
            "fit",
            Text("数据与拟合", "Data and fit"),
            Curve(y="truth", label=Text("真函数", "truth"), color="ghost"),
            Curve(y="fit", label=Text("拟合", "fit"), color="activation"),
            Curve(
                y="points_y",
                x="points_x",
                label=Text("训练点", "training points"),
                color="data",
                style="dots",
            ),
            x=Axis(label=Text("x", "x")),
            y=Axis(label=Text("y", "y"), min=-20, max=20),
        ),
        curves(
            "errors",
            Text("误差与次数", "Error against degree"),
            Curve(y="train_curve", x="degrees", label=Text("训练", "train"), color="train"),
            Curve(y="test_curve", x="degrees", label=Text("测试", "test"), color="test"),
            x=Axis(label=Text("次数", "degree")),
            y=Axis(label=Text("均方误差", "mean squared error"), scale="log"),
            marks=(Mark(label=Text("现在的次数", "this degree"), x="at"),),
        ),
        numbers(
            "values",
            Text("这一次拟合", "This fit"),
            Number("train", Text("训练误差", "Training error"), digits=3),
            Number(
                "test",
                Text("测试误差（对无噪声的真函数）", "Test error (from the truth)"),
                digits=3,
            ),
            Number(
                "condition", Text("条件数的对数log10", "log10 of the condition number"), digits=1
            ),
        ),
    ),
    compute=compute,
    helpers=(truth, columns, by_sgd, solve, measure, drawn),
)
