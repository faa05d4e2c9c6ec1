"""Gradients of expectations: exact, estimated, and the exact moments of the estimates."""

import math

import pytest
import torch

from reparam_utils import (
    exact_gradient,
    gaussian_expectation,
    gradient_moments,
    pathwise_gradients,
    score_function_gradients,
)

NOISE = torch.randn(1_000_000, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
ESTIMATORS = [pathwise_gradients, score_function_gradients]


def quadratic(k):
    return lambda z: (z - k) ** 2


def bump(k):
    return lambda z: torch.exp(-k * z**2)


def wave(k):
    return lambda z: torch.cos(k * z)


class TestExactGradient:
    def test_hand_picked_values(self):
        logits = torch.log(torch.tensor([1.0, 2.0, 1.0], dtype=torch.float64))
        gradient = exact_gradient(logits, torch.tensor([4.0, 0.0, -4.0], dtype=torch.float64))
        torch.testing.assert_close(gradient, torch.tensor([1.0, 0.0, -1.0], dtype=torch.float64))

    def test_it_is_what_autograd_finds_for_the_sum(self):
        generator = torch.Generator().manual_seed(1)
        logits = 3 * torch.randn(5, 4, generator=generator, dtype=torch.float64)
        objective = torch.randn(5, 4, generator=generator, dtype=torch.float64)
        expected = (torch.softmax(logits.requires_grad_(), dim=-1) * objective).sum()
        (reference,) = torch.autograd.grad(expected, logits)
        torch.testing.assert_close(exact_gradient(logits, objective), reference)

    def test_a_masked_category_gets_no_gradient(self):
        gradient = exact_gradient(torch.tensor([0.0, 0.0, -math.inf]), torch.tensor([1.0, 3.0, 9.0]))
        assert gradient.tolist() == [-0.5, 0.5, 0.0]

    def test_it_refuses_what_does_not_fit(self):
        with pytest.raises(ValueError, match=r"\(3,\) and \(2,\)"):
            exact_gradient(torch.zeros(3), torch.zeros(2))
        with pytest.raises(ValueError, match="objective must be finite, got nan"):
            exact_gradient(torch.zeros(2), torch.tensor([0.0, math.nan]))


class TestEstimators:
    def test_hand_picked_values(self):
        noise = torch.tensor([-1.0, 2.0], dtype=torch.float64)
        # z = 2 and 5 at loc = 3, scale = 1; objective (z - 1)**2 = 1 and 16, slope 2 and 8.
        estimates = pathwise_gradients(quadratic(1.0), 3.0, 1.0, noise)
        assert estimates.tolist() == [[2.0, 8.0], [-2.0, 16.0]]
        # At scale = 0.5: z = 2.5 and 4, values 2.25 and 9.
        estimates = score_function_gradients(quadratic(1.0), 3.0, 0.5, noise)
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
            pathwise_gradients: [4 * v, 4 * d**2 + 8 * v],
            score_function_gradients: [
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

    @pytest.mark.parametrize("estimator", ESTIMATORS)
    def test_they_agree_with_a_million_draws(self, estimator):
        """Mean within 5 standard errors, variance within 2 % (over 10 of them). False alarm below 3e-6."""
        mean, variance = gradient_moments(estimator, wave(1.3), 0.4, 0.8)
        estimates = estimator(wave(1.3), 0.4, 0.8, NOISE)
        assert ((estimates.mean(dim=1) - mean).abs() < 5 * (variance / NOISE.numel()).sqrt()).all()
        torch.testing.assert_close(estimates.var(dim=1), variance, rtol=0.02, atol=0)


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
