"""Gradient estimators for the normal distribution, and the exact moments of their estimates."""

import math
from functools import partial

import pytest
import torch

from reparam_utils import (
    gaussian_expectation,
    gradient_moments,
    measure_valued_gradient,
    measure_valued_moments,
    pathwise_gradient,
    score_function_gradient,
)

NOISE = torch.randn(1_000_000, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
ESTIMATORS = [pathwise_gradient, score_function_gradient]


def quadratic(k):
    return lambda z: (z - k) ** 2


def bump(k):
    return lambda z: torch.exp(-k * z**2)


def wave(k):
    return lambda z: torch.cos(k * z)


class TestEstimators:
    def test_hand_picked_values(self):
        noise = torch.tensor([-1.0, 2.0], dtype=torch.float64)
        # z = 2 and 5 at loc = 3, scale = 1; objective (z - 1)**2 = 1 and 16, slope 2 and 8.
        estimates = pathwise_gradient(quadratic(1.0), 3.0, 1.0, noise)
        assert estimates.tolist() == [[2.0, 8.0], [-2.0, 16.0]]
        # At scale = 0.5: z = 2.5 and 4, values 2.25 and 9.
        estimates = score_function_gradient(quadratic(1.0), 3.0, 0.5, noise)
        assert estimates.tolist() == [[-4.5, 36.0], [0.0, 54.0]]

    @pytest.mark.parametrize("loc, scale, k", [(1.0, 1.0, -3.0), (-0.5, 2.0, 0.7)])
    @pytest.mark.parametrize("estimator", ESTIMATORS)
    def test_both_are_unbiased_and_three_slips_are_not(self, estimator, loc, scale, k):
        """Within 5 standard errors: 8 comparisons, false alarm below 5e-6 for a new seed.

        Power: the same test rejects (noise + loc) * scale, scale**2 for scale, and a forgotten 1 / scale.
        """
        exact = torch.tensor([2 * (loc - k), 2 * scale], dtype=torch.float64)

        def distance(estimates):
            error = estimates.std(dim=1) / estimates.shape[1] ** 0.5
            return ((estimates.mean(dim=1) - exact) / error).abs().max()

        assert distance(estimator(quadratic(k), loc, scale, NOISE)) < 5
        if scale != 1:
            assert distance(estimator(quadratic(k), loc, scale**2, NOISE)) > 5
            assert distance(estimator(quadratic(k), loc, scale, NOISE) * scale) > 5
            assert distance(estimator(quadratic(k), loc * scale, scale, NOISE)) > 5

    @pytest.mark.parametrize("estimator", ESTIMATORS)
    def test_they_refuse_a_scale_that_is_no_scale(self, estimator):
        with pytest.raises(ValueError, match=r"scale must be positive, got -1\.0"):
            estimator(quadratic(0.0), 0.0, -1.0, NOISE[:5])


class TestMoments:
    """Closed forms and the published settings of Mohamed et al. (2020), Figures 2 and 3: loc = scale = 1."""

    @pytest.mark.parametrize("loc, scale, k", [(1.0, 1.0, -3.0), (0.3, 0.4, 2.0), (-2.0, 3.0, 0.5)])
    def test_quadratic_closed_forms(self, loc, scale, k):
        d, v = loc - k, scale**2
        closed = {
            pathwise_gradient: [4 * v, 4 * d**2 + 8 * v],
            score_function_gradient: [
                d**4 / v + 14 * d**2 + 15 * v,
                2 * d**4 / v + 60 * d**2 + 74 * v,
            ],
        }
        for estimator, variances in closed.items():
            mean, variance = gradient_moments(estimator, quadratic(k), loc, scale)
            assert mean.tolist() == pytest.approx([2 * d, 2 * scale], rel=1e-10, abs=1e-10)
            assert variance.tolist() == pytest.approx(variances, rel=1e-10)

    @pytest.mark.parametrize(
        "objective, pathwise, score",
        [
            (bump(0.1), [0.01629, 0.02777], [0.56353, 0.93538]),
            (bump(1.0), [0.21172, 0.17573], [0.17575, 0.17669]),
            (bump(10.0), [0.94163, 0.89205], [0.07694, 0.00903]),
            (wave(0.5), [0.03928, 0.08751], [0.45525, 0.79866]),
            (wave(10**0.2), [1.06049, 1.18111], [0.32604, 0.79350]),
            (wave(5.0), [12.5, 12.5], [0.5, 1.0]),
        ],
    )
    def test_the_papers_curves(self, objective, pathwise, score):
        for estimator, wanted in zip(ESTIMATORS, [pathwise, score], strict=True):
            assert gradient_moments(estimator, objective, 1.0, 1.0)[1].tolist() == pytest.approx(
                wanted, abs=6e-6
            )

    def test_a_small_variance_beside_a_large_mean(self):
        """That of cos(z), which is (1 - exp(-1))**2 / 2 in loc, under a slope of a hundred million."""
        mean, variance = gradient_moments(pathwise_gradient, lambda z: 1e8 * z + torch.sin(z), 0.0, 1.0)
        assert mean[0].item() == pytest.approx(1e8 + math.exp(-0.5), rel=1e-15)
        assert variance[0].item() == pytest.approx((1 - math.exp(-1)) ** 2 / 2, rel=1e-6)
        for moments in (partial(gradient_moments, pathwise_gradient), measure_valued_moments):
            assert (moments(lambda z: 1e3 * z, 0.0, 1.0)[1] >= 0).all()

    @pytest.mark.parametrize("estimator", ESTIMATORS)
    def test_they_agree_with_a_million_draws(self, estimator):
        """Mean within 5 standard errors, variance within 2 % (over 10 of them). False alarm below 3e-6."""
        mean, variance = gradient_moments(estimator, wave(1.3), 0.4, 0.8)
        estimates = estimator(wave(1.3), 0.4, 0.8, NOISE)
        assert ((estimates.mean(dim=1) - mean).abs() < 5 * (variance / NOISE.numel()).sqrt()).all()
        torch.testing.assert_close(estimates.var(dim=1), variance, rtol=0.02, atol=0)


class TestMeasureValued:
    NOISE = NOISE[:600_000].view(3, -1)

    def test_hand_picked_values(self):
        # Lengths 3 and 3 with the sign of the first number; lengths of the last two: sqrt(5) and sqrt(8).
        noise = torch.tensor([[2.0, -1.0], [1.0, 2.0], [2.0, 2.0]], dtype=torch.float64)
        estimates = measure_valued_gradient(lambda z: z**3, 1.0, 0.5, noise)
        expected = []
        for normal, length, rest in [(2.0, 3.0, 5**0.5), (-1.0, -3.0, 8**0.5)]:
            in_loc = ((1 + rest / 2) ** 3 - (1 - rest / 2) ** 3) / (0.5 * (2 * math.pi) ** 0.5)
            expected.append([in_loc, ((1 + length / 2) ** 3 - (1 + normal / 2) ** 3) / 0.5])
        torch.testing.assert_close(estimates.T, torch.tensor(expected, dtype=torch.float64))

    @pytest.mark.parametrize("loc, scale, k", [(1.0, 1.0, -3.0), (0.3, 0.4, 2.0), (-2.0, 3.0, 0.5)])
    def test_quadratic_closed_forms(self, loc, scale, k):
        d, v = loc - k, scale**2
        mean, variance = measure_valued_moments(quadratic(k), loc, scale)
        assert mean.tolist() == pytest.approx([2 * d, 2 * scale], rel=1e-12)
        closed = [4 * d**2 * (4 - math.pi) / math.pi, 4 * d**2 + 4 * v]
        assert variance.tolist() == pytest.approx(closed, rel=1e-10)

    @pytest.mark.parametrize("objective", [bump(0.1), bump(10.0), wave(0.5), wave(5.0), torch.tanh])
    def test_it_is_unbiased_by_quadrature(self, objective):
        for loc, scale in [(1.0, 1.0), (-0.4, 0.7)]:
            mean = measure_valued_moments(objective, loc, scale)[0]
            reference = gradient_moments(score_function_gradient, objective, loc, scale)[0]
            torch.testing.assert_close(mean, reference, rtol=1e-9, atol=1e-11)

    def test_the_moments_agree_with_draws(self):
        """Mean within 5 standard errors, variance within 3 % (over 8 of them). False alarm below 3e-6."""
        mean, variance = measure_valued_moments(wave(1.3), 0.4, 0.8)
        estimates = measure_valued_gradient(wave(1.3), 0.4, 0.8, self.NOISE)
        assert ((estimates.mean(dim=1) - mean).abs() < 5 * (variance / estimates.shape[1]).sqrt()).all()
        torch.testing.assert_close(estimates.var(dim=1), variance, rtol=0.03, atol=0)

    def test_it_needs_no_slope(self):
        """A step at 1 for loc = scale = 1: the density there, 1 / sqrt(2 pi), and 0. Pathwise would say 0."""
        mean = measure_valued_gradient(lambda z: (z > 1).double(), 1.0, 1.0, self.NOISE).mean(dim=1)
        assert mean[0].item() == pytest.approx((2 * math.pi) ** -0.5, abs=1e-9) and abs(mean[1]) < 0.01

    def test_it_refuses_what_does_not_fit(self):
        with pytest.raises(ValueError, match=r"noise must have shape \(3, n\), got \(5,\)"):
            measure_valued_gradient(quadratic(0.0), 0.0, 1.0, NOISE[:5])
        with pytest.raises(ValueError, match=r"noise must have shape \(3, n\), got \(2, 3\)"):
            measure_valued_gradient(quadratic(0.0), 0.0, 1.0, NOISE[:6].view(2, 3))
        with pytest.raises(ValueError, match=r"scale must be positive, got 0\.0"):
            measure_valued_gradient(quadratic(0.0), 0.0, 0.0, self.NOISE[:, :4])


class TestQuadrature:
    @pytest.mark.parametrize("loc, scale", [(0.0, 1.0), (-3.0, 0.2), (5.0, 4.0)])
    def test_known_expectations(self, loc, scale):
        def expectation(function):
            return gaussian_expectation(function, loc, scale).item()

        assert expectation(torch.ones_like) == pytest.approx(1, rel=1e-13)
        assert expectation(lambda z: z) == pytest.approx(loc, abs=1e-12)
        assert expectation(lambda z: (z - loc) ** 4) == pytest.approx(3 * scale**4, rel=1e-12)
        k, v = 0.7, scale**2
        assert expectation(wave(k)) == pytest.approx(math.exp(-(k**2) * v / 2) * math.cos(k * loc), abs=1e-13)
        q = 1 + 2 * k * v
        assert expectation(bump(k)) == pytest.approx(math.exp(-k * loc**2 / q) / math.sqrt(q), rel=1e-12)

    def test_rows_are_kept(self):
        both = gaussian_expectation(lambda z: torch.stack([z, z**2]), 1.0, 2.0)
        torch.testing.assert_close(both, torch.tensor([1.0, 5.0], dtype=torch.float64))

    def test_it_refuses_nonsense_with_its_value(self):
        with pytest.raises(ValueError, match=r"scale must be positive, got 0\.0"):
            gaussian_expectation(torch.sin, 0.0, 0.0)
        with pytest.raises(ValueError, match="loc must be finite, got nan"):
            gaussian_expectation(torch.sin, math.nan, 1.0)
