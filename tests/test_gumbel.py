"""The Gumbel distribution: its functions against scipy and torch, its draws against its distribution."""

import math
import re

import pytest
import torch
from feed import Feed
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
            with pytest.raises(
                ValueError, match=r"scale must be (positive, got (0|-1)|within .*, got 1e-60)"
            ):
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


@pytest.fixture
def feed(monkeypatch):
    return Feed(monkeypatch)


def reference(count, generator):
    """What `sample_gumbel` does for many draws in float32, in the fewest words."""
    pairs = torch.cat(
        [
            torch.empty((len(piece) + 1) // 2, dtype=torch.int64).random_(-(2**63), None, generator=generator)
            for piece in torch.empty(count).split(2**17)
        ]
    )
    u = (pairs.view(torch.int32)[:count] & (2**24 - 1)) / 2**24
    small = u < 2**-12
    u[small] = torch.rand(int(small.sum()), dtype=torch.float64, generator=generator).div(2**12).float()
    return -torch.log((-torch.log1p(-u)).clamp(min=2**-54))


def kolmogorov(draws):
    """Distance to the distribution function, seen where rounding ends, and its bound (false alarm 1e-7)."""
    values, counts = draws.unique(return_counts=True)
    edges = (values.double() + torch.nextafter(values, torch.full_like(values, math.inf)).double()) / 2
    below = counts.cumsum(0).numpy() / len(draws)
    return abs(below - stats.gumbel_r.cdf(edges)).max(), math.sqrt(math.log(2 / 1e-7) / (2 * len(draws)))


def exact_tail(t):
    return -torch.expm1(-torch.exp(-t))


def count_above(t, noise):
    """How many of the whole numbers below 2**53 become noise above t, where noise falls as they rise.

    By bisection, for all t at once.
    """
    low, high = torch.zeros(len(t), dtype=torch.int64), torch.full((len(t),), 2**53)
    while (low < high).any():
        middle = (low + high) // 2
        above = noise(middle.clamp(max=2**53 - 1)).double() > t
        low, high = torch.where(above & (low < high), middle + 1, low), torch.where(above, high, middle)
    return low.double()


# Above 30 there are fewer than 843 steps of 2**-53.
TAIL = torch.linspace(-2.5, 30, 8191, dtype=torch.float64)


def bias(t, tail, gap):
    """Relative error of the probability that a class at -gap beats one at 0; tail is P(G > t).

    The sum over t of P(G > t) times the density of the other's score, minus the same of the exact tail.
    """
    density = gumbel_log_prob(t, gap).exp()
    return (torch.trapezoid((tail - exact_tail(t)) * density, t) / torch.sigmoid(torch.tensor(-gap))).item()


class TestEnds:
    """Whatever the source of randomness gives, the noise is finite and ends where the docstring says."""

    LARGEST, LOWEST, LOWEST_SINGLE = (
        54 * math.log(2),
        -math.log(53 * math.log(2)),
        -math.log(24 * math.log(2)),
    )

    @pytest.mark.parametrize("dtype", DTYPES)
    def test_zero_and_the_last_uniform_of_few(self, feed, dtype):
        ends = torch.tensor([0.0, 1 - 2.0**-53], dtype=torch.float64)
        draws = feed.few(ends, dtype)
        wanted = torch.tensor([self.LARGEST, self.LOWEST], dtype=torch.float64)
        torch.testing.assert_close(draws, wanted.to(dtype), rtol=torch.finfo(dtype).eps, atol=0)

    def test_zero_and_the_last_uniform_of_many_in_double_precision(self, feed):
        draws = feed.many(torch.tensor([0.0, 2.0**-53, 1 - 2.0**-53], dtype=torch.float64).repeat(2000))
        wanted = [self.LARGEST, 53 * math.log(2), self.LOWEST]
        assert draws[:3].tolist() == pytest.approx(wanted, rel=1e-14)
        assert draws[-3:].tolist() == draws[:3].tolist()

    @pytest.mark.parametrize("dtype", [each for each in DTYPES if each != torch.float64])
    def test_zero_and_the_last_uniform_of_many(self, feed, dtype):
        draws = feed.coarse(torch.tensor([0, 2**24 - 1]).repeat(3000), torch.zeros(3000).double(), dtype)
        wanted = torch.tensor([self.LARGEST, self.LOWEST_SINGLE], dtype=torch.float64)
        torch.testing.assert_close(draws[:2], wanted.to(dtype), rtol=torch.finfo(dtype).eps, atol=0)
        assert torch.equal(draws.view(-1, 2), draws[:2].expand(3000, 2))

    def test_the_docstring(self):
        text = " ".join(sample_gumbel.__doc__.split())
        for end in (self.LARGEST, self.LOWEST, self.LOWEST_SINGLE):
            assert re.search(rf"{end:.{1 if end > 0 else 2}f}\b", text)


class TestGrid:
    """Probabilities are counts of the uniforms that lead there: nothing is simulated."""

    def noise_of(self, path, feed):
        if path == "many, float64":
            return lambda numbers: feed.many(numbers.double() / 2**53)
        if path == "redrawn":
            return lambda numbers: feed.coarse(torch.zeros(len(numbers)), numbers.double() / 2**53)
        dtype = getattr(torch, path.removeprefix("few, "))
        return lambda numbers: torch.cat(
            [feed.few(part.double() / 2**53, dtype) for part in numbers.split(4096)]
        )

    @pytest.mark.parametrize("path", ["few, float32", "few, float64", "many, float64"])
    def test_the_tail_of_53_bits(self, feed, path):
        tail = count_above(TAIL, self.noise_of(path, feed)) / 2**53
        error = (tail / exact_tail(TAIL) - 1).abs()
        assert error.max() < 0.002
        assert abs(bias(TAIL, tail, 16.0)) < 1e-4

    def test_the_tail_of_many_in_single_precision_and_of_the_widespread_line(self, feed):
        numbers = torch.arange(2**12, 2**24)
        kept = feed.coarse(numbers, torch.zeros(0).double())
        # Its own steps, from both sides, where the coarse grid begins: there it is at its worst.
        steps = kept[:4000].double()
        t = torch.cat([TAIL, steps, steps - 1e-9]).sort().values
        coarse = len(kept) - torch.searchsorted(kept.double().sort().values, t, right=True)
        redrawn = count_above(t, self.noise_of("redrawn", feed)) / 2**53
        tail = coarse / 2**24 + redrawn / 2**12
        assert (tail / exact_tail(t) - 1).abs().max() < 0.0003
        assert max(abs(bias(t, tail, gap)) for gap in (12.0, 14.0, 16.0, 18.0)) < 1e-4

        grid = torch.arange(1, 2**24, dtype=torch.float32) / 2**24
        capped = (-torch.log(-torch.log(grid))).double()
        tail = (len(capped) - torch.searchsorted(capped, t, right=True)) / 2**24
        assert bias(t, tail, 16.0) == pytest.approx(-0.242, abs=0.001)

    def test_torch_makes_exponentials_from_float64_uniforms(self):
        """On the CPU, also in float32: the path for few draws is built on it."""
        for dtype in (torch.float32, torch.float64):
            made = torch.empty(1000, dtype=dtype).exponential_(generator=generator())
            uniform = torch.rand(1000, dtype=torch.float64, generator=generator())
            exact = (-torch.log1p(-uniform)).to(dtype)
            torch.testing.assert_close(made, exact, rtol=2 * torch.finfo(dtype).eps, atol=0)

    def test_a_count_beyond_the_end_of_the_widespread_line(self):
        """Of 4e8 draws, 22.4 exceed 16.7 on average. False alarm: 1e-6 for a new seed."""
        source, mean = generator(12), 4e8 * exact_tail(torch.tensor(16.7)).item()
        count = sum(int((sample_gumbel(4_000_000, generator=source) > 16.7).sum()) for _ in range(100))
        assert stats.poisson.sf(3, mean) - stats.poisson.sf(50, mean) > 1 - 1e-6
        assert 3 < count <= 50


class TestSample:
    def test_off_the_cpu_torchs_exponentials_are_not_used(self, monkeypatch):
        """There they are made from float32 uniforms, and their tail ends at 16.6."""
        monkeypatch.setattr(torch.Tensor, "is_cpu", False, raising=False)
        draws = sample_gumbel(3000, generator=generator(8))
        assert torch.equal(draws, reference(3000, generator(8)))

    @pytest.mark.parametrize("dtype", DTYPES)
    def test_dtype_shape_and_repetition(self, dtype):
        for shape, wanted in [((50, 0, 2), (50, 0, 2)), ([70, 90], (70, 90)), (3, (3,)), ((), ())]:
            source = generator()
            draws = sample_gumbel(shape, dtype=dtype, generator=source, device="cpu")
            assert (draws.shape, draws.dtype) == (wanted, dtype)
            assert torch.equal(draws, sample_gumbel(shape, dtype=dtype, generator=generator()))
            again = sample_gumbel(shape, dtype=dtype, generator=source)
            assert not draws.numel() or not torch.equal(draws, again)
        assert sample_gumbel(3).dtype == torch.float32

    @pytest.mark.parametrize("count", [3, 10_000])
    def test_without_a_generator_it_is_torchs_own(self, count):
        for dtype in DTYPES:
            torch.manual_seed(3)
            draws = sample_gumbel(count, dtype=dtype)
            torch.manual_seed(3)
            assert torch.equal(draws, sample_gumbel(count, dtype=dtype))
            assert torch.equal(draws, sample_gumbel(count, dtype=dtype, generator=generator(3)))

    @pytest.mark.parametrize("count", [4097, 6400, 2**17 + 1, 300_001])
    def test_many_are_what_the_fewest_words_say(self, count):
        """Odd counts, ends of blocks and of pieces: 300 001 are two pieces and a bit."""
        draws = sample_gumbel(count, generator=generator(8))
        assert torch.equal(draws, reference(count, generator(8)))
        assert torch.equal(draws, sample_gumbel((1, count), generator=generator(8))[0])

    def test_every_place_can_be_redrawn(self, feed):
        """One small uniform in each block in turn, and all of the rest that fills no block."""
        for place in [*range(0, 6400, 61), *range(6400, 6411)]:
            numbers = torch.full((6411,), 2**23)
            numbers[place] = 2**12 - 1
            draws = feed.coarse(numbers, torch.tensor([2.0**-30], dtype=torch.float64))
            assert draws[place].item() == pytest.approx(42 * math.log(2), rel=1e-6)
            assert (draws > 1).sum() == 1
        numbers[-1] = 2**12
        assert feed.coarse(numbers, torch.zeros(0).double())[-1].item() == pytest.approx(8.3177, abs=1e-3)

    @pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
    @pytest.mark.parametrize("count", [100, 2**17])
    def test_half_precision_is_rounded_last(self, dtype, count):
        draws = sample_gumbel(count, dtype=dtype, generator=generator(5))
        assert torch.equal(draws, sample_gumbel(count, generator=generator(5)).to(dtype))

    @pytest.mark.parametrize("dtype", DTYPES)
    def test_draws_follow_the_distribution_and_five_slips_do_not(self, dtype):
        """False alarm: 1e-7 a dtype for a new seed.

        Rejected: normal noise of the same moments, a reflected Gumbel, a scale of 1.04, a missing logarithm,
        and noise that loses its values above 4.5.
        """
        n = 300_001
        draws = sample_gumbel(n, dtype=dtype, generator=generator(1))
        distance, bound = kolmogorov(draws)
        assert distance < bound
        few = torch.cat([sample_gumbel(500, dtype=dtype, generator=generator(seed)) for seed in range(200)])
        distance, bound_for_few = kolmogorov(few)
        assert distance < bound_for_few
        normal = 0.5772 + math.pi / math.sqrt(6) * torch.randn(n, generator=generator(2))
        wrong = [normal.to(dtype), 2 * 0.5772 - draws, draws * 1.04, draws[draws < 4.5]]
        wrong.append(torch.empty(n).exponential_(generator=generator(3)).to(dtype))
        assert all(kolmogorov(each)[0] > bound for each in wrong)

    @pytest.mark.parametrize("dtype", DTYPES)
    def test_moments(self, dtype):
        """Mean, variance, skewness, within 6 standard errors: false alarm below 1e-7 a dtype."""
        n = 400_000
        draws = sample_gumbel(n, dtype=dtype, generator=generator(4))
        assert torch.isfinite(draws).all()
        z = draws.double() - 0.5772156649
        variance = math.pi**2 / 6
        assert abs(z.mean().item()) < 6 * math.sqrt(variance / n)
        assert abs((z**2).mean().item() - variance) < 6 * math.sqrt(4.4 * variance**2 / n)
        skewness, error = (z / variance**0.5) ** 3, 6 / math.sqrt(n)
        assert abs(skewness.mean() - 1.139547) < error * skewness.std()

    @pytest.mark.parametrize("dtype", DTYPES)
    def test_draws_do_not_know_one_another(self, dtype):
        """Neighbours share an int64. Correlations within 6 standard errors: false alarm below 1e-7."""
        n = 2**19
        z = sample_gumbel(n, dtype=dtype, generator=generator(6)).double() - 0.5772156649
        for distance in (1, 2, 64, 2**17):
            products = z[:-distance] * z[distance:]
            assert abs(products.mean()) < 6 * products.std() / math.sqrt(len(products))

    def test_the_device_is_the_one_asked_for(self):
        for count in (3, 100_000):
            for dtype in DTYPES:
                draws = sample_gumbel(count, dtype=dtype, generator=generator())
                with torch.device("meta"):
                    same = sample_gumbel(count, dtype=dtype, generator=generator(), device="cpu")
                assert torch.equal(same, draws)

    @pytest.mark.parametrize("dtype", [torch.int64, torch.bool, torch.complex64, torch.float8_e5m2])
    def test_it_refuses_other_dtypes(self, dtype):
        with pytest.raises(
            ValueError,
            match=f"dtype must be float16, bfloat16, float32 or float64, got {re.escape(str(dtype))}",
        ):
            sample_gumbel(3, dtype=dtype)


@pytest.mark.skipif(
    not torch.cuda.is_available(), reason="no CUDA device here: the sampler is not tested on one"
)
class TestCuda:
    @pytest.mark.parametrize("dtype", DTYPES)
    @pytest.mark.parametrize("count", [5, 300_001])
    def test_draws(self, dtype, count):
        source = torch.Generator("cuda").manual_seed(1)
        draws = sample_gumbel(count, dtype=dtype, device="cuda", generator=source)
        assert (draws.device.type, draws.dtype, draws.shape) == ("cuda", dtype, (count,))
        assert torch.isfinite(draws).all()
        source.manual_seed(1)
        assert torch.equal(draws, sample_gumbel(count, dtype=dtype, device="cuda", generator=source))
        if count > 5:
            distance, bound = kolmogorov(draws.cpu())
            assert distance < bound

    def test_a_count_beyond_the_end_of_the_widespread_line(self):
        """As on the CPU. False alarm: 1e-6 for a new seed."""
        source = torch.Generator("cuda").manual_seed(1)
        count = sum(
            int((sample_gumbel(4_000_000, device="cuda", generator=source) > 16.7).sum()) for _ in range(100)
        )
        assert 3 < count <= 50
