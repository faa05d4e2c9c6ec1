"""Gumbel samplers side by side: time, memory, and what the grid of their uniforms can and can't give."""

import multiprocessing
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import psutil
import pytest
import torch
import torch.nn.functional as F
from feed import Feed
from memory import peak_megabytes
from scipy import stats
from torch import Tensor

from reparam_utils import gumbel_max, gumbel_softmax, sample_gumbel

SHAPE = (4096, 256)
ROUNDS = 25
GAPS = (12, 14, 16, 18)
SINGLE, DOUBLE = torch.float32, torch.float64
DTYPES = (torch.float16, torch.bfloat16, SINGLE, DOUBLE)
OURS, PYTORCH, LIMIT = "`sample_gumbel`", "`-empty.exponential_().log()`", "`torch.rand` and two logarithms"
SMALL = (5,)
CALLS = 2000  # of the small shape, timed together
MEMORY_SHAPE = (2**14, 2**12)


@dataclass(frozen=True)
class Sampler:
    """One way to make Gumbel noise.

    `draw` makes it; `grid` runs the same code on chosen uniforms, and returns noise and its probability.
    """

    draw: Callable[[tuple[int, ...], torch.dtype], Tensor]
    grid: Callable[[Feed, torch.dtype], tuple[Tensor, Tensor]] | None = None
    dtypes: tuple[torch.dtype, ...] = DTYPES


@dataclass(frozen=True)
class Row:
    """What was measured of one sampler in one dtype. What comes from the grid is NaN for the limit."""

    name: str
    dtype: torch.dtype
    milliseconds: float
    against: float  # how many times as fast as PyTorch's
    largest: float = np.nan
    lost: float = np.nan  # probability of a draw that is not finite
    errors: tuple[float, ...] = ()  # relative error of a rare class's probability at each of GAPS


@dataclass(frozen=True)
class Race:
    """Two ways to the same end, and how long each takes."""

    ours: str
    theirs: str
    ours_seconds: float
    theirs_seconds: float

    @property
    def share(self) -> float:
        return self.ours_seconds / self.theirs_seconds


@dataclass(frozen=True)
class Noise:
    """All that was measured of Gumbel noise."""

    rows: list[Row]
    races: list[Race]
    memory: dict[torch.dtype, float]


def measure_noise() -> Noise:
    return Noise(rows(), races(), {dtype: peak_memory(dtype) for dtype in DTYPES})


def widespread(shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
    return -torch.log(-torch.log(torch.rand(shape, dtype=dtype)))


def widespread_with_eps(shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
    return -torch.log(-torch.log(torch.rand(shape, dtype=dtype) + 1e-20) + 1e-20)


def exponential(shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
    return -torch.empty(shape, dtype=dtype).exponential_().log()


def distribution(shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
    return torch.distributions.Gumbel(torch.zeros((), dtype=dtype), torch.ones((), dtype=dtype)).sample(shape)


def scipys(shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
    return torch.from_numpy(stats.gumbel_r.rvs(size=shape))


def limit(shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
    return torch.rand(shape, dtype=dtype).log_().neg_().log_().neg_()


def thinned() -> tuple[Tensor, Tensor]:
    """Uniforms on the grid of 2**-53 and their probabilities: all near 0 and 1, fewer and fewer between."""
    numbers, steps = [torch.arange(2**13)], [torch.ones(2**13, dtype=torch.int64)]
    for power in range(13, 52):
        step = 2 ** (power - 10)
        numbers.append(2**power + step // 2 + step * torch.arange(1024))
        steps.append(torch.full((1024,), step))
    below, weights = torch.cat(numbers), torch.cat(steps).double() / 2**53
    return torch.cat([below, 2**53 - 1 - below]).double() / 2**53, weights.repeat(2)


def uniforms(dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    """What torch.rand can return on the CPU, and with which probability."""
    if dtype == DOUBLE:
        return thinned()
    grid = (torch.arange(2**24) / 2**24).to(dtype)
    grid[grid == 1] = 0  # so torch does with uniforms that half precision rounds to 1
    check_model(grid[(torch.rand(1000, generator=seed()) * 2**24).long()], torch.rand, dtype)
    return grid, torch.full((2**24,), 2.0**-24, dtype=DOUBLE)


def exponentials(dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    """What exponential_ can return on the CPU, and with which probability."""
    grid, weights = thinned()
    model = (-torch.log1p(-torch.rand(1000, dtype=DOUBLE, generator=seed()))).to(dtype)
    check_model(
        model,
        lambda n, *, dtype, generator: torch.empty(n, dtype=dtype).exponential_(generator=generator),
        dtype,
    )
    return (-torch.log1p(-grid)).to(dtype), weights


def seed() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def check_model(model: Tensor, source: Callable, dtype: torch.dtype) -> None:
    """Stop if torch's source does not give what the model of it says."""
    torch.testing.assert_close(source(1000, dtype=dtype, generator=seed()), model)


def grid_of_ours(feed: Feed, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    fine, weights = thinned()
    if dtype == DOUBLE:
        return feed.many(fine), weights
    kept = feed.coarse(torch.arange(2**12, 2**24), torch.zeros(0, dtype=DOUBLE), dtype)
    redrawn = feed.coarse(torch.zeros(len(fine)), fine, dtype)
    coarse = torch.full(kept.shape, 2.0**-24, dtype=DOUBLE)
    return torch.cat([kept, redrawn]), torch.cat([coarse, weights / 2**12])


def grid_from_rand(draw: Callable) -> Callable:
    def grid(feed: Feed, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
        values, weights = uniforms(dtype)
        feed.patch.setattr(torch, "rand", lambda *_, **__: values)
        return draw(values.shape, dtype), weights

    return grid


def grid_of_exponential(feed: Feed, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    values, weights = exponentials(dtype)
    feed.patch.setattr(torch.Tensor, "exponential_", lambda _: values)
    return exponential(values.shape, dtype), weights


def grid_of_scipy(feed: Feed, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    drawn = stats.gumbel_r.rvs(size=1000, random_state=np.random.default_rng(0))
    uniform = np.random.default_rng(0).uniform(size=1000)
    np.testing.assert_array_equal(drawn, stats.gumbel_r.ppf(uniform))
    values, weights = thinned()
    return torch.from_numpy(stats.gumbel_r.ppf(values.numpy())), weights


SAMPLERS = {
    OURS: Sampler(lambda shape, dtype: sample_gumbel(shape, dtype=dtype), grid_of_ours),
    "`-log(-log(rand))`": Sampler(widespread, grid_from_rand(widespread)),
    "the same with eps = 1e-20": Sampler(widespread_with_eps, grid_from_rand(widespread_with_eps)),
    PYTORCH: Sampler(exponential, grid_of_exponential),
    "`torch.distributions.Gumbel`": Sampler(distribution, grid_from_rand(distribution)),
    "`scipy.stats.gumbel_r`": Sampler(scipys, grid_of_scipy, (DOUBLE,)),
    LIMIT: Sampler(limit),
}


def rare_errors(noise: Tensor, weights: Tensor) -> tuple[float, ...]:
    """Relative errors of P(G' - gap > G) for two draws of this noise; a tie counts half."""
    values, order = noise.double().sort()
    weights = weights[order]
    below = torch.cat([torch.zeros(1, dtype=DOUBLE), weights.cumsum(0)])
    errors = []
    for gap in GAPS:
        ends = [torch.searchsorted(values, values - gap, right=right) for right in (False, True)]
        wins = (weights * (below[ends[0]] + below[ends[1]]) / 2).sum()
        errors.append((wins / torch.sigmoid(torch.tensor(-gap, dtype=DOUBLE)) - 1).item())
    return tuple(errors)


def medians(ways: dict) -> dict:
    """The median seconds of each way; they take turns, so that a slow moment hits all alike."""
    seconds = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            began = time.perf_counter()
            way()
            seconds[name].append(time.perf_counter() - began)
    return {name: float(np.median(each)) for name, each in seconds.items()}


def rows() -> list[Row]:
    """Every sampler in every dtype that it knows."""
    measured = []
    for dtype in DTYPES[::-1]:
        known = {name: sampler for name, sampler in SAMPLERS.items() if dtype in sampler.dtypes}
        times = medians({name: partial(sampler.draw, SHAPE, dtype) for name, sampler in known.items()})
        for name, sampler in known.items():
            print(f"{name}, {dtype}", flush=True)
            row = (name, dtype, 1000 * times[name], times[PYTORCH] / times[name])
            if sampler.grid is None:
                measured.append(Row(*row))
                continue
            with pytest.MonkeyPatch.context() as patch:
                noise, weights = sampler.grid(Feed(patch), dtype)
            finite = torch.isfinite(noise)
            lost = weights[~finite].sum().item()
            measured.append(Row(*row, noise[finite].max().item(), lost, rare_errors(noise, weights)))
    return measured


def races() -> list[Race]:
    """Our functions against PyTorch's, in float32, on one thread."""
    logits = torch.randn(SHAPE, generator=seed())
    probs = torch.softmax(logits, dim=-1)

    def small(draw):
        return [draw(SMALL) for _ in range(CALLS)]

    pairs = {
        (OURS, PYTORCH): (
            lambda: sample_gumbel(SHAPE),
            lambda: exponential(SHAPE, SINGLE),
        ),
        ("`gumbel_softmax(logits, sample_gumbel(shape), 1.0)`", "`F.gumbel_softmax(logits, 1.0)`"): (
            lambda: gumbel_softmax(logits, sample_gumbel(SHAPE), 1.0),
            lambda: F.gumbel_softmax(logits, 1.0),
        ),
        ("`gumbel_max(logits, sample_gumbel(shape))`", "`torch.multinomial(probs, 1)`"): (
            lambda: gumbel_max(logits, sample_gumbel(SHAPE)),
            lambda: torch.multinomial(probs, 1),
        ),
        (f"{OURS}, shape {SMALL}", PYTORCH): (
            lambda: small(sample_gumbel),
            lambda: small(lambda shape: -torch.empty(shape).exponential_().log()),
        ),
    }
    ways = {(names, side): pair[side] for names, pair in pairs.items() for side in (0, 1)}
    times = medians(ways)
    return [Race(*names, times[names, 0], times[names, 1]) for names in pairs]


def peak_memory(dtype: torch.dtype) -> float:
    """The most memory that `sample_gumbel` takes in a new process, as a multiple of its result's."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_peak, (dtype,))


def _peak(dtype: torch.dtype) -> float:
    sample_gumbel(10_000)
    process = psutil.Process()
    before = process.memory_info().rss
    noise = sample_gumbel(MEMORY_SHAPE, dtype=dtype)
    return (peak_megabytes(process) * 2**20 - before) / (noise.numel() * noise.element_size())
