"""Data sets as tensors, from files that ship with the package. Nothing is ever downloaded.

Pixels are float32 in [0, 1], labels int64. The validation images are every sixth training image
(index % 6 == 5), so that any prefix of the training file holds both parts in the ratio 5:1.
"""

import gzip
import zlib
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
import torchvision
from jaxtyping import Int64, UInt8
from torch import Generator, Tensor

from mlpbook import _check
from mlpbook._files import DataFileError, read_checked
from mlpbook.places import places
from mlpbook.synthetic import blobs, high_dimensional_linear, moons, noisy_polynomial, spirals, xor

__all__ = [
    "DATASETS",
    "FASHION_LABELS",
    "Batches",
    "DataFileError",
    "FashionMNIST",
    "ImageData",
    "Label",
    "blobs",
    "fashion_mnist",
    "high_dimensional_linear",
    "moons",
    "noisy_polynomial",
    "places",
    "spirals",
    "xor",
]

DATASETS = Path(__file__).parent / "datasets"
SPLITS = ("train", "validation", "test", "train+validation")
VALIDATION_EVERY = 6


class Label(NamedTuple):
    """The name of a class in both languages."""

    en: str
    zh: str


FASHION_LABELS = (
    Label("t-shirt", "T恤"),
    Label("trouser", "裤子"),
    Label("pullover", "套衫"),
    Label("dress", "连衣裙"),
    Label("coat", "外套"),
    Label("sandal", "凉鞋"),
    Label("shirt", "衬衫"),
    Label("sneaker", "运动鞋"),
    Label("bag", "包"),
    Label("ankle boot", "短靴"),
)


class ImageData(NamedTuple):
    """Images and their labels.

    Shape:
        X: (n, 1, 28, 28), or (n, 784) when flattened; float32 in [0, 1].
        y: (n,); int64 in 0..9, an index into `FASHION_LABELS`.
    """

    X: Tensor
    y: Tensor


class FashionMNIST(torchvision.datasets.FashionMNIST):
    """torchvision's data set of the same name, read straight from the checked `.gz` files.

    Args:
        root: folder that holds `FashionMNIST/raw/*.gz`; the package's own by default.
        train: the 60,000 training images, or the 10,000 test images.
        transform, target_transform: as in torchvision.

    Raises:
        DataFileError: a file is missing, truncated or altered.

    Source:
        Xiao, Rasul and Vollgraf (2017), arXiv:1708.07747.
    """

    def __init__(
        self, root: str | Path = DATASETS, train: bool = True, transform=None, target_transform=None
    ) -> None:
        super().__init__(root, train, transform, target_transform, download=False)

    def _check_legacy_exist(self) -> bool:
        return False

    def _check_exists(self) -> bool:
        return True  # _load_data looks closer, and says more

    def _load_data(self) -> tuple[Tensor, Tensor]:
        return _raw_images(Path(self.raw_folder), self.train)


def fashion_mnist(
    split: str = "train", *, limit: int | None = None, flatten: bool = False
) -> ImageData:
    """Fashion-MNIST as tensors of your own: changing them changes no later call.

    Args:
        split: "train" (50,000 images), "validation" (10,000), "test" (10,000; use it once, at the
            end) or "train+validation" (60,000, in the order of the file).
        limit: keep the first `limit` images of the split.
        flatten: give X as (n, 784) instead of (n, 1, 28, 28).

    Returns:
        ImageData(X, y): float32 pixels in [0, 1] and int64 labels.

    Raises:
        DataFileError: a file is missing, truncated or altered.
        ValueError: no such split, or `limit` is out of range.
        TypeError: `limit` is not a whole number.
    """
    _check.one_of("split", split, SPLITS)
    images, labels = _raw_images(DATASETS / "FashionMNIST" / "raw", split != "test")
    index = _split_index(split, len(labels))
    if limit is not None:
        index = index[: _check.positive_int("limit", limit, maximum=len(index))]
    X = images[index].to(torch.float32).div_(255)
    return ImageData(X.flatten(1) if flatten else X.unsqueeze(1), labels[index])


def _split_index(split: str, n: int) -> Int64[Tensor, " m"]:
    index = torch.arange(n)
    is_validation = index % VALIDATION_EVERY == VALIDATION_EVERY - 1
    if split == "train":
        return index[~is_validation]
    return index[is_validation] if split == "validation" else index


@lru_cache(maxsize=4)
def _raw_images(folder: Path, train: bool) -> tuple[UInt8[Tensor, "n 28 28"], Int64[Tensor, " n"]]:
    """The pixels (0..255) and labels of one half of the data set, read once a process."""
    prefix = "train" if train else "t10k"
    images = _read_idx(folder / f"{prefix}-images-idx3-ubyte.gz")
    labels = _read_idx(folder / f"{prefix}-labels-idx1-ubyte.gz")
    return torch.from_numpy(images), torch.from_numpy(labels.astype(np.int64))


def _read_idx(path: Path) -> np.ndarray:
    """Read an IDX file: magic number 0x0000080d for d dimensions, their sizes, the bytes."""
    expected = dict(FashionMNIST.resources)[path.name]
    packed = read_checked(path, expected)
    try:
        content = gzip.decompress(packed)
    except (OSError, EOFError, zlib.error) as error:  # cannot be while MD5 holds
        raise DataFileError(path, expected, f"no gzip content ({error})") from error
    num_dims = content[3]
    start = 4 + 4 * num_dims
    shape = np.frombuffer(content[4:start], dtype=">u4")
    return np.frombuffer(content, dtype=np.uint8, offset=start).reshape(shape).copy()


class Batches:
    """Minibatches of tensors kept in memory: an iterable with a length, new on every pass.

    Args:
        tensors: tensors with the same number of rows, usually X and y.
        batch_size: rows of a batch; the last batch may be smaller.
        shuffle: draw a new order for every pass.
        generator: source of the order; PyTorch's global one by default.
        transform: applied to the first tensor of each batch, e.g. to resize images.

    Raises:
        ValueError, TypeError: no tensors, unequal lengths, or a batch size below 1.
    """

    def __init__(
        self,
        *tensors: Tensor,
        batch_size: int,
        shuffle: bool = False,
        generator: Generator | None = None,
        transform: Callable[[Tensor], Tensor] | None = None,
    ) -> None:
        lengths = [len(tensor) for tensor in tensors]
        if len(set(lengths)) != 1:
            raise ValueError(f"tensors: got lengths {lengths}, expected one length for all")
        self.tensors, self.num_rows = tensors, lengths[0]
        self.batch_size = _check.positive_int("batch_size", batch_size)
        self.shuffle, self.generator, self.transform = shuffle, generator, transform

    def __len__(self) -> int:
        return -(-self.num_rows // self.batch_size)

    def __iter__(self) -> Iterator[tuple[Tensor, ...]]:
        if self.num_rows == 0:
            return
        for first, *others in self._rows():
            yield (self.transform(first) if self.transform else first, *others)

    def _rows(self) -> Iterator[tuple[Tensor, ...]]:
        if not self.shuffle:
            yield from zip(*(t.split(self.batch_size) for t in self.tensors), strict=True)
            return
        order = torch.randperm(self.num_rows, generator=self.generator)
        for rows in order.to(self.tensors[0].device).split(self.batch_size):
            yield tuple(t.index_select(0, rows) for t in self.tensors)
