"""Smooth maximum, soft argmax and soft top-k: worked values, bounds, limits."""

import math

import pytest
import torch

from reparam_utils import smooth_max, soft_argmax, soft_top_k

DTYPES = [torch.float16, torch.bfloat16, torch.float32, torch.float64]
FUNCTIONS = [smooth_max, soft_argmax, lambda x, temperature: soft_top_k(x, 1, temperature)]
TEMPERATURES = [1e-6, 0.1, 1.0, 10.0]
INF = math.inf


def scores(*shape, seed=0):
    return 3 * torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


class TestSmoothMax:
    def test_hand_picked_values(self):
        x = torch.tensor([[0.0, math.log(3)], [5.0, 5.0]], dtype=torch.float64)
        assert smooth_max(x, 1.0).tolist() == pytest.approx([math.log(4), 5 + math.log(2)], rel=1e-15)
        assert smooth_max(x, 0.5).tolist() == pytest.approx(
            [math.log(10) / 2, 5 + math.log(2) / 2], rel=1e-15
        )

    @pytest.mark.parametrize("temperature", TEMPERATURES)
    def test_the_bounds(self, temperature):
        """max <= smooth max <= max + temperature * log k, the upper one reached where all are equal."""
        x, y, k = scores(500, 4), scores(500, 4, seed=1), 4
        above = smooth_max(x, temperature) - x.amax(dim=-1)
        assert (above >= 0).all() and (above < temperature * math.log(k)).all()
        assert temperature < 1 or (above > 0).all()
        even = smooth_max(torch.full((k,), 3.0).double(), temperature).item()
        assert even == pytest.approx(3 + temperature * math.log(k), rel=1e-14)
        if temperature == 1:  # Below by the mean, and by any mean plus entropy; equal for the softmax.
            probs, other = torch.softmax(x, dim=-1), torch.softmax(y, dim=-1)
            assert (smooth_max(x, 1.0) >= x.mean(dim=-1) + math.log(k)).all()
            assert (smooth_max(x, 1.0) >= (other * (x - other.log())).sum(dim=-1)).all()
            torch.testing.assert_close(smooth_max(x, 1.0), (probs * (x - probs.log())).sum(dim=-1))

    @pytest.mark.parametrize("temperature", TEMPERATURES)
    def test_it_is_convex_and_moves_no_faster_than_x(self, temperature):
        x, y = scores(500, 4), scores(500, 4, seed=1)
        at_x, at_y, between = (smooth_max(each, temperature) for each in (x, y, (x + y) / 2))
        assert ((at_x - at_y).abs() <= (x - y).abs().amax(dim=-1) + 1e-12).all()
        assert (between <= (at_x + at_y) / 2 + 1e-12).all()
        slope = torch.func.grad(lambda x: torch.logsumexp(x / temperature, dim=-1).sum() * temperature)(x)
        (ours,) = torch.autograd.grad(smooth_max(x.requires_grad_(), temperature).sum(), x)
        torch.testing.assert_close(ours, slope, rtol=1e-8, atol=1e-8)
        torch.testing.assert_close(ours, torch.softmax(x / temperature, dim=-1), rtol=1e-8, atol=1e-8)


class TestSoftArgmax:
    @pytest.mark.parametrize("sharpness, index", [(1, 3.7336), (2, 3.8918), (5, 3.9934), (10, 3.99995)])
    def test_the_worked_example(self, sharpness, index):
        """argmax [2, 1, 4, 5, 3] = 4 in kexue.fm/archives/6620, counted from 1."""
        x = torch.tensor([2.0, 1.0, 4.0, 5.0, 3.0], dtype=torch.float64)
        assert soft_argmax(x, 1 / sharpness).item() + 1 == pytest.approx(index, abs=5e-5)

    def test_between_two_peaks_it_points_at_the_lowest(self):
        assert soft_argmax(torch.tensor([5.0, 0.0, 5.0]), 0.1).item() == pytest.approx(1.0)
        assert soft_argmax(torch.tensor([5.0, -INF, 5.0]), 1).item() == 1.0

    @pytest.mark.parametrize("temperature", [0.3, 1.0, 4.0])
    def test_the_bound_from_the_gap_is_kept_and_reached(self, temperature):
        """|soft - hard| <= max |i - i*| r / (1 + r), with r = (k - 1) exp(-gap / temperature)."""
        x, k = scores(2000, 5), 5
        best, hard = x.topk(2, dim=-1)
        r = (k - 1) * torch.exp((best[:, 1] - best[:, 0]) / temperature)
        hard = hard[:, 0]
        bound = torch.maximum(hard, k - 1 - hard) * r / (1 + r)
        assert ((soft_argmax(x, temperature) - hard).abs() <= bound + 1e-12).all()
        one_sided = torch.tensor([3.0, -INF, -INF, -INF, 1.0], dtype=torch.float64)
        r = math.exp(-2 / temperature)
        assert soft_argmax(one_sided, temperature).item() == pytest.approx(4 * r / (1 + r), rel=1e-13)


class TestSoftTopK:
    def test_hand_picked_values(self):
        x = torch.log(torch.tensor([1.0, 2.0, 1.0], dtype=torch.float64))
        assert soft_top_k(x, 1, 1.0).tolist() == pytest.approx([0.25, 0.5, 0.25])
        # Taking out (1/4, 1/2, 1/4) leaves weights p (1 - p) = 3/16, 4/16, 3/16.
        assert soft_top_k(x, 2, 1.0).tolist() == pytest.approx([0.25 + 0.3, 0.5 + 0.4, 0.25 + 0.3])
        # At temperature 1/2: p = 1/6, 4/6, 1/6, and then the squares of 1 * 5/6, 2 * 2/6, 1 * 5/6.
        assert soft_top_k(x, 2, 0.5).tolist() == pytest.approx(
            [1 / 6 + 25 / 66, 4 / 6 + 16 / 66, 1 / 6 + 25 / 66]
        )

    @pytest.mark.parametrize("k", [1, 2, 3, 4])
    def test_limits_sums_and_symmetry(self, k):
        x, order = scores(200, 5), torch.tensor([4, 0, 3, 1, 2])
        x[:, 2] = -INF
        for temperature in TEMPERATURES:
            soft = soft_top_k(x, k, temperature)
            assert (soft >= 0).all() and (soft[:, 2] == 0).all()
            torch.testing.assert_close(soft.sum(dim=-1), torch.full((200,), k).double())
            torch.testing.assert_close(soft_top_k(x[:, order] + 7, k, temperature), soft[:, order])
        members = torch.zeros_like(x).scatter(-1, x.topk(k, dim=-1).indices, 1)
        torch.testing.assert_close(soft_top_k(x, k, 1e-6), members, atol=1e-6, rtol=0)

    @pytest.mark.parametrize("temperature", [0.02, 1.0])
    def test_a_row_does_not_know_the_others(self, temperature):
        rows = torch.tensor([[1e6 + 9, 1e6 + 1, 1e6 + 4, 1e6], [0.0, 5.0, -1.0, 4.0], [0.5, 0.0, 0.75, 8.0]])
        alone = torch.stack([soft_top_k(row, 3, temperature) for row in rows])
        torch.testing.assert_close(soft_top_k(rows, 3, temperature), alone, rtol=1e-6, atol=0)

    def test_equal_leaders_share_one_choice(self):
        x = torch.tensor([5.0, 5.0, 4.9, 0.0], dtype=torch.float64)
        assert soft_top_k(x, 2, 1e-4).tolist() == pytest.approx([0.5, 0.5, 1.0, 0.0])

    @pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
    def test_a_high_score_costs_the_others_no_digits(self, dtype):
        x = torch.tensor([1e4, 1.0, 1.0005, 0.0], dtype=dtype)
        assert soft_top_k(x, 2, 1e-6).tolist() == pytest.approx([1.0, 0.0, 1.0, 0.0])
        close = torch.tensor([0.0, -1.0, -2.0], dtype=dtype)
        torch.testing.assert_close(soft_top_k(close + 8192, 2, 1.0), soft_top_k(close, 2, 1.0))

    @pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
    def test_a_share_that_rounds_to_one_is_taken_out_by_what_it_leaves(self, dtype):
        """log(1 - p) is -50 here: the first is then as high as the second."""
        x = torch.tensor([50.0, 0.0, -50.0], dtype=dtype, requires_grad=True)
        soft = soft_top_k(x, 2, 1.0)
        torch.testing.assert_close(soft, torch.tensor([1.5, 0.5, 0.0], dtype=dtype))
        for temperature in (1e-6, 1.0):
            (slope,) = torch.autograd.grad(soft_top_k(x, 2, temperature)[1], x)
            assert torch.isfinite(slope).all()

    @pytest.mark.parametrize("k", [0, 3, -1])
    def test_k_counts_what_every_row_leaves(self, k):
        x = torch.tensor([[0.0, -INF, 1.0], [0.0, 1.0, 2.0]])
        with pytest.raises(ValueError, match=f"k must be between 1 and 2, the unmasked categories, got {k}$"):
            soft_top_k(x, k, 1.0)

    def test_gradients(self):
        x, temperature = scores(2, 4).requires_grad_(), torch.tensor(0.7).double().requires_grad_()
        assert torch.autograd.gradcheck(lambda x, t: soft_top_k(x, 3, t), (x, temperature))


@pytest.mark.parametrize("function", FUNCTIONS)
class TestAll:
    def test_gradients_with_a_mask_and_a_learned_temperature(self, function):
        x = scores(2, 3).requires_grad_()
        temperature = torch.tensor([[0.7], [3.0]], dtype=torch.float64, requires_grad=True)
        assert torch.autograd.gradcheck(function, (x, temperature))

        def masked(x, temperature):
            return function(torch.cat([x, torch.full((2, 1), -INF)], dim=-1), temperature)

        assert torch.autograd.gradcheck(masked, (x, temperature))

    def test_it_leaves_x_alone(self, function):
        x = scores(5, 3)
        before = x.clone()
        for temperature in (0.5, torch.full((5, 1), 0.5)):
            function(x, temperature)
            soft_top_k(x, 2, temperature)
            assert torch.equal(x, before)

    @pytest.mark.parametrize("temperature", [1e-6, 1.0, 1e4])
    @pytest.mark.parametrize("dtype", DTYPES)
    def test_every_dtype_and_extremes(self, function, dtype, temperature):
        x = torch.tensor(
            [[1e4, 0.0, -INF], [-INF, -1e4, 2.0], [3.0, -INF, -INF]], dtype=dtype
        ).requires_grad_()
        result = function(x, temperature)
        assert result.dtype == dtype and torch.isfinite(result).all()
        torch.testing.assert_close(result, function(x.double(), temperature).to(dtype))
        (slope,) = torch.autograd.grad(result.sum(), x)
        assert torch.isfinite(slope).all() and (slope[x == -INF] == 0).all()

    def test_shapes_and_dtypes_together(self, function):
        """The temperature may add batch dimensions; it does not decide the dtype."""
        for shape, batch in [((2, 4), (2,)), ((0, 4), (0,)), ((4,), ())]:
            result = function(torch.zeros(shape).half(), torch.ones(3, *(1 for _ in shape)))
            assert result.shape[: len(batch) + 1] == (3, *batch) and result.dtype == torch.float16

    def test_what_is_refused(self, function):
        x = torch.zeros(2, 3)
        for temperature in (0.0, -2.0, math.nan):
            with pytest.raises(ValueError, match=f"temperature must be (positive|finite), got {temperature}"):
                function(x, temperature)
        with pytest.raises(ValueError, match=r"one number for all categories of a row, got shape \(3,\)"):
            function(x, torch.ones(3))
        with pytest.raises(ValueError, match=r"scores and temperature must broadcast, .* \(2, 3\), \(5, 1\)"):
            function(x, torch.ones(5, 1))
        with pytest.raises(ValueError, match="x must be finite, or -inf to mask a category, got nan"):
            function(torch.tensor([0.0, math.nan]), 1.0)
        with pytest.raises(ValueError, match="x must leave a category unmasked"):
            function(torch.full((2,), -INF), 1.0)
        with pytest.raises(ValueError, match=r"x must have categories in its last axis, got shape \(2, 0\)"):
            function(torch.zeros(2, 0), 1.0)
