"""The set-up: what is pinned, how ``.venv`` is made, and the commands on every system."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections import namedtuple
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools import book, environment, notebooks, pins, repository

ROOT = Path(__file__).resolve().parents[1]


def requirements(name: str) -> dict[str, Requirement]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    parsed = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(one.name): one for one in parsed}


# Pins


def test_every_requirement_is_pinned_to_one_version() -> None:
    for requirement in requirements("requirements.txt").values():
        assert [one.operator for one in requirement.specifier] == ["=="], str(requirement)
        assert requirement.url is None


def test_what_is_asked_for_is_pinned_and_satisfied() -> None:
    pinned = requirements("requirements.txt")
    for name, asked in requirements("requirements.in").items():
        version = str(pinned[name].specifier).removeprefix("==")
        assert asked.specifier.contains(version), f"{asked} but {name} is pinned to {version}"


def test_the_package_depends_on_what_is_pinned() -> None:
    pinned = requirements("requirements.txt")
    wanted = map(Requirement, importlib.metadata.requires("mlpbook") or [])
    for one in wanted:
        name = canonicalize_name(one.name)
        version = str(pinned[name].specifier).removeprefix("==")
        assert one.specifier.contains(version), f"mlpbook needs {one}, pinned is {version}"


def test_no_cuda_package_and_no_host_is_named() -> None:
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert re.search(r"^(nvidia|cuda|triton)|://|^--", text, re.MULTILINE) is None
    assert pins.keep(["nvidia-nvtx==13.0", "triton==3.7", "torch==2.13.0"]) == ["torch==2.13.0"]


@pytest.mark.parametrize(
    ("name", "system"),
    [
        ("appnope", {"sys_platform": "darwin"}),
        ("colorama", {"sys_platform": "win32"}),
        ("pywinpty", {"os_name": "nt"}),
    ],
)
def test_other_systems_get_their_own_packages(name: str, system: dict[str, str]) -> None:
    marker = requirements("requirements.txt")[name].marker
    assert marker is not None
    assert marker.evaluate(environment=system)
    assert not marker.evaluate(environment={"sys_platform": "linux", "os_name": "posix"})


def test_what_is_installed_is_what_is_pinned() -> None:
    pinned = requirements("requirements.txt")
    strays = []
    for installed in importlib.metadata.distributions():
        name = canonicalize_name(installed.name)
        if name in {"pip", "mlpbook"} or pins.FROM_TORCH.match(name):
            continue
        if name not in pinned or not pinned[name].specifier.contains(installed.version):
            strays.append(f"{name} {installed.version}")
    assert strays == [], "run: python tools/book.py pins, or make .venv anew"


# The environment

Version = namedtuple("Version", "major minor micro")


def test_an_old_python_hands_over_to_a_newer_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", Version(3, 9, 2))
    monkeypatch.setattr(
        shutil, "which", lambda name: f"/opt/{name}" if name == "python3.12" else None
    )
    assert environment.interpreter() == "/opt/python3.12"


def test_an_old_python_alone_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", Version(3, 9, 2))
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or later, and this is 3\.9\.2"):
        environment.interpreter()


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The environment's folder and its inputs, moved to an empty place."""
    (tmp_path / "code").mkdir()
    for name in environment.PINNED_BY:
        (tmp_path / name).write_text("one\n", encoding="utf-8")
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "FOLDER", tmp_path / ".venv")
    monkeypatch.setattr(environment, "STAMP", tmp_path / ".venv" / ".installed")
    return tmp_path


def without_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make real environments, but without pip, which takes most of the time."""
    run = subprocess.run

    def quick(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        if "pip" in command:
            command = [command[0], "--version"]
        elif "venv" in command:
            command = [*command, "--without-pip"]
        return run(command, **options)

    monkeypatch.setattr(environment.subprocess, "run", quick)


def test_the_environment_is_made_once_and_renewed_when_a_pin_changes(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple[str, ...]] = []
    monkeypatch.setattr(environment, "_pip", lambda *arguments: calls.append(arguments))
    without_pip(monkeypatch)
    assert environment.ensure() == environment.python()
    said = subprocess.run(
        [str(environment.python()), "-c", "import sys; print(sys.prefix)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(said.stdout.strip()).samefile(elsewhere / ".venv")
    assert [call[0] for call in calls] == ["install", "install"]
    environment.ensure()
    assert len(calls) == 2, "installed again though nothing changed"
    (elsewhere / "requirements.txt").write_text("two\n", encoding="utf-8")
    environment.ensure()
    assert len(calls) == 4


def test_a_failed_install_is_tried_again(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*arguments: str) -> None:
        raise SystemExit("pip ended with status 1")

    monkeypatch.setattr(environment, "_make", lambda base: None)
    monkeypatch.setattr(environment, "_pip", fails)
    for _ in range(2):
        with pytest.raises(SystemExit, match="status 1"):
            environment.ensure()


@pytest.mark.usefixtures("elsewhere")
def test_a_python_that_cannot_make_environments_is_explained() -> None:
    with pytest.raises(SystemExit, match="sudo apt-get install python3-venv"):
        environment._make("git")


# The commands


def test_the_makefile_and_the_entry_have_the_same_commands() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony is not None
    targets = set(phony[1].split())
    # `python` is for a shell; make would swallow its arguments.
    assert targets == set(book.COMMANDS) - {"python"} | {"help"}
    rules = re.findall(r"^([a-z][a-z ]*):$", makefile, re.MULTILINE)
    assert {name for rule in rules for name in rule.split()} == targets


@pytest.mark.parametrize("name", book.COMMANDS)
def test_every_step_is_there(name: str) -> None:
    for step in book.COMMANDS[name].steps:
        if step[:1] == ("-m",):
            assert importlib.util.find_spec(step[1]), f"{name} runs {step[1]}, which is missing"


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert book.main([]) == 0
    said = capsys.readouterr().out
    assert all(f"\n  {name} " in said for name in book.COMMANDS)


def test_an_unknown_command_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert book.main(["sevre"]) == 2
    assert "no command 'sevre'" in capsys.readouterr().err


def test_steps_run_in_order_until_one_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []

    def record(command: list[str]) -> int:
        ran.append(command[1:])
        return 3 if "second" in command else 0

    steps = (("-m", "first"), ("-m", "second"), ("-m", "third"))
    monkeypatch.setattr(environment, "ensure", lambda: Path("python"))
    monkeypatch.setattr(book, "run", record)
    monkeypatch.setitem(book.COMMANDS, "bench", book.Command("", steps))
    assert book.main(["bench", "--quick"]) == 3
    assert ran == [["-m", "first", "--quick"], ["-m", "second"]]


def test_a_step_runs_in_the_root_and_gives_its_status() -> None:
    code = f"import os, sys; sys.exit(5 if os.path.samefile(os.getcwd(), {str(ROOT)!r}) else 1)"
    assert book.run([sys.executable, "-c", code]) == 5


def test_ci_checks_then_tests() -> None:
    path = ROOT / ".ci" / "run"
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "#!/usr/bin/env bash"
    assert "set -euo pipefail" in lines
    assert [line for line in lines if line.startswith("make ")] == ["make check", "make test"]
    if os.name == "posix":
        assert os.access(path, os.X_OK)


def test_the_readme_gives_the_two_commands_with_and_without_make() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in ("serve", "test"):
        assert text.count(f"make {command}") >= 2, "once in each language"
        assert f"tools/book.py {command}" in text


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_what_a_page_links_to_is_there(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    anchors = {heading.lower().replace(" ", "-").replace(",", "") for heading in headings}
    for target in re.findall(r"\]\(([^)]+)\)", text):
        if target.startswith("#"):
            assert target[1:] in anchors, target
        elif "://" not in target:
            assert (ROOT / target).is_file(), target


# The repository's address


def small_repository(root: Path, address: str) -> Path:
    (root / "chapters").mkdir()
    (root / "README.md").write_text(f"git clone {address}\n", encoding="utf-8")
    config = f"title: A\n\nrepository:\n  # one place\n  url: {address}\n  branch: main\n"
    (root / "_config.yml").write_text(config, encoding="utf-8")
    path = root / "chapters" / "a.ipynb"
    source = f"%pip install git+{address}#subdirectory=code"
    cell: dict[str, Any] = {"cell_type": "code", "id": "a", "metadata": {}, "source": source}
    cell |= {"execution_count": 1, "outputs": []}
    notebook = notebooks.nbformat.from_dict(
        {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    )
    notebook.metadata["mlpbook"] = {"code": notebooks.code_hash(notebook)}
    notebooks.nbformat.write(notebook, path)
    return path


def test_the_address_is_written_everywhere(tmp_path: Path) -> None:
    path = small_repository(tmp_path, "https://github.com/OWNER/mlpbook")
    changed = repository.write("https://github.com/ann/mlp-course.git", tmp_path)
    assert {one.name for one in changed} == {"_config.yml", "README.md", "a.ipynb"}
    assert repository.address(tmp_path) == "https://github.com/ann/mlp-course"
    assert "OWNER" not in "".join(one.read_text("utf-8") for one in repository.holders(tmp_path))
    notebook = notebooks.read(path)
    assert "git+https://github.com/ann/mlp-course#sub" in notebook.cells[0].source
    assert notebook.metadata.mlpbook.code == notebooks.code_hash(notebook)
    assert repository.write("https://github.com/ann/mlp-course", tmp_path) == []


def test_an_outdated_notebook_stays_outdated(tmp_path: Path) -> None:
    path = small_repository(tmp_path, "https://github.com/OWNER/mlpbook")
    path.write_text(path.read_text("utf-8").replace("%pip", "%%pip"), encoding="utf-8")
    repository.write("https://github.com/ann/book", tmp_path)
    notebook = notebooks.read(path)
    assert notebook.metadata.mlpbook.code != notebooks.code_hash(notebook)


@pytest.mark.parametrize("wrong", ["", "ann/book", "http://x.org/a/b", "https://github.com", "a b"])
def test_a_wrong_address_is_refused(tmp_path: Path, wrong: str) -> None:
    small_repository(tmp_path, "https://github.com/OWNER/mlpbook")
    with pytest.raises(ValueError, match="expected an address such as"):
        repository.write(wrong, tmp_path)
    assert repository.address(tmp_path) == "https://github.com/OWNER/mlpbook"


def test_no_other_address_of_the_repository_stands_anywhere() -> None:
    name = repository.address().rsplit("/", 1)[1]
    pattern = re.compile(rf"https?://[\w./-]*/{re.escape(name)}(?![\w-])")
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    held = {path.relative_to(ROOT).as_posix() for path in repository.holders()}
    strays = []
    for file in tracked.stdout.decode().split("\0"):
        path = ROOT / file
        if not path.is_file() or path.suffix in {".gz", ".woff2", ".png", ".onnx"}:
            continue
        if path.samefile(__file__):
            continue
        for found in pattern.findall(path.read_text("utf-8", errors="ignore")):
            if file not in held or found != repository.address():
                strays.append(f"{file}: {found}")
    assert strays == [], "write addresses with: make repository URL=…"
