"""A static server as most hosts run one: text goes gzipped, and what goes out is counted.

Large files go out no faster than over a good home line. A lab reads the data set only as far as
it needs and hangs up; without that limit most of the rest would have been sent by then.
"""

from __future__ import annotations

import contextlib
import functools
import gzip
import io
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from tools.serve import Files, Server

COMPRESSED = {".css", ".html", ".ipynb", ".js", ".json", ".mjs", ".onnx", ".svg"}
LEVEL = 6
LARGE = 1 << 20
CHUNK = 1 << 16
BYTES_A_SECOND = 5_000_000
POLL = 0.02


class CountingServer(Server):
    """A server for one folder that keeps what it sent.

    Attributes:
        sent: A pair for each answer: the path asked for and the bytes that went over the wire,
            headers and body.
    """

    def __init__(self, folder: Path) -> None:
        self.sent: list[tuple[str, int]] = []
        super().__init__(
            ("127.0.0.1", 0), functools.partial(CompressedFiles, directory=str(folder))
        )

    def weight(self) -> int:
        """Return the bytes sent so far."""
        return sum(size for _, size in self.sent)


class CompressedFiles(Files):
    """Static files, gzipped where that helps, to be kept by the reader for ten minutes."""

    def end_headers(self) -> None:
        """Let the browser keep a file, as the usual hosts do."""
        self.send_header("Cache-Control", "max-age=600")
        super(Files, self).end_headers()

    def do_GET(self) -> None:
        """Answer, and count the bytes that the answer took."""
        counted = _Counted(self.wfile)
        self.wfile = counted
        try:
            super().do_GET()
        finally:
            self.wfile = counted.file
            if isinstance(self.server, CountingServer):
                self.server.sent.append((self.path.split("?")[0], counted.size))

    def send_head(self) -> io.BytesIO | BinaryIO | None:
        """Send a text's headers and return its compressed bytes; other files as they are."""
        path = Path(self.translate_path(self.path))
        if path.is_dir() and self.path.split("?")[0].endswith("/"):
            path /= "index.html"
        takes = "gzip" in self.headers.get("Accept-Encoding", "")
        if path.suffix not in COMPRESSED or not takes or not path.is_file():
            return super().send_head()
        body = _compressed(path, path.stat().st_mtime_ns)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Vary", "Accept-Encoding")
        self.end_headers()
        return io.BytesIO(body)

    def copyfile(self, source: Any, outputfile: Any) -> None:
        """Send a file's bytes, those of a large one in chunks with pauses between."""
        while chunk := source.read(CHUNK):
            outputfile.write(chunk)
            if source.tell() > LARGE:
                time.sleep(len(chunk) / BYTES_A_SECOND)


class _Counted(io.BufferedIOBase):
    """A stream to write to that counts what goes through."""

    def __init__(self, file: Any) -> None:
        self.file = file
        self.size = 0

    def writable(self) -> bool:
        """It is there to be written to."""
        return True

    def write(self, data: Any) -> int:
        """Write through, and count."""
        self.size += len(data)
        return self.file.write(data)

    def flush(self) -> None:
        """Flush what lies below."""
        self.file.flush()


@functools.cache
def _compressed(path: Path, changed: int) -> bytes:
    """Return a file gzipped; ``changed`` makes a new version a new entry."""
    return gzip.compress(path.read_bytes(), LEVEL, mtime=0)


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[CountingServer]:
    """Serve a folder on a free port of localhost for as long as the block runs."""
    with CountingServer(folder) as server:
        threading.Thread(target=server.serve_forever, args=(POLL,), daemon=True).start()
        yield server
        server.shutdown()
