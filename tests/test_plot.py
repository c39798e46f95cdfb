"""Figures: what is drawn is what was given, in the book's colours, the same bytes each time."""

# What matplotlib returns is typed as all that it might be.
# pyright: reportArgumentType=none, reportAttributeAccessIssue=none, reportCallIssue=none
# pyright: reportIndexIssue=none, reportOptionalMemberAccess=none

import numpy as np
import pytest
import torch
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection, PolyCollection
from matplotlib.colors import to_hex, to_rgb
from torch import nn

import mlpbook
from mlpbook import data, plot, tokens, train


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


@pytest.fixture
def history():
    return train.History(
        [0.9, 0.5, 0.4], [0.7, 0.8, 0.9], [0.8, 0.6, 0.5], [0.6, 0.7, 0.8], [1.0, 1.0, 1.0]
    )


@pytest.fixture
def runs():
    values = np.random.default_rng(0).random((5, 3))
    return train.SeedRuns(tuple(range(5)), values)


def labels(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


# Curves


def test_curves_of_a_history_draw_its_loss(history):
    ax = plot.curves(history)
    first, second = ax.get_lines()
    assert labels(ax) == ["train", "validation"] and ax.get_ylabel() == "loss"
    assert first.get_xdata().tolist() == [1, 2, 3] and first.get_ydata().tolist() == [0.9, 0.5, 0.4]
    assert second.get_ydata().tolist() == [0.8, 0.6, 0.5]
    assert first.get_color() == tokens.color("train")
    assert second.get_color() == tokens.color("validation")
    assert second.is_dashed() and not first.is_dashed()


def test_curves_of_a_metric(history):
    ax = plot.curves(history, metric="accuracy")
    assert [line.get_ydata()[-1] for line in ax.get_lines()] == [0.9, 0.8]
    assert ax.get_ylabel() == "accuracy"


def test_curves_on_given_axes_with_own_labels(history):
    _, ax = plt.subplots()
    got = plot.curves(history, ax=ax, x=[10, 20, 30], xlabel="step", ylabel="nats", yscale="log")
    assert got is ax and ax.get_lines()[0].get_xdata().tolist() == [10, 20, 30]
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_yscale()) == ("step", "nats", "log")


@pytest.mark.parametrize("wrap", [lambda r: r, lambda r: r.values], ids=["SeedRuns", "array"])
def test_runs_become_a_mean_with_a_band(runs, wrap):
    ax = plot.curves({"train": wrap(runs)})
    np.testing.assert_allclose(ax.get_lines()[0].get_ydata(), runs.mean)
    (band,) = (c for c in ax.collections if isinstance(c, PolyCollection))
    box = band.get_datalim(ax.transData)
    assert box.ymin == pytest.approx((runs.mean - runs.std).min())
    assert box.ymax == pytest.approx((runs.mean + runs.std).max())
    assert ax.get_legend().get_title().get_text() == "mean, band: ±1 SD of 5 runs"


def test_names_that_mean_nothing_special_get_colours_of_their_own():
    ax = plot.curves({"width 16": [1, 2], "width 64": [2, 3]})
    assert [line.get_color() for line in ax.get_lines()] == [
        tokens.color("class_0"),
        tokens.color("class_1"),
    ]


@pytest.mark.parametrize("name", ["gradient", "activation", "data", "test", "test_loss"])
def test_names_that_mean_something_get_its_colour(name):
    (line,) = plot.curves({name: [1, 2]}).get_lines()
    assert line.get_color() == tokens.color(name.split("_")[0])


def test_nan_leaves_a_gap_and_no_error():
    (line,) = plot.curves({"loss": [1.0, float("nan"), 2.0]}).get_lines()
    assert np.isnan(line.get_ydata()[1])


@pytest.mark.parametrize(
    ("series", "options", "error", "message"),
    [
        ([1, 2], {}, TypeError, "series: got list, expected a History or a mapping"),
        ({}, {}, ValueError, r"series: got names \[\], expected at least one"),
        ({"a": [1]}, {"metric": "loss"}, ValueError, r"series: got names \['a'\]"),
        ({"a": []}, {}, ValueError, r"a: got shape \(1, 0\), expected \(points,\)"),
        ({"a": np.zeros((2, 2, 2))}, {}, ValueError, r"a: got shape \(2, 2, 2\), expected"),
        ({"a": [1, 2]}, {"x": [1, 2, 3]}, ValueError, "a: got 2 points, expected 3 as in x"),
    ],
)
def test_wrong_curves_are_errors(series, options, error, message):
    with pytest.raises(error, match=message):
        plot.curves(series, **options)


# Error bars


def test_errorbars_show_mean_spread_and_every_run(runs):
    ax = plot.errorbars(runs, [16, 64, 256], xscale="log", xlabel="hidden units")
    np.testing.assert_allclose(ax.get_lines()[0].get_ydata(), runs.mean)
    (bars,) = ax.containers
    tops = [segment[1][1] for segment in bars.lines[2][0].get_segments()]
    np.testing.assert_allclose(tops, runs.mean + runs.std)
    (dots,) = (c for c in ax.collections if isinstance(c, PathCollection))
    offsets = np.asarray(dots.get_offsets())
    np.testing.assert_allclose(np.sort(offsets[:, 1]), np.sort(runs.values.ravel()))
    assert [t.get_text() for t in ax.get_xticklabels()] == ["16", "64", "256"]
    assert ax.get_title(loc="center") or ax.get_title(loc="left")


def test_errorbars_of_words_and_several_series(runs):
    ax = plot.errorbars({"Adam": runs, "SGD": runs.values + 1}, ["a", "b", "c"], ylabel="loss")
    assert labels(ax) == ["Adam", "SGD"]
    assert [t.get_text() for t in ax.get_xticklabels()] == ["a", "b", "c"]
    lines, _ = ax.get_legend_handles_labels()
    first, second = (line.get_transform().transform((1, 1)) for line in lines)
    assert second[0] > first[0] and second[1] == first[1]  # side by side, not on top of each other


def test_legend_stands_above_the_bars(runs):
    ax = plot.errorbars({"one": runs}, [1, 2, 3])
    ax.figure.canvas.draw()
    bottom = ax.get_legend().get_window_extent().y0
    highest = ax.transData.transform((1, runs.values.max()))[1]
    assert bottom > highest


def test_single_run_has_no_bars():
    ax = plot.errorbars({"one": [1.0, 2.0]}, [1, 2])
    assert not ax.containers and ax.get_legend().get_title().get_text() in ("", "None")


def test_errorbars_of_the_wrong_length_are_errors(runs):
    with pytest.raises(ValueError, match="one: got 3 points, expected 2 as in x"):
        plot.errorbars({"one": runs}, [1, 2])


# Decision regions


def line_net(X):
    """Class 1 to the right of x1 = 0."""
    return torch.stack((-X[:, 0], X[:, 0]), 1) * 20


@pytest.fixture
def points():
    return data.blobs(60, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize(
    "net", [line_net, lambda X: X[:, 0] * 40, lambda X: X[:, :1] * 40], ids=["two", "flat", "one"]
)
def test_regions_take_the_colours_of_their_classes(points, net):
    ax = plot.decision_regions(net, *points, resolution=51)
    (image,) = ax.get_images()
    pixels = np.asarray(image.get_array())
    share = tokens.TOKENS["opacity"]["region"]
    for column, name in ((0, "class_0"), (-1, "class_1")):
        expected = 1 + share * (np.array(to_rgb(tokens.color(name))) - 1)
        np.testing.assert_allclose(pixels[25, column], expected, atol=1e-3)
    left, right, _, _ = image.get_extent()
    assert left < float(points[0][:, 0].min()) < float(points[0][:, 0].max()) < right


def test_boundary_stands_where_the_decision_changes(points):
    ax = plot.decision_regions(line_net, *points, resolution=80)
    contours = [c for c in ax.collections if not isinstance(c, PathCollection)]
    places = np.concatenate([p.vertices for c in contours for p in c.get_paths()])
    np.testing.assert_allclose(places[:, 0], 0, atol=0.02)  # a cell is 0.05 wide


def test_points_are_drawn_by_class(points):
    X, y = points
    ax = plot.decision_regions(line_net, X, y)
    dots = [c for c in ax.collections if isinstance(c, PathCollection)]
    assert [len(np.asarray(c.get_offsets())) for c in dots] == y.bincount().tolist()
    faces = [to_hex(np.asarray(c.get_facecolor())[0]) for c in dots]
    assert faces == [tokens.color("class_0"), tokens.color("class_1")]


def test_several_classes_and_a_module_in_training_mode():
    X, y = data.blobs(40, num_classes=4, generator=torch.Generator().manual_seed(0))
    net = nn.Sequential(nn.Linear(2, 4), nn.Dropout(0.9))
    first, second = (plot.decision_regions(net, X, y, resolution=20) for _ in range(2))
    pixels = [np.asarray(ax.get_images()[0].get_array()) for ax in (first, second)]
    assert np.array_equal(*pixels) and net.training


def test_constant_net_has_no_boundary(points):
    ax = plot.decision_regions(lambda X: torch.tensor([[1.0, 0.0]]).expand(len(X), 2), *points)
    assert all(isinstance(c, PathCollection) for c in ax.collections)


def test_wrong_points_are_errors():
    with pytest.raises(ValueError, match=r"X, y: got \(4, 3\) and \(4,\), expected \(n, 2\)"):
        plot.decision_regions(line_net, torch.zeros(4, 3), torch.zeros(4))
    with pytest.raises(ValueError, match=r"X, y: got \(4, 2\) and \(5,\), expected"):
        plot.decision_regions(line_net, torch.zeros(4, 2), torch.zeros(5))


# Images

PICTURES = torch.rand(5, 1, 28, 28, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("shape", [(5, 1, 28, 28), (5, 28, 28), (5, 784)])
def test_images_are_drawn_pixel_for_pixel(shape):
    ax = plot.images(PICTURES.reshape(shape), num_cols=3)
    canvas = np.asarray(ax.get_images()[0].get_array())
    assert canvas.shape == (28 * 2 + 4, 28 * 3 + 4 * 2)
    np.testing.assert_array_equal(canvas[:28, :28], PICTURES[0, 0])
    np.testing.assert_array_equal(canvas[32:60, 32:60], PICTURES[4, 0])
    assert not canvas[28:32].any() and not canvas[32:, 64:].any()


def test_captions_tell_right_from_wrong():
    ax = plot.images(PICTURES, labels=[0, 1, 2, 3, 9], predictions=torch.tensor([0, 1, 6, 3, 9]))
    texts = [(t.get_text(), t.get_color()) for t in ax.texts]
    assert texts[0] == ("t-shirt", tokens.color("correct"))
    assert texts[2] == ("shirt\n(pullover)", tokens.color("wrong"))
    assert texts[4][0] == "ankle boot"


def test_captions_with_labels_or_predictions_alone():
    for option in ("labels", "predictions"):
        ax = plot.images(PICTURES[:2], **{option: [1, 0]}, names=["no", "yes"])
        assert [(t.get_text(), t.get_color()) for t in ax.texts] == [
            ("yes", tokens.color("text")),
            ("no", tokens.color("text")),
        ]
    assert all(not t.get_text() for t in plot.images(PICTURES).texts)


@pytest.mark.parametrize(
    ("X", "options", "message"),
    [
        (torch.zeros(0, 784), {}, r"X: got shape \(0, 784\), expected images of 28 by 28"),
        (torch.zeros(2, 32, 32), {}, r"X: got shape \(2, 32, 32\), expected images"),
        (PICTURES, {"labels": [1]}, "labels: got 1, expected 5, one for each image"),
        (PICTURES, {"predictions": [10] * 5}, r"predictions: got \[10\], expected 0 to 9"),
        (PICTURES, {"num_cols": 0}, "num_cols: got 0, expected a whole number >= 1"),
    ],
)
def test_wrong_images_are_errors(X, options, message):
    with pytest.raises(ValueError, match=message):
        plot.images(X, **options)


# Heat maps


def test_heatmap_draws_the_matrix_with_names_and_values():
    matrix = torch.arange(6.0).reshape(2, 3)
    ax = plot.heatmap(matrix, xticks="abc", yticks=[1, 2], annotate=".1f", xlabel="x", ylabel="y")
    np.testing.assert_array_equal(ax.get_images()[0].get_array(), matrix)
    assert [t.get_text() for t in ax.texts] == ["0.0", "1.0", "2.0", "3.0", "4.0", "5.0"]
    assert [t.get_text() for t in ax.get_xticklabels()] == ["a", "b", "c"]


@pytest.mark.parametrize("center", [None, 0.0])
def test_values_are_legible_on_their_cells(center):
    matrix = np.linspace(-1, 1, 81).reshape(9, 9)
    ax = plot.heatmap(matrix, annotate=".1f", center=center)
    image = ax.get_images()[0]
    for text, value in zip(ax.texts, matrix.ravel(), strict=True):
        cell = to_hex(image.cmap(image.norm(value)))
        assert tokens.contrast(text.get_color(), cell) >= 4.5, (value, cell)


def test_centre_is_the_middle_of_the_colours():
    image = plot.heatmap([[-1.0, 3.0]], center=0.0).get_images()[0]
    assert image.get_clim() == (-3.0, 3.0)
    assert plot.heatmap([[2.0]], center=2.0).get_images()[0].get_clim() == (1.0, 3.0)


def test_wrong_heatmaps_are_errors():
    with pytest.raises(ValueError, match=r"values: got shape \(3,\), expected \(rows, columns\)"):
        plot.heatmap([1, 2, 3])
    with pytest.raises(ValueError, match="xticks: got 2 names, expected 3"):
        plot.heatmap(np.zeros((2, 3)), xticks="ab")


# Style and bytes


def draw_all():
    """One figure of each kind, from the same numbers each time."""
    values = np.random.default_rng(0).random((4, 3))
    X, y = data.moons(30, generator=torch.Generator().manual_seed(0))
    yield plot.curves({"train": values, "validation": [3, 2, 1]})
    yield plot.errorbars({"a": values, "b": values + 1}, [1, 10, 100], xscale="log")
    yield plot.decision_regions(line_net, X, y, resolution=30)
    yield plot.images(PICTURES, labels=range(5), predictions=[0] * 5)
    yield plot.heatmap(values, annotate=".2f", center=0.5)


def test_figures_drawn_twice_are_the_same_bytes():
    first, second = ([plot.svg(ax.get_figure()) for ax in draw_all()] for _ in range(2))
    assert first == second
    assert len(set(first)) == len(first)
    assert all(text.startswith("<?xml") and "<dc:date>" not in text for text in first)


def test_figures_do_not_depend_on_settings_made_elsewhere():
    expected = [plot.svg(ax.get_figure()) for ax in draw_all()]
    with plt.rc_context({"svg.hashsalt": None, "font.size": 31, "axes.grid": False}):
        assert [plot.svg(ax.get_figure()) for ax in draw_all()] == expected


def test_use_style_sets_the_tokens():
    with plt.rc_context():
        mlpbook.use_style()
        assert plt.rcParams["svg.hashsalt"] == "mlpbook"
        assert plt.rcParams["font.size"] == tokens.TOKENS["font_sizes"]["label"]
        assert plt.rcParams["axes.labelcolor"] == tokens.color("text")
        assert to_hex(plt.rcParams["figure.facecolor"]) == "#ffffff"


def test_style_is_used_with_and_without_use_style(history):
    assert plot.curves(history).get_figure().get_facecolor() == (1, 1, 1, 1)
    assert not plot.curves(history).spines["top"].get_visible()


def test_every_colour_drawn_reaches_its_contrast():
    """Lines at 3:1 and texts at 4.5:1 on white, as they come out of the functions."""
    for ax in draw_all():
        page = to_hex(ax.get_figure().get_facecolor())
        inks = [t.get_color() for t in (ax.xaxis.label, ax.yaxis.label, ax.title)]
        inks += [t.label1.get_color() for t in ax.xaxis.get_major_ticks()]
        legend = ax.get_legend()
        inks += [t.get_color() for t in legend.get_texts()] if legend else []
        assert all(tokens.contrast(to_hex(ink), page) >= 4.5 for ink in inks)
        for line in ax.get_lines():
            assert tokens.contrast(to_hex(line.get_color()), page) >= 3
        for spine in ax.spines.values():
            assert tokens.contrast(to_hex(spine.get_edgecolor()), page) >= 3


def test_library_neither_prints_nor_shows(capsys, monkeypatch):
    monkeypatch.setattr(plt, "show", lambda *a, **k: pytest.fail("plt.show was called"))
    for ax in draw_all():
        assert isinstance(ax, Axes)
    out = capsys.readouterr()
    assert out.out == out.err == ""
