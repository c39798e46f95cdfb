"""Central differences find right gradients right and wrong ones wrong."""

import math

import pytest
import torch

from mlpbook.gradcheck import gradcheck, numeric_gradient, relative_error


def test_gradient_of_a_cubic():
    x = torch.tensor([[-1.0, 0.0], [2.0, 3.0]])
    got = numeric_gradient(lambda x: (x**3).sum(), x)
    assert got.dtype == torch.float64 and got.shape == x.shape
    torch.testing.assert_close(got, 3 * x.double() ** 2, rtol=1e-8, atol=1e-8)


def test_input_is_left_as_it_was():
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    numeric_gradient(lambda x: x.prod(), x)
    assert x.tolist() == [1.0, 2.0] and x.grad is None


@pytest.mark.parametrize("shape", [(), (1,), (0,), (2, 0)])
def test_scalars_and_empty_tensors(shape):
    x = torch.full(shape, 0.5)
    torch.testing.assert_close(
        numeric_gradient(lambda x: x.exp().sum(), x), x.double().exp(), rtol=1e-8, atol=0
    )
    assert gradcheck(lambda x: x.exp().sum(), x)


def test_transposed_inputs_keep_their_entries_in_place():
    x = torch.arange(6.0).reshape(2, 3).T
    weights = torch.arange(6.0, dtype=torch.float64).reshape(3, 2)
    torch.testing.assert_close(numeric_gradient(lambda x: (x * weights).sum(), x), weights)


def test_autograd_is_checked_for_every_input():
    A, x = torch.randn(3, 3), torch.randn(3)
    found = gradcheck(lambda A, x: x @ A @ x, A, x)
    assert found and found.ok and len(found.relative_errors) == 2
    assert max(found.relative_errors) < 1e-7
    torch.testing.assert_close(found.analytic[1], found.numeric[1], rtol=1e-6, atol=1e-7)


def test_input_that_does_not_matter_has_gradient_zero():
    found = gradcheck(lambda a, b: (a**2).sum(), torch.ones(2), torch.ones(3))
    assert found and not found.analytic[1].any()


@pytest.mark.parametrize("factor", [1.001, 0.5, -1.0, 2.0])
def test_wrong_gradient_is_found(factor):
    x = torch.tensor([1.0, -2.0], dtype=torch.float64)
    right = 2 * x
    assert gradcheck(lambda x: (x**2).sum(), x, gradients=[right])
    found = gradcheck(lambda x: (x**2).sum(), x, gradients=[factor * right])
    assert not found and found.relative_errors[0] > 1e-4


def test_one_wrong_entry_among_many_is_found():
    x = torch.linspace(-1, 1, 100, dtype=torch.float64)
    wrong = x.cos()
    wrong[37] += 1e-3
    assert not gradcheck(lambda x: x.sin().sum(), x, gradients=[wrong])


def test_missing_or_surplus_gradients_are_errors():
    with pytest.raises(ValueError, match="gradients: got 0, expected 1"):
        gradcheck(lambda x: x.sum(), torch.ones(2), gradients=[])
    with pytest.raises(ValueError, match=r"got shapes \(3,\) and \(2,\), expected equal"):
        gradcheck(lambda x: x.sum(), torch.ones(2), gradients=[torch.ones(3)])


def test_relative_error_by_hand():
    a, b = torch.tensor([1.0, 2.0]), torch.tensor([1.0, 2.5])
    assert relative_error(a, b) == pytest.approx(0.2)
    assert relative_error(a, a) == 0
    assert relative_error(torch.tensor([1e-9]), torch.tensor([0.0])) == pytest.approx(1e-6)
    assert relative_error(torch.zeros(0), torch.zeros(0)) == 0


def test_relative_error_of_infinite_and_missing_values():
    inf, nan = torch.tensor([math.inf]), torch.tensor([math.nan])
    assert relative_error(inf, inf) == 0
    assert relative_error(inf, -inf) == math.inf
    assert relative_error(inf, torch.ones(1)) == math.inf
    assert relative_error(nan, torch.ones(1)) == math.inf


def test_wrong_functions_and_inputs_are_errors(unchecked):
    plain = unchecked("mlpbook.gradcheck")
    with pytest.raises(ValueError, match=r"f: got a result of shape \(2,\), expected one element"):
        plain.numeric_gradient(lambda x: x, torch.ones(2))
    with pytest.raises(ValueError, match=r"f: got a result of shape \(2,\), expected one element"):
        plain.gradcheck(lambda x: x, torch.ones(2))
    with pytest.raises(TypeError, match=r"inputs\[0\]: got torch.int64, expected a floating-point"):
        plain.gradcheck(lambda x: x.sum(), torch.ones(2, dtype=torch.int64))
    with pytest.raises(TypeError, match=r"inputs\[0\]: got float, expected a floating-point"):
        plain.gradcheck(lambda x: x, 1.0)
    with pytest.raises(ValueError, match="step: got 0, expected a finite number in "):
        plain.numeric_gradient(lambda x: x.sum(), torch.ones(2), step=0.0)
