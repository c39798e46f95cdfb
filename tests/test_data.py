"""The shipped data are the published ones; a damaged file is named with both sums."""

import gzip
import shutil
import subprocess
import sys

import numpy as np
import pytest
import torch
from torchvision import transforms

from mlpbook import data

RAW = data.DATASETS / "FashionMNIST" / "raw"
FILES = [name for name, _ in data.FashionMNIST.resources]


# The published files


def test_splits_have_the_sizes_of_the_book():
    sizes = {split: len(data.fashion_mnist(split).y) for split in data.SPLITS}
    assert sizes == {
        "train": 50_000,
        "validation": 10_000,
        "test": 10_000,
        "train+validation": 60_000,
    }


def test_tensors_have_the_promised_types_and_ranges():
    X, y = data.fashion_mnist("test")
    assert X.shape == (10_000, 1, 28, 28) and X.dtype == torch.float32
    assert y.shape == (10_000,) and y.dtype == torch.int64
    assert X.min() == 0 and X.max() == 1
    assert torch.equal(y.bincount(), torch.full((10,), 1000))


def test_pixels_are_the_bytes_of_the_file_over_255():
    content = gzip.decompress((RAW / "t10k-images-idx3-ubyte.gz").read_bytes())
    expected = np.frombuffer(content, np.uint8, offset=16).reshape(-1, 784) / np.float32(255)
    X, _ = data.fashion_mnist("test", flatten=True)
    assert X.shape == (10_000, 784)
    assert np.array_equal(X.numpy(), expected.astype(np.float32))


def test_labels_follow_the_file():
    content = gzip.decompress((RAW / "train-labels-idx1-ubyte.gz").read_bytes())
    expected = np.frombuffer(content, np.uint8, offset=8)
    assert np.array_equal(data.fashion_mnist("train+validation").y.numpy(), expected)


def test_validation_is_every_sixth_training_image():
    every = data.fashion_mnist("train+validation")
    held_out = torch.arange(60_000) % 6 == 5
    assert torch.equal(data.fashion_mnist("validation").y, every.y[held_out])
    assert torch.equal(data.fashion_mnist("train").X, every.X[~held_out])
    assert torch.equal(data.fashion_mnist("train", limit=5).X, every.X[:5])
    assert torch.equal(data.fashion_mnist("validation", limit=1).X[0], every.X[5])


def test_limit_keeps_a_prefix():
    few = data.fashion_mnist("validation", limit=7, flatten=True)
    assert torch.equal(few.X, data.fashion_mnist("validation").X[:7].flatten(1))
    assert len(data.fashion_mnist("test", limit=10_000).y) == 10_000


def test_changing_what_was_given_changes_no_later_call():
    first = data.fashion_mnist("test", limit=3)
    first.X.zero_()
    first.y.zero_()
    again = data.fashion_mnist("test", limit=3)
    assert again.X.sum() > 0 and again.y.tolist() == [9, 2, 1]


def test_torchvision_subclass_agrees_and_takes_transforms():
    images = data.FashionMNIST(train=False, transform=transforms.ToTensor())
    X, y = data.fashion_mnist("test", limit=20)
    assert len(images) == 10_000
    assert all(torch.equal(images[i][0], X[i]) and images[i][1] == y[i] for i in range(20))
    assert len(data.FashionMNIST(train=True)) == 60_000


def test_labels_are_named_in_both_languages():
    assert len(data.FASHION_LABELS) == 10
    assert data.FASHION_LABELS[9] == ("ankle boot", "短靴")
    assert data.FASHION_LABELS[0].zh == "T恤"


def test_the_licence_notice_ships_with_the_data():
    notice = (data.DATASETS / "FashionMNIST" / "LICENSE").read_text(encoding="utf-8")
    assert "Zalando" in notice and "Permission is hereby granted" in notice


# Damaged files


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """A copy of the data that a test may damage."""
    folder = tmp_path / "FashionMNIST" / "raw"
    folder.mkdir(parents=True)
    for name in FILES:
        shutil.copy(RAW / name, folder / name)
    monkeypatch.setattr(data, "DATASETS", tmp_path)
    data._raw_images.cache_clear()
    yield folder
    data._raw_images.cache_clear()


def truncate(path):
    path.write_bytes(path.read_bytes()[:-1])


def alter(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def empty(path):
    path.write_bytes(b"")


def remove(path):
    path.unlink()


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("damage", [truncate, alter, empty, remove])
def test_damaged_file_is_named_with_both_sums(copy, name, damage):
    damage(copy / name)
    with pytest.raises(data.DataFileError) as caught:
        data.fashion_mnist("train" if name.startswith("train") else "test")
    expected = dict(data.FashionMNIST.resources)[name]
    message = str(caught.value)
    assert str(copy / name) in message and f"expected MD5 {expected}" in message
    assert caught.value.path == copy / name and caught.value.found in message
    assert caught.value.found != expected
    if damage is remove:
        assert caught.value.found == "no such file"


def test_other_half_still_loads_beside_a_damaged_file(copy):
    alter(copy / "train-images-idx3-ubyte.gz")
    assert len(data.fashion_mnist("test").y) == 10_000


def test_subclass_checks_the_files_too(copy):
    truncate(copy / "t10k-labels-idx1-ubyte.gz")
    with pytest.raises(data.DataFileError, match="t10k-labels"):
        data.FashionMNIST(copy.parents[1], train=False)


def test_files_are_read_once_a_process(copy):
    data.fashion_mnist("test", limit=1)
    for name in FILES:
        (copy / name).unlink()
    assert len(data.fashion_mnist("test").y) == 10_000


# Wrong input


@pytest.mark.parametrize("split", ["Train", "", "val", None])
def test_unknown_split_is_an_error(unchecked, split):
    with pytest.raises(ValueError, match=r"split: got .*, expected one of train, validation"):
        unchecked("mlpbook.data").fashion_mnist(split)


@pytest.mark.parametrize("limit", [0, -1, 10_001])
def test_limit_out_of_range_is_an_error(limit):
    with pytest.raises(ValueError, match=f"limit: got {limit}, expected .* from 1 to 10000"):
        data.fashion_mnist("test", limit=limit)


@pytest.mark.parametrize("limit", [1.5, "7", True])
def test_limit_of_another_type_is_an_error(unchecked, limit):
    with pytest.raises(TypeError, match=r"limit: got .*, expected a whole number"):
        unchecked("mlpbook.data").fashion_mnist("test", limit=limit)


# Importing torchvision beside another build of PyTorch


def run(*lines):
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


IS_DECLARED = "print(hasattr(torch.ops.torchvision, 'nms'))"


def test_importing_the_package_makes_torchvision_load():
    lines = ["import mlpbook", "import torchvision.transforms, torch", IS_DECLARED]
    assert run(*lines) == ["True"]


def test_operators_that_exist_are_left_alone():
    declare = "lib.define('{}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor')"
    lines = [
        "import torch",
        "lib = torch.library.Library('torchvision', 'DEF')",
        *(declare.format(name) for name in ("nms", "qnms")),
        "import mlpbook",
        "from mlpbook import _torchvision",
        "print(len(_torchvision._declared))",
    ]
    assert run(*lines) == ["0"]


def test_only_missing_operators_are_declared():
    lines = [
        "import torch",
        "lib = torch.library.Library('torchvision', 'DEF')",
        "lib.define('nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor')",
        # A wheel that fits would have loaded its own by now; pretend that there is none.
        "import importlib.machinery as m",
        "find = m.PathFinder.find_spec",
        "m.PathFinder.find_spec = lambda n, p=None, t=None: None if n == '_C' else find(n, p, t)",
        "from mlpbook import _torchvision",
        "print([op for l in _torchvision._declared for op in l._op_defs])",
    ]
    assert run(*lines) == ["['torchvision::qnms']"]


def test_a_matching_pair_loads_its_own_operators():
    lines = [
        "import torch",
        "def load(path):",
        "    lib = torch.library.Library('torchvision', 'DEF')",
        "    for name in ('nms', 'qnms'):",
        "        lib.define(name + '(Tensor dets, Tensor scores, float iou_threshold) -> Tensor')",
        "    kept.append(lib)",
        "kept = []",
        "torch.ops.load_library = load",
        "from mlpbook import _torchvision",
        "print(len(kept), len(_torchvision._declared))",
    ]
    assert run(*lines) == ["1", "0"]


def test_nothing_is_declared_where_torchvision_is_imported_or_absent():
    lines = [
        "import mlpbook, sys, torchvision",
        "from mlpbook import _torchvision as shim",
        "before = len(shim._declared)",
        "print(shim.declare_missing_operators())",
        "del sys.modules['torchvision']",
        "shim.find_spec = lambda name: None",
        "print(shim.declare_missing_operators(), len(shim._declared) - before)",
    ]
    assert run(*lines) == ["()", "()", "0"]


# Minibatches


def test_batches_cover_all_rows_in_order():
    batches = data.Batches(torch.arange(10), torch.arange(10) * 2, batch_size=4)
    rows = list(batches)
    assert len(batches) == len(rows) == 3
    assert [len(x) for x, _ in rows] == [4, 4, 2]
    assert torch.equal(torch.cat([x for x, _ in rows]), torch.arange(10))
    assert all(torch.equal(y, 2 * x) for x, y in rows)


def test_shuffled_batches_are_a_new_permutation_each_time():
    order = torch.Generator().manual_seed(3)
    batches = data.Batches(
        torch.arange(100), torch.arange(100), batch_size=8, shuffle=True, generator=order
    )
    first, second = (torch.cat([x for x, _ in batches]) for _ in range(2))
    assert not torch.equal(first, second)
    assert torch.equal(first.sort().values, torch.arange(100))
    assert all(torch.equal(x, y) for x, y in batches)
    order.manual_seed(3)
    assert torch.equal(torch.cat([x for x, _ in batches]), first)


@pytest.mark.parametrize("shuffle", [False, True])
def test_no_rows_give_no_batches(shuffle):
    batches = data.Batches(torch.zeros(0, 2), torch.zeros(0), batch_size=3, shuffle=shuffle)
    assert len(batches) == 0 and list(batches) == []


def test_transform_sees_the_first_tensor_alone():
    X, y = torch.ones(3, 2), torch.ones(3)
    ((a, b),) = data.Batches(X, y, batch_size=9, transform=lambda rows: rows * 5)
    assert torch.equal(a, X * 5) and torch.equal(b, y)


def test_wrong_batches_are_errors(unchecked):
    plain = unchecked("mlpbook.data")
    with pytest.raises(ValueError, match=r"tensors: got lengths \[2, 3\], expected one length"):
        data.Batches(torch.zeros(2), torch.zeros(3), batch_size=1)
    with pytest.raises(ValueError, match=r"tensors: got lengths \[\]"):
        data.Batches(batch_size=1)
    with pytest.raises(ValueError, match="batch_size: got 0, expected a whole number >= 1"):
        data.Batches(torch.zeros(2), batch_size=0)
    with pytest.raises(TypeError, match=r"batch_size: got 2\.0, expected a whole number"):
        plain.Batches(torch.zeros(2), batch_size=2.0)


# Sets drawn from a rule

PLANE = [data.xor, data.moons, data.spirals, data.blobs]
ALL = [*PLANE, data.noisy_polynomial, data.high_dimensional_linear]


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("make", ALL)
def test_same_seed_same_data(make):
    first, again, other = (make(50, generator=seeded(s)) for s in (1, 1, 2))
    assert torch.equal(first[0], again[0]) and torch.equal(first[1], again[1])
    assert not torch.equal(first[0], other[0])


@pytest.mark.parametrize("make", ALL)
def test_global_generator_is_the_default(make):
    torch.manual_seed(5)
    first = make(9)[0]
    torch.manual_seed(5)
    assert torch.equal(make(9)[0], first)


@pytest.mark.parametrize("make", PLANE)
@pytest.mark.parametrize("n", [1, 2, 101])
def test_plane_sets_have_shape_and_balance(make, n):
    X, y = make(n, generator=seeded())
    assert X.shape == (n, 2) and X.dtype == torch.float32
    assert y.shape == (n,) and y.dtype == torch.int64
    if n > 1:
        counts = y.bincount(minlength=2)
        assert int(counts.max() - counts.min()) <= 1


def test_xor_class_is_one_where_signs_differ():
    X, y = data.xor(400, noise=0.0)
    assert torch.equal(y == 1, X[:, 0] * X[:, 1] < 0)
    assert torch.equal(X.abs(), torch.ones(400, 2))


def test_moons_lie_on_two_half_circles():
    X, y = data.moons(300, noise=0.0, generator=seeded())
    centre = torch.tensor([[-0.5, -0.25], [0.5, 0.25]])[y]
    torch.testing.assert_close((X - centre).norm(dim=1), torch.ones(300))
    up = (X - centre)[:, 1] >= 0
    assert torch.equal(up, y == 0)


def test_spiral_angle_grows_with_the_radius():
    X, y = data.spirals(300, noise=0.0, num_classes=3, turns=0.5, generator=seeded())
    radius = X.norm(dim=1)
    assert radius.max() <= 1 + 1e-6 and y.bincount().tolist() == [100, 100, 100]
    angle = torch.atan2(X[:, 1], X[:, 0])
    expected = 2 * torch.pi * (0.5 * radius + y / 3)
    torch.testing.assert_close(angle.cos(), expected.cos(), atol=1e-4, rtol=0)
    torch.testing.assert_close(angle.sin(), expected.sin(), atol=1e-4, rtol=0)


def test_blobs_stand_about_their_centres():
    X, y = data.blobs(3000, noise=0.2, num_classes=3, generator=seeded())
    for k in range(3):
        angle = torch.tensor(2 * torch.pi * k / 3)
        centre = torch.stack((angle.cos(), angle.sin()))
        torch.testing.assert_close(X[y == k].mean(0), centre, atol=0.03, rtol=0)
        assert X[y == k].std(0).sub(0.2).abs().max() < 0.02


def test_noisy_polynomial_is_that_of_d2l():
    X, y = data.noisy_polynomial(200, noise=0.0, generator=seeded())
    assert X.shape == (200, 20) and y.shape == (200, 1)
    x = X[:, 1].double()
    truth = 5 + 1.2 * x - 3.4 * x**2 / 2 + 5.6 * x**3 / 6
    torch.testing.assert_close(y[:, 0].double(), truth, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(X[:, 4].double(), x**4 / 24, atol=1e-6, rtol=1e-5)


def test_noise_of_the_polynomial_has_its_size():
    clean = data.noisy_polynomial(5000, noise=0.0, generator=seeded())[1]
    noisy = data.noisy_polynomial(5000, noise=0.1, generator=seeded())[1]
    assert abs(float((noisy - clean).std()) - 0.1) < 0.005


def test_high_dimensional_linear_is_that_of_d2l():
    X, y = data.high_dimensional_linear(noise=0.0, generator=seeded())
    assert X.shape == (120, 200) and y.shape == (120, 1)
    torch.testing.assert_close(y, 0.05 + 0.01 * X.sum(1, keepdim=True))


@pytest.mark.parametrize("make", ALL)
@pytest.mark.parametrize("n", [0, -3])
def test_no_examples_are_an_error(make, n):
    with pytest.raises(ValueError, match=f"n: got {n}, expected a whole number >= 1"):
        make(n)


@pytest.mark.parametrize("make", ALL)
@pytest.mark.parametrize("noise", [-0.1, float("nan"), float("inf")])
def test_noise_out_of_range_is_an_error(make, noise):
    with pytest.raises(ValueError, match=r"noise: got .*, expected a finite number"):
        make(8, noise=noise)


@pytest.mark.parametrize("name", [make.__name__ for make in ALL])
def test_numbers_of_another_type_are_errors(unchecked, name):
    make = getattr(unchecked("mlpbook.synthetic"), name)
    with pytest.raises(TypeError, match=r"n: got 2\.5, expected a whole number"):
        make(2.5)
    with pytest.raises(TypeError, match="noise: got 'loud', expected a finite number"):
        make(8, noise="loud")


def test_more_weights_than_features_are_an_error():
    with pytest.raises(ValueError, match="weights: got 4, expected at most 3"):
        data.noisy_polynomial(5, num_features=3)
