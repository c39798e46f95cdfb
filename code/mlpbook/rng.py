"""Random numbers by counting: Threefry-2x32 with 20 rounds.

The generator has no state. A block of 64 random bits is a pure function of a key and a counter,

    key = (seed, stream),   counter = (index, draw),

so the same seed gives the same numbers in any order, on any machine and in any language. `stream`
tells apart what is drawn (the first weight matrix, a dropout mask, the order of the examples),
`draw` when (a step or an epoch), `index` which element. The JavaScript twin is
`frontend/src/engine/rng.js`; both are held to `tests/vectors/rng.json`.

Source:
    Salmon, Moraes, Dror and Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3".
"""

from collections.abc import Sequence
from numbers import Integral

import numpy as np
from jaxtyping import Float32, Int64, UInt32

ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))
PARITY = 0x1BD11BDA  # of the key schedule, chosen by the authors against weak keys
WORD = 2**32


def threefry2x32(
    key: tuple[int, int], counter: tuple[UInt32[np.ndarray, " n"], UInt32[np.ndarray, " n"]]
) -> tuple[UInt32[np.ndarray, " n"], UInt32[np.ndarray, " n"]]:
    """Encrypt counters under a key: 20 rounds of add, rotate, exclusive or.

    Args:
        key: two 32-bit words.
        counter: two arrays of 32-bit words.

    Returns:
        Two arrays of random 32-bit words.
    """
    schedule = (*key, key[0] ^ key[1] ^ PARITY)
    words = [np.uint32(word) for word in schedule]
    x0, x1 = (np.array(word, dtype=np.uint32) for word in counter)
    with np.errstate(over="ignore"):  # addition modulo 2³² is meant
        x0 += words[0]
        x1 += words[1]
        for group in range(5):
            for rotation in ROTATIONS[group % 2]:
                x0 += x1
                x1 = (x1 << np.uint32(rotation)) | (x1 >> np.uint32(32 - rotation))
                x1 ^= x0
            x0 += words[(group + 1) % 3]
            x1 += words[(group + 2) % 3] + np.uint32(group + 1)
    return x0, x1


def bits(n: int, *, seed: int, stream: int, draw: int = 0) -> UInt32[np.ndarray, " n"]:
    """The first `n` random words of a stream: two from each block.

    Raises:
        TypeError: a number is not whole.
        ValueError: a number does not fit into 32 bits.
    """
    for name, value in (("n", n), ("seed", seed), ("stream", stream), ("draw", draw)):
        _check_word(name, value)
    index = np.arange((n + 1) // 2, dtype=np.uint32)
    blocks = threefry2x32((seed, stream), (index, np.full_like(index, draw)))
    return np.stack(blocks, axis=1).reshape(-1)[:n]


def uniform(
    shape: Sequence[int], *, seed: int, stream: int, draw: int = 0
) -> Float32[np.ndarray, "..."]:
    """Numbers spread evenly over [0, 1), multiples of 2⁻²⁴, as float32."""
    words = bits(_count(shape), seed=seed, stream=stream, draw=draw)
    return ((words >> np.uint32(8)).astype(np.float32) / np.float32(2**24)).reshape(shape)


def normal(
    shape: Sequence[int], *, seed: int, stream: int, draw: int = 0
) -> Float32[np.ndarray, "..."]:
    """Standard normal numbers by Box and Muller's method: a pair from each block, as float32."""
    n = _count(shape)
    pairs = bits(n + n % 2, seed=seed, stream=stream, draw=draw).reshape(-1, 2)
    radius = np.sqrt(-2 * np.log((pairs[:, 0] + 1.0) / WORD))  # the argument is in (0, 1]
    angle = 2 * np.pi * (pairs[:, 1] / WORD)
    both = np.stack((radius * np.cos(angle), radius * np.sin(angle)), axis=1)
    return both.reshape(-1)[:n].astype(np.float32).reshape(shape)


def permutation(n: int, *, seed: int, stream: int, draw: int = 0) -> Int64[np.ndarray, " n"]:
    """The numbers 0..n-1 in random order: sorted by a random word each, ties by number."""
    return np.argsort(bits(n, seed=seed, stream=stream, draw=draw), kind="stable")


def _count(shape: Sequence[int]) -> int:
    return int(np.prod(shape, dtype=np.int64))


def _check_word(name: str, value: object) -> None:
    expected = "a whole number from 0 to 2**32 - 1"
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(f"{name}: got {value!r}, expected {expected}")
    if not 0 <= int(value) < WORD:
        raise ValueError(f"{name}: got {value}, expected {expected}")
