"""The counter-based generator: published answers, the shared vectors, and its statistics."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from mlpbook import rng

VECTORS = json.loads((Path(__file__).parent / "vectors" / "rng.json").read_text(encoding="utf-8"))


def words_of(first: int, second: int) -> tuple[np.ndarray, np.ndarray]:
    return np.array([first], np.uint32), np.array([second], np.uint32)


PLACE = {"seed": 3, "stream": 2, "draw": 1}


@pytest.mark.parametrize(
    ("key", "counter", "words"),
    [
        ((0, 0), (0, 0), (0x6B200159, 0x99BA4EFE)),
        ((0xFFFFFFFF,) * 2, (0xFFFFFFFF,) * 2, (0x1CB996FC, 0xBB002BE7)),
        ((0x13198A2E, 0x03707344), (0x243F6A88, 0x85A308D3), (0xC4923A9C, 0x483DF7A0)),
    ],
)
def test_published_answers(
    key: tuple[int, int], counter: tuple[int, int], words: tuple[int, int]
) -> None:
    """Known answers of the authors' library, Random123."""
    found = rng.threefry2x32(key, words_of(*counter))
    assert tuple(int(word[0]) for word in found) == words


def test_the_shared_vectors_hold_the_published_answers() -> None:
    for known in VECTORS["published"]:
        key, counter = ([int(word, 16) for word in known[part]] for part in ("key", "counter"))
        found = rng.threefry2x32((key[0], key[1]), words_of(*counter))
        assert [f"{int(word[0]):08x}" for word in found] == known["words"]


@pytest.mark.parametrize("given", VECTORS["draws"], ids=lambda given: str(given["seed"]))
def test_shared_vectors(given: dict) -> None:
    place = {name: given[name] for name in ("seed", "stream", "draw")}
    n = given["n"]
    assert rng.bits(n, **place).tolist() == given["bits"]
    assert rng.uniform((n,), **place).tolist() == given["uniform"]
    np.testing.assert_allclose(rng.normal((n,), **place), given["normal"], rtol=1e-6)
    assert rng.permutation(n, **place).tolist() == given["permutation"]


def test_shared_checksum() -> None:
    given = VECTORS["checksum"]
    place = {name: given[name] for name in ("seed", "stream", "draw")}
    order = rng.permutation(given["n"], **place)
    assert int((order * np.arange(given["n"])).sum()) == given["permutation"]


def test_a_stream_is_the_same_however_much_of_it_is_asked_for() -> None:
    whole = rng.normal((101,), **PLACE)
    np.testing.assert_array_equal(rng.normal((100,), **PLACE), whole[:100])
    np.testing.assert_array_equal(rng.uniform((7,), **PLACE), rng.uniform((8,), **PLACE)[:7])


@pytest.mark.parametrize("other", [{"seed": 4}, {"stream": 3}, {"draw": 2}])
def test_other_seed_stream_or_draw_gives_other_numbers(other: dict[str, int]) -> None:
    a, b = rng.uniform((1000,), **PLACE), rng.uniform((1000,), **{**PLACE, **other})
    assert abs(np.corrcoef(a, b)[0, 1]) < 0.1


def test_statistics() -> None:
    n = 200_000
    u, z = rng.uniform((n,), **PLACE).astype(float), rng.normal((n,), **PLACE).astype(float)
    assert u.min() >= 0 and u.max() < 1
    assert abs(u.mean() - 0.5) < 4 / np.sqrt(12 * n)
    assert abs(z.mean()) < 4 / np.sqrt(n)
    assert abs(z.std() - 1) < 4 / np.sqrt(2 * n)
    assert abs((np.abs(z) < 1.959964).mean() - 0.95) < 4 * np.sqrt(0.95 * 0.05 / n)
    assert abs(np.corrcoef(z[:-1], z[1:])[0, 1]) < 4 / np.sqrt(n)


@pytest.mark.parametrize("n", [0, 1, 2, 1000])
def test_permutation_holds_every_number_once(n: int) -> None:
    assert sorted(rng.permutation(n, **PLACE)) == list(range(n))


def test_shapes_and_types() -> None:
    assert rng.uniform((2, 3), **PLACE).shape == (2, 3)
    assert rng.normal((), **PLACE).shape == ()
    assert rng.normal((0, 4), **PLACE).shape == (0, 4)
    assert rng.normal((3,), **PLACE).dtype == np.float32


@pytest.mark.parametrize(
    ("wrong", "error"),
    [({"seed": -1}, ValueError), ({"seed": 2**32}, ValueError), ({"draw": 0.5}, TypeError)],
)
def test_wrong_numbers_are_refused(wrong: dict, error: type[Exception]) -> None:
    with pytest.raises(error, match=r"expected a whole number from 0 to 2\*\*32 - 1"):
        rng.uniform((2,), **{**PLACE, **wrong})
