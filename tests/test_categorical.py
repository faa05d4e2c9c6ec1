"""Exact draws by Gumbel-Max and Gumbel-top-k."""

import math

import pytest
import torch
from scipy import stats

from reparam_utils import gumbel_max, gumbel_top_k, sample_gumbel

DTYPES = [torch.float16, torch.bfloat16, torch.float32, torch.float64]
DRAWS = [gumbel_max, lambda logits, gumbels: gumbel_top_k(logits, gumbels, 2)]
# Not normalised, so that log-probabilities in their place would be seen.
LOGITS = torch.tensor([2.0, 1.0, 0.0], dtype=torch.float64)
PROBS = torch.softmax(LOGITS, dim=-1)
INF = math.inf


def gumbels(*shape, seed=0, dtype=torch.float64):
    return sample_gumbel(shape, dtype=dtype, generator=torch.Generator().manual_seed(seed))


def fit(draws, probs):
    """P-value of the chi-square test that draws have these probabilities."""
    return stats.chisquare(torch.bincount(draws, minlength=len(probs)), len(draws) * probs).pvalue


class TestGumbelMax:
    def test_hand_picked_values(self):
        noise = torch.tensor([[0.0, 0.5, 0.0], [0.0, 1.5, 2.5]])
        assert gumbel_max(torch.tensor([2.0, 1.0, 0.0]), noise).tolist() == [0, 1]
        assert gumbel_max(torch.tensor([2.0, 1.0, -INF]), torch.tensor([0.0, 0.0, 99.0])).item() == 0

    def test_draws_are_exact_and_slips_are_not(self):
        """False alarm: 1e-7 for a new seed, each.

        Rejected with three classes: five other noises of the same spread, probabilities for logits, a halved
        scale, noise that the classes share, and the reflected Gumbel, which would pass with two classes.
        """
        noise = gumbels(200_000, 3)
        assert fit(gumbel_max(LOGITS, noise), PROBS) > 1e-7
        for other in (stats.norm, stats.logistic, stats.uniform, stats.laplace, stats.expon):
            wrong = other.ppf(stats.gumbel_r.cdf(noise)) * math.pi / math.sqrt(6) / other.std()
            assert fit(gumbel_max(LOGITS, torch.from_numpy(wrong)), PROBS) < 1e-7, other.name
        assert fit(gumbel_max(PROBS, noise), PROBS) < 1e-7
        assert fit(gumbel_max(LOGITS, noise / 2), PROBS) < 1e-7
        assert fit(gumbel_max(LOGITS, noise), torch.softmax(LOGITS * 1.05, dim=-1)) < 1e-7
        assert (gumbel_max(LOGITS, noise[:, :1].expand(-1, 3)) == 0).all()
        assert fit(gumbel_max(LOGITS, -noise), PROBS) < 1e-7
        assert fit(gumbel_max(LOGITS[:2], -noise[:, :2]), torch.softmax(LOGITS[:2], dim=-1)) > 1e-7

    def test_the_maximum_is_a_gumbel_and_does_not_tell_who_won(self):
        """Kolmogorov-Smirnov against location logsumexp, overall and for each winner: false alarm 4e-7."""
        noise = gumbels(60_000, 3, seed=2)
        top, winner = (LOGITS + noise).max(dim=-1).values, gumbel_max(LOGITS, noise)
        maximum = stats.gumbel_r(torch.logsumexp(LOGITS, dim=-1).item())
        for each in (top, *(top[winner == i] for i in range(3))):
            assert stats.kstest(each, maximum.cdf).pvalue > 1e-7
        assert stats.kstest((LOGITS + noise)[:, 0], maximum.cdf).pvalue < 1e-7

    def test_the_scale_of_the_noise_is_a_temperature(self):
        """False alarm: 1e-7 for a new seed."""
        assert (
            fit(gumbel_max(LOGITS, 3 * gumbels(100_000, 3, seed=3)), torch.softmax(LOGITS / 3, dim=-1)) > 1e-7
        )


@pytest.mark.parametrize("draw", DRAWS)
class TestBothDraws:
    def test_shifts_permutations_and_masks(self, draw):
        noise, order = gumbels(500, 4, seed=4), torch.tensor([2, 0, 3, 1])
        logits = torch.tensor([0.5, 2.0, -INF, 1.0], dtype=torch.float64)
        drawn = draw(logits, noise)
        assert torch.equal(draw(logits + 7, noise), drawn)
        assert torch.equal(order[draw(logits[order], noise[:, order])], drawn)
        assert not (drawn == 2).any() and not drawn.requires_grad

    def test_shapes(self, draw):
        ends = draw(torch.zeros(4), torch.zeros(4)).shape
        for shape in [(4, 1, 4), (0, 4)]:
            assert draw(torch.zeros(4), torch.zeros(shape)).shape == shape[:-1] + ends
        assert draw(torch.zeros(5, 1, 4), torch.zeros(2, 4)).shape == (5, 2, *ends)

    @pytest.mark.parametrize("dtype", DTYPES)
    def test_half_precision_is_added_in_single(self, draw, dtype):
        logits = torch.tensor([2048.0, 2048.0, 0.0], dtype=dtype)
        assert draw(logits, torch.tensor([0.25, 0.5, 1.0], dtype=dtype)).flatten()[0] == 1
        assert draw(logits, torch.zeros(3)).flatten()[0] == 0

    def test_what_is_refused(self, draw):
        zeros = torch.zeros(3)
        with pytest.raises(ValueError, match=r"logits must be finite, or -inf .* got nan"):
            draw(torch.tensor([0.0, math.nan, 1.0]), zeros)
        with pytest.raises(ValueError, match=r"logits must be finite, or -inf .* got nan"):
            draw(torch.tensor([0.0, math.nan, 1.0]), torch.zeros(0, 3))
        with pytest.raises(ValueError, match="logits must leave a category unmasked"):
            draw(torch.full((3,), -INF), zeros)
        with pytest.raises(ValueError, match="gumbels must be finite, got -inf"):
            draw(zeros, torch.tensor([0.0, 0.0, -INF]))
        with pytest.raises(
            ValueError, match=r"logits must have categories in its last axis, got shape \(0,\)"
        ):
            draw(torch.zeros(0), torch.zeros(0))
        with pytest.raises(ValueError, match=r"logits must have categories in its last axis, got shape \(\)"):
            draw(torch.tensor(0.0), torch.tensor(0.0))
        with pytest.raises(
            ValueError, match=r"logits and gumbels must have as many categories, .* \(3,\), \(1,\)"
        ):
            draw(zeros, torch.zeros(1))


class TestTopK:
    def test_hand_picked_order_and_ties(self):
        noise = torch.tensor([[0.0, 0.5, 3.0], [0.0, 1.5, 2.25]])
        assert gumbel_top_k(torch.tensor([2.0, 1.0, 0.0]), noise, 3).tolist() == [[2, 0, 1], [1, 2, 0]]
        assert gumbel_top_k(torch.tensor([2.0, 1.0, 0.0]), noise, 1).tolist() == [[2], [1]]
        tied = torch.zeros(100)
        assert gumbel_top_k(tied, tied, 2).tolist() == [0, 1] and gumbel_max(tied, tied) == 0

    def test_pairs_are_plackett_luce_and_with_replacement_they_are_not(self):
        """P(i, j) = p_i p_j / (1 - p_i). False alarm: 1e-7 for a new seed."""
        pairs = gumbel_top_k(LOGITS, gumbels(200_000, 3, seed=5), 2)
        expected = PROBS[:, None] * PROBS / (1 - PROBS[:, None])
        apart = ~torch.eye(3, dtype=torch.bool)
        expected, place = expected[apart], torch.cumsum(apart.flatten(), dim=0) - 1
        assert fit(place[pairs[:, 0] * 3 + pairs[:, 1]], expected) > 1e-7
        again = PROBS[:, None] * PROBS
        assert fit(place[pairs[:, 0] * 3 + pairs[:, 1]], again[apart] / again[apart].sum()) < 1e-7

    @pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32, torch.float64])
    @pytest.mark.parametrize("lead", [1e4, 1e8, 1e20])
    def test_a_category_far_ahead_leaves_the_order_of_the_others(self, lead, dtype):
        """Which is that of their sums. Noise in steps of 1/64 fits each dtype: so all ties are real."""
        steps = torch.randint(-128, 128, (500, 4), generator=torch.Generator().manual_seed(6)) / 64
        logits = torch.tensor([0.0, 2.0, 1.0, 0.0])
        order = gumbel_top_k(torch.cat([torch.tensor([lead]), logits]).to(dtype),
                             torch.cat([torch.zeros(500, 1), steps], dim=1).to(dtype), 5)  # fmt: skip
        assert (order[:, 0] == 0).all()
        assert torch.equal(order[:, 1:] - 1, (logits + steps).sort(descending=True, stable=True).indices)

    def test_what_rounding_takes_from_a_sum_decides(self):
        far = torch.tensor([2.0**24, 2.0**24, -INF, 2.0**24])
        noise = torch.tensor([0.25, 0.5, 3.0, -0.25])
        assert (far + noise)[[0, 1, 3]].unique().numel() == 1
        assert gumbel_top_k(far, noise, 3).tolist() == [1, 0, 3]
        assert gumbel_top_k(far, noise, 1).tolist() == [1], "also between the last and the first that is left"
        assert gumbel_top_k(noise[[0, 1, 3, 3]], far[[0, 1, 3, 3]], 4).tolist() == [1, 0, 2, 3]

    @pytest.mark.parametrize("k", [0, -1, 3, 4])
    def test_k_counts_what_every_row_leaves(self, k):
        logits = torch.tensor([[0.0, -INF, 1.0], [0.0, 1.0, 2.0]])
        with pytest.raises(ValueError, match=f"k must be between 1 and 2, the unmasked categories, got {k}$"):
            gumbel_top_k(logits, torch.zeros(3), k)
        with pytest.raises(ValueError, match=f"between 1 and 2.* got {k}$"):
            gumbel_top_k(torch.zeros(0, 5, 2), torch.zeros(2), k)
        assert gumbel_top_k(logits, torch.zeros(3), 2).tolist() == [[2, 0], [2, 1]]
