"""A table lab's values over its whole grid, packed into one file for the page."""

import gzip
import json
import math

import numpy as np
import torch
from torch import Tensor

from mlpbook.labs.charts import array_names
from mlpbook.labs.curves import TableLab
from mlpbook.labs.program import Settings, Tensors
from mlpbook.labs.spec import Json

MOST_BYTES = 300_000
KEPT_BITS = 17  # of a float32's 23-bit mantissa: relative error below 4e-6, and it packs better


def pack(lab: TableLab) -> bytes:
    """The file: gzip of the header's length (uint32), the header (JSON), and float32 numbers.

    The arrays that are the same at every point come first and once; then, point by point, the
    others. All numbers are little-endian.

    Raises:
        ValueError: an array changes its name or shape over the grid, a chart draws an array that
            there is not, or the file is too large.
    """
    points = [lab.arrays(point) for point in lab.points()]
    check_shapes(lab, points)
    first = points[0]
    fixed = [name for name in first if all(same(first[name], one[name]) for one in points)]
    moving = [name for name in first if name not in fixed]
    header: Json = {
        "fixed": [{"name": name, "shape": list(first[name].shape)} for name in fixed],
        "moving": [{"name": name, "shape": list(first[name].shape)} for name in moving],
    }
    parts = [first[name] for name in fixed] + [one[name] for one in points for name in moving]
    numbers = torch.cat([part.reshape(-1) for part in parts]).numpy().astype("<f4")
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 4)
    content = len(text).to_bytes(4, "little") + text + rounded(numbers).tobytes()
    packed = gzip.compress(content, mtime=0)
    if len(packed) > MOST_BYTES:
        raise ValueError(
            f"lab {lab.name!r}: the table has {len(packed):,} bytes, expected at most "
            f"{MOST_BYTES:,}: a coarser grid or shorter arrays"
        )
    return packed


def check_shapes(lab: TableLab, points: list[Tensors]) -> None:
    """The same arrays everywhere, and all those that the charts draw."""
    shapes = [{name: tuple(array.shape) for name, array in one.items()} for one in points]
    for point, found in zip(lab.points(), shapes, strict=True):
        if found != shapes[0]:
            raise ValueError(
                f"lab {lab.name!r}: at {point} got {found}, expected {shapes[0]} as at the first"
            )
    for chart in lab.charts:
        if missing := array_names(chart) - set(shapes[0]):
            raise ValueError(f"lab {lab.name!r}: chart {chart.name!r} draws {sorted(missing)}")


def same(a: Tensor, b: Tensor) -> bool:
    return bool(torch.all((a == b) | (a.isnan() & b.isnan())))


def rounded(numbers: np.ndarray) -> np.ndarray:
    """The numbers with the last bits of their mantissas rounded away; NaN and inf stay."""
    drop = 23 - KEPT_BITS
    bits = numbers.view("<u4")
    half = np.uint32(1 << (drop - 1))
    mask = np.uint32(0xFFFFFFFF << drop & 0xFFFFFFFF)
    kept = ((bits + half) & mask).view("<f4")
    return np.where(np.isfinite(numbers) & np.isfinite(kept), kept, numbers).astype("<f4")


def unpack(packed: bytes) -> tuple[Json, np.ndarray]:
    """The header and the numbers of a packed table."""
    content = gzip.decompress(packed)
    start = 4 + int.from_bytes(content[:4], "little")
    return json.loads(content[4:start]), np.frombuffer(content, "<f4", offset=start)


def look_up(lab: TableLab, packed: bytes, settings: Settings) -> dict[str, np.ndarray]:
    """The arrays of one point, read as the page reads them."""
    header, numbers = unpack(packed)
    sizes = [math.prod(one["shape"]) for one in header["moving"]]
    offset = sum(math.prod(one["shape"]) for one in header["fixed"])
    offset += lab.points().index(dict(settings)) * sum(sizes)
    found, at = {}, 0
    for one in header["fixed"]:
        size = math.prod(one["shape"])
        found[one["name"]] = numbers[at : at + size].reshape(one["shape"])
        at += size
    for one, size in zip(header["moving"], sizes, strict=True):
        found[one["name"]] = numbers[offset : offset + size].reshape(one["shape"])
        offset += size
    return found
