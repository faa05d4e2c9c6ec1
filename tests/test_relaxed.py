"""The Gumbel-Softmax sample and its density: torch's own, invariants, closed forms."""

import math

import pytest
import torch
import torch.nn.functional as F
from scipy import stats

from reparam_utils import concrete_log_prob, gumbel_max, gumbel_softmax, one_hot_argmax, sample_gumbel

DTYPES = [torch.float16, torch.bfloat16, torch.float32, torch.float64]
TEMPERATURES = [1e-6, 0.05, 1.0, 30.0, 1e6]
LOGITS = torch.tensor([2.0, 1.0, 0.0, -1.5], dtype=torch.float64)
INF = math.inf


def gumbels(*shape, seed=0, dtype=torch.float64):
    return sample_gumbel(shape, dtype=dtype, generator=torch.Generator().manual_seed(seed))


class TestSample:
    def test_hand_picked_values(self):
        logits, noise = torch.log(torch.tensor([1.0, 2.0])).double(), torch.zeros(2, dtype=torch.float64)
        assert gumbel_softmax(logits, noise, 0.5).tolist() == pytest.approx([1 / 5, 4 / 5])
        assert gumbel_softmax(logits, noise, 0.5, hard=True).tolist() == [0.0, 1.0]

    @pytest.mark.parametrize("hard", [False, True])
    def test_torch_gives_the_same_sample_and_gradient_on_the_same_noise(self, hard):
        with torch.random.fork_rng():
            torch.manual_seed(3)
            noise = -torch.empty(50, 4, dtype=torch.float64).exponential_().log()
            torch.manual_seed(3)
            logits = LOGITS.expand(50, 4).clone().requires_grad_()
            reference = F.gumbel_softmax(logits, tau=0.7, hard=hard)
        ours = gumbel_softmax(logits, noise, 0.7, hard=hard)
        torch.testing.assert_close(ours, reference, rtol=1e-13, atol=1e-15)
        weights = gumbels(50, 4, seed=1)
        slopes = [torch.autograd.grad((each * weights).sum(), logits)[0] for each in (ours, reference)]
        torch.testing.assert_close(*slopes)

    @pytest.mark.parametrize("temperature", TEMPERATURES)
    @pytest.mark.parametrize("dtype", DTYPES)
    def test_every_dtype_temperature_and_mask(self, dtype, temperature):
        rows = [[1e4, 0.0, -INF, -3.0], [0.0, -1e4, 0.5, -INF], [-INF, 5.0, -INF, -INF]]
        logits = torch.tensor([rows] * 40, dtype=dtype, requires_grad=True)
        noise = gumbels(40, 3, 4, dtype=dtype)
        soft, hard = (gumbel_softmax(logits, noise, temperature, hard=hard) for hard in (False, True))
        assert soft.dtype == hard.dtype == dtype
        masked = logits == -INF
        assert (soft >= 0).all() and (soft[masked] == 0).all()
        assert ((soft.sum(dim=-1) - 1).abs() <= 4 * torch.finfo(dtype).eps).all()
        winner = gumbel_max(logits, noise)[..., None]
        assert torch.equal(soft.gather(-1, winner), soft.amax(dim=-1, keepdim=True)), "the order is kept"
        assert torch.equal(hard.argmax(dim=-1, keepdim=True), winner)
        assert torch.equal(hard, one_hot_argmax(hard)), "exactly one 1"
        weights = gumbels(40, 3, 4, seed=1, dtype=dtype)
        slopes = [torch.autograd.grad((each * weights).sum(), logits)[0] for each in (soft, hard)]
        assert torch.equal(*slopes) and (slopes[0][masked] == 0).all()
        assert not slopes[0].isnan().any()

    @pytest.mark.parametrize("k", [1, 16, 17, 40])
    def test_long_and_short_rows_are_torchs_softmax(self, k):
        logits, noise = gumbels(k, seed=1).view(k), gumbels(50, k, seed=2)
        if k > 1:
            logits[1] = -INF
        logits.requires_grad_()
        ours, wanted = gumbel_softmax(logits, noise, 0.7), torch.softmax((logits + noise) / 0.7, dim=-1)
        torch.testing.assert_close(ours, wanted)
        weight = gumbels(50, k, seed=3)
        slopes = (torch.autograd.grad((shares * weight).sum(), logits)[0] for shares in (ours, wanted))
        torch.testing.assert_close(*slopes)

    def test_limits_shifts_and_permutations(self):
        noise, order = gumbels(100, 4, seed=2), torch.tensor([2, 0, 3, 1])
        soft = gumbel_softmax(LOGITS, noise, 0.8)
        torch.testing.assert_close(gumbel_softmax(LOGITS + 9, noise, 0.8), soft)
        torch.testing.assert_close(gumbel_softmax(LOGITS[order], noise[:, order], 0.8), soft[:, order])
        torch.testing.assert_close(
            gumbel_softmax(LOGITS, noise, 1e6), torch.full((100, 4), 0.25).double(), atol=1e-5, rtol=0
        )
        assert torch.equal(gumbel_softmax(LOGITS, noise, 1e-6), gumbel_softmax(LOGITS, noise, 1.0, hard=True))

    def test_gradients_with_a_mask_and_a_learned_temperature(self):
        logits = torch.tensor([[0.3, -1.0, 2.0], [0.1, -0.5, 1e4]], dtype=torch.float64, requires_grad=True)
        noise = gumbels(2, 3).requires_grad_()
        temperature = torch.tensor([[0.7], [2.0]], dtype=torch.float64, requires_grad=True)
        assert torch.autograd.gradcheck(gumbel_softmax, (logits, noise, temperature))
        free = torch.tensor([0.3, -1.0], dtype=torch.float64, requires_grad=True)

        def masked(free, temperature):
            return gumbel_softmax(torch.cat([free, free.new_tensor([-INF])]), noise[:1].detach(), temperature)

        assert torch.autograd.gradcheck(masked, (free, temperature[:1]))

    def test_shapes_and_dtypes_together(self):
        assert gumbel_softmax(LOGITS, torch.zeros(0, 4), 1).shape == (0, 4)
        temperature = torch.ones(5, 1, 1, dtype=torch.float64)
        for hard in (False, True):
            mixed = gumbel_softmax(LOGITS.half(), torch.zeros(3, 4), temperature, hard=hard)
            assert (mixed.shape, mixed.dtype) == ((5, 3, 4), torch.float32)

    @pytest.mark.parametrize("dtype", DTYPES)
    @pytest.mark.parametrize("shape", [(4,), (3, 4), (20_000, 4), (2, 9_000, 4)])  # the last two in pieces
    def test_without_a_gradient_it_works_in_place_and_nobody_notices(self, shape, dtype):
        logits, noise = LOGITS.to(dtype).expand(shape).clone(), gumbels(*shape, dtype=dtype)
        before = logits.clone(), noise.clone()
        for temperature in (0.7, torch.full((*shape[:-1], 1), 0.7)):
            shares = gumbel_softmax(logits, noise, temperature)
            assert torch.equal(shares, gumbel_softmax(logits.clone().requires_grad_(), noise, temperature))
            assert torch.equal(logits, before[0]) and torch.equal(noise, before[1])

    @pytest.mark.parametrize("learned", ["logits", "temperature"])
    def test_gradients_in_forward_mode(self, learned):
        noise, temperature = gumbels(300, 4), torch.tensor(0.7, dtype=torch.float64)
        point = LOGITS if learned == "logits" else temperature

        def shares(point):
            logits, own = (point, temperature) if learned == "logits" else (LOGITS, point)
            return gumbel_softmax(logits, noise, own)

        direction = gumbels(4, seed=1).view(4)[: point.numel()].view(point.shape)
        slope = torch.func.jvp(shares, (point,), (direction,))[1]
        jacobian = torch.autograd.functional.jacobian(shares, point)
        torch.testing.assert_close(slope, jacobian @ direction if point.ndim else jacobian * direction)

    def test_gradients_inside_and_outside_at_once(self):
        """A gradient that is taken inside doesn't see that someone outside wants one too."""
        logits, noise = LOGITS.clone().requires_grad_(), gumbels(300, 4)

        def inner(weight):
            return (gumbel_softmax(logits, noise, 0.7) * weight).sum()

        weight = gumbels(4, seed=1).view(4)
        slope = torch.func.grad(inner)(weight)
        torch.testing.assert_close(slope, gumbel_softmax(LOGITS, noise, 0.7).sum(dim=0))
        outer = torch.autograd.grad((slope * weight).sum(), logits)[0]
        torch.testing.assert_close(outer, torch.autograd.grad(inner(weight), logits)[0])

    def test_mean_shares_of_two_classes_and_three_slips(self):
        """E[y] = a (a - 1 - ln a) / (a - 1)**2 at temperature 1 with odds a: within 6 standard errors.

        False alarm: 2e-9. Rejected: half the temperature, probabilities as logits, normal noise.
        """
        odds, noise = 4.0, gumbels(200_000, 2, seed=3)
        logits = torch.tensor([math.log(odds), 0.0], dtype=torch.float64)
        mean = odds * (odds - 1 - math.log(odds)) / (odds - 1) ** 2

        def distance(shares):
            return abs((shares.mean() - mean) / (shares.std() / len(shares) ** 0.5))

        assert distance(gumbel_softmax(logits, noise, 1.0)[:, 0]) < 6
        assert distance(gumbel_softmax(logits, noise, 0.5)[:, 0]) > 6
        assert distance(gumbel_softmax(torch.softmax(logits, dim=-1), noise, 1.0)[:, 0]) > 6
        normal = torch.randn(noise.shape, generator=torch.Generator().manual_seed(4), dtype=torch.float64)
        assert distance(gumbel_softmax(logits, normal, 1.0)[:, 0]) > 6

    def test_even_odds_at_temperature_one_are_uniform(self):
        """Kolmogorov-Smirnov, false alarm 1e-7 for a new seed. Rejected: temperature 1.05."""
        noise = gumbels(100_000, 2, seed=5)
        assert stats.kstest(gumbel_softmax(torch.zeros(2), noise, 1.0)[:, 0], "uniform").pvalue > 1e-7
        assert stats.kstest(gumbel_softmax(torch.zeros(2), noise, 1.05)[:, 0], "uniform").pvalue < 1e-7

    @pytest.mark.parametrize("temperature", [0.0, -1.0, math.nan, INF])
    def test_a_temperature_that_is_none(self, temperature):
        for each in (temperature, torch.tensor(temperature)):
            with pytest.raises(ValueError, match=f"temperature must be (positive|finite), got {temperature}"):
                gumbel_softmax(LOGITS, LOGITS, each)
            with pytest.raises(ValueError, match=f"temperature must be (positive|finite), got {temperature}"):
                concrete_log_prob(torch.softmax(LOGITS, dim=-1), LOGITS, each)

    def test_what_is_refused(self):
        zeros = torch.zeros(3)
        with pytest.raises(ValueError, match="logits must leave a category unmasked"):
            gumbel_softmax(torch.full((3,), -INF), zeros, 1.0)
        with pytest.raises(ValueError, match="gumbels must be finite, got inf"):
            gumbel_softmax(zeros, torch.full((3,), INF), 1.0)
        with pytest.raises(ValueError, match=r"must have categories in its last axis, got shape \(0,\)"):
            gumbel_softmax(torch.zeros(0), torch.zeros(0), 1.0)
        with pytest.raises(ValueError, match=r"as many categories, got shapes \(3,\), \(2,\)"):
            gumbel_softmax(zeros, torch.zeros(2), 1.0)
        with pytest.raises(ValueError, match=r"one number for all categories of a row, got shape \(3,\)"):
            gumbel_softmax(zeros, zeros, torch.ones(3))
