"""Moments of Gumbel-Softmax gradients with two classes: scipy, limits, fixed points, draws."""

import math
from itertools import pairwise

import pytest
import torch
from scipy import integrate, optimize

from reparam_utils import gumbel_softmax, sample_gumbel, two_class_moments


def linear(y):
    return 0 * y + 1.0


def cubic(y):
    return 3 * y**2 - 0.4


def logistic_density(x):
    return math.exp(-abs(x)) / (1 + math.exp(-abs(x))) ** 2


def integrated(slope, logit, temperature, hard):
    """The same moments by scipy, over the logistic noise itself."""

    def estimate(x):
        share = 1 / (1 + math.exp(min(-x / temperature, 700.0)))
        return slope(float(x > 0) if hard else share) * logistic_density(x / temperature) / temperature

    near = [sign * far * min(temperature, 20) for sign in (-1, 1) for far in (1, 3, 8, 20, 60)]
    ends = sorted({-200.0, 0.0, logit - 8, logit, logit + 8, logit - 60, logit + 60, 200.0, *near})
    ends = [end for end in ends if abs(end) <= 200]

    def integral(function):
        options = {"epsabs": 0, "epsrel": 1e-11, "limit": 200}
        return sum(integrate.quad(function, *piece, **options)[0] for piece in pairwise(ends))

    mean = integral(lambda x: estimate(x) * logistic_density(x - logit))
    return mean, integral(lambda x: (estimate(x) - mean) ** 2 * logistic_density(x - logit))


@pytest.mark.filterwarnings("ignore::scipy.integrate.IntegrationWarning")
@pytest.mark.parametrize("hard", [False, True])
@pytest.mark.parametrize("temperature", [1e-3, 0.1, 0.9, 1.0, 5.0, 100.0])
def test_scipy_finds_the_same_moments(temperature, hard):
    for logit in (-20.0, -1.3, 0.0, 20.0):
        for slope in (linear, cubic):
            moments = two_class_moments(slope, logit, temperature, hard=hard)
            expected = integrated(slope, logit, temperature, hard)
            assert [each.item() for each in moments] == pytest.approx(expected, rel=1e-9, abs=0)


@pytest.mark.parametrize("hard", [False, True])
@pytest.mark.parametrize("temperature", [1e4, 1e6])
@pytest.mark.parametrize("logit", [0.0, 12.0, 20.0])
def test_a_high_temperature(temperature, logit, hard):
    """Then y is nearly 1/2 + s / (4 temperature), with s logistic around the logit.

    So the estimate of a constant slope is 1 / (4 temperature) less s**2 / (16 temperature**3). The variance
    of s**2 follows from the logistic moments pi**2 / 3 and 7 pi**4 / 15.
    """
    variance = two_class_moments(linear, logit, temperature, hard=hard)[1].item()
    second, fourth = math.pi**2 / 3, 7 * math.pi**4 / 15
    of_square = fourth - second**2 + 4 * logit**2 * second
    assert variance == pytest.approx(of_square / (16 * temperature**3) ** 2, rel=1e-4, abs=0)


def test_hand_picked_values():
    # Linear, even odds, temperature 1: y is uniform, the estimate is y (1 - y), with moments 1/6 and 1/30.
    mean, variance = two_class_moments(linear, 0.0, 1.0)
    assert (mean.shape, mean.dtype) == (variance.shape, variance.dtype) == ((), torch.float64)
    assert [mean.item(), variance.item()] == pytest.approx([1 / 6, 1 / 30 - 1 / 36], rel=1e-13)
    # Odds 4: E[y] = a (a - 1 - ln a) / (a - 1)**2 has this slope in ln a.
    assert two_class_moments(linear, math.log(4), 1.0)[0].item() == pytest.approx(0.13800, abs=5e-6)


def test_draws_of_gumbel_softmax_have_these_moments():
    """Mean and second moment within 6 standard errors, soft and hard: false alarm 8e-9.

    Rejected: soft taken for hard and hard for soft, and a forgotten 1 / temperature.
    """
    logit, temperature, n = 0.8, 0.6, 200_000
    gumbels = sample_gumbel((n, 2), dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    for hard in (False, True):
        logits = torch.zeros(n, 2, dtype=torch.float64)
        logits[:, 1] = logit
        shares = gumbel_softmax(logits.requires_grad_(), gumbels, temperature, hard=hard)[:, 1]
        draws = torch.autograd.grad((shares**3 - 0.4 * shares).sum(), logits)[0][:, 1]

        def distance(draws, hard):
            mean, variance = two_class_moments(cubic, logit, temperature, hard=hard)
            pairs = (draws, mean), (draws**2, variance + mean**2)
            return max(abs(each.mean() - exact) / each.std() * n**0.5 for each, exact in pairs)

        assert distance(draws, hard) < 6
        assert distance(draws, not hard) > 6
        assert distance(draws * temperature, hard) > 6


@pytest.mark.parametrize("logit", [-2.0, 0.7])
def test_limits_of_a_falling_temperature(logit):
    """Soft: unbiased. Straight-through: the trapezoid rule. The spread of both is like 1 / temperature."""
    p, temperature = 1 / (1 + math.exp(-logit)), 1e-4
    weight, ends = p * (1 - p), (cubic(0.0), cubic(1.0))
    for slope, area, square in [(linear, 1.0, 1 / 6), (cubic, 0.6, None)]:
        mean, variance = two_class_moments(slope, logit, temperature)
        assert mean.item() == pytest.approx(weight * area, rel=1e-3)
        if square:
            assert (variance + mean**2).item() * temperature == pytest.approx(weight * square, rel=1e-3)
    mean, variance = two_class_moments(cubic, logit, temperature, hard=True)
    assert mean.item() == pytest.approx(weight * sum(ends) / 2, rel=1e-3)
    second = weight * (ends[0] ** 2 + ends[1] ** 2) / 12
    assert (variance + mean**2).item() * temperature == pytest.approx(second, rel=1e-3)


@pytest.mark.parametrize(
    "temperature, soft, hard",
    [
        (2.0, 0.3567, 0.4445),
        (1.0, 0.3770, 0.4334),
        (2 / 3, 0.3698, 0.4202),
        (0.5, 0.3554, 0.4059),
        (0.25, 0.2768, 0.3426),
        (0.1, None, 0.1356),
        (0.05, None, None),
    ],
)
def test_fixed_points_of_the_toy(temperature, soft, hard):
    """Descending (b - 0.45)**2, the probability settles where the mean gradient turns positive."""

    for is_hard, settles in [(False, soft), (True, hard)]:

        def mean(logit, is_hard=is_hard):
            return two_class_moments(lambda y: 2 * (y - 0.45), logit, temperature, hard=is_hard)[0].item()

        if settles is None:
            assert all(mean(logit) > 0 for logit in (-8, -4, -2, -1, -0.5, 0.0))
        else:
            logit = math.log(settles / (1 - settles))
            root = optimize.brentq(mean, logit - 0.1, logit + 0.1)
            assert 1 / (1 + math.exp(-root)) == pytest.approx(settles, abs=1e-4)
            assert mean(root - 0.1) < 0 < mean(root + 0.1)


def test_a_slope_gets_float64():
    dtypes = []
    for hard in (False, True):
        two_class_moments(lambda y: dtypes.append(y.dtype) or y, 0.0, 1.0, hard=hard)
    assert set(dtypes) == {torch.float64}


def test_what_is_refused():
    for wrong in (-20.5, 21.0):
        with pytest.raises(ValueError, match=f"logit must be between -20 and 20, got {wrong}"):
            two_class_moments(linear, wrong, 1.0)
    with pytest.raises(ValueError, match="logit must be finite, got nan"):
        two_class_moments(linear, math.nan, 1.0)
    for wrong in (0.0, -0.1):
        with pytest.raises(ValueError, match=f"temperature must be positive, got {wrong}"):
            two_class_moments(linear, 0.0, wrong)
    for hard in (False, True):
        for steep, end in [(lambda y: -1 / y, "-inf"), (lambda y: 1 / (1 - y), "inf")]:
            with pytest.raises(ValueError, match=f"slope at 0 and 1 must be finite, got {end}"):
                two_class_moments(steep, 0.0, 1.0, hard=hard)
