"""The lab in a kernel, driven by messages as its front end drives it."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from typing import Any, cast
from xml.etree import ElementTree

import numpy as np
import pytest
import torch

from mlpbook import labs
from mlpbook.labs.engine import KernelEngine
from mlpbook.labs.errors import EngineError
from mlpbook.labs.widget import LabWidget


class FrontEnd:
    """Sends a widget what the front end sends, and keeps what comes back."""

    def __init__(self, widget: LabWidget, view: str = "view") -> None:
        self.widget, self.view, self.calls = widget, view, 0
        self.replies: list[tuple[dict[str, Any], list[bytes]]] = []
        widget.send = lambda content, buffers=None: self.replies.append((content, buffers or []))

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """One message there and one back; the arrays unpacked from the buffers."""
        self.calls += 1
        message = {"id": f"{self.view}.{self.calls}", "method": method, "params": params}
        self.widget._handle_custom_msg(json.loads(json.dumps(message)), [])
        content, buffers = self.replies.pop()
        assert not self.replies
        json.dumps(content, allow_nan=False)
        assert content["id"] == message["id"]
        for head, buffer in zip(content.get("arrays", ()), buffers, strict=True):
            array = np.frombuffer(buffer, head["dtype"]).reshape(head["shape"])
            content.setdefault("unpacked", {})[head["name"]] = array
        return content

    def run(self, steps: int, **settings: Any) -> list[dict[str, Any]]:
        assert "error" not in self.ask("load")
        assert "error" not in self.ask("init", settings=settings)
        return self.ask("step", n=steps, live={})["result"]["steps"]


@pytest.fixture
def front_end() -> FrontEnd:
    return FrontEnd(labs.show("playground"))


def own_step(name: str) -> Any:
    return labs.get(name).program.step


def test_a_run_from_load_to_the_end(front_end: FrontEnd) -> None:
    assert front_end.ask("load")["result"] == {"engine": "kernel"}
    length = front_end.ask("init", settings={"batch_size": 50, "seed": 1})["result"]
    assert length == {"total_steps": 3000, "steps_per_epoch": 4}
    answer = front_end.ask("step", n=7, live={"lr": 0.2})["result"]
    assert [step["step"] for step in answer["steps"]] == list(range(1, 8))
    assert answer["steps"][3]["epoch"] == 1.0
    assert not answer["done"]
    assert set(answer["steps"][0]["metrics"]) == {"loss", "accuracy"}
    assert front_end.ask("dispose")["result"] == {}
    assert front_end.ask("step", n=1, live={})["error"]["code"] == "bad-setting"


def test_a_run_ends_after_its_last_epoch_with_a_smaller_batch() -> None:
    front_end = FrontEnd(labs.show("fashion_mlp"))
    settings = {"num_images": 1000, "batch_size": 512, "num_epochs": 2, "num_hiddens": 4}
    assert len(front_end.run(100, **settings)) == 4
    assert front_end.ask("step", n=1, live={})["result"] == {"steps": [], "done": True}


def test_charts_get_their_arrays(front_end: FrontEnd) -> None:
    front_end.run(5, num_hiddens=3, num_layers=2)
    answer = front_end.ask("evaluate", what=["region", "units"])
    arrays = answer["unpacked"]
    assert arrays["grid"].shape == (48, 48)
    assert 0 <= arrays["grid"].min() <= arrays["grid"].max() <= 1
    assert arrays["hidden_1"].shape == arrays["hidden_2"].shape == (3, 48, 48)
    assert arrays["points"].shape == (200, 2)
    assert set(arrays["point_labels"].tolist()) == {0, 1}
    assert arrays["extent"].tolist() == pytest.approx([-1.8, 1.8, -1.8, 1.8])
    assert set(answer["result"]["metrics"]) == {"validation_loss", "validation_accuracy"}
    assert front_end.ask("evaluate", what=[])["result"]["arrays"] == {}


def test_rows_of_the_grid_go_up_the_y_axis() -> None:
    """A network that looks at y alone: probability grows with the row and with no column."""
    engine = KernelEngine(labs.get("playground"))
    engine.init({"num_hiddens": 1})
    run = engine._run
    assert run is not None
    run.state = {
        "W1": torch.tensor([[0.0], [1.0]]),
        "b1": torch.tensor([5.0]),
        "W2": torch.tensor([[0.0, 1.0]]),
        "b2": torch.tensor([0.0, -5.0]),
    }
    grid = engine.evaluate(["region"])[1]["grid"]
    assert (grid[1:] > grid[:-1]).all()
    assert torch.allclose(grid, grid[:, :1].expand_as(grid))


def test_images_come_with_predictions() -> None:
    front_end = FrontEnd(labs.show("fashion_mlp"))
    front_end.run(2, num_images=1000, num_hiddens=8, centre=True)
    arrays = front_end.ask("evaluate", what=["predictions"])["unpacked"]
    assert arrays["pixels"].shape == (24, 28, 28) and arrays["pixels"].dtype == np.uint8
    assert arrays["pixels"].max() == 255
    assert arrays["labels"].shape == arrays["predictions"].shape == (24,)
    assert (arrays["confidence"] > 0.09).all()


def test_same_seed_same_run_and_init_starts_afresh(front_end: FrontEnd) -> None:
    first = front_end.run(5, seed=3)
    assert front_end.run(5, seed=3) == first
    assert front_end.run(5, seed=4) != first


def test_live_controls_change_the_next_step(front_end: FrontEnd) -> None:
    plain = front_end.run(6)
    front_end.run(3)
    steps = front_end.ask("step", n=3, live={"lr": 0.001})["result"]["steps"]
    assert steps[0] == plain[3]  # its metrics are those before the update
    assert steps[1] != plain[4]


def test_two_views_do_not_disturb_each_other() -> None:
    widget = labs.show("playground")
    one = FrontEnd(widget, "one")
    expected = one.run(6)
    one.ask("init", settings={})
    first = one.ask("step", n=3, live={})["result"]["steps"]
    other = FrontEnd(widget, "other")
    other.run(10, seed=9)
    other.ask("dispose")
    one = FrontEnd(widget, "one")
    assert first + one.ask("step", n=3, live={})["result"]["steps"] == expected


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("init", {"settings": {"lr": 99}}),
        ("init", {"settings": {"speed": 1}}),
        ("init", {"settings": {"num_hiddens": "many"}}),
        ("step", {"n": 1, "live": {"num_hiddens": 3}}),
        ("step", {"n": 1, "live": {"lr": -1}}),
        ("explode", {}),
    ],
)
def test_wrong_messages_are_answered_in_words(
    front_end: FrontEnd, method: str, params: dict[str, Any]
) -> None:
    front_end.run(1)
    error = front_end.ask(method, **params)["error"]
    assert error["code"] == "bad-setting"
    assert error["message"]["zh"] and error["message"]["en"]


def test_malformed_parameters_are_answered_too(front_end: FrontEnd) -> None:
    assert front_end.ask("init", nonsense=1)["error"]["message"]["en"]


def test_divergence_is_said_in_words_after_the_steps_that_went_well() -> None:
    front_end = FrontEnd(labs.show("fashion_mlp"))
    settings = {"lr": 5.0, "init": "he", "num_layers": 3, "num_images": 1000}
    steps = front_end.run(100, **settings)
    assert 0 < len(steps) < 100
    for _ in range(2):
        error = front_end.ask("step", n=100, live={})["error"]
        assert error["code"] == "not-a-number"
        assert f"At step {len(steps) + 1}, loss" in error["message"]["en"]
    assert len(front_end.run(3)) == 3  # a fresh run is sound again


def test_an_edited_step_trains() -> None:
    def step(state, batch, noise, hyper):
        new_state, metrics = own_step("playground")(state, batch, noise, hyper)
        signs = {
            name: state[name] - 0.01 * (state[name] - new_state[name]).sign() for name in state
        }
        return signs, metrics

    widget = labs.show("playground", step=step)
    steps = FrontEnd(widget).run(200)
    assert steps != FrontEnd(labs.show("playground")).run(200)
    assert steps[-1]["metrics"]["loss"] < steps[0]["metrics"]["loss"]


def test_edited_init_and_evaluate_are_used() -> None:
    program = labs.get("playground").program

    def init(noise, hyper):
        return {name: 0 * W for name, W in program.init(noise, hyper).items()}

    def evaluate(state, data, hyper):
        return {"validation_loss": 1.5, "validation_accuracy": torch.tensor(0.25)}

    front_end = FrontEnd(labs.show("playground", init=init, evaluate=evaluate))
    [first] = front_end.run(1)
    assert first["metrics"]["loss"] == pytest.approx(np.log(2))
    answer = front_end.ask("evaluate", what=["region"])
    assert answer["result"]["metrics"] == {"validation_loss": 1.5, "validation_accuracy": 0.25}
    assert answer["unpacked"]["grid"].shape == (48, 48)


def raises(state, batch, noise, hyper):
    raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")


def returns_nothing(state, batch, noise, hyper):
    own_step("playground")(state, batch, noise, hyper)


def forgets_metrics(state, batch, noise, hyper):
    return own_step("playground")(state, batch, noise, hyper)[0], {"loss": 1.0}


def loses_a_weight(state, batch, noise, hyper):
    state, metrics = own_step("playground")(state, batch, noise, hyper)
    return {name: state[name] for name in state if name != "b1"}, metrics


def changes_a_shape(state, batch, noise, hyper):
    state, metrics = own_step("playground")(state, batch, noise, hyper)
    return {**state, "W1": state["W1"].T}, metrics


def returns_a_vector(state, batch, noise, hyper):
    state, metrics = own_step("playground")(state, batch, noise, hyper)
    return state, {**metrics, "loss": torch.ones(3)}


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (raises, "RuntimeError: mat1 and mat2 shapes cannot be multiplied (line"),
        (returns_nothing, "it returned None, expected (state, metrics)"),
        (forgets_metrics, "its metrics are ['loss'], expected at least ['accuracy', 'loss']"),
        (loses_a_weight, "its state is ['W1', 'W2', 'b2'], expected ['W1', 'W2', 'b1', 'b2']"),
        (changes_a_shape, "state['W1'] is (8, 2), expected shape (2, 8)"),
        (returns_a_vector, "metric 'loss' has shape (3,), expected one number"),
    ],
)
def test_a_wrong_step_is_explained(step: Any, words: str) -> None:
    front_end = FrontEnd(labs.show("playground", step=step))
    front_end.ask("init", settings={})
    error = front_end.ask("step", n=5, live={})["error"]
    assert error["code"] == "python-error"
    assert "function step" in error["message"]["en"] and words in error["message"]["en"]
    assert "step函数" in error["message"]["zh"] and words in error["message"]["zh"]


def test_what_is_no_step_is_refused_when_the_lab_is_made() -> None:
    with pytest.raises(TypeError, match=r"step: got 5, expected a function step\(state, batch, "):
        labs.show("playground", step=cast(Any, 5))
    with pytest.raises(TypeError, match=r"step: got a function with parameters \(x\)"):
        labs.show("playground", step=lambda x: x)


@pytest.mark.parametrize("wrong", [{"lr": 77}, {"speed": 1}, {"hide": ("speed",)}])
def test_wrong_options_are_refused_when_the_lab_is_made(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"lr: got 77|has no control 'speed'"):
        labs.show("fashion_mlp", **wrong)


def test_the_widget_tells_the_front_end_its_kind_spec_and_options() -> None:
    widget = labs.show("fashion_mlp", lr=0.5, hide=("seed",), compact=True)
    state = widget.get_state()
    assert state["kind"] == "lab"
    assert state["spec"]["name"] == "fashion_mlp"
    assert "program" not in state["spec"]
    assert state["options"] == {"values": {"lr": 0.5}, "hide": ["seed"], "compact": True}
    json.dumps({name: state[name] for name in ("kind", "spec", "options", "picture")})


def test_the_stored_output_is_complete_html_and_the_same_each_time() -> None:
    widget = labs.show("playground", dataset="xor", hide=("seed",))
    data, _ = widget._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    html = data["text/html"]
    assert html == labs.show("playground", dataset="xor", hide=("seed",)).html()
    root = ElementTree.fromstring(html.replace("><figcaption>", "/><figcaption>"))
    assert root.attrib["class"] == "mlp-lab" and root.attrib["data-lab"] == "playground"
    options = json.loads(root.attrib["data-options"])
    assert options == {"values": {"dataset": "xor"}, "hide": ["seed"]}
    image = root.find("figure/img")
    assert image is not None and len(image.attrib["alt"]) > 40
    head, content = image.attrib["src"].split(",")
    assert head == "data:image/svg+xml;base64"
    ElementTree.fromstring(base64.b64decode(content))
    languages = [part.attrib["lang"] for part in root.findall("figure/figcaption/div")]
    assert languages == ["zh-Hans", "en"]
    assert data["text/plain"].startswith(labs.get("playground").title.zh)


@pytest.mark.parametrize("name", labs.names())
def test_the_stored_output_is_small(name: str) -> None:
    assert len(labs.show(name).html()) < 60_000


def test_a_lab_with_an_edited_step_is_not_brought_to_life_on_a_page() -> None:
    """The page has only the lab's own functions; it would train something else than it shows."""
    html = labs.show("playground", step=own_step("playground")).html()
    assert "mlp-lab" not in html and "<figure>" in html and "JupyterLab" in html


def test_engine_errors_have_a_known_code() -> None:
    from mlpbook.labs.spec import Text

    with pytest.raises(ValueError, match="code: got 'oops'"):
        EngineError("oops", Text(zh="一", en="one"))


def test_a_notebook_needs_no_exporter() -> None:
    """`pip install ./code` brings no onnx; labs must run all the same."""
    code = (
        "import sys; sys.modules.update(onnx=None, onnxruntime=None, onnxscript=None)\n"
        "from mlpbook import labs\n"
        "widget = labs.show('playground')\n"
        "widget._handle_custom_msg({'id': 'a.1', 'method': 'init', 'params': {'settings': {}}}, [])"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)
