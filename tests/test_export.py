"""The built graphs compute what the PyTorch functions compute, and are fresh."""

from __future__ import annotations

import gzip
from functools import partial

import onnx
import pytest
import torch

from mlpbook import labs
from mlpbook.labs import compare as compare_module
from mlpbook.labs.base import BUILT, Described
from mlpbook.labs.compare import ExportError, check_all, compare
from mlpbook.labs.curves import CurveLab, TableLab
from mlpbook.labs.lab import Lab
from mlpbook.labs.program import FUNCTIONS, Settings, graph_name
from mlpbook.labs.table import look_up
from mlpbook.labs.trace import example_inputs, flat_call, to_onnx

LABS: list[Described] = [labs.get(name) for name in labs.names()]
ALL = [
    pytest.param(lab, function, variant, id=f"{lab.name}-{graph_name(function, variant)}")
    for lab in LABS
    if isinstance(lab, Lab)
    for function in FUNCTIONS
    if lab.program.function(function)
    for variant in lab.variants(function)
]
CURVES = [
    pytest.param(lab, variant, id=f"{lab.name}-{graph_name('compute', variant)}")
    for lab in LABS
    if isinstance(lab, CurveLab)
    for variant in lab.variants()
]
TABLES = [lab for lab in LABS if isinstance(lab, TableLab)]


def built(lab: Described, function: str, variant: Settings) -> onnx.ModelProto:
    return onnx.load(BUILT / lab.name / graph_name(function, variant))


@pytest.mark.parametrize(("lab", "function", "variant"), ALL)
def test_built_graph_is_the_function(lab: Lab, function: str, variant: Settings) -> None:
    """Over widths 1, 7 and 256 (or the most there is), batches 1, 7 and 256, and five steps."""
    averages_whole_layers = (lab.name, function) == ("dropout", "evaluate")  # 1.4e-5 measured
    limit = compare_module.TOLERANCE if averages_whole_layers else 1e-5
    assert compare(lab, function, variant, built(lab, function, variant)) < limit


@pytest.mark.parametrize(("lab", "variant"), CURVES)
def test_built_curve_graph_is_the_function(lab: CurveLab, variant: Settings) -> None:
    """With each slider at its ends and in between."""
    model = built(lab, "compute", variant)
    assert compare_module.compare_curves(lab, variant, model) < 2e-5
    assert {node.domain for node in model.graph.node} <= {""}


@pytest.mark.parametrize("lab", TABLES, ids=lambda lab: lab.name)
def test_built_table_holds_what_python_computes(lab: TableLab) -> None:
    """At eight points of the grid, spread over it."""
    packed = (BUILT / lab.name / "table.bin.gz").read_bytes()
    points = lab.points()
    for point in points[:: -(-len(points) // 8)]:
        found = look_up(lab, packed, point)
        for name, array in lab.arrays(point).items():
            torch.testing.assert_close(
                torch.tensor(found[name]), array, rtol=1e-5, atol=1e-6, equal_nan=True
            )


@pytest.mark.parametrize(("lab", "function", "variant"), ALL)
def test_built_graph_has_standard_operators_only(
    lab: Lab, function: str, variant: Settings
) -> None:
    model = built(lab, function, variant)
    assert {node.domain for node in model.graph.node} <= {""}
    assert [one.domain for one in model.opset_import] == [""]
    assert model.ByteSize() < 40_000


@pytest.mark.parametrize("lab", LABS, ids=labs.names())
def test_folder_holds_every_file_and_nothing_else(lab: Described) -> None:
    program = lab.program_json()
    files = {graph["file"] for graph in program.get("graphs", ())} | {program.get("file")} - {None}
    names = {path.name for path in (BUILT / lab.name).iterdir()}
    assert names == {"spec.json", "picture.svg"} | files
    written = [path.read_bytes() for path in (BUILT / lab.name).iterdir()]
    if lab.name == "descent_race":  # forty steps of five optimisers, unrolled: 804 kB, 151 kB sent
        assert sum(len(gzip.compress(data)) for data in written) < 160_000
    else:
        assert sum(map(len, written)) < 500_000


def test_exporting_again_gives_the_built_graph() -> None:
    """The committed file is what the sources give, whatever their hash says."""
    lab, variant = labs.get("fashion_mlp"), {"num_layers": 2}
    settings = {**lab.settings({"num_hiddens": 13}), **variant}
    inputs = example_inputs(lab, "step", settings, batch=17)
    call = partial(flat_call, lab, "step", variant)
    again = to_onnx(call, inputs, {"hidden": 13, "batch": 17})
    old = built(lab, "step", variant)
    assert [node.op_type for node in again.graph.node] == [node.op_type for node in old.graph.node]


def test_a_wrong_graph_fails_the_export() -> None:
    """The update's sign turned round: the comparison must see it."""
    lab, variant = labs.get("playground"), {"num_layers": 1, "activation": "relu"}
    model = built(lab, "step", variant)
    subtraction = next(
        node for node in model.graph.node if "next.W1" in node.output and node.op_type == "Sub"
    )
    subtraction.op_type = "Add"
    with pytest.raises(ExportError, match=r"next\.W1 differs by"):
        compare(lab, "step", variant, model)


def test_a_missing_output_fails_the_export() -> None:
    with pytest.raises(ExportError, match="got outputs"):
        check_all({"metrics.loss": torch.zeros(())}, {}, "here")


def test_not_a_number_fails_the_export() -> None:
    nan = torch.tensor(float("nan"))
    with pytest.raises(ExportError, match="differs by nan"):
        check_all({"metrics.loss": torch.zeros(())}, {"metrics.loss": nan}, "here")


def test_the_comparison_moves_every_number_off_its_neutral_value() -> None:
    """With dropout 0 a graph that ignored its masks would pass."""
    lab = labs.get("fashion_mlp")
    for case in compare_module.cases(lab, {"num_layers": 1}):
        inputs = example_inputs(lab, "step", case.settings, batch=200)
        dropped = inputs["noise.drop1"] < float(case.settings["dropout"])
        assert 0 < float(dropped.float().mean()) < 1
