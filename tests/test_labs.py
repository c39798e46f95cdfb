"""The labs as they are described: whole, consistent, and clear about wrong input."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
import torch

from mlpbook import labs, tokens
from mlpbook.labs import picture
from mlpbook.labs.base import BUILT, Described, dump
from mlpbook.labs.lab import Lab
from mlpbook.labs.program import FUNCTIONS
from mlpbook.labs.spec import Seed, Select, Slider, Switch, Text

ALL: list[Described] = [labs.get(name) for name in labs.names()]
ANY_LAB = pytest.mark.parametrize("lab", ALL, ids=lambda lab: lab.name)
TRAINING = [lab for lab in ALL if isinstance(lab, Lab)]
EACH_LAB = pytest.mark.parametrize("lab", TRAINING, ids=lambda lab: lab.name)


def texts(value: Any) -> Iterator[dict[str, str]]:
    """Every {"zh", "en"} within a JSON value."""
    if isinstance(value, dict):
        if set(value) == {"zh", "en"}:
            yield value
        else:
            for one in value.values():
                yield from texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)


@ANY_LAB
def test_spec_is_json_and_the_same_each_time(lab: Described) -> None:
    assert json.loads(dump(lab.to_json())) == lab.to_json()
    assert dump(lab.to_json()) == dump(lab.to_json())


@ANY_LAB
def test_built_spec_is_fresh(lab: Described) -> None:
    built = (BUILT / lab.name / "spec.json").read_text(encoding="utf-8")
    assert built == dump(lab.to_json()), f"run: python -m mlpbook.labs.export {lab.name}"


@ANY_LAB
def test_every_text_is_in_both_languages(lab: Described) -> None:
    found = list(texts(lab.to_json()))
    assert len(found) >= 15
    for text in found:
        assert text["zh"].strip() and text["en"].strip()
        assert not re.search(r"[\u4e00-\u9fff]", text["en"]), text["en"]
    prose = [text for text in found if len(text["en"]) > 40]
    assert all(re.search(r"[\u4e00-\u9fff]", text["zh"]) for text in prose)


@ANY_LAB
def test_chinese_has_chinese_punctuation_and_no_typed_spaces(lab: Described) -> None:
    for text in texts(lab.to_json()):
        assert not re.search(r"[\u4e00-\u9fff][,;:!?(]", text["zh"]), text["zh"]
        assert not re.search(r"[\u4e00-\u9fff] [A-Za-z0-9]|[A-Za-z0-9] [\u4e00-\u9fff]", text["zh"])


@ANY_LAB
def test_names_are_unique_and_refer_to_what_exists(lab: Described) -> None:
    controls = [control.name for control in lab.controls]
    charts = [chart.name for chart in lab.charts]
    for names in (controls, charts, [preset.name for preset in lab.presets]):
        assert len(names) == len(set(names))
    for chart in lab.charts:
        for series in chart.options.get("series", ()):
            for color in series.get("colors") or [series["color"]]:
                tokens.color(color)
        for mark in chart.options.get("marks", ()):
            tokens.color(mark["color"])


@EACH_LAB
def test_a_training_lab_refers_to_what_exists(lab: Lab) -> None:
    controls = {control.name for control in lab.controls}
    assert set(lab.table) <= controls
    assert {line.chart for line in lab.reference_lines} <= {chart.name for chart in lab.charts}
    program = lab.program
    variants = {name for names in program.variants.values() for name in names}
    used = {*program.numbers, *program.sizes.values(), *variants, program.batch_size, "seed"}
    assert used <= controls


@ANY_LAB
def test_defaults_and_presets_are_settings_of_the_lab(lab: Described) -> None:
    assert lab.settings() == lab.settings(lab.settings())
    assert len(lab.presets) >= (5 if isinstance(lab, Lab) else 2)
    for preset in lab.presets:
        settings = lab.settings(preset.values)
        assert settings.items() >= preset.values.items()
        assert settings != lab.settings()


@EACH_LAB
def test_every_control_matters(lab: Lab) -> None:
    """A control that nothing reads would be a lie to the reader."""
    program = lab.program
    variants = {name for names in program.variants.values() for name in names}
    data = {str(value) for value in program.data.to_json().values()}
    length = set(lab.length.values())
    read = {*program.numbers, *program.sizes.values(), *variants, *data, *length}
    assert {control.name for control in lab.controls} <= {*read, program.batch_size, "seed"}


@EACH_LAB
def test_streams_of_random_numbers_are_apart(lab: Lab) -> None:
    for variant in lab.variants("step"):
        noise = lab.program.noise({**lab.settings(), **variant})
        streams = [one.stream for part in noise.values() for one in part.values()]
        assert len(streams) == len(set(streams))
        assert 0 not in streams


@EACH_LAB
def test_source_is_the_text_of_the_functions(lab: Lab) -> None:
    source = lab.source()
    for name in FUNCTIONS:
        function = lab.program.function(name)
        assert (name in source) == (function is not None)
    assert "grad_and_value" in source["step"]
    assert "def cross_entropy" in source["helpers"]
    for text in source.values():
        compile(text, lab.name, "exec")


@EACH_LAB
@pytest.mark.parametrize(
    ("values", "error", "words"),
    [
        ({"lr": 0}, ValueError, "lr: got 0, expected a number from 0.001 to 5"),
        ({"lr": float("nan")}, ValueError, "lr: got nan"),
        ({"lr": "fast"}, TypeError, "lr: got 'fast'"),
        ({"lr": True}, TypeError, "lr: got True"),
        ({"num_hiddens": 2.5}, ValueError, "num_hiddens: got 2.5, expected a whole number"),
        ({"num_layers": 5}, ValueError, "num_layers: got 5, expected one of 1, 2, "),
        ({"num_layers": True}, ValueError, "num_layers: got True"),
        ({"seed": -1}, ValueError, "seed: got -1, expected a whole number from 0 to 9999"),
        ({"seed": 1.0}, TypeError, "seed: got 1.0"),
        ({"speed": 1}, ValueError, "has no control 'speed'; it has"),
    ],
)
def test_wrong_settings_are_refused_in_words(
    lab: Lab, values: dict[str, Any], error: type[Exception], words: str
) -> None:
    if "num_layers" in values and "num_layers" not in lab.settings():
        words = "has no control 'num_layers'; it has"
    with pytest.raises(error, match=re.escape(words)):
        lab.settings(values)


def test_whole_numbers_may_come_as_floats() -> None:
    """A page's JSON knows one kind of number."""
    settings = labs.get("fashion_mlp").settings({"num_hiddens": 64.0})
    assert settings["num_hiddens"] == 64 and isinstance(settings["num_hiddens"], int)


def test_unknown_lab_is_refused() -> None:
    with pytest.raises(ValueError, match=r"lab: got 'nope', expected one of .*fashion_mlp"):
        labs.get("nope")


def test_controls_check_their_own_kind() -> None:
    label = Text(zh="一", en="one")
    switch = Switch(name="on", label=label, help=label)
    with pytest.raises(TypeError, match="on: got 1, expected True or False"):
        switch.check(1)
    select = Select(name="kind", label=label, help=label, options=(("a", label),), value="a")
    with pytest.raises(ValueError, match="kind: got 'b', expected one of 'a'"):
        select.check("b")
    slider = Slider(name="n", label=label, help=label, min=1, max=9, integer=True, value=1)
    assert slider.check(9) == 9
    assert Seed().check(7) == 7


@EACH_LAB
def test_step_is_pure(lab: Lab) -> None:
    """Same arguments, same results, and nothing that went in has changed."""
    from mlpbook.labs.trace import example_inputs, flat_call

    settings = lab.settings({"num_hiddens": 5})
    fixed = {name: settings[name] for name in lab.program.variants.get("step", ())}
    inputs = example_inputs(lab, "step", settings, batch=12)
    before = {name: tensor.clone() for name, tensor in inputs.items()}
    first, second = (flat_call(lab, "step", fixed, inputs) for _ in range(2))
    for name, tensor in first.items():
        assert torch.equal(tensor, second[name])
    assert all(torch.equal(tensor, inputs[name]) for name, tensor in before.items())


@pytest.mark.parametrize("num_layers", [1, 2, 3])
def test_fashion_step_is_the_step_of_torch_optim(num_layers: int) -> None:
    """The lab's update against autograd, `F.cross_entropy` and `torch.optim.SGD`."""
    lab = labs.get("fashion_mlp")
    generator = torch.Generator().manual_seed(0)
    widths = [784, *[9] * num_layers, 10]
    state = {}
    for i in range(1, len(widths)):
        size = widths[i - 1], widths[i]
        state[f"W{i}"] = 0.1 * torch.randn(size, generator=generator)
        state[f"b{i}"] = 0.1 * torch.randn(size[1], generator=generator)
    X = torch.rand(6, 784, generator=generator)
    y = torch.randint(10, (6,), generator=generator)
    noise = {f"drop{i}": torch.zeros(6, 9) for i in range(1, num_layers + 1)}
    hyper = {"lr": torch.tensor(0.5), "dropout": torch.tensor(0.0)}
    new_state, metrics = lab.program.step(state, (X, y), noise, hyper)

    parameters = {name: tensor.clone().requires_grad_() for name, tensor in state.items()}
    H = X
    for i in range(1, num_layers + 1):
        H = (H @ parameters[f"W{i}"] + parameters[f"b{i}"]).relu()
    logits = H @ parameters[f"W{num_layers + 1}"] + parameters[f"b{num_layers + 1}"]
    loss = torch.nn.functional.cross_entropy(logits, y)
    loss.backward()
    torch.optim.SGD(parameters.values(), lr=0.5).step()
    torch.testing.assert_close(metrics["loss"], loss.detach())
    for name, parameter in parameters.items():
        torch.testing.assert_close(new_state[name], parameter.detach())


def test_dropout_keeps_the_expectation() -> None:
    from mlpbook.labs.functional import dropout

    u = (torch.arange(1000) / 1000).reshape(1, -1)
    H = torch.full((1, 1000), 3.0)
    dropped = dropout(H, u, torch.tensor(0.4))
    assert (dropped == 0).sum() == 400
    torch.testing.assert_close(dropped.mean(), torch.tensor(3.0))
    assert torch.equal(dropout(H, u, torch.tensor(0.0)), H)


@pytest.mark.parametrize("dataset", ["xor", "moons", "spirals", "blobs"])
def test_made_points_are_the_sets_of_mlpbook_data(dataset: str) -> None:
    """Without noise each point of the playground lies where `mlpbook.data` puts such points."""
    from mlpbook import data
    from mlpbook.labs.examples import examples

    lab = labs.get("playground")
    X, y, held_out, _ = examples(lab.program, lab.settings({"dataset": dataset, "noise": 0.0}))
    assert len(X) == len(y) == len(held_out["y"]) == 200
    assert 90 <= int(y.sum()) <= 110
    scale = {"spirals": 1.5, "blobs": (0.7**2 + 0.5**2) ** 0.5}.get(dataset, 1.0)
    X_data, y_data = getattr(data, dataset)(4000, noise=0.0)
    if dataset == "blobs":
        assert torch.unique(X, dim=0).shape == torch.unique(X_data.round(decimals=4), dim=0).shape
        return
    for k in (0, 1):
        nearest = torch.cdist(X[y == k], scale * X_data[y_data == k]).amin(1)
        assert float(nearest.max()) < 0.05


def test_a_picture_keeps_its_numbers_and_shortens_its_places() -> None:
    figure, ax = plt.subplots()
    ax.plot([0.123456, 0.654321], [0.25, 0.75])
    ax.set_yticks([0.25, 0.75])
    with mpl.rc_context({"svg.fonttype": "none"}):
        text = picture.svg(figure)
    plt.close(figure)
    assert {"0.25", "0.75"} <= set(re.findall(r">\s*([^<>]+?)\s*</text>", text))
    places = "".join(re.findall(r' [dxy]="[^"]*"', text))
    assert re.search(r"\d\.\d", places) and not re.search(r"\.\d\d", places)
