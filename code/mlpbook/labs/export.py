"""Build the labs' files for the page: `python -m mlpbook.labs.export [NAME...]`.

For each lab: spec.json, a picture of its default settings, and what the page's engine needs: one
graph for every function and choice of its variants, compared with PyTorch before it is written, or
the table of a table lab.
"""

import sys
import time
from functools import partial

from mlpbook.labs import get, names, picture, picture_arrays
from mlpbook.labs.base import BUILT, Described, dump
from mlpbook.labs.charts import array_names
from mlpbook.labs.compare import compare, compare_curves
from mlpbook.labs.curves import TABLE_FILE, ArrayLab, CurveLab, TableLab
from mlpbook.labs.lab import Lab
from mlpbook.labs.program import FUNCTIONS, graph_name
from mlpbook.labs.table import pack
from mlpbook.labs.trace import curve_call, curve_inputs, example_inputs, flat_call, to_onnx

# Sizes to trace at: unlike each other and all fixed sizes, so that none is taken for another.
TRACE_WIDTH, TRACE_BATCH = 13, 17
Graphs = dict[str, tuple[bytes, float]]


def graphs(lab: Lab) -> Graphs:
    """Every graph of a training lab by its file name, and how far it is from PyTorch.

    Raises:
        ExportError: a graph differs from its function.
    """
    built = {}
    sizes = {name: TRACE_WIDTH for name in lab.program.sizes} | {"batch": TRACE_BATCH}
    for function in FUNCTIONS:
        if lab.program.function(function) is None:
            continue
        for fixed in lab.variants(function):
            settings = {**lab.settings({"num_hiddens": TRACE_WIDTH}), **fixed}
            inputs = example_inputs(lab, function, settings, batch=TRACE_BATCH)
            model = to_onnx(partial(flat_call, lab, function, fixed), inputs, sizes)
            difference = compare(lab, function, fixed, model)
            built[graph_name(function, fixed)] = (model.SerializeToString(), difference)
    return built


def curve_graphs(lab: CurveLab) -> Graphs:
    """The same of a curve lab, whose one function is `compute`.

    Raises:
        ExportError: a graph differs from `compute`.
        ValueError: a chart draws an array that `compute` does not give.
    """
    built = {}
    for fixed in lab.variants():
        settings = {**lab.settings(), **fixed}
        check_charts(lab, settings)
        model = to_onnx(partial(curve_call, lab, fixed), curve_inputs(lab, settings), {})
        difference = compare_curves(lab, fixed, model)
        built[graph_name("compute", fixed)] = (model.SerializeToString(), difference)
    return built


def check_charts(lab: ArrayLab, settings: dict) -> None:
    """Every array that a chart draws is there."""
    found = set(lab.arrays(settings))
    for chart in lab.charts:
        if missing := array_names(chart) - found:
            raise ValueError(
                f"lab {lab.name!r}: chart {chart.name!r} draws {sorted(missing)}; "
                f"compute gives {sorted(found)}"
            )


def build(lab: Described) -> None:
    """Write all files of one lab, and remove those that are no more."""
    start = time.perf_counter()
    files, done = content(lab)
    files["spec.json"] = dump(lab.to_json()).encode()
    folder = BUILT / lab.name
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if path.name not in files:
            path.unlink()
    for name, written in files.items():
        (folder / name).write_bytes(written)
    size = sum(map(len, files.values()))
    print(f"{lab.name}: {done}, {size / 1000:.0f} kB, {time.perf_counter() - start:.0f} s")


def content(lab: Described) -> tuple[dict[str, bytes], str]:
    """The picture and the graphs or the table, by file name, and a word on them."""
    if isinstance(lab, TableLab):
        drawn = picture_arrays.draw(lab)
        return {TABLE_FILE: pack(lab), "picture.svg": drawn.encode()}, f"{len(lab.points())} points"
    if isinstance(lab, CurveLab):
        built, drawn = curve_graphs(lab), picture_arrays.draw(lab)
    else:
        assert isinstance(lab, Lab)
        built, drawn = graphs(lab), picture.draw(lab)
    worst = max(difference for _, difference in built.values())
    files = {name: graph for name, (graph, _) in built.items()}
    said = f"{len(built)} graphs, at most {worst:.1e} from PyTorch"
    return {**files, "picture.svg": drawn.encode()}, said


def main(arguments: list[str]) -> None:
    """Build the labs named, or all."""
    for name in arguments or names():
        build(get(name))


if __name__ == "__main__":
    main(sys.argv[1:])
