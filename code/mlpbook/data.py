"""Data sets as tensors, from files that ship with the package. Nothing is ever downloaded.

Pixels are float32 in [0, 1], labels int64. The validation images are every sixth training image
(index % 6 == 5), so that any prefix of the training file holds both parts in the ratio 5:1.
"""

import gzip
import hashlib
import math
import zlib
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
import torchvision
from jaxtyping import Float, Int64, UInt8
from torch import Generator, Tensor

from mlpbook import _check

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


class DataFileError(ValueError):
    """A data file is missing or is not what was published; says which, and both MD5 sums."""

    def __init__(self, path: Path, expected: str, found: str) -> None:
        super().__init__(
            f"data file {path}: expected MD5 {expected}, found {found}. "
            "Restore the file from the repository; nothing is downloaded."
        )
        self.path, self.expected, self.found = path, expected, found


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
def _raw_images(
    folder: Path, train: bool
) -> tuple[UInt8[Tensor, "n 28 28"], Int64[Tensor, " n"]]:
    """The pixels (0..255) and labels of one half of the data set, read once a process."""
    prefix = "train" if train else "t10k"
    images = _read_idx(folder / f"{prefix}-images-idx3-ubyte.gz")
    labels = _read_idx(folder / f"{prefix}-labels-idx1-ubyte.gz")
    return torch.from_numpy(images), torch.from_numpy(labels.astype(np.int64))


def _read_idx(path: Path) -> np.ndarray:
    """Read an IDX file of bytes: magic number 0x0000080d for d dimensions, their sizes, the bytes."""
    expected = dict(FashionMNIST.resources)[path.name]
    packed = _read_checked(path, expected)
    try:
        content = gzip.decompress(packed)
    except (OSError, EOFError, zlib.error) as error:  # cannot be while MD5 holds
        raise DataFileError(path, expected, f"no gzip content ({error})") from error
    num_dims = content[3]
    start = 4 + 4 * num_dims
    shape = np.frombuffer(content[4:start], dtype=">u4")
    return np.frombuffer(content, dtype=np.uint8, offset=start).reshape(shape).copy()


def _read_checked(path: Path, expected: str) -> bytes:
    if not path.is_file():
        raise DataFileError(path, expected, "no such file")
    packed = path.read_bytes()
    found = hashlib.md5(packed, usedforsecurity=False).hexdigest()
    if found != expected:
        raise DataFileError(path, expected, f"{found} ({len(packed):,} bytes)")
    return packed


def noisy_polynomial(
    n: int = 200,
    *,
    num_features: int = 20,
    weights: tuple[float, ...] = (5.0, 1.2, -3.4, 5.6),
    noise: float = 0.1,
    generator: Generator | None = None,
) -> tuple[Float[Tensor, "n num_features"], Float[Tensor, "n 1"]]:
    """A cubic in disguise: features x^i / i! for i < `num_features`, of which four matter.

    y = 5 + 1.2 x - 3.4 x²/2! + 5.6 x³/3! + normal noise, with x ~ N(0, 1). X[:, 1] is x itself.

    Args:
        n: number of examples.
        num_features: monomials given, the constant included.
        weights: true weights of the first monomials; the others are 0.
        noise: standard deviation of the noise.
        generator: source of randomness; PyTorch's global one by default.

    Raises:
        ValueError, TypeError: a number is out of range or no number.

    Source:
        D2L, section 4.4 (20 features, 100 + 100 examples).
    """
    _check.positive_int("n", n)
    _check.positive_int("num_features", num_features)
    _check.real("noise", noise, low=0)
    if len(weights) > num_features:
        raise ValueError(f"weights: got {len(weights)}, expected at most {num_features}")
    x = torch.randn(n, 1, generator=generator, dtype=torch.float64)
    powers = torch.arange(num_features, dtype=torch.float64)
    X = x**powers / torch.lgamma(powers + 1).exp()
    true_weights = torch.zeros(num_features, 1, dtype=torch.float64)
    true_weights[: len(weights), 0] = torch.tensor(weights, dtype=torch.float64)
    y = X @ true_weights
    y += noise * torch.randn(y.shape, generator=generator, dtype=torch.float64)
    return X.float(), y.float()


def high_dimensional_linear(
    n: int = 120,
    *,
    num_inputs: int = 200,
    weight: float = 0.01,
    bias: float = 0.05,
    noise: float = 0.01,
    generator: Generator | None = None,
) -> tuple[Float[Tensor, "n num_inputs"], Float[Tensor, "n 1"]]:
    """More inputs than examples: y = bias + sum of weight · x_i + normal noise, x_i ~ N(0, 1).

    Args:
        n: number of examples; D2L trains on the first 20 and tests on 100.
        num_inputs: number of inputs.
        weight, bias: the true parameters; all weights are equal.
        noise: standard deviation of the noise.
        generator: source of randomness; PyTorch's global one by default.

    Raises:
        ValueError, TypeError: a number is out of range or no number.

    Source:
        D2L, section 4.5.
    """
    _check.positive_int("n", n)
    _check.positive_int("num_inputs", num_inputs)
    _check.real("noise", noise, low=0)
    X = torch.randn(n, num_inputs, generator=generator)
    y = weight * X.sum(1, keepdim=True) + bias
    return X, y + noise * torch.randn(n, 1, generator=generator)


def xor(
    n: int = 200, *, noise: float = 0.1, generator: Generator | None = None
) -> tuple[Float[Tensor, "n 2"], Int64[Tensor, " n"]]:
    """Exclusive or: points about (±1, ±1), of class 1 where the two signs differ.

    Args:
        n: number of points; the four corners hold n/4 each, to within one.
        noise: standard deviation about the corner.
        generator: source of randomness; PyTorch's global one by default.

    Raises:
        ValueError, TypeError: a number is out of range or no number.
    """
    corner = torch.arange(_check.positive_int("n", n)) % 4
    first, second = corner % 2, corner // 2
    X = torch.stack((first, second), 1) * 2.0 - 1.0
    return _jitter(X, noise, generator), first ^ second


def moons(
    n: int = 200, *, noise: float = 0.1, generator: Generator | None = None
) -> tuple[Float[Tensor, "n 2"], Int64[Tensor, " n"]]:
    """Two interleaved half-circles of radius 1, one a class.

    Args:
        n: number of points; half of them in each class, to within one.
        noise: standard deviation about the circle.
        generator: source of randomness; PyTorch's global one by default.

    Raises:
        ValueError, TypeError: a number is out of range or no number.
    """
    y = torch.arange(_check.positive_int("n", n)) % 2
    angle = math.pi * torch.rand(n, generator=generator)
    sign = 1.0 - 2.0 * y
    X = torch.stack((sign * angle.cos() + y - 0.5, sign * angle.sin() + 0.5 * y - 0.25), 1)
    return _jitter(X, noise, generator), y


def spirals(
    n: int = 200,
    *,
    noise: float = 0.05,
    num_classes: int = 2,
    turns: float = 1.0,
    generator: Generator | None = None,
) -> tuple[Float[Tensor, "n 2"], Int64[Tensor, " n"]]:
    """Spiral arms that wind `turns` times about the origin, out to radius 1, one a class.

    Args:
        n: number of points, spread evenly over the classes.
        noise: standard deviation about the arm.
        num_classes: number of arms.
        turns: how often an arm winds about the origin.
        generator: source of randomness; PyTorch's global one by default.

    Raises:
        ValueError, TypeError: a number is out of range or no number.
    """
    y = torch.arange(_check.positive_int("n", n)) % _check.positive_int("num_classes", num_classes)
    radius = torch.rand(n, generator=generator).sqrt()  # evenly spread over the arm's length, nearly
    angle = 2 * math.pi * (radius * _check.real("turns", turns, low=0) + y / num_classes)
    X = radius.unsqueeze(1) * torch.stack((angle.cos(), angle.sin()), 1)
    return _jitter(X, noise, generator), y


def blobs(
    n: int = 200,
    *,
    noise: float = 0.3,
    num_classes: int = 2,
    generator: Generator | None = None,
) -> tuple[Float[Tensor, "n 2"], Int64[Tensor, " n"]]:
    """Round clouds about points spaced evenly on the unit circle, one a class.

    Args:
        n: number of points, spread evenly over the classes.
        noise: standard deviation about the centre.
        num_classes: number of clouds.
        generator: source of randomness; PyTorch's global one by default.

    Raises:
        ValueError, TypeError: a number is out of range or no number.
    """
    y = torch.arange(_check.positive_int("n", n)) % _check.positive_int("num_classes", num_classes)
    angle = 2 * math.pi * y / num_classes
    return _jitter(torch.stack((angle.cos(), angle.sin()), 1), noise, generator), y


def _jitter(
    X: Float[Tensor, "n d"], noise: float, generator: Generator | None
) -> Float[Tensor, "n d"]:
    noise = _check.real("noise", noise, low=0)
    return X + noise * torch.randn(X.shape, generator=generator)
