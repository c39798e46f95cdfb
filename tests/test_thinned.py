"""The picture of a thinned network shows what a mask leaves, and no more."""

from itertools import pairwise

import torch
from matplotlib import pyplot as plt

from mlpbook import thinned

MASKS = [torch.ones(5), torch.tensor([1, 0, 1, 1]), torch.tensor([0, 1, 1]), torch.ones(1)]


def test_edges_have_both_ends_kept() -> None:
    found = thinned.edges(MASKS)
    pairs = pairwise(MASKS)
    assert len(found) == sum(int(a.sum() * b.sum()) for a, b in pairs) == 15 + 6 + 2
    assert all(MASKS[layer][i] and MASKS[layer + 1][j] for layer, i, j in found)
    assert len(set(found)) == len(found)


def test_picture_draws_each_edge_and_unit_once() -> None:
    ax = thinned.draw(MASKS)
    assert len(ax.lines) == len(thinned.edges(MASKS))
    assert len(ax.collections) == sum(len(mask) for mask in MASKS)
    plt.close("all")
