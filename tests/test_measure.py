"""Measuring the site: the server that counts, the crawl, the table. The tools run elsewhere."""

from __future__ import annotations

import gzip
import http.client
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools import frontend, measure_site
from tools.quality import crawl, node, server

TEXT = "<p>隐藏层 hidden layer</p>" * 200


@pytest.fixture
def served(tmp_path: Path) -> Iterator[server.CountingServer]:
    (tmp_path / "index.html").write_text(TEXT, encoding="utf-8")
    (tmp_path / "data.gz").write_bytes(b"not touched" * 100)
    with server.serving(tmp_path) as started:
        yield started


def get(
    started: server.CountingServer, path: str, takes: str = "gzip"
) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", started.server_port, timeout=10)
    connection.request("GET", path, headers={"Accept-Encoding": takes, "Connection": "close"})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


def counted(started: server.CountingServer, answers: int) -> None:
    """Wait until the server has noted its answers; the reader has them a moment before."""
    deadline = time.monotonic() + 10
    while len(started.sent) < answers and time.monotonic() < deadline:
        time.sleep(0.01)


@pytest.mark.parametrize("path", ["/index.html?lang=zh", "/"])
def test_text_goes_compressed(served: server.CountingServer, path: str) -> None:
    response, body = get(served, path)
    assert response.getheader("Content-Encoding") == "gzip"
    assert response.getheader("Content-Type") == "text/html; charset=utf-8"
    assert gzip.decompress(body).decode() == TEXT
    assert len(body) < len(TEXT) / 5


def test_text_goes_plain_to_who_takes_no_gzip(served: server.CountingServer) -> None:
    response, body = get(served, "/index.html", takes="identity")
    assert response.getheader("Content-Encoding") is None
    assert body.decode() == TEXT


def test_other_files_go_as_they_are(served: server.CountingServer) -> None:
    response, body = get(served, "/data.gz")
    assert response.getheader("Content-Encoding") is None
    assert body == b"not touched" * 100


def test_what_goes_over_the_wire_is_counted(served: server.CountingServer) -> None:
    response, body = get(served, "/index.html")
    headers = sum(len(f"{name}: {value}\r\n") for name, value in response.getheaders())
    status = len("HTTP/1.1 200 OK\r\n\r\n")
    counted(served, 1)
    assert served.sent == [("/index.html", status + headers + len(body))]
    get(served, "/gone")
    counted(served, 2)
    assert served.weight() > served.sent[0][1]


def test_pages_are_listed_without_the_one_that_leads_on(tmp_path: Path) -> None:
    for name in ("index.html", "404.html", "chapters/index.html", "_static/x.html"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("", encoding="utf-8")
    assert crawl.page_names(tmp_path) == ["404.html", "chapters/index.html"]


def test_every_look_is_taken_once() -> None:
    assert len(set(crawl.LOOKS)) == 2 * 3 * 2


def test_broken_links_are_named(tmp_path: Path) -> None:
    site = "http://localhost:1/"
    (tmp_path / "a.html").touch()
    (tmp_path / "b.html").touch()
    links = ["a.html", "b.html#二", "b.html?lang=zh#one", "b.html#gone", "c.html"]
    elsewhere = ["https://example.org/x"]
    a = crawl.Visit("a.html", [site + one for one in links] + elsewhere, [], [], [], 0, "")
    b = crawl.Visit("b.html", [], ["one", "二"], [], [], 0, "")
    broken = crawl.broken_links([a, b], site, tmp_path)
    assert broken == [f"a.html: {site}b.html#gone", f"a.html: {site}c.html"]


def test_the_table_stands_in_columns() -> None:
    rows = [
        measure_site.Row("重量", "10 KB", "≤ 600 KB", True),
        measure_site.Row("links", "1", "0", False),
    ]
    lines = measure_site.table(rows).splitlines()
    assert lines[2] == "| 重量  | 10 KB    | ≤ 600 KB | ✓ |"
    assert len({measure_site._columns(line) for line in lines}) == 1


def test_a_missed_goal_fails_and_a_mere_number_does_not() -> None:
    report = measure_site.Report()
    report.add("weight", "10 KB", "", None)
    report.count("broken links", [])
    assert not report.fell_short()
    report.count("faults", ["one"])
    assert report.fell_short()


def test_the_lock_file_pins_the_tools_and_names_no_host() -> None:
    lock = (node.FOLDER / frontend.LOCK).read_text(encoding="utf-8")
    assert all(f'"node_modules/{name}"' in lock for name in ("lighthouse", "html-validate"))
    assert '"resolved"' not in lock
