"""Soft accuracy and soft F1: equal to the hard ones on hard decisions, and smooth between."""

import math

import pytest
import torch

from reparam_utils import soft_accuracy, soft_f1

DTYPES = [torch.float16, torch.bfloat16, torch.float32, torch.float64]


def decisions(*shape):
    return torch.randint(2, shape, generator=torch.Generator().manual_seed(0)).double()


class TestAccuracy:
    def test_hand_picked_values(self):
        probs = torch.tensor([[0.5, 0.25, 0.25], [0.0, 0.0, 1.0]])
        assert soft_accuracy(probs, torch.tensor([1, 2])).item() == 0.625
        assert soft_accuracy(probs, torch.tensor([0, 0])).item() == 0.25

    def test_on_hard_decisions_it_is_the_accuracy(self):
        generator = torch.Generator().manual_seed(1)
        guesses, targets = torch.randint(3, (2, 500), generator=generator)
        hard = torch.nn.functional.one_hot(guesses, 3).double()
        assert soft_accuracy(hard, targets).item() == pytest.approx(
            (guesses == targets).double().mean().item()
        )

    @pytest.mark.parametrize("dtype", DTYPES)
    def test_a_large_batch_in_every_dtype(self, dtype):
        accuracy = soft_accuracy(torch.full((100_000, 2), 0.75, dtype=dtype), torch.ones(100_000).long())
        assert accuracy.item() == 0.75 and accuracy.dtype == dtype

    def test_gradients(self):
        probs = torch.softmax(decisions(4, 3), dim=-1).requires_grad_()
        assert torch.autograd.gradcheck(lambda p: soft_accuracy(p, torch.tensor([0, 2, 1, 1])), (probs,))

    def test_what_is_refused(self):
        probs = torch.full((2, 3), 0.5)
        for wrong in (-0.5, 1.5, math.nan):
            with pytest.raises(ValueError, match=f"probs must be between 0 and 1, got {wrong}"):
                soft_accuracy(torch.tensor([[0.0, 1.0], [wrong, 0.5]]), torch.tensor([0, 1]))
        for wrong in (-1, 3):
            with pytest.raises(ValueError, match=f"targets must be between 0 and 2, got {wrong}"):
                soft_accuracy(probs, torch.tensor([2, wrong]))
        for shapes in [((2, 3), (3,)), ((2, 3), (2, 1)), ((2,), (2,)), ((0, 3), (0,)), ((2, 0), (2,))]:
            with pytest.raises(ValueError, match=r"not empty, got shapes \(\d"):
                soft_accuracy(torch.zeros(shapes[0]), torch.zeros(shapes[1]).long())


class TestF1:
    def test_hand_picked_values(self):
        assert soft_f1(torch.tensor([0.5, 0.75, 0.25]), torch.tensor([1, 1, 0])).item() == pytest.approx(
            2.5 / 3.5
        )
        assert soft_f1(torch.tensor([0.0, 0.0]), torch.tensor([1, 0])).item() == 0

    def test_on_hard_decisions_it_is_f1(self):
        guesses, targets = decisions(2, 500)
        hits = (guesses * targets).sum()
        precision, recall = hits / guesses.sum(), hits / targets.sum()
        expected = 2 * precision * recall / (precision + recall)
        torch.testing.assert_close(soft_f1(guesses, targets), expected)
        torch.testing.assert_close(soft_f1(guesses, targets.bool()), expected)

    @pytest.mark.parametrize("dtype", DTYPES)
    def test_a_large_batch_in_every_dtype(self, dtype):
        score = soft_f1(torch.full((100_000,), 0.5, dtype=dtype), torch.ones(100_000).long())
        assert score.dtype == dtype and score.item() == pytest.approx(2 / 3, rel=torch.finfo(dtype).eps)

    def test_gradients(self):
        probs = torch.tensor([0.2, 0.9, 0.4], dtype=torch.float64, requires_grad=True)
        assert torch.autograd.gradcheck(lambda p: soft_f1(p, torch.tensor([1, 0, 1])), (probs,))

    @pytest.mark.parametrize("dtype", DTYPES)
    def test_a_sum_near_zero_has_a_slope_of_zero(self, dtype):
        smallest = torch.finfo(dtype).smallest_normal if dtype == torch.float64 else 1e-40
        probs = torch.tensor([smallest, 0.5], dtype=dtype)[:1].clamp(
            min=2**-24 if dtype == torch.float16 else 0
        )
        (slope,) = torch.autograd.grad(soft_f1(probs.requires_grad_(), torch.tensor([0])), probs)
        assert slope.tolist() == [0.0]

    def test_what_is_refused(self):
        half = torch.full((2,), 0.5)
        for wrong in (-0.5, 1.5, math.nan):
            with pytest.raises(ValueError, match=f"probs must be between 0 and 1, got {wrong}"):
                soft_f1(torch.tensor([0.5, wrong]), half.round())
        with pytest.raises(ValueError, match=r"targets must be 0 or 1, got 0\.5"):
            soft_f1(half, torch.tensor([1.0, 0.5]))
        with pytest.raises(ValueError, match="targets must be 0 or 1, got 2"):
            soft_f1(half, torch.tensor([2, 0]))
        for shapes in [((2,), (3,)), ((2, 1), (2, 1)), ((), ())]:
            with pytest.raises(ValueError, match=r"probs and targets must be \(n,\), got shapes \("):
                soft_f1(torch.zeros(shapes[0]), torch.zeros(shapes[1]))
        with pytest.raises(ValueError, match="F1 has no value"):
            soft_f1(torch.zeros(3), torch.zeros(3))
