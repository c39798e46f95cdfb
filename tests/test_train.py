"""Training is PyTorch's own steps, exactly repeatable, and clear about wrong input."""

import io
import math
import os
import random
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from time import perf_counter

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Subset
from torchvision import transforms

from mlpbook import data, layers, train


@pytest.fixture
def blobs():
    """400 points of three classes, easy to tell apart."""
    X, y = data.blobs(400, num_classes=3, generator=torch.Generator().manual_seed(0))
    return X, y


def module(seed=0, p=0.0):
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Dropout(p), nn.Linear(16, 3))


def scratch(seed=0):
    return layers.MLP(layers.mlp_params((2, 16, 3), generator=torch.Generator().manual_seed(seed)))


def fit(net, blobs, **options):
    settings = {"lr": 0.1, "num_epochs": 3, "batch_size": 32, "seed": 0, "progress": False}
    return train.fit(net, blobs, **(settings | options))


def weights(net):
    params = net.parameters() if isinstance(net, nn.Module) else net.params
    return torch.cat([p.detach().flatten() for p in params])


# What a step is


def test_one_full_batch_is_one_step_of_torch_sgd(blobs):
    net, reference = module(), module()
    fit(net, blobs, num_epochs=1, batch_size=400, lr=0.5)
    optimizer = torch.optim.SGD(reference.parameters(), lr=0.5)
    F.cross_entropy(reference(blobs[0]), blobs[1]).backward()
    optimizer.step()
    torch.testing.assert_close(weights(net), weights(reference))


def test_epochs_equal_a_hand_written_loop(blobs):
    net, reference = module(), module()
    order = torch.Generator().manual_seed(7)
    history = fit(net, blobs, seed=None, generator=torch.Generator().manual_seed(7))
    optimizer = torch.optim.SGD(reference.parameters(), lr=0.1)
    for epoch in range(3):
        total = 0.0
        for rows in torch.randperm(400, generator=order).split(32):
            loss = F.cross_entropy(reference(blobs[0][rows]), blobs[1][rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(rows)
        assert history.train_loss[epoch] == pytest.approx(total / 400, rel=1e-6)
    assert torch.equal(weights(net), weights(reference))


def test_lr_and_torch_sgd_agree(blobs):
    plain, optimized = module(), module()
    fit(plain, blobs)
    fit(optimized, blobs, lr=None, optimizer=torch.optim.SGD(optimized.parameters(), lr=0.1))
    assert torch.equal(weights(plain), weights(optimized))


def test_from_scratch_net_and_module_learn_alike(blobs):
    ours, theirs = scratch(), module()
    with torch.no_grad():
        for parameter, value in zip(theirs.parameters(), ours.params, strict=True):
            parameter.copy_(value.T if value.ndim == 2 else value)
    first, second = fit(ours, blobs), fit(theirs, blobs)
    np.testing.assert_allclose(first.train_loss, second.train_loss, rtol=1e-4)
    assert first.train_accuracy == second.train_accuracy


def test_plain_function_with_a_list_of_tensors(blobs):
    params = scratch().params
    history = fit(lambda X: layers.mlp(X, params), blobs, params=params)
    assert history.series() == fit(scratch(), blobs).series()


def test_function_that_carries_its_params(blobs):
    def net(X):
        return layers.mlp(X, params)

    params = scratch().params
    net.params = params  # pyright: ignore[reportFunctionMemberAccess]
    assert fit(net, blobs).series() == fit(scratch(), blobs).series()


def test_loss_per_example_and_mean_loss_are_the_same(blobs):
    per_example = nn.CrossEntropyLoss(reduction="none")
    first, second = fit(module(), blobs, loss=per_example), fit(module(), blobs)
    np.testing.assert_allclose(first.train_loss, second.train_loss, rtol=1e-6)
    assert first.train_accuracy == second.train_accuracy


def test_frozen_parameters_stay(blobs):
    net = module()
    W, *others = net.parameters()
    W.requires_grad_(False)
    before = [W.clone(), others[0].clone()]
    fit(net, blobs)
    assert torch.equal(W, before[0]) and not torch.equal(others[0], before[1])


def test_it_learns(blobs):
    history = fit(module(), blobs, num_epochs=10, lr=0.5, validation=blobs)
    assert history.validation_accuracy[-1] > 0.97
    assert history.train_loss[-1] < history.train_loss[0] / 2


def test_regression_has_a_loss_and_no_accuracy():
    X, y = data.high_dimensional_linear(
        60, num_inputs=5, generator=torch.Generator().manual_seed(0)
    )
    net = nn.Linear(5, 1)
    history = fit(net, (X, y), loss=F.mse_loss, num_epochs=30, validation=(X, y))
    assert history.validation_loss[-1] < history.validation_loss[0]
    assert set(history.series()) == {"train_loss", "validation_loss"}
    assert train.evaluate(net, (X, y), loss=F.mse_loss).accuracy is None


def test_images_of_the_book():
    images = data.fashion_mnist("train", limit=2000)
    net = layers.MLP(layers.mlp_params((784, 32, 10), generator=torch.Generator().manual_seed(0)))
    history = fit(net, images, num_epochs=4, validation=data.fashion_mnist("validation", limit=500))
    assert history.validation_accuracy[-1] > 0.65


# Repeatability


def test_same_seed_gives_the_same_bits(blobs):
    runs = [(net := module(p=0.5), fit(net, blobs, validation=blobs)) for _ in range(2)]
    assert runs[0][1].series() == runs[1][1].series()
    assert torch.equal(weights(runs[0][0]), weights(runs[1][0]))


def test_other_seed_gives_other_numbers(blobs):
    assert fit(module(), blobs).series() != fit(module(), blobs, seed=1).series()


def test_seed_governs_dropout_and_leaves_the_global_state(blobs):
    histories = []
    for global_seed in (1, 2):
        net = module(p=0.5)
        torch.manual_seed(global_seed)
        before = torch.get_rng_state()
        histories.append(fit(net, blobs).series())
        assert torch.equal(torch.get_rng_state(), before)
    assert histories[0] == histories[1]
    assert histories[0] != fit(module(p=0.5), blobs, seed=1).series()


def test_without_a_seed_the_global_generator_rules(blobs):
    histories = []
    for global_seed in (4, 4, 5):
        net = module()
        torch.manual_seed(global_seed)
        histories.append(fit(net, blobs, seed=None).series())
    assert histories[0] == histories[1] != histories[2]


def test_seed_everything_covers_all_generators():
    draws = []
    for _ in range(2):
        train.seed_everything(3)
        draws.append((random.random(), np.random.rand(), torch.rand(1).item()))
    assert draws[0] == draws[1]


def test_every_epoch_sees_every_example_in_a_new_order():
    seen = []

    def net(X):
        seen.append(X.detach()[:, 0].clone())
        return X @ W

    W = torch.zeros(1, 2, requires_grad=True)
    X = torch.arange(10.0).unsqueeze(1)
    fit(
        net, (X, torch.zeros(10, dtype=torch.int64)), num_epochs=2, batch_size=4, lr=0.0, params=[W]
    )
    first, second = torch.cat(seen[:3]), torch.cat(seen[3:])
    assert [len(rows) for rows in seen] == [4, 4, 2] * 2
    assert torch.equal(first.sort().values, X[:, 0]) and torch.equal(second.sort().values, X[:, 0])
    assert not torch.equal(first, second)


# History, modes, callbacks


def test_history_matches_evaluate(blobs):
    net = module()
    history = fit(net, blobs, validation=blobs)
    result = train.evaluate(net, blobs)
    assert (history.validation_loss[-1], history.validation_accuracy[-1]) == result
    assert len(history) == 3 and len(history.seconds) == 3 and min(history.seconds) > 0
    assert set(history.series("loss")) == {"train_loss", "validation_loss"}
    assert history.series("seconds") == {}


@pytest.mark.parametrize("batch_size", [1, 7, 400, 5000])
def test_evaluation_does_not_depend_on_the_batches(blobs, batch_size):
    net = module()
    logits = net(blobs[0])
    got = train.evaluate(net, blobs, batch_size=batch_size)
    assert got.loss == pytest.approx(F.cross_entropy(logits, blobs[1]).item(), rel=1e-5)
    assert got.accuracy == pytest.approx((logits.argmax(1) == blobs[1]).float().mean().item())


@pytest.mark.parametrize("training", [True, False])
def test_modes_are_switched_and_put_back(blobs, training):
    modes = []

    class Spy(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = module()

        def forward(self, X):
            modes.append(self.training and self.inner.training)
            return self.inner(X)

    net = Spy().train(training)
    fit(net, blobs, num_epochs=1, batch_size=400, validation=blobs)
    assert modes == [True, False]
    assert net.training is training and net.inner.training is training


def test_plain_callable_with_a_training_flag_is_switched(blobs):
    class Net:
        training = False

        def __init__(self):
            self.params = scratch().params
            self.modes = []

        def __call__(self, X):
            self.modes.append(self.training)
            return layers.mlp(X, self.params)

    net = Net()
    fit(net, blobs, num_epochs=1, batch_size=400, validation=blobs)
    assert net.modes == [True, False] and net.training is False


def test_mode_is_put_back_after_an_error(blobs):
    net = module().eval()
    with pytest.raises(RuntimeError, match="mat1 and mat2"):
        fit(net, (torch.zeros(4, 3), torch.zeros(4, dtype=torch.int64)))
    assert not net.training


def test_on_epoch_sees_the_history_and_may_stop(blobs):
    lengths = []
    history = fit(
        module(), blobs, num_epochs=9, on_epoch=lambda h: lengths.append(len(h)) or len(h) == 4
    )
    assert lengths == [1, 2, 3, 4] and len(history) == 4


def test_error_in_on_epoch_comes_through(blobs):
    class Pruned(Exception):
        pass

    def prune(history):
        raise Pruned

    with pytest.raises(Pruned):
        fit(module(), blobs, on_epoch=prune)


def test_diverging_run_ends_with_nan_and_no_error(blobs):
    history = fit(module(), (1e20 * blobs[0], blobs[1]), lr=1e20)
    assert math.isnan(history.train_loss[-1])


def test_gradients_do_not_pile_up(blobs):
    net = module()
    for parameter in net.parameters():
        parameter.grad = torch.full_like(parameter, 1e6)
    reference = module()
    fit(net, blobs)
    fit(reference, blobs)
    assert torch.equal(weights(net), weights(reference))


@pytest.mark.parametrize("progress", [True, False])
def test_nothing_stays_on_the_screen(blobs, progress, monkeypatch):
    monkeypatch.delenv("TQDM_DISABLE", raising=False)
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        fit(module(), blobs, progress=progress)
    assert out.getvalue() == ""
    assert ("epoch" in err.getvalue()) is progress
    assert err.getvalue().rsplit("\r", 1)[-1].strip() == ""


def test_tqdm_disable_hides_the_bar():
    code = (
        "import torch; from mlpbook import train, layers\n"
        "net = layers.MLP(layers.mlp_params((2, 2)))\n"
        "train.fit(net, (torch.zeros(4, 2), torch.zeros(4).long()),"
        " lr=0.1, num_epochs=2, batch_size=2)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=os.environ | {"TQDM_DISABLE": "1"},
        check=True,
    )
    assert done.stdout == done.stderr == ""


# Speed


def test_epoch_is_many_times_faster_than_a_dataloader():
    """A floor below the goal of 8, so that a busy machine does not fail it: see `make bench`."""
    X, y = data.fashion_mnist("train", limit=6000)
    images = data.FashionMNIST(train=True, transform=transforms.ToTensor())
    ours, theirs = (
        nn.Sequential(nn.Flatten(), nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 10))
        for _ in range(2)
    )
    loader = DataLoader(Subset(images, range(6000)), 256, shuffle=True)
    optimizer = torch.optim.SGD(theirs.parameters(), lr=0.1)
    train.fit(ours, (X, y), lr=0.1, num_epochs=1, batch_size=256, progress=False)

    def loop():
        for X, y in loader:
            optimizer.zero_grad()
            F.cross_entropy(theirs(X), y).backward()
            optimizer.step()

    ratios = []
    for _ in range(3):
        start = perf_counter()
        loop()
        middle = perf_counter()
        train.fit(ours, (X, y), lr=0.1, num_epochs=1, batch_size=256, progress=False)
        ratios.append((middle - start) / (perf_counter() - middle))
    assert max(ratios) > 3, ratios


# Seeds


def test_run_seeds_gathers_numbers_with_mean_and_spread():
    runs = train.run_seeds(lambda seed: 2.0 * seed, [1, 2, 3])
    assert runs.seeds == (1, 2, 3) and runs.values.tolist() == [2.0, 4.0, 6.0]
    assert runs.mean == 4.0 and runs.std == pytest.approx(2.0)
    assert str(runs) == "4.0000 ± 2.0000 (3 seeds)"


def test_run_seeds_gathers_curves():
    runs = train.run_seeds(lambda seed: [seed, 10 * seed], (1, 3))
    assert runs.values.shape == (2, 2)
    assert runs.mean.tolist() == [2.0, 20.0]
    np.testing.assert_allclose(runs.std, np.std([[1, 10], [3, 30]], axis=0, ddof=1))
    assert str(runs).startswith("20.0000 ± 14.1421")


def test_run_seeds_seeds_every_run():
    first = train.run_seeds(lambda seed: torch.rand(1).item(), [5, 6])
    again = train.run_seeds(lambda seed: torch.rand(1).item(), [6, 5])
    assert first.values.tolist() == again.values.tolist()[::-1]
    assert first.values[0] != first.values[1]


def test_run_histories_gathers_each_curve(blobs):
    runs = train.run_histories(
        lambda seed: fit(module(seed), blobs, seed=seed, validation=blobs), range(3)
    )
    assert set(runs) == {
        "train_loss",
        "train_accuracy",
        "validation_loss",
        "validation_accuracy",
    }
    assert runs["train_loss"].values.shape == (3, 3)
    assert runs["train_loss"].values[1].tolist() == fit(module(1), blobs, seed=1).train_loss


@pytest.mark.parametrize("seeds", [[], [1], [1, 1]])
def test_too_few_seeds_are_an_error(seeds):
    with pytest.raises(ValueError, match=r"seeds: got .* expected at least two different ones"):
        train.run_seeds(float, seeds)


def test_results_of_unequal_length_are_an_error():
    with pytest.raises(ValueError, match="results: got shapes"):
        train.run_seeds(lambda seed: [0.0] * seed, [1, 2])


# Wrong input


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"lr": None}, ValueError, "lr, optimizer: got neither, expected one of them"),
        ({"lr": -1.0}, ValueError, "lr: got -1, expected a finite number"),
        ({"lr": float("nan")}, ValueError, "lr: got nan, expected a finite number"),
        ({"lr": "fast"}, TypeError, "lr: got 'fast', expected a finite number"),
        ({"lr": None, "optimizer": "adam"}, TypeError, "optimizer: got 'adam', expected a torch"),
        ({"num_epochs": 0}, ValueError, "num_epochs: got 0, expected a whole number >= 1"),
        ({"num_epochs": 1.5}, TypeError, r"num_epochs: got 1\.5, expected a whole number"),
        ({"batch_size": 0}, ValueError, "batch_size: got 0, expected a whole number >= 1"),
        ({"batch_size": "all"}, TypeError, "batch_size: got 'all', expected a whole number"),
        ({"generator": torch.Generator()}, ValueError, "generator, seed: got both, expected one"),
        ({"params": []}, ValueError, "params: got no tensor with requires_grad=True"),
        ({"params": [torch.zeros(2)]}, ValueError, "params: got no tensor with requires_grad=True"),
        ({"validation": 3}, TypeError, r"validation: got int, expected a pair of tensors \(X, y\)"),
    ],
)
def test_wrong_options_are_errors(blobs, options, error, message):
    with pytest.raises(error, match=message):
        fit(module(), blobs, **options)


def test_both_lr_and_optimizer_are_an_error(blobs):
    net = module()
    with pytest.raises(ValueError, match="lr, optimizer: got both"):
        fit(net, blobs, optimizer=torch.optim.SGD(net.parameters(), lr=0.1))


@pytest.mark.parametrize(
    ("examples", "error", "message"),
    [
        (torch.zeros(3), TypeError, "train_data: got Tensor, expected a pair of tensors"),
        ((torch.zeros(3),), TypeError, "train_data: got tuple, expected a pair of tensors"),
        (([1.0], [0]), TypeError, "train_data: got tuple, expected a pair of tensors"),
        ((torch.zeros(3), torch.zeros(4)), ValueError, "train_data: got 3 and 4 rows"),
        ((torch.zeros(0, 2), torch.zeros(0)), ValueError, "train_data: got 0 and 0 rows"),
    ],
)
def test_wrong_data_are_errors(examples, error, message):
    with pytest.raises(error, match=message):
        fit(module(), examples)
    with pytest.raises(error, match=message.replace("train_data", "data")):
        train.evaluate(module(), examples)


def test_net_that_cannot_be_trained_is_an_error(blobs):
    with pytest.raises(
        TypeError, match=r"net: got function without params, expected an nn\.Module"
    ):
        fit(lambda X: X, blobs)
    with pytest.raises(TypeError, match="net: got str, expected a function of X"):
        fit("net", blobs)
