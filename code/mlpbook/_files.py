"""Data files that ship with the package, each checked against its MD5 sum when it is read."""

import hashlib
from pathlib import Path


class DataFileError(ValueError):
    """A data file is missing or is not what was published; says which, and both MD5 sums."""

    def __init__(self, path: Path, expected: str, found: str) -> None:
        super().__init__(
            f"data file {path}: expected MD5 {expected}, found {found}. "
            "Restore the file from the repository; nothing is downloaded."
        )
        self.path, self.expected, self.found = path, expected, found


def read_checked(path: Path, expected: str) -> bytes:
    """The bytes of a file whose MD5 sum is the expected one.

    Raises:
        DataFileError: the file is missing or altered.
    """
    if not path.is_file():
        raise DataFileError(path, expected, "no such file")
    content = path.read_bytes()
    found = hashlib.md5(content, usedforsecurity=False).hexdigest()
    if found != expected:
        raise DataFileError(path, expected, f"{found} ({len(content):,} bytes)")
    return content
