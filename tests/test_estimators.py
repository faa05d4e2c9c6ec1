"""Gradient estimators for categories: against autograd, enumeration, closed forms and each other."""

import itertools
import math
from functools import partial

import pytest
import torch

from reparam_utils import (
    conditional_gumbels,
    exact_gradient,
    gradient_errors,
    gumbel_rao_gradient,
    gumbel_softmax,
    gumbel_softmax_gradient,
    one_hot_argmax,
    reinforce_gradient,
    reinmax_gradient,
    sample_gumbel,
    straight_through,
    straight_through_gradient,
    straight_through_gumbel_softmax_gradient,
    two_class_moments,
)

LOGITS = torch.tensor([1.2, 0.0, -0.7, 0.4], dtype=torch.float64)
SIZES = torch.tensor([1.0, -2.0, 0.5, 3.0], dtype=torch.float64)
GENERATOR = torch.Generator()
DIRECT = [reinforce_gradient, straight_through_gradient, reinmax_gradient]
RELAXED = [gumbel_softmax_gradient, straight_through_gumbel_softmax_gradient]


def gumbels(*shape, seed=0):
    return sample_gumbel(shape, dtype=torch.float64, generator=GENERATOR.manual_seed(seed))


def exponentials(*shape, seed=1):
    return torch.empty(shape, dtype=torch.float64).exponential_(generator=GENERATOR.manual_seed(seed))


def cubic(rows):  # neither quadratic nor a sum over categories
    return (rows @ SIZES - 0.3) ** 3 + rows[..., 0] * rows[..., 1]


def square(rows):
    return (rows @ SIZES - 0.3) ** 2 + rows[..., 0] * rows[..., 1]


def every():
    """One noise row for each category, which then wins."""
    return 100 * torch.eye(len(LOGITS), dtype=torch.float64)


def jacobian(q):
    return torch.diag_embed(q) - q[..., :, None] * q[..., None, :]


def slopes(objective, rows):
    rows = rows.clone().requires_grad_()
    return torch.autograd.grad(objective(rows).sum(), rows)[0]


def autograd(objective, logits, noise, sample):
    """The gradient of objective(sample(logits, noise)) in a copy of the logits for each draw."""
    rows = logits.expand(noise.shape).clone().requires_grad_()
    return torch.autograd.grad(objective(sample(rows, noise)).sum(), rows)[0]


class TestAgainstAutograd:
    NOISE = gumbels(200, 4)

    def test_gumbel_softmax(self):
        ours = gumbel_softmax_gradient(cubic, LOGITS, self.NOISE, temperature=0.7)
        wanted = autograd(cubic, LOGITS, self.NOISE, lambda x, g: gumbel_softmax(x, g, 0.7))
        torch.testing.assert_close(ours, wanted, rtol=1e-10, atol=1e-12)

    def test_straight_through_gumbel_softmax(self):
        ours = straight_through_gumbel_softmax_gradient(cubic, LOGITS, self.NOISE, temperature=0.7)
        wanted = autograd(cubic, LOGITS, self.NOISE, lambda x, g: gumbel_softmax(x, g, 0.7, hard=True))
        torch.testing.assert_close(ours, wanted, rtol=1e-10, atol=1e-12)

    def test_straight_through(self):
        def sample(x, g):
            return straight_through(one_hot_argmax((x + g).detach()), torch.softmax(x, dim=-1))

        wanted = autograd(cubic, LOGITS, self.NOISE, sample)
        torch.testing.assert_close(straight_through_gradient(cubic, LOGITS, self.NOISE), wanted)

    def test_reinforce(self):
        hard = one_hot_argmax(LOGITS + self.NOISE)

        def surrogate(x, g):
            return cubic(hard) * (hard * torch.log_softmax(x, dim=-1)).sum(dim=-1)

        wanted = autograd(lambda each: each, LOGITS, self.NOISE, surrogate)
        torch.testing.assert_close(reinforce_gradient(cubic, LOGITS, self.NOISE), wanted)

    def test_gumbel_rao(self):
        draws = exponentials(3, 200, 4)
        hard = one_hot_argmax(LOGITS + self.NOISE)
        fresh = conditional_gumbels(LOGITS, hard.argmax(-1), draws)

        def sample(x, g):
            return straight_through(hard, gumbel_softmax(x, g, 0.7))

        wanted = sum(autograd(cubic, LOGITS, each, sample) for each in fresh) / 3
        ours = gumbel_rao_gradient(cubic, LOGITS, self.NOISE, temperature=0.7, exponentials=draws)
        torch.testing.assert_close(ours, wanted, rtol=1e-10, atol=1e-12)

    def test_reinmax_by_its_matrices(self):
        hard, probs = one_hot_argmax(LOGITS + self.NOISE), torch.softmax(LOGITS, dim=-1)
        lent = 2 * jacobian((probs + hard) / 2) - jacobian(probs) / 2
        wanted = (lent @ slopes(cubic, hard)[..., None])[..., 0]
        torch.testing.assert_close(reinmax_gradient(cubic, LOGITS, self.NOISE), wanted)


class TestByEnumeration:
    """Each category wins once, so the weighted sum over the rows is the mean: no chance in it."""

    PROBS = torch.softmax(LOGITS, dim=-1)

    def mean(self, estimator, objective):
        return self.PROBS @ estimator(objective, LOGITS, every())

    @pytest.mark.parametrize("objective", [square, cubic])
    def test_reinforce_is_unbiased_and_has_its_closed_variance(self, objective):
        exact = exact_gradient(objective, LOGITS)
        torch.testing.assert_close(self.mean(reinforce_gradient, objective), exact)
        values, corners = objective(torch.eye(4).double()), torch.eye(4).double()
        closed = self.PROBS @ (values**2 * ((corners - self.PROBS) ** 2).sum(1)) - (exact**2).sum()
        rows = reinforce_gradient(objective, LOGITS, every())
        torch.testing.assert_close(self.PROBS @ ((rows - exact) ** 2).sum(1), closed)

    @pytest.mark.parametrize("objective", [square, cubic])
    def test_straight_through_has_the_mean_of_its_formula(self, objective):
        formula = jacobian(self.PROBS) @ (self.PROBS @ slopes(objective, torch.eye(4).double()))
        torch.testing.assert_close(self.mean(straight_through_gradient, objective), formula)

    def test_reinmax_is_exact_for_a_quadratic_and_not_for_a_cubic(self):
        bias = self.mean(reinmax_gradient, square) - exact_gradient(square, LOGITS)
        assert bias.abs().max() < 1e-13
        assert (self.mean(reinmax_gradient, cubic) - exact_gradient(cubic, LOGITS)).norm() > 0.1

    def test_reinmax_is_the_average_of_straight_through_and_darn(self):
        difference = torch.eye(4).double() - self.PROBS
        slope = slopes(cubic, torch.eye(4).double())
        darn = difference * (difference * slope).sum(-1, keepdim=True)
        half = (straight_through_gradient(cubic, LOGITS, every()) + darn) / 2
        torch.testing.assert_close(reinmax_gradient(cubic, LOGITS, every()), half, rtol=1e-13, atol=1e-14)

    def test_the_biases_of_straight_through_and_darn_are_opposite_for_a_quadratic(self):
        difference = torch.eye(4).double() - self.PROBS
        slope = slopes(square, torch.eye(4).double())
        darn = self.PROBS @ (difference * (difference * slope).sum(-1, keepdim=True))
        exact = exact_gradient(square, LOGITS)
        bias = self.mean(straight_through_gradient, square) - exact
        assert bias.norm() > 0.1
        torch.testing.assert_close(darn - exact, -bias)


def two_class(function):
    return lambda rows: function(rows[..., 1])


POLYNOMIALS = {
    "linear": (lambda y: 2 * y, lambda y: 2 + 0 * y),
    "square": (lambda y: (y - 0.45) ** 2, lambda y: 2 * (y - 0.45)),
    "cubic": (lambda y: y**3 - 0.4 * y, lambda y: 3 * y**2 - 0.4),
    "fourth": (lambda y: y**4, lambda y: 4 * y**3),
}


def rao_parts(slope, logit, temperature):
    """Variances of ST-GS with two classes, between and within hard samples: a and b of a + b / samples."""
    p = 1 / (1 + math.exp(-logit))
    ends = slope(torch.tensor([0.0, 1.0], dtype=torch.float64))
    one, zero = (
        two_class_moments(part, logit, temperature, hard=True)[0] for part in (lambda b: b, lambda b: 1 - b)
    )
    mean, total = two_class_moments(slope, logit, temperature, hard=True)
    between = (ends[1] * one) ** 2 / p + (ends[0] * zero) ** 2 / (1 - p) - mean**2
    return between, total - between


@pytest.mark.parametrize("name", POLYNOMIALS)
@pytest.mark.parametrize("logit, temperature", [(0.0, 1.0), (0.8, 0.3), (-1.1, 2.0)])
class TestTwoClasses:
    """Means and variances against integrals: 72 comparisons in each of two tests."""

    N = 100_000

    def estimates(self, name, logit, temperature):
        objective = two_class(POLYNOMIALS[name][0])
        x = torch.tensor([0.3, 0.3 + logit], dtype=torch.float64)
        noise = gumbels(self.N, 2)
        relaxed = {"temperature": temperature}
        return {
            "GS": gumbel_softmax_gradient(objective, x, noise, **relaxed),
            "ST-GS": straight_through_gumbel_softmax_gradient(objective, x, noise, **relaxed),
            "GR": gumbel_rao_gradient(
                objective, x, noise, exponentials=exponentials(4, self.N, 2), **relaxed
            ),
            "ST": straight_through_gradient(objective, x, noise),
            "ReinMax": reinmax_gradient(objective, x, noise),
            "REINFORCE": reinforce_gradient(objective, x, noise),
        }

    def moments(self, name, logit, temperature):
        """Mean and variance in the logit of class 1."""
        f, slope = POLYNOMIALS[name]
        p = 1 / (1 + math.exp(-logit))
        (f0, f1), (s0, s1) = (each(torch.tensor([0.0, 1.0], dtype=torch.float64)) for each in (f, slope))
        hard = two_class_moments(slope, logit, temperature, hard=True)
        between, within = rao_parts(slope, logit, temperature)

        def of_two(one, zero):
            mean = p * one + (1 - p) * zero
            return mean, p * (one - mean) ** 2 + (1 - p) * (zero - mean) ** 2

        return {
            "GS": two_class_moments(slope, logit, temperature),
            "ST-GS": hard,
            "GR": (hard[0], between + within / 4),
            "ST": of_two(p * (1 - p) * s1, p * (1 - p) * s0),
            "ReinMax": of_two((1 - p) / 2 * s1, p / 2 * s0),
            "REINFORCE": of_two((1 - p) * f1, -p * f0),
        }

    def test_means(self, name, logit, temperature):
        """Within 6 standard errors: false alarm 2e-7 for a new seed."""
        moments = self.moments(name, logit, temperature)
        for each, rows in self.estimates(name, logit, temperature).items():
            mean, variance = moments[each]
            assert abs(rows[:, 1].mean() - mean) < 6 * (variance / self.N).sqrt() + 1e-12, each
            torch.testing.assert_close(rows.sum(dim=1), torch.zeros(self.N, dtype=torch.float64))

    def test_variances(self, name, logit, temperature):
        """Within 6 standard errors, taken from the same rows: false alarm 2e-7 where they are normal."""
        moments = self.moments(name, logit, temperature)
        for each, rows in self.estimates(name, logit, temperature).items():
            errors = gradient_errors(rows[:, 1:], torch.zeros(1, dtype=torch.float64))
            assert abs(errors.variance - moments[each][1]) < 6 * errors.variance_error + 1e-12, each


def test_the_biased_ones_are_told_from_the_exact_gradient():
    """So that agreement with a closed form means something: 30 standard errors away at 100 000 draws."""
    noise, x = gumbels(100_000, 2), torch.tensor([0.0, 0.8], dtype=torch.float64)
    objective = two_class(POLYNOMIALS["cubic"][0])
    exact = exact_gradient(objective, x)
    for estimator in [
        partial(gumbel_softmax_gradient, temperature=2.0),
        partial(straight_through_gumbel_softmax_gradient, temperature=0.5),
        straight_through_gradient,
        reinmax_gradient,
    ]:
        errors = gradient_errors(estimator(objective, x, noise), exact)
        assert (errors.bias.abs() > 30 * errors.bias_error).all()


def test_reinforce_is_unbiased_with_no_baseline_and_with_leave_one_out_only():
    """Over all 64 outcomes of 3 draws. The baseline "mean" shrinks the gradient by 1 - 1/3."""
    exact, probs = exact_gradient(cubic, LOGITS), torch.softmax(LOGITS, dim=-1)
    draws = [list(three) for three in itertools.product(range(len(LOGITS)), repeat=3)]
    for baseline, share in [("none", 1), ("leave-one-out", 1), ("mean", 2 / 3)]:
        each = partial(reinforce_gradient, cubic, LOGITS, baseline=baseline)
        mean = sum(probs[three].prod() * each(every()[three]).mean(dim=0) for three in draws)
        torch.testing.assert_close(mean, share * exact)


def test_two_draws_are_enough_to_leave_one_out():
    rows = reinforce_gradient(square, LOGITS, every()[:2], baseline="leave-one-out")
    difference = square(torch.eye(4).double())[0] - square(torch.eye(4).double())[1]
    score = torch.eye(4).double()[:2] - torch.softmax(LOGITS, dim=-1)
    torch.testing.assert_close(rows, torch.stack([difference, -difference])[:, None] * score)


def test_baselines_by_hand():
    noise = every()[[0, 1, 3]]
    values = square(torch.eye(4).double()[[0, 1, 3]])
    score = torch.eye(4).double()[[0, 1, 3]] - torch.softmax(LOGITS, dim=-1)
    for baseline, subtracted in [
        ("none", torch.zeros(3)),
        ("mean", values.mean().expand(3)),
        ("leave-one-out", torch.stack([values[[1, 2]].mean(), values[[0, 2]].mean(), values[[0, 1]].mean()])),
    ]:
        wanted = (values - subtracted)[:, None] * score
        got = reinforce_gradient(square, LOGITS, noise, baseline=baseline)
        torch.testing.assert_close(got, wanted)


class TestGumbelRao:
    @pytest.mark.parametrize("logit", [-0.7, 1.3])
    def test_its_limit_is_reinmax(self, logit):
        """Given the sample, the mean tends to ReinMax's, in proportion to the temperature."""
        p = 1 / (1 + math.exp(-logit))
        gaps = []
        for temperature in (0.02, 0.01, 0.005):
            one = two_class_moments(lambda b: b, logit, temperature, hard=True)[0].item() / p
            gaps.append(one - (1 - p) / 2)
        assert abs(gaps[2]) < 0.01
        assert gaps[0] / gaps[1] == pytest.approx(2, rel=0.05) and gaps[1] / gaps[2] == pytest.approx(
            2, rel=0.05
        )

    def test_near_the_limit_its_rows_are_those_of_reinmax(self):
        """40 000 samples for each category, temperature 0.02: off by a few per cent."""
        draws = exponentials(40_000, 4, 4)
        rows = gumbel_rao_gradient(cubic, LOGITS, every(), temperature=0.02, exponentials=draws)
        reference = reinmax_gradient(cubic, LOGITS, every())
        assert ((rows - reference).norm(dim=1) < 0.1 * reference.norm(dim=1)).all()

    def test_its_variance_is_a_plus_b_over_samples(self):
        """Four categories, 40 000 draws; within 6 standard errors of what 1 and 2 samples predict for 8."""
        exact = exact_gradient(cubic, LOGITS)
        found = {}
        for samples in (1, 2, 8):
            rows = gumbel_rao_gradient(
                cubic, LOGITS, gumbels(40_000, 4, seed=samples), temperature=0.5,
                exponentials=exponentials(samples, 40_000, 4, seed=samples + 50),
            )  # fmt: skip
            found[samples] = gradient_errors(rows, exact)
        b = 2 * (found[1].variance - found[2].variance)
        predicted = found[1].variance - b + b / 8
        error = (found[8].variance_error**2 + (7 / 4 * found[2].variance_error) ** 2
                 + (3 / 4 * found[1].variance_error) ** 2).sqrt()  # fmt: skip
        assert b > 20 * found[1].variance_error
        assert abs(found[8].variance - predicted) < 6 * error

    def test_differentiated_through_the_noise_it_has_another_mean(self):
        """The slip in the text of the paper. Ours keeps the mean of ST-GS, with k = 4 classes."""
        noise, draws = gumbels(100_000, 4), exponentials(1, 100_000, 4)
        st_gs = partial(straight_through_gumbel_softmax_gradient, temperature=0.5)
        reference = st_gs(square, LOGITS, gumbels(100_000, 4, seed=9))
        hard = one_hot_argmax(LOGITS + noise)

        def through(x, g):
            fresh = conditional_gumbels(x, hard.argmax(-1), draws[0])
            return straight_through(hard, gumbel_softmax(x, fresh, 0.5))

        rows = {
            "detached": gumbel_rao_gradient(square, LOGITS, noise, temperature=0.5, exponentials=draws),
            "through": autograd(square, LOGITS, noise, through),
        }
        distance = {}
        for name, each in rows.items():
            error = ((each.var(0) + reference.var(0)) / len(each)).sqrt()
            distance[name] = ((each.mean(0) - reference.mean(0)) / error).abs().max()
        assert distance["detached"] < 5 < 50 < distance["through"]


ALL = [
    *DIRECT,
    *[partial(each, temperature=0.5) for each in RELAXED],
    partial(gumbel_rao_gradient, temperature=0.5, exponentials=exponentials(2, 30, 3, 4)),
]


class TestShapes:
    @staticmethod
    def objective(rows):  # of three samples at once, not a sum over them
        return (rows @ SIZES).prod(dim=-1) + (rows[:, 0] * rows[:, 1]).sum(dim=-1)

    @pytest.mark.parametrize("estimator", ALL)
    def test_one_row_of_logits_for_each_draw_is_the_same_as_shared_ones(self, estimator):
        noise, logits = gumbels(30, 3, 4), torch.stack([LOGITS, -LOGITS, 0 * LOGITS])
        shared = estimator(self.objective, logits, noise)
        assert shared.shape == noise.shape and not shared.requires_grad
        own = estimator(self.objective, logits.expand(30, 3, 4).clone().requires_grad_(), noise)
        assert torch.equal(own, shared) and not own.requires_grad

    @pytest.mark.parametrize("estimator", ALL)
    def test_the_rows_are_constants_though_the_objective_has_parameters(self, estimator):
        weight = torch.ones((), dtype=torch.float64, requires_grad=True)
        rows = estimator(lambda y: weight * self.objective(y), LOGITS.expand(3, 4), gumbels(30, 3, 4))
        assert not rows.requires_grad and weight.grad is None

    def test_several_samples_at_once_are_unbiased(self):
        """REINFORCE within 5 standard errors in 12 entries: false alarm 7e-6 for a new seed."""
        logits = torch.stack([LOGITS, -LOGITS, 0 * LOGITS])
        rows = reinforce_gradient(self.objective, logits, gumbels(200_000, 3, 4))
        errors = gradient_errors(rows, exact_gradient(self.objective, logits))
        assert (errors.bias.abs() < 5 * errors.bias_error).all()

    @pytest.mark.parametrize("estimator", ALL)
    def test_a_masked_category_gets_no_gradient(self, estimator):
        logits = torch.stack([LOGITS, LOGITS, LOGITS])
        logits[1, 2] = -math.inf
        rows = estimator(self.objective, logits, gumbels(30, 3, 4))
        assert torch.isfinite(rows).all() and (rows[:, 1, 2] == 0).all()

    def test_they_keep_single_precision(self):
        for estimator in DIRECT:
            rows = estimator(lambda y: y @ SIZES.float(), LOGITS.float(), gumbels(30, 4).float())
            assert rows.dtype == torch.float32


class TestErrors:
    @pytest.mark.parametrize("shapes", [((4,), (4,)), ((4,), (5, 3)), ((5, 4), (6, 4)), ((2, 4), (5, 3, 4))])
    def test_shapes(self, shapes):
        logits, noise = (torch.zeros(shape) for shape in shapes)
        for estimator in [*DIRECT, partial(gumbel_softmax_gradient, temperature=1.0)]:
            with pytest.raises(ValueError, match="gumbels must have shape") as caught:
                estimator(square, logits, noise)
            assert str(tuple(noise.shape)) in str(caught.value) and str(shapes[0]) in str(caught.value)

    def test_temperature(self):
        for estimator in RELAXED:
            with pytest.raises(ValueError, match=r"temperature must be positive, got 0\.0"):
                estimator(square, LOGITS, gumbels(3, 4), temperature=0.0)

    def test_baseline(self):
        with pytest.raises(ValueError, match="'none', 'mean' or 'leave-one-out', got 'loo'"):
            reinforce_gradient(square, LOGITS, gumbels(3, 4), baseline="loo")
        with pytest.raises(ValueError, match="at least 2 draws, got 1"):
            reinforce_gradient(square, LOGITS, gumbels(1, 4), baseline="leave-one-out")
        with pytest.raises(ValueError, match="'mean' needs logits that all draws share"):
            reinforce_gradient(square, LOGITS.expand(3, 4), gumbels(3, 4), baseline="mean")

    def test_exponentials(self):
        for shape in [(3, 4), (0, 3, 4), (2, 4, 3)]:
            with pytest.raises(ValueError, match="exponentials must have shape") as caught:
                gumbel_rao_gradient(
                    square, LOGITS, gumbels(3, 4), temperature=1.0, exponentials=torch.ones(shape)
                )
            assert str(shape) in str(caught.value) and "(3, 4)" in str(caught.value)

    def test_objectives(self):
        noise = gumbels(5, 4)
        for estimator in DIRECT[1:]:
            with pytest.raises(ValueError, match="objective must be differentiable"):
                estimator(lambda rows: rows.detach().sum(-1), LOGITS, noise)
            with pytest.raises(ValueError, match="slope of the objective must be finite, got inf"):
                estimator(lambda rows: rows.sqrt().sum(-1), LOGITS, noise)
        with pytest.raises(ValueError, match=r"one value for each of 5 rows, got \(5, 4\)"):
            reinforce_gradient(lambda rows: rows, LOGITS, noise)
        with pytest.raises(ValueError, match="objective must be finite, got nan"):
            reinforce_gradient(lambda rows: rows.sum(-1) * torch.nan, LOGITS, noise)


class TestGradientErrors:
    def test_hand_picked_values(self):
        estimates = torch.tensor([[1.0, 0.0], [3.0, 0.0], [2.0, 6.0]], dtype=torch.float64)
        errors = gradient_errors(estimates, torch.tensor([1.0, 2.0], dtype=torch.float64))
        # Means 2 and 2; squared distances from them 5, 5 and 16, times 3 / 2; from the exact ones 4, 8, 17.
        assert errors.bias.tolist() == [1.0, 0.0]
        assert errors.bias_error.tolist() == pytest.approx([1 / 3**0.5, 12**0.5 / 3**0.5])
        assert errors.variance.item() == pytest.approx(13)
        assert errors.variance_error.item() == pytest.approx(torch.tensor([7.5, 7.5, 24.0]).std() / 3**0.5)
        assert errors.mean_squared_error.item() == pytest.approx(29 / 3)
        wanted = torch.tensor([4.0, 8.0, 17.0]).std().item() / 3**0.5
        assert errors.mean_squared_error_error.item() == pytest.approx(wanted)

    def test_the_standard_errors_are_what_they_say(self):
        """4000 repetitions of 500 draws: they scatter by the mean standard error within 10 %."""
        noise = torch.randn(4000, 500, 2, generator=GENERATOR.manual_seed(3), dtype=torch.float64)
        exact = torch.tensor([0.5, 0.0], dtype=torch.float64)
        each = [gradient_errors(1 + rows, exact) for rows in noise]
        for value, error in [("bias", "bias_error"), ("variance", "variance_error"),
                             ("mean_squared_error", "mean_squared_error_error")]:  # fmt: skip
            values, errors = (torch.stack([getattr(one, name) for one in each]) for name in (value, error))
            torch.testing.assert_close(values.std(dim=0), errors.mean(dim=0), rtol=0.1, atol=0)

    def test_the_shape_of_the_gradient_changes_no_sum(self):
        """Also with two rows, the fewest."""
        number = gradient_errors(torch.tensor([1.0, 4.0]), torch.tensor(2.0))
        assert number.bias == 0.5 and number.variance == 4.5 and number.mean_squared_error == 2.5
        rows, exact = gumbels(2, 3, 4), gumbels(3, 4, seed=1)
        matrix, vector = gradient_errors(rows, exact), gradient_errors(rows.flatten(1), exact.flatten())
        assert matrix.bias.shape == matrix.bias_error.shape == (3, 4)
        for name in ("variance", "variance_error", "mean_squared_error", "mean_squared_error_error"):
            torch.testing.assert_close(getattr(matrix, name), getattr(vector, name))

    def test_it_refuses_what_does_not_fit(self):
        with pytest.raises(ValueError, match=r"at least 2, got \(1, 3\) and \(3,\)"):
            gradient_errors(torch.zeros(1, 3), torch.zeros(3))
        with pytest.raises(ValueError, match=r"got \(5, 3\) and \(2,\)"):
            gradient_errors(torch.zeros(5, 3), torch.zeros(2))
        for estimates, exact in [
            (torch.tensor([1.0, torch.nan]), torch.zeros(())),
            (torch.zeros(2), torch.tensor(torch.nan)),
        ]:
            with pytest.raises(ValueError, match=r"(estimates|exact) must be finite, got nan"):
                gradient_errors(estimates, exact)
