"""Hard choices with exactly one 1, and gradients lent without a change of value."""

import math

import pytest
import torch

from reparam_utils import one_hot_argmax, straight_through

DTYPES = [torch.float16, torch.bfloat16, torch.float32, torch.float64]


@pytest.mark.parametrize("dtype", DTYPES)
class TestOneHot:
    def test_hand_picked_values(self, dtype):
        x = torch.tensor(
            [[0.0, 3.0, 3.0, 1.0], [2.0, 2.0, 2.0, 2.0], [-math.inf, -9.0, -math.inf, -8.0]], dtype=dtype
        )
        hard = one_hot_argmax(x.requires_grad_())
        assert hard.tolist() == [[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1]]
        assert hard.dtype == dtype and not hard.requires_grad

    def test_ties_and_batches_have_one_1(self, dtype):
        x = torch.randint(3, (50, 2, 7), generator=torch.Generator().manual_seed(0)).to(dtype)
        hard = one_hot_argmax(x)
        assert hard.shape == x.shape and (hard.sum(dim=-1) == 1).all()
        assert ((hard == 0) | (hard == 1)).all()
        assert torch.equal((hard * x).sum(dim=-1), x.amax(dim=-1))
        assert ((x == x.amax(dim=-1, keepdim=True)).sum(dim=-1) > 1).any(), "a comparison is not enough"
        assert one_hot_argmax(torch.zeros(0, 3, dtype=dtype)).shape == (0, 3)

    def test_what_is_refused(self, dtype):
        for wrong in (math.nan, math.inf):
            with pytest.raises(ValueError, match=f"x must be finite, .* got {wrong}"):
                one_hot_argmax(torch.tensor([0.0, wrong], dtype=dtype))
        with pytest.raises(ValueError, match="x must leave a category unmasked"):
            one_hot_argmax(torch.full((2, 3), -math.inf, dtype=dtype))
        with pytest.raises(ValueError, match=r"x must have categories in its last axis, got shape \(2, 0\)"):
            one_hot_argmax(torch.zeros(2, 0, dtype=dtype))


class TestStraightThrough:
    @pytest.mark.parametrize("dtype", DTYPES)
    def test_value_and_gradient_are_exact(self, dtype):
        generator = torch.Generator().manual_seed(0)
        forward = torch.randn(1000, generator=generator, dtype=torch.float64).to(dtype)
        soft = torch.rand(1000, generator=generator, dtype=torch.float64).to(dtype).requires_grad_()
        weights = torch.randn(1000, generator=generator).to(dtype)
        lent = straight_through(forward, soft)
        assert torch.equal(lent, forward) and lent.dtype == dtype
        assert torch.equal(torch.autograd.grad((lent * weights).sum(), soft)[0], weights)
        line = forward - soft.detach() + soft
        assert not torch.equal(line, forward), "the widespread line rounds"

    @pytest.mark.parametrize("dtype", DTYPES)
    def test_the_widespread_line_is_exact_for_zeros_and_ones(self, dtype):
        soft = torch.cat([torch.linspace(0, 1, 10_001), torch.logspace(-8, 0, 10_000)]).to(dtype)
        for hard in (torch.zeros_like(soft), torch.ones_like(soft)):
            assert torch.equal(hard - soft + soft, straight_through(hard, soft))

    def test_the_forward_gets_no_gradient_and_is_not_shared(self):
        forward, backward = torch.ones(2, requires_grad=True), torch.zeros(2, requires_grad=True)
        lent = straight_through(forward, backward)
        assert torch.autograd.grad(lent.sum(), [forward, backward], allow_unused=True)[0] is None
        plain = torch.ones(2)
        straight_through(plain, torch.zeros(2)).zero_()
        assert plain.tolist() == [1.0, 1.0]

    def test_the_gradient_is_the_backwards_own_function(self):
        """Also a second time, and under vmap: with y = hard, d/dx y**2 = 2 hard * d soft/dx."""
        x = torch.tensor([0.3, -0.7], dtype=torch.float64, requires_grad=True)

        def square(x):
            return straight_through((x > 0).to(x.dtype), x**3) ** 2

        (slope,) = torch.autograd.grad(square(x).sum(), x, create_graph=True)
        assert slope.tolist() == pytest.approx([2 * 1 * 3 * 0.3**2, 0.0])
        # The y in 2 y * 3 x**2 lends its gradient again: 2 (3 x**2)**2 + 2 y * 6 x.
        (curvature,) = torch.autograd.grad(slope.sum(), x)
        assert curvature.tolist() == pytest.approx([2 * 0.27**2 + 2 * 1.8, 2 * (3 * 0.49) ** 2])
        torch.testing.assert_close(torch.func.vmap(torch.func.grad(square))(x.detach()), slope.detach())

    def test_what_is_refused(self):
        with pytest.raises(
            ValueError, match=r"one shape and dtype, got \(2,\) torch.float32 and \(2, 1\) torch.fl"
        ):
            straight_through(torch.zeros(2), torch.zeros(2, 1))
        with pytest.raises(ValueError, match=r"got \(2,\) torch.int64 and \(2,\) torch.float32"):
            straight_through(torch.zeros(2, dtype=torch.int64), torch.zeros(2))
