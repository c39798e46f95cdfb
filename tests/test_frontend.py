"""The front end: its own tests, and that the built files are what its sources make."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
from pathlib import Path

import pytest

import mlpbook
from tools import frontend

STATIC = Path(mlpbook.__file__).parent / "static"
PACKED = "ort-wasm-simd-threaded.wasm.gz"


def built_names() -> set[str]:
    return {path.name for path in STATIC.iterdir() if path.is_file()}


def test_its_own_tests_pass() -> None:
    assert frontend.run("test") == 0


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files built anew from the sources and the lock file."""
    frontend.install()
    folder = tmp_path_factory.mktemp("static")
    command = [frontend.node(), "build.mjs", "--out", str(folder)]
    subprocess.run(command, cwd=frontend.FOLDER, check=True)
    return folder


def test_the_build_makes_the_files_that_are_there(rebuilt: Path) -> None:
    assert {path.name for path in rebuilt.iterdir()} == built_names()


@pytest.mark.parametrize("name", sorted(built_names() - {PACKED}))
def test_the_built_files_are_fresh(rebuilt: Path, name: str) -> None:
    assert (rebuilt / name).read_bytes() == (STATIC / name).read_bytes(), (
        f"{name} differs from what the sources make: run `make frontend`"
    )


def test_the_packed_runtime_is_the_locked_one(rebuilt: Path) -> None:
    # Packed bytes depend on the zlib at hand; what they hold does not.
    made, stored = ((folder / PACKED).read_bytes() for folder in (rebuilt, STATIC))
    assert gzip.decompress(made) == gzip.decompress(stored)


def test_the_lock_file_names_no_host_and_pins_everything() -> None:
    lock = json.loads((frontend.FOLDER / frontend.LOCK).read_text(encoding="utf-8"))
    for name, package in lock["packages"].items():
        assert "resolved" not in package, name
        assert not name or "integrity" in package, name
    package = json.loads((frontend.FOLDER / "package.json").read_text(encoding="utf-8"))
    versions = {**package["dependencies"], **package["devDependencies"]}
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions.values())


def test_the_style_sheet_touches_nothing_but_labs_and_quizzes() -> None:
    css = (STATIC / "mlpbook.css").read_text(encoding="utf-8")
    preludes = re.findall(r"([^{};]+)\{", css)
    rules = [p for p in preludes if not p.startswith("@") and p not in {"to", "from"}]
    assert len(rules) > 100
    loose = [part for rule in rules for part in split(rule) if ".mlp-" not in part]
    assert loose == []


def split(selectors: str) -> list[str]:
    """Splits a list of selectors at its outer commas."""
    parts, depth = [""], 0
    for letter in selectors:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def test_the_scripts_name_no_host() -> None:
    allowed = {"www.w3.org"}  # the namespace of SVG: a name, never fetched
    for name in ("mlpbook.js", "page.js"):
        hosts = set(re.findall(r"https?://([\w.-]+)", (STATIC / name).read_text(encoding="utf-8")))
        assert hosts <= allowed, name


def test_the_licences_of_all_parts_are_told() -> None:
    text = (STATIC / "LICENSES.txt").read_text(encoding="utf-8")
    for name in ("onnxruntime-web", "d3-scale"):
        assert re.search(rf"^{name} \d", text, re.MULTILINE)
    assert "Microsoft" in text
