"""The Gumbel distribution: its functions against scipy and torch, its draws against its distribution."""

import math

import pytest
import torch
from scipy import integrate, stats

from reparam_utils import gumbel_cdf, gumbel_log_prob, gumbel_quantile, sample_gumbel

DTYPES = [torch.float16, torch.bfloat16, torch.float32, torch.float64]
FUNCTIONS = [gumbel_log_prob, gumbel_cdf, gumbel_quantile]
POINTS = torch.tensor([-3.0, -0.5, 0.0, 0.37, 2.0, 20.0], dtype=torch.float64)
LEVELS = torch.tensor([1e-9, 0.2, 0.5, 0.99, 1 - 1e-9], dtype=torch.float64)


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


class TestFunctions:
    def test_hand_picked_values(self):
        mode, e = torch.tensor([3.0], dtype=torch.float64), math.e
        assert gumbel_log_prob(mode, 3.0, 2.0).item() == -1 - math.log(2)
        assert gumbel_cdf(mode, 3.0, 2.0).item() == math.exp(-1)
        assert gumbel_quantile(
            torch.tensor([1 / e, e ** (-1 / e)], dtype=torch.float64), 3.0, 2.0
        ).tolist() == (pytest.approx([3.0, 5.0], rel=1e-15))

    @pytest.mark.parametrize("loc, scale", [(0.0, 1.0), (1.5, 0.3), (-2.0, 4.0)])
    def test_scipy_and_torch_agree(self, loc, scale):
        scipy = stats.gumbel_r(loc, scale)
        torchs = torch.distributions.Gumbel(*torch.tensor([loc, scale], dtype=torch.float64))
        log_density = gumbel_log_prob(POINTS, loc, scale)
        torch.testing.assert_close(log_density, torch.from_numpy(scipy.logpdf(POINTS)), rtol=1e-13, atol=0)
        torch.testing.assert_close(log_density, torchs.log_prob(POINTS))
        levels = gumbel_cdf(POINTS, loc, scale)
        torch.testing.assert_close(levels, torch.from_numpy(scipy.cdf(POINTS)), rtol=1e-13, atol=1e-300)
        quantiles = gumbel_quantile(LEVELS, loc, scale)
        torch.testing.assert_close(quantiles, torch.from_numpy(scipy.ppf(LEVELS)), rtol=1e-13, atol=0)
        torch.testing.assert_close(gumbel_cdf(quantiles, loc, scale), LEVELS, rtol=1e-12, atol=0)

    @pytest.mark.parametrize("scale", [0.3, 5.0])
    def test_the_density_integrates_to_one_and_without_log_scale_it_does_not(self, scale):
        def density(x):
            return gumbel_log_prob(torch.tensor([x], dtype=torch.float64), 2.0, scale).exp().item()

        area = integrate.quad(density, 2 - 8 * scale, 2 + 60 * scale, points=[2.0])[0]
        assert area == pytest.approx(1, rel=1e-9)
        assert area * scale != pytest.approx(1, rel=0.1)

    @pytest.mark.parametrize("function", FUNCTIONS)
    def test_the_standard_is_location_0_and_scale_1(self, function):
        assert torch.equal(function(LEVELS), function(LEVELS, 0.0, 1.0))
        assert function(LEVELS.half()[1:-1]).dtype == torch.float16

    @pytest.mark.parametrize("function", FUNCTIONS)
    def test_gradients(self, function):
        at = (torch.rand(4, 1, generator=generator(), dtype=torch.float64) * 0.8 + 0.1).requires_grad_()
        loc = torch.tensor([0.3, -1.0], dtype=torch.float64, requires_grad=True)
        scale = torch.tensor([0.5, 2.0], dtype=torch.float64, requires_grad=True)
        assert torch.autograd.gradcheck(function, (at, loc, scale))

    @pytest.mark.parametrize("dtype", DTYPES)
    def test_every_dtype_and_the_far_ends(self, dtype):
        ends = torch.tensor([-60000.0, -30.0, 30.0, 60000.0], dtype=dtype, requires_grad=True)
        log_density, levels = gumbel_log_prob(ends), gumbel_cdf(ends)
        assert log_density.dtype == levels.dtype == dtype
        assert levels[[0, 1, 3]].tolist() == [0.0, 0.0, 1.0]
        assert log_density[[0, 3]].tolist() == [-math.inf, -ends[3].item()]
        assert torch.autograd.grad(levels.sum(), ends)[0][[0, 1, 3]].tolist() == [0.0, 0.0, 0.0]
        level = torch.tensor([torch.finfo(dtype).tiny, 1 - torch.finfo(dtype).eps], dtype=dtype)
        assert gumbel_quantile(level, 0.0, 1.0).tolist() == pytest.approx(
            stats.gumbel_r.ppf(level.double()).tolist(), rel=2 * torch.finfo(dtype).eps
        )

    def test_no_overflow_makes_nan(self):
        far = gumbel_log_prob(torch.tensor([-3e38, 3e38]), 0.0, 0.1)
        assert far.tolist() == [-math.inf, -math.inf]

    @pytest.mark.parametrize("function", FUNCTIONS)
    def test_what_is_refused(self, function):
        half = torch.full((2,), 0.5)
        for scale in (0.0, -1.0, 1e-60):
            with pytest.raises(ValueError, match=r"scale must be positive, got (0|-1)"):
                function(half, 0.0, scale)
        with pytest.raises(ValueError, match="scale must be finite, got nan"):
            function(half, 0.0, torch.tensor([1.0, math.nan]))
        with pytest.raises(ValueError, match="loc must be finite, got inf"):
            function(half, math.inf, 1.0)
        with pytest.raises(ValueError, match=r"[xu] must be .*, got nan"):
            function(torch.tensor([0.5, math.nan]))
        with pytest.raises(
            ValueError, match=r"[xu], loc and scale must broadcast, got shapes \(2,\), \(3,\), \(\)"
        ):
            function(half, torch.zeros(3), 1.0)

    @pytest.mark.parametrize("level", [0.0, 1.0, -0.1, 2.0])
    def test_a_probability_must_lie_between(self, level):
        with pytest.raises(ValueError, match=f"u must be strictly between 0 and 1, got {level}"):
            gumbel_quantile(torch.tensor([0.5, level], dtype=torch.float64))


class Uniforms:
    """A stand-in for torch.rand that returns chosen uniforms."""

    def __init__(self, *values):
        self.values = torch.tensor(values, dtype=torch.float64)

    def __call__(self, shape, *, dtype, **_):
        assert dtype == torch.float64
        return self.values.clone()


class TestSample:
    def test_the_ends_are_finite_and_where_the_docstring_has_them(self, monkeypatch):
        monkeypatch.setattr(torch, "rand", Uniforms(0.0, 2.0**-53, 1 - 1 / math.e, 1 - 2.0**-53))
        ends = sample_gumbel(4, dtype=torch.float64).tolist()
        log2 = math.log(2)
        assert ends == pytest.approx([54 * log2, 53 * log2, 0.0, -math.log(53 * log2)], rel=1e-12, abs=1e-12)
        assert (round(ends[0], 1), round(ends[-1], 1)) == (37.4, -3.6)

    @pytest.mark.parametrize("dtype", DTYPES)
    def test_dtype_shape_and_repetition(self, dtype):
        draws = sample_gumbel((50, 0, 2), dtype=dtype, generator=generator())
        assert (draws.shape, draws.dtype) == ((50, 0, 2), dtype)
        draws = sample_gumbel([200, 500], dtype=dtype, generator=generator(5), device="cpu")
        assert torch.isfinite(draws).all()
        exact = sample_gumbel((200, 500), dtype=torch.float64, generator=generator(5))
        assert torch.equal(draws, exact.to(dtype))
        assert draws.max() > 9, "half precision must not lose the largest values"
        assert sample_gumbel(3).dtype == torch.float32
        assert sample_gumbel(()).shape == ()
        with torch.device("meta"):
            assert sample_gumbel(3, device="cpu").device.type == "cpu"

    def test_draws_follow_the_distribution_and_four_slips_do_not(self):
        """False alarm: 1e-7 for a new seed.

        Rejected: normal noise of the same moments, a reflected Gumbel, a scale of 1.04, a missing logarithm.
        """
        n = 200_000
        draws = sample_gumbel(n, dtype=torch.float64, generator=generator(1)).numpy()
        normal = 0.5772 + math.pi / math.sqrt(6) * torch.randn(n, generator=generator(2), dtype=torch.float64)
        wrong = [normal.numpy(), 2 * 0.5772 - draws, draws * 1.04]
        wrong.append(torch.empty(n, dtype=torch.float64).exponential_(generator=generator(3)).numpy())
        assert stats.kstest(draws, stats.gumbel_r.cdf).pvalue > 1e-7
        assert all(stats.kstest(each, stats.gumbel_r.cdf).pvalue < 1e-7 for each in wrong)

    def test_moments(self):
        """Mean, variance, skewness, within 6 standard errors: false alarm below 1e-8 for a new seed."""
        n = 400_000
        draws = sample_gumbel(n, dtype=torch.float64, generator=generator(4))
        z = draws - 0.5772156649
        variance = math.pi**2 / 6
        assert abs(z.mean().item()) < 6 * math.sqrt(variance / n)
        assert abs((z**2).mean().item() - variance) < 6 * math.sqrt(4.4 * variance**2 / n)
        skewness, error = (z / variance**0.5) ** 3, 6 / math.sqrt(n)
        assert abs(skewness.mean() - 1.139547) < error * skewness.std()

    def test_the_upper_tail_is_filled(self, monkeypatch):
        """From the same fine uniforms, the usual float32 line with its eps stops at 16.6, or jumps to 46."""
        fine = torch.logspace(-15, -9, 7, base=10.0, dtype=torch.float64)
        monkeypatch.setattr(torch, "rand", Uniforms(*fine.tolist()))
        draws = sample_gumbel(7, dtype=torch.float32)
        assert draws.tolist() == pytest.approx((-torch.log(fine)).tolist(), rel=1e-6)
        naive = -torch.log(-torch.log((1 - fine).float() + 1e-20) + 1e-20)
        assert not ((naive - draws).abs() < 1).any()

    def test_it_refuses_a_dtype_without_fractions(self):
        with pytest.raises(ValueError, match=r"dtype must be a floating point type, got torch\.int64"):
            sample_gumbel(3, dtype=torch.int64)
