"""Short English sentences in which every place name is marked, and windows over them.

The sentences were made for this book; `datasets/places/README.md` says how. All is lower case, and
many names are a place in one sentence and a person in another, so that context has to decide.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from mlpbook import _check
from mlpbook._files import read_checked

FOLDER = Path(__file__).parent / "datasets" / "places"
MD5 = {
    "train": "a89c61c23894b694f9ab9a3c62ce0308",
    "validation": "5bed9a0008cae03035c06270eaa13810",
    "test": "675a1869e1398c367a65feaa9ad2c905",
}
PAD, UNKNOWN = "<pad>", "<unk>"


class Sentence(NamedTuple):
    """A sentence.

    Attributes:
        words: its words and punctuation marks, in lower case.
        is_place: for each, whether it names a place here.
    """

    words: tuple[str, ...]
    is_place: tuple[bool, ...]


class Windows(NamedTuple):
    """Every word with its neighbours.

    Shape:
        X: (n, 2 * reach + 1), int64, numbers of words; the word itself in the middle column.
        is_place: (n,), bool.
    """

    X: Tensor
    is_place: Tensor


def places(split: str = "train", *, folder: str | Path = FOLDER) -> list[Sentence]:
    """The sentences of one split.

    Args:
        split: "train" (432 sentences), "validation" (144, from templates and with names that the
            training split has not) or "test" (70, written by hand).
        folder: where the files lie; the package's own by default.

    Raises:
        DataFileError: the file is missing or altered.
        ValueError: there is no such split.
    """
    _check.one_of("split", split, tuple(MD5))
    text = read_checked(Path(folder) / f"{split}.txt", MD5[split]).decode()
    return [_sentence(line) for line in text.splitlines()]


def _sentence(line: str) -> Sentence:
    tokens = line.split()
    words = tuple(token.strip("[]") for token in tokens)
    return Sentence(words, tuple(token.startswith("[") for token in tokens))


def vocabulary(sentences: Iterable[Sentence]) -> dict[str, int]:
    """A number for every word: 0 for the padding, 1 for words not seen here, then the alphabet."""
    words = {word for sentence in sentences for word in sentence.words}
    return {word: number for number, word in enumerate((PAD, UNKNOWN, *sorted(words)))}


def windows(sentences: Sequence[Sentence], vocab: Mapping[str, int], *, reach: int = 2) -> Windows:
    """Every word of every sentence with `reach` neighbours on either side.

    Args:
        sentences: what `places` gives.
        vocab: numbers of words; the others become `UNKNOWN`.
        reach: neighbours a side; beyond the ends of a sentence stands `PAD`.

    Raises:
        ValueError: reach is below 1.
    """
    _check.positive_int("reach", reach)
    rows = []
    for sentence in sentences:
        numbers = [vocab.get(word, vocab[UNKNOWN]) for word in sentence.words]
        padded = [vocab[PAD]] * reach + numbers + [vocab[PAD]] * reach
        rows += [padded[i : i + 2 * reach + 1] for i in range(len(numbers))]
    labels = [mark for sentence in sentences for mark in sentence.is_place]
    return Windows(torch.tensor(rows), torch.tensor(labels))
