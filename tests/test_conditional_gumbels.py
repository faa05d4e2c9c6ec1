"""Gumbel noise given who won: against rejection, against plain noise, and in every rounding."""

import math

import pytest
import torch
from scipy import stats

from reparam_utils import conditional_gumbels, gumbel_max, sample_gumbel

DTYPES = [torch.float16, torch.bfloat16, torch.float32, torch.float64]
# Not normalised, so that log-probabilities in their place would be seen.
LOGITS = torch.tensor([2.0, 1.0, 0.0], dtype=torch.float64)
INF = math.inf


def gumbels(*shape, seed=0):
    return sample_gumbel(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def exponentials(*shape, seed=0):
    return torch.empty(shape, dtype=torch.float64).exponential_(generator=torch.Generator().manual_seed(seed))


def test_hand_picked_values():
    draws = torch.tensor([1.0, 2.0, 4.0], dtype=torch.float64)
    noise = conditional_gumbels(torch.log(torch.tensor([2.0, 4.0, 2.0])).double(), torch.tensor(1), draws)
    # p = 1/4, 1/2, 1/4 and the winner's exponential is 2, so p_i E_i = 1 and p_j E_i = 1/2.
    expected = -torch.log(torch.tensor([1.5, 1.0, 4.5], dtype=torch.float64))
    torch.testing.assert_close(noise, expected, rtol=1e-7, atol=1e-7)


def test_it_agrees_with_rejection():
    """Two-sample Kolmogorov-Smirnov, three winners and three classes: false alarm 9e-7 for a new seed.

    Rejected: the published formula without logsumexp(logits), which holds for log-probabilities only.
    """
    noise = gumbels(60_000, 3, seed=6)
    winner = gumbel_max(LOGITS, noise)
    for index in range(3):
        accepted, draws = noise[winner == index], exponentials(5000, 3, seed=index)
        made = conditional_gumbels(LOGITS, torch.tensor(index), draws)
        assert all(stats.ks_2samp(accepted[:, j], made[:, j]).pvalue > 1e-7 for j in range(3))
        slip = -torch.log(draws[:, index]) - LOGITS[index]
        assert stats.ks_2samp(accepted[:, index], slip).pvalue < 1e-7


def test_over_a_drawn_index_it_is_plain_noise():
    """Kolmogorov-Smirnov for each class, correlations within 6 standard errors: false alarm 4e-7.

    Rejected: an index drawn uniformly.
    """
    n = 40_000
    index = gumbel_max(LOGITS, gumbels(n, 3, seed=7))
    noise = conditional_gumbels(LOGITS, index, exponentials(n, 3, seed=8))
    assert all(stats.kstest(noise[:, j], stats.gumbel_r.cdf).pvalue > 1e-7 for j in range(3))
    assert (torch.corrcoef(noise.T) - torch.eye(3)).abs().max() < 6 / math.sqrt(n)
    uniform = conditional_gumbels(LOGITS, torch.arange(n) % 3, exponentials(n, 3, seed=8))
    assert all(stats.kstest(uniform[:, j], stats.gumbel_r.cdf).pvalue < 1e-7 for j in (0, 2))


@pytest.mark.parametrize("spread", [0.1, 100.0, 1e4])
@pytest.mark.parametrize("dtype", DTYPES)
def test_the_index_wins_whatever_the_rounding(dtype, spread):
    logits = torch.randn(2000, 4, generator=torch.Generator().manual_seed(9)).clamp(-3, 3)
    logits = (spread * logits).to(dtype)
    logits[::2, 3] = -INF
    index, draws = torch.arange(2000) % 3, exponentials(2000, 4).clamp(min=1e-4).to(dtype)
    noise = conditional_gumbels(logits.requires_grad_(), index, draws)
    assert noise.dtype == dtype and torch.isfinite(noise).all()
    assert torch.equal(gumbel_max(logits, noise), index)
    exact = conditional_gumbels(logits.double(), index, draws.double())
    rounding = torch.finfo(dtype).eps
    assert ((noise - exact).abs() <= 6 * rounding * (exact.abs().amax(dim=-1, keepdim=True) + 1)).all()
    # A score that was put back keeps its slope.
    slope, wanted = (torch.autograd.grad(each.sum(), logits)[0] for each in (noise, exact))
    torch.testing.assert_close(slope, wanted, rtol=1e-2, atol=max(8 * rounding, 1e-3 if spread > 1 else 0))


@pytest.mark.parametrize(
    "logits, draws, dtype",
    [
        ([238627712.0, -51664484.0], [1.8189047068517539e-06, 2.043982021859847e-06], torch.float32),
        ([10624.0, 4480.0], [7.677e-05, 1.2159e-4], torch.bfloat16),
    ],
)
def test_the_index_wins_where_the_step_back_is_small_beside_the_noise(logits, draws, dtype):
    logits, draws = (torch.tensor(each, dtype=dtype) for each in (logits, draws))
    for index in (torch.tensor(0), torch.tensor(1)):
        assert gumbel_max(logits, conditional_gumbels(logits, index, draws)) == index


def test_gradients_and_masks():
    logits = torch.tensor([[0.3, -1.0, 2.0], [0.5, -INF, 0.1]], dtype=torch.float64, requires_grad=True)
    index, draws = torch.tensor([1, 2]), exponentials(2, 3)
    assert torch.autograd.gradcheck(lambda x: conditional_gumbels(x, index, draws), (logits[:1],))
    noise = conditional_gumbels(logits, index, draws)
    assert noise[1, 1] == -torch.log(draws[1, 1]), "a masked class keeps its own noise"
    (slope,) = torch.autograd.grad(noise.sum(), logits)
    assert torch.isfinite(slope).all() and slope[1, 1] == 0


def test_batches():
    logits, draws = torch.zeros(3), torch.ones(5, 1, 3)
    for shape in [(), (4,), (5, 4)]:
        index = torch.full(shape, 2)
        noise = conditional_gumbels(logits, index, draws)
        assert noise.shape == (*torch.broadcast_shapes((5, 1), shape), 3)
        assert (gumbel_max(logits, noise) == index).all()
    many = torch.tensor([[0.0, 1.0, 2.0], [2.0, 1.0, 0.0]])
    noise = conditional_gumbels(many, torch.tensor(1), torch.ones(3))
    assert noise.shape == (2, 3) and (gumbel_max(many, noise) == 1).all()
    nobody = torch.zeros(0, dtype=torch.int64)
    assert conditional_gumbels(logits, nobody, torch.ones(0, 3)).shape == (0, 3)


def test_what_is_refused():
    ones, index = torch.ones(3), torch.tensor([0, 2])
    for wrong in (-1, 3):
        with pytest.raises(ValueError, match=f"index must be between 0 and 2, got {wrong}"):
            conditional_gumbels(ones, torch.tensor([0, wrong]), ones)
    with pytest.raises(ValueError, match="index must not be a masked category, got 2"):
        conditional_gumbels(torch.tensor([0.0, 1.0, -INF]), index, ones)
    with pytest.raises(ValueError, match=r"exponentials must be positive, got 0\.0"):
        conditional_gumbels(ones, index, torch.tensor([1.0, 0.0, 1.0]))
    with pytest.raises(ValueError, match="logits must leave a category unmasked"):
        conditional_gumbels(torch.full((3,), -INF), index, ones)
    with pytest.raises(ValueError, match=r"must have as many categories, got shapes \(3,\), \(2,\)"):
        conditional_gumbels(ones, index, torch.ones(2))
    with pytest.raises(ValueError, match=r"exponentials and index must broadcast, got .* \(4, 3\), \(2, 1\)"):
        conditional_gumbels(ones, index, torch.ones(4, 3))
