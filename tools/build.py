"""Build the site from the notebooks' stored outputs, and serve it if asked.

``python -m tools.build [--serve [PORT]]``
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from tools.serve import open_server

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "_build"
HTML = BUILD / "html"
STAMP = BUILD / ".mlpbook"


def build() -> int:
    """Build the site into ``_build/html``; return Jupyter Book's exit status.

    Pages that did not change are kept, unless the package that makes them changed.
    """
    code = fingerprint()
    if not STAMP.exists() or STAMP.read_text() != code:
        for folder in (HTML, BUILD / ".doctrees"):
            shutil.rmtree(folder, ignore_errors=True)
    jupyter_book = "from jupyter_book.cli.main import main; main()"
    command = [sys.executable, "-c", jupyter_book, "build", str(ROOT)]
    command += ["--warningiserror", "--keep-going", "--quiet"]
    print("Building the site …", flush=True)
    # Warnings come on stderr at once; the rest is of interest only after a failure.
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=False)
    if done.returncode:
        sys.stdout.buffer.write(done.stdout)
    else:
        STAMP.write_text(code)
    return done.returncode


def fingerprint() -> str:
    """Return a hash of the files of the package: names, sizes and times of change."""
    files = [path for path in (ROOT / "code/mlpbook").rglob("*") if path.is_file()]
    digest = hashlib.sha256()
    for path in sorted(file for file in files if file.suffix != ".pyc"):
        about = path.stat()
        digest.update(f"{path} {about.st_size} {about.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def serve(port: int | None) -> int:
    """Serve the built site until Ctrl-C.

    Raises:
        SystemExit: the port asked for is taken.
    """
    try:
        server = open_server(HTML, port)
    except OSError as error:
        raise SystemExit(f"Port {port} cannot be had: {error.strerror}") from None
    print(f"\nThe book · 书在这里: {server.address}\nCtrl-C to stop · 按 Ctrl-C 结束", flush=True)
    with server:
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()
    return 0


def main() -> int:
    """Build, and serve if asked."""
    parser = argparse.ArgumentParser(prog="book.py site|serve")
    parser.add_argument("--serve", action="store_true")
    parser.add_argument("port", nargs="?", type=int)
    options = parser.parse_args()
    try:
        status = build()
    except KeyboardInterrupt:
        return 130
    if status:
        return status
    if options.serve:
        return serve(options.port)
    print(f"Built: {HTML.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
