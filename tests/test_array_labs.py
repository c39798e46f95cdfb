"""Curve labs and table labs: their functions, their files, their kernel, and wrong input."""

from __future__ import annotations

import dataclasses
import json
import re
from functools import partial
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
import torch

from mlpbook.labs.array_engine import ArrayEngine
from mlpbook.labs.charts import Axis, Curve, Mark, curves, heat
from mlpbook.labs.compare import ExportError, compare_curves, distance
from mlpbook.labs.curves import CurveLab, TableLab
from mlpbook.labs.errors import EngineError
from mlpbook.labs.export import check_charts, content
from mlpbook.labs.program import Noise
from mlpbook.labs.spec import Slider, Stops, Text
from mlpbook.labs.table import KEPT_BITS, look_up, pack, rounded, unpack
from mlpbook.labs.trace import curve_call, curve_inputs, to_onnx
from mlpbook.labs.widget import LabWidget
from tests.array_labs import BEND, HELP, SHRINK, name

change = dataclasses.replace


def test_a_slider_is_a_tensor_and_the_rest_are_plain_values() -> None:
    noise, hyper = BEND.arguments(BEND.settings({"at": 2}))[0]
    assert torch.equal(hyper["at"], torch.tensor(2.0)) and hyper["at"].shape == ()
    assert isinstance(hyper["count"], torch.Tensor)  # among `numbers`
    assert (hyper["activation"], hyper["noisy"]) == ("tanh", True)
    assert noise["e"].shape == (12,) and noise["e"].dtype == torch.float32


def test_the_seed_alone_fixes_the_noise() -> None:
    first, again, other = (BEND.draw(BEND.settings({"seed": seed}))["e"] for seed in (3, 3, 4))
    assert torch.equal(first, again) and not torch.equal(first, other)
    assert torch.equal(first, BEND.draw(BEND.settings({"seed": 3, "at": -4}))["e"])


def test_variants_are_the_finite_controls_that_are_no_numbers() -> None:
    assert BEND.scalars() == ("at", "scale", "count")
    assert BEND.variants() == [
        {"activation": activation, "noisy": noisy}
        for activation in ("tanh", "relu")
        for noisy in (False, True)
    ]


def test_the_graph_is_the_function_and_a_wrong_one_fails() -> None:
    fixed = {"activation": "tanh", "noisy": True}
    settings = {**BEND.settings(), **fixed}
    model = to_onnx(partial(curve_call, BEND, fixed), curve_inputs(BEND, settings), {})
    assert compare_curves(BEND, fixed, model) < 1e-6
    next(node for node in model.graph.node if node.op_type == "Tanh").op_type = "Sigmoid"
    with pytest.raises(ExportError, match=r"arrays\.\w+ differs by"):
        compare_curves(BEND, fixed, model)


def test_nan_is_a_value_like_another_when_comparing() -> None:
    nan, inf = torch.tensor([1.0, float("nan")]), torch.tensor([1.0, float("inf")])
    assert distance(nan, nan.clone(), 1e-6) == 0 and distance(inf, inf.clone(), 1e-6) == 0
    assert not distance(nan, torch.ones(2), 1e-6) <= 1
    assert not distance(inf, torch.ones(2), 1e-6) <= 1
    assert not distance(torch.ones(2), nan, 1e-6) <= 1


def test_the_table_holds_every_point() -> None:
    packed = pack(SHRINK)
    assert packed == pack(SHRINK)
    header, _ = unpack(packed)
    assert [one["name"] for one in header["fixed"]] == ["k"]
    for point in SHRINK.points():
        found = look_up(SHRINK, packed, point)
        for key, array in SHRINK.arrays(point).items():
            np.testing.assert_allclose(found[key], array.numpy(), rtol=1e-5)


def test_rounding_keeps_five_digits_and_what_is_not_finite() -> None:
    generator = np.random.default_rng(0)
    numbers = (generator.normal(size=1000) * 10.0 ** generator.integers(-30, 30, 1000)).astype("f4")
    numbers[:4] = [np.nan, np.inf, -np.inf, np.float32(3.4028235e38)]
    found = rounded(numbers)
    np.testing.assert_allclose(found, numbers, rtol=2.0 ** -(KEPT_BITS + 1))
    assert len(np.unique(found.view("u4") % 64)) <= 2  # the last bits are 0, but for NaN


@pytest.mark.parametrize("lab", [BEND, SHRINK], ids=["curves", "table"])
def test_the_picture_is_small_and_the_same_each_time(lab: Any) -> None:
    files, _ = content(lab)
    picture = files["picture.svg"].decode()
    assert picture == content(lab)[0]["picture.svg"].decode()
    ElementTree.fromstring(picture)
    assert len(picture) < 60_000


# In the kernel


def answer(lab: Any, **options: Any) -> Any:
    """Sends a widget one message after the other and returns the replies."""
    widget = LabWidget(lab, **options)
    replies: list[Any] = []
    widget.send = lambda content, buffers=None: replies.append((content, buffers or []))

    def ask(method: str, **params: Any) -> tuple[dict[str, Any], list[bytes]]:
        message = {"id": "view.1", "method": method, "params": params}
        widget._handle_custom_msg(json.loads(json.dumps(message)), [])
        return replies.pop()

    return ask


@pytest.mark.parametrize("lab", [BEND, SHRINK], ids=["curves", "table"])
def test_the_kernel_computes_the_arrays(lab: Any) -> None:
    ask = answer(lab)
    assert ask("load")[0]["result"] == {"engine": "kernel"}
    settings = lab.settings()
    reply, buffers = ask("compute", settings=settings)
    expected = lab.arrays(settings)
    assert [head["name"] for head in reply["arrays"]] == list(expected)
    for head, buffer, array in zip(reply["arrays"], buffers, expected.values(), strict=True):
        found = np.frombuffer(buffer, "<f4").reshape(head["shape"])
        np.testing.assert_array_equal(found, array.numpy())
    assert ask("dispose")[0]["result"] == {}


def test_the_kernel_runs_the_reader_s_function() -> None:
    def compute(noise, hyper):
        return {**BEND.compute(noise, hyper), "y": torch.zeros(101)}

    engine = ArrayEngine(BEND, compute=compute)
    assert not engine.compute({})["y"].any()
    assert 'data-lab="bend"' not in LabWidget(BEND, edited={"compute": compute}).html()


@pytest.mark.parametrize(
    ("compute", "words"),
    [
        (lambda noise, hyper: 1 / 0, "ZeroDivisionError: division by zero"),
        (lambda noise, hyper: None, "expected a dict of arrays"),
        (lambda noise, hyper: {"y": torch.zeros(3)}, r"its result is \['y'\], expected"),
        (
            lambda noise, hyper: {**BEND.compute(noise, hyper), "y": torch.zeros(3)},
            r"result\['y'\] is \(3,\), expected shape \(101,\)",
        ),
    ],
)
def test_a_wrong_function_is_named_in_words(compute: Any, words: str) -> None:
    with pytest.raises(EngineError, match=words) as caught:
        ArrayEngine(BEND, compute=compute).compute({})
    assert caught.value.code == "python-error"


def test_functions_that_cannot_be_called_are_refused_at_once() -> None:
    with pytest.raises(TypeError, match=r"compute: got .* expected compute\(noise, hyper\)"):
        LabWidget(BEND, edited={"compute": lambda x: x})
    with pytest.raises(TypeError, match=r"expected compute\(ridge, rank\)"):
        LabWidget(SHRINK, edited={"compute": lambda ridge: {}})
    with pytest.raises(TypeError, match="got a function step, expected one of compute"):
        LabWidget(BEND, edited={"step": lambda x: x})


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"at": 9}, "at: got 9, expected a number from -5 to 5"),
        ({"count": 4}, "count: got 4, expected one of 3, 6, 12"),
        ({"speed": 1}, "has no control 'speed'"),
    ],
)
def test_wrong_settings_are_refused_in_words(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(EngineError, match=re.escape(words)) as caught:
        ArrayEngine(BEND).compute(settings)
    assert caught.value.code == "bad-setting"
    reply, _ = answer(BEND)("compute", settings=settings)
    assert reply["error"]["code"] == "bad-setting"


def test_a_training_method_is_refused() -> None:
    reply, _ = answer(BEND)("step", n=1, live={})
    assert "expected one of load, compute, dispose" in reply["error"]["message"]["en"]


# Labs that are described wrongly


def test_a_table_needs_finite_controls() -> None:
    at = next(control for control in BEND.controls if isinstance(control, Slider))
    with pytest.raises(TypeError, match="at is a slider over a range, expected a select"):
        change(SHRINK, controls=(*SHRINK.controls, at))


def test_noise_needs_a_seed() -> None:
    controls = tuple(control for control in BEND.controls if control.name != "seed")
    with pytest.raises(ValueError, match="got noise and no seed"):
        change(BEND, controls=controls)
    assert change(BEND, controls=controls, noise={}).noise == {}
    assert isinstance(BEND.noise["e"], Noise)


def test_a_chart_of_what_there_is_not_is_refused() -> None:
    axis = Axis(label=name("x", "x"))
    lost = curves(
        "lost", HELP, Curve(y="nowhere", label=HELP, color="train", x="k"), x=axis, y=axis
    )
    with pytest.raises(ValueError, match=r"chart 'lost' draws \['nowhere'\]"):
        pack(change(SHRINK, charts=(lost,)))
    with pytest.raises(ValueError, match=r"chart 'lost' draws \['k', 'nowhere'\]"):
        check_charts(change(BEND, charts=(lost,)), BEND.settings())


def test_a_table_whose_arrays_change_their_shape_is_refused() -> None:
    lab = change(SHRINK, compute=lambda *, ridge, rank: {"k": [1], "kept": [0] * rank, "total": 1})
    with pytest.raises(ValueError, match=r"at \{.*'rank': 4\} got .* expected"):
        pack(lab)


def test_a_table_that_is_too_large_is_refused() -> None:
    generator = np.random.default_rng(0)

    def compute(*, ridge, rank):
        return {"k": [1], "kept": generator.normal(size=40_000), "total": 1}

    with pytest.raises(ValueError, match="expected at most 300,000"):
        pack(change(SHRINK, compute=compute))


def test_descriptions_check_their_words() -> None:
    text = Text(zh="一", en="one")
    with pytest.raises(ValueError, match="style: got 'area', expected one of line"):
        Curve(y="y", label=text, color="train", style="area")
    with pytest.raises(ValueError, match="mark: got neither x nor y"):
        Mark(label=text)
    with pytest.raises(ValueError, match="scale: got 'rainbow'"):
        heat("m", text, value="m", label=text, x=text, y=text, scale="rainbow")
    stops = Stops(name="n", label=text, help=text, values=(1, 2.5, 10), value=1)
    assert stops.check(2.5) == 2.5 and stops.to_json()["integer"] is False
    for wrong in (2, True, "1"):
        with pytest.raises(ValueError, match=r"n: got .*, expected one of 1, 2\.5, 10"):
            stops.check(wrong)
    assert isinstance(BEND, CurveLab) and isinstance(SHRINK, TableLab)
