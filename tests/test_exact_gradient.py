"""The gradient of an expectation by enumeration."""

import math

import pytest
import torch

from reparam_utils import exact_gradient


def logits_of(*shape, seed=1):
    return 2 * torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def table(values):
    """The objective with these values at the categories."""
    return lambda rows: rows @ torch.as_tensor(values, dtype=rows.dtype)


def test_hand_picked_values():
    logits = torch.log(torch.tensor([1.0, 2.0, 1.0], dtype=torch.float64))
    expected = torch.tensor([1.0, 0.0, -1.0], dtype=torch.float64)
    torch.testing.assert_close(exact_gradient(table([4.0, 0.0, -4.0]), logits), expected)


@pytest.mark.parametrize("offset", [0.0, 1e9])
def test_it_is_what_autograd_finds_for_the_sum_over_joint_states(offset):
    """Also far from zero, where digits would cancel."""
    logits = logits_of(3, 4).requires_grad_()

    def objective(rows):  # not a sum over the samples
        return (rows @ torch.arange(4.0, dtype=rows.dtype)).prod(dim=-1) + rows[:, 0, 1] + offset

    every = torch.cartesian_prod(*[torch.arange(4)] * 3)
    log_probs = torch.log_softmax(logits, dim=-1)
    joint = sum(log_probs[sample, every[:, sample]] for sample in range(3)).exp()
    rows = torch.nn.functional.one_hot(every, 4).double()
    (reference,) = torch.autograd.grad((joint * (objective(rows) - offset)).sum(), logits)
    torch.testing.assert_close(exact_gradient(objective, logits.detach()), reference, rtol=1e-6, atol=1e-6)


def test_many_states_are_taken_in_pieces():
    """2**17 of them. For a sum over the samples each has the gradient that it has alone."""
    logits = logits_of(17, 2)
    weights = logits_of(17, 2, seed=2)
    sizes = []

    def objective(rows):
        sizes.append(len(rows))
        return (rows * weights).sum(dim=(1, 2))

    alone = torch.stack([exact_gradient(table(w), x) for w, x in zip(weights, logits, strict=True)])
    torch.testing.assert_close(exact_gradient(objective, logits), alone, rtol=1e-9, atol=1e-12)
    assert sum(sizes) == 2**17 and max(sizes) < 2**16


def test_a_masked_category_gets_no_gradient():
    gradient = exact_gradient(table([1.0, 3.0, 9.0]), torch.tensor([0.0, 0.0, -math.inf]))
    assert gradient.tolist() == [-0.5, 0.5, 0.0]


def test_it_has_the_dtype_and_shape_of_the_logits():
    for shape in [(3,), (1, 3), (2, 3), (1, 1)]:
        gradient = exact_gradient(lambda rows: rows.flatten(1).sum(1), torch.zeros(shape))
        assert gradient.shape == shape and gradient.dtype == torch.float32


def test_it_counts_up_to_a_million_states():
    def last_bit(rows):
        return rows[:, -1, 1]

    gradient = exact_gradient(last_bit, torch.zeros(6, 10, dtype=torch.float64))
    assert gradient[-1, 1].item() == pytest.approx(0.09) and gradient[:-1].abs().max() < 1e-15
    with pytest.raises(ValueError, match="at most 1000000 joint states can be enumerated, got 1048576"):
        exact_gradient(last_bit, torch.zeros(20, 2))


def test_it_refuses_what_does_not_fit():
    with pytest.raises(ValueError, match=r"logits must have shape \(k,\) or \(l, k\), got \(2, 2, 2\)"):
        exact_gradient(table([0.0, 1.0]), torch.zeros(2, 2, 2))
    with pytest.raises(ValueError, match="objective must be finite, got nan"):
        exact_gradient(table([0.0, math.nan]), torch.zeros(2))
    with pytest.raises(ValueError, match=r"one value for each of 2 rows, got \(2, 2\)"):
        exact_gradient(lambda rows: rows, torch.zeros(2))
    with pytest.raises(ValueError, match=r"one value for each of 2 rows, got 1\.5"):
        exact_gradient(lambda rows: 1.5, torch.zeros(2))
    with pytest.raises(ValueError, match="logits must be finite, or -inf to mask a category, got nan"):
        exact_gradient(table([0.0, 1.0]), torch.tensor([0.0, math.nan]))
