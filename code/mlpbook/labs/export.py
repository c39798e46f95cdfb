"""Build the labs' files for the page: `python -m mlpbook.labs.export [NAME...]`.

For each lab: spec.json, one graph for every function and choice of its variants, compared with
PyTorch before it is written, and a picture of a run with the default settings.
"""

import sys
import time

from mlpbook.labs import get, names
from mlpbook.labs.compare import compare
from mlpbook.labs.lab import BUILT, Lab, dump
from mlpbook.labs.picture import draw
from mlpbook.labs.program import FUNCTIONS, graph_name
from mlpbook.labs.trace import example_inputs, to_onnx

# Sizes to trace at: unlike each other and all fixed sizes, so that none is taken for another.
TRACE_WIDTH, TRACE_BATCH = 13, 17


def graphs(lab: Lab) -> dict[str, tuple[bytes, float]]:
    """Every graph of a lab by its file name, and how far it is from PyTorch.

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
            model = to_onnx(lab, function, fixed, inputs, sizes)
            difference = compare(lab, function, fixed, model)
            built[graph_name(function, fixed)] = (model.SerializeToString(), difference)
    return built


def build(lab: Lab) -> None:
    """Write all files of one lab, and remove those of graphs that are no more."""
    folder = BUILT / lab.name
    folder.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()
    built = graphs(lab)
    for path in folder.glob("*.onnx"):
        if path.name not in built:
            path.unlink()
    for name, (content, _) in built.items():
        (folder / name).write_bytes(content)
    (folder / "spec.json").write_text(dump(lab.to_json()), encoding="utf-8")
    (folder / "picture.svg").write_text(draw(lab), encoding="utf-8")
    size = sum(path.stat().st_size for path in folder.iterdir())
    worst = max(difference for _, difference in built.values())
    print(
        f"{lab.name}: {len(built)} graphs, at most {worst:.1e} from PyTorch, "
        f"{size / 1000:.0f} kB, {time.perf_counter() - start:.0f} s"
    )


def main(arguments: list[str]) -> None:
    """Build the labs named, or all."""
    for name in arguments or names():
        build(get(name))


if __name__ == "__main__":
    main(sys.argv[1:])
