"""Section 4.1: regions are cut right, drawings hold what they say, experiments run again."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch

from mlpbook import experiments, layers, plot
from mlpbook.experiments import section_4_1
from mlpbook.labs import activations as activation_lab, regions as regions_lab
from mlpbook.regions import area, linear_regions

pytestmark = pytest.mark.usefixtures("one_thread")

FAR = (-1e4, 1e4, -1e4, 1e4)


def network(*sizes: int, seed: int = 0) -> list[torch.Tensor]:
    g = torch.Generator().manual_seed(seed)
    params = [p.detach().double() for p in layers.mlp_params(sizes, generator=g)]
    return [p + 0.5 * torch.randn(p.shape, generator=g) if p.ndim == 1 else p for p in params]


@pytest.mark.parametrize("h", [1, 2, 3, 5, 8])
@pytest.mark.parametrize("seed", [0, 1])
def test_lines_in_general_position_cut_as_many_pieces_as_the_formula_says(h, seed):
    assert len(linear_regions(network(2, h, 1, seed=seed), box=FAR)) == 1 + h + math.comb(h, 2)


@pytest.mark.parametrize("sizes", [(2, 6, 1), (2, 6, 6, 3), (2, 4, 4, 4, 1), (2, 1)])
@pytest.mark.parametrize("slope", [0.0, 0.25, -1.0])
def test_regions_tile_the_box_and_carry_the_network(sizes, slope):
    params = network(*sizes)
    pieces = linear_regions(params, slope=slope)
    assert sum(area(p.corners) for p in pieces) == pytest.approx(16, rel=1e-9)
    for p in pieces:
        x = torch.cat([p.corners, p.corners.mean(0, keepdim=True)])
        net = layers.mlp(x, params, activation=lambda z: torch.where(z > 0, z, slope * z))
        torch.testing.assert_close(x @ p.A + p.c, net, rtol=1e-7, atol=1e-7)


def test_regions_are_the_patterns():
    """Every region has a pattern of its own, and random points meet no other."""
    params = network(2, 5, 5, 1)

    def patterns(x: torch.Tensor) -> set[tuple[bool, ...]]:
        H = torch.relu(x @ params[0] + params[1])
        on = torch.cat([H > 0, H @ params[2] + params[3] > 0], 1)
        return {tuple(row) for row in on.unique(dim=0).tolist()}

    pieces = linear_regions(params)
    centres = patterns(torch.stack([p.corners.mean(0) for p in pieces]))
    x = 4 * torch.rand(20_000, 2, generator=torch.Generator().manual_seed(0)).double() - 2
    assert len(centres) == len(pieces)
    assert patterns(x) <= centres


@pytest.mark.parametrize(
    ("params", "box", "message"),
    [
        ([torch.ones(3, 2), torch.ones(2)], (-1, 1, -1, 1), r"params: got shapes .*\(2, h\)"),
        ([torch.ones(2, 2)], (-1, 1, -1, 1), "params: got shapes"),
        ([torch.ones(2, 2), torch.ones(2)], (1, -1, -1, 1), "box: got .* expected left < right"),
    ],
)
def test_what_is_no_network_in_the_plane_is_named(params, box, message):
    with pytest.raises(ValueError, match=message):
        linear_regions(params, box=box)


def test_a_drawn_network_has_a_line_for_every_weight():
    ax = plot.network((4, 5, 3))
    assert len(ax.lines) == 35
    assert [text.get_text() for text in ax.texts] == ["4 inputs", "5 hidden", "3 outputs"]
    with pytest.raises(ValueError, match="expected at least inputs and outputs"):
        plot.network((4,))


def test_drawn_functions_have_their_slopes():
    ax = plot.functions({"square": torch.square, "sine": torch.sin}, reach=2)
    x, y = (np.asarray(values) for values in ax.lines[1].get_data())
    assert y == pytest.approx(2 * x)
    assert len(ax.figure.axes) == 4  # one row of four, two of them empty


def test_drawn_regions_are_the_polygons():
    pieces = linear_regions(network(2, 3, 1))
    assert len(plot.regions(pieces).patches) == len(pieces)
    with pytest.raises(ValueError, match="got none"):
        plot.regions([])


NAMES = activation_lab.LAB.control("activation").choices() or ()
TORCH = {
    "sigmoid": torch.sigmoid, "tanh": torch.tanh, "hard_tanh": torch.nn.functional.hardtanh,
    "softsign": torch.nn.functional.softsign, "relu": torch.relu,
    "leaky": torch.nn.functional.leaky_relu, "softplus": torch.nn.functional.softplus,
    "gelu": torch.nn.functional.gelu, "prelu": lambda z: torch.where(z > 0, z, 0.5 * z),
    "swish": lambda z: z * torch.sigmoid(0.5 * z),
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_the_labs_activations_are_torchs(name):
    found = activation_lab.LAB.arrays({"activation": name, "at": 1.5, "parameter": 0.5})
    x = found["x"].double().requires_grad_()
    y = TORCH[name](x)
    (slope,) = torch.autograd.grad(y.sum(), x)
    torch.testing.assert_close(found["y"].double(), y.detach(), rtol=1e-5, atol=1e-6)
    torch.testing.assert_close(found["slope"].double(), slope, rtol=1e-4, atol=1e-6)
    at = torch.tensor(1.5).double()
    torch.testing.assert_close(found["f_at"].double(), TORCH[name](at), rtol=1e-5, atol=1e-6)
    assert found["ten"].item() == pytest.approx(found["slope_at"].item() ** 10, rel=1e-4)


def test_notes_of_the_activation_lab_hold():
    def slope(**values):
        settings = activation_lab.LAB.settings(values)
        return activation_lab.LAB.arrays(settings)["slope_at"].item()

    assert slope(activation="sigmoid", at=0.0) == 0.25 and 0.25**10 < 1e-6
    assert slope(activation="tanh", at=3.0) < 0.01 < 0.0625
    assert slope(activation="softsign", at=3.0) == pytest.approx(0.0625)
    assert slope(activation="relu", at=-2.0) == 0
    assert slope(activation="leaky", at=-2.0) == pytest.approx(0.01)
    assert slope(activation="prelu", at=-2.0, parameter=-1.0) == -1
    dip = activation_lab.LAB.arrays({"activation": "swish", "at": -1.28, "parameter": 1.0})
    assert abs(dip["slope_at"].item()) < 1e-3 and dip["f_at"].item() == pytest.approx(
        -0.28, abs=2e-3
    )


def counts(width: int, depth: int) -> list[int]:
    return [regions_lab.compute(width=width, depth=depth, seed=seed)["pieces"] for seed in range(5)]


def test_notes_of_the_region_lab_hold():
    one, two, four = counts(16, 1), counts(8, 2), counts(4, 4)
    assert (min(one), max(one)) == (97, 121)
    assert (min(two), max(two)) == (79, 121)
    assert (min(four), max(four)) == (29, 82)


@pytest.mark.slow
def test_the_note_on_the_largest_network_holds():
    found = counts(16, 4)
    assert (min(found), max(found)) == (995, 2293)


def test_the_region_labs_map_has_one_height_a_piece():
    found = regions_lab.compute(width=4, depth=1, seed=0)
    assert len(found["map"].unique()) <= found["pieces"] <= found["one_layer"] == 11


COUNTS = {"linear": 15, "activations": 15, "grid": 45, "noisy": 15, "depth": 60, "width": 30}


@pytest.mark.parametrize("name", COUNTS)
def test_result_is_whole(name):
    result = experiments.load_result("4_1", name)
    made = {json.dumps([run["setting"], run["seed"]]) for run in result["runs"]}
    assert len(made) == len(result["runs"]) == COUNTS[name]
    assert name in result["command"]


def test_stored_runs_hold():
    """The cheapest run of each experiment on made data comes out as stored."""
    again = {
        "noisy": section_4_1.noisy_run("relu", 0),
        "depth": section_4_1.depth_run(1, "torch", 0),
        "width": section_4_1.width_run(1, 0),
    }
    for name, run in again.items():
        stored = experiments.load_result("4_1", name)["runs"][0]
        assert stored["setting"] == run["setting"] and stored["seed"] == 0
        for key, value in run.items():
            if key not in ("setting", "seed"):
                assert value == pytest.approx(stored[key], abs=0.01)


@pytest.mark.slow
def test_stored_fashion_run_holds():
    stored = experiments.load_result("4_1", "grid")["runs"][0]
    again = section_4_1.fashion_run((784, 16, 10), "relu", 0, lr=0.003, num_train=2000)
    assert again["validation_accuracy"] == pytest.approx(stored["validation_accuracy"], abs=0.01)


def test_command_writes_a_result(tmp_path: Path, monkeypatch):
    run = {"setting": {"depth": 1}, "seed": 0, "train_mse": 0.5}
    monkeypatch.setitem(section_4_1.EXPERIMENTS, "depth", lambda: [run])
    section_4_1.main(["depth", "--folder", str(tmp_path)])
    written = json.loads((tmp_path / "4_1" / "depth.json").read_text(encoding="utf-8"))
    assert written["runs"] == [run] and written["torch"] == torch.__version__
