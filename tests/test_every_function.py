"""What holds for every public function: devices, dtypes, shifts, learned temperatures, what is refused."""

import inspect
import math
import re
import subprocess
import sys
from fractions import Fraction
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch

import reparam_utils
from reparam_utils import (
    conditional_gumbels,
    exact_gradient,
    gradient_moments,
    gumbel_rao_gradient,
    gumbel_softmax,
    reinforce_gradient,
    sample_gumbel,
    soft_argmax,
    straight_through,
    two_class_moments,
)
from reparam_utils.checks import NO_VALUES
from reparam_utils.estimators.objective import CONSTANTS

DOUBLE = torch.float64
HALF, BRAIN, SINGLE = torch.float16, torch.bfloat16, torch.float32
INF = math.inf
GENERATOR = torch.Generator()
# Whole numbers, so that their differences stay exact when something large is added.
SCORES = torch.tensor([2.0, 0.0, -1.0, 3.0], dtype=DOUBLE)
GUMBELS = sample_gumbel((50, 4), dtype=DOUBLE, generator=GENERATOR.manual_seed(0))
SIZES = torch.tensor([1.0, -2.0, 0.5, 3.0], dtype=DOUBLE)
EXPONENTIALS = torch.empty(2, 50, 4, dtype=DOUBLE).exponential_(generator=GENERATOR.manual_seed(1))
NOISE = torch.randn(3, 50, generator=GENERATOR.manual_seed(2), dtype=DOUBLE)
PROBS = torch.rand(50, 4, generator=GENERATOR.manual_seed(3), dtype=DOUBLE)
INDEX = torch.arange(50) % 4
SHARES = torch.softmax(GUMBELS, dim=-1)


def cubic(rows):
    return (rows @ SIZES.to(rows.dtype) - 0.3) ** 3


def beside(scores, tensor):
    """A tensor in the dtype of the scores, where they have one to compute in."""
    return tensor.to(scores.dtype) if torch.is_tensor(scores) and scores.is_floating_point() else tensor


def of_scores(function, **options):
    """The call of an estimator for categories."""

    def call(scores=SCORES, gumbels=GUMBELS, objective=cubic):
        return function(objective, scores, gumbels, **options)

    return call


def at_a_temperature(function, **options):
    """The same, for an estimator that has a temperature."""

    def call(scores=SCORES, gumbels=GUMBELS, objective=cubic, temperature=0.7):
        cast = {name: tensor.to(gumbels.dtype) for name, tensor in options.items()}
        return function(objective, scores, gumbels, temperature=temperature, **cast)

    return call


def of_noise(function, noise):
    """The call of an estimator for the normal distribution."""

    def call(objective=torch.sin, loc=0.4, scale=0.8, noise=noise):
        return function(objective, loc, scale, noise)

    return call


r = reparam_utils
# One call of each function. Its arguments tell what it can be asked: `scores` are logits or x.
CALLS = {
    "concrete_log_prob": lambda scores=SCORES, temperature=0.7: r.concrete_log_prob(
        beside(scores, SHARES), scores, temperature
    ),
    "conditional_gumbels": lambda scores=SCORES: conditional_gumbels(
        scores, INDEX, beside(scores, EXPONENTIALS[0])
    ),
    "exact_gradient": lambda scores=SCORES, objective=cubic: exact_gradient(objective, scores),
    "gaussian_expectation": lambda objective=torch.sin: r.gaussian_expectation(objective, 0.4, 0.8),
    "gradient_errors": lambda: torch.stack(r.gradient_errors(NOISE, NOISE[0])[2:]),
    "gradient_moments": lambda objective=torch.sin: torch.stack(
        gradient_moments(r.score_function_gradient, objective, 0.4, 0.8)
    ),
    "gumbel_cdf": lambda: r.gumbel_cdf(GUMBELS, 0.5, 2.0),
    "gumbel_log_prob": lambda: r.gumbel_log_prob(GUMBELS, 0.5, 2.0),
    "gumbel_max": lambda scores=SCORES, gumbels=GUMBELS: r.gumbel_max(scores, gumbels),
    "gumbel_quantile": lambda: r.gumbel_quantile(PROBS, 0.5, 2.0),
    "gumbel_rao_gradient": at_a_temperature(gumbel_rao_gradient, exponentials=EXPONENTIALS),
    "gumbel_softmax": lambda scores=SCORES, gumbels=GUMBELS, temperature=0.7: gumbel_softmax(
        scores, gumbels, temperature
    ),
    "gumbel_softmax_gradient": at_a_temperature(r.gumbel_softmax_gradient),
    "gumbel_top_k": lambda scores=SCORES, gumbels=GUMBELS: r.gumbel_top_k(scores, gumbels, 2),
    "measure_valued_gradient": of_noise(r.measure_valued_gradient, NOISE),
    "measure_valued_moments": lambda objective=torch.sin: torch.stack(
        r.measure_valued_moments(objective, 0.4, 0.8)
    ),
    "one_hot_argmax": lambda scores=SCORES: r.one_hot_argmax(scores),
    "pathwise_gradient": of_noise(r.pathwise_gradient, NOISE[0]),
    "reinforce_gradient": of_scores(partial(reinforce_gradient, baseline="leave-one-out")),
    "reinmax_gradient": of_scores(r.reinmax_gradient),
    "reparameterize_gaussian": lambda: r.reparameterize_gaussian(0.4, 0.8, NOISE),
    "sample_gumbel": lambda: sample_gumbel((5, 4), device="cpu", generator=GENERATOR.manual_seed(4)),
    "score_function_gradient": of_noise(r.score_function_gradient, NOISE[0]),
    "smooth_max": lambda scores=SCORES, temperature=0.7: r.smooth_max(scores, temperature),
    "soft_accuracy": lambda: r.soft_accuracy(PROBS, INDEX),
    "soft_argmax": lambda scores=SCORES, temperature=0.7: soft_argmax(scores, temperature),
    "soft_f1": lambda: r.soft_f1(PROBS[:, 0], INDEX % 2),
    "soft_top_k": lambda scores=SCORES, temperature=0.7: r.soft_top_k(scores, 2, temperature),
    "straight_through": lambda: straight_through(PROBS.round(), PROBS),
    "straight_through_gradient": of_scores(r.straight_through_gradient),
    "straight_through_gumbel_softmax_gradient": at_a_temperature(r.straight_through_gumbel_softmax_gradient),
    "two_class_moments": lambda objective=torch.cos, temperature=0.7: torch.stack(
        two_class_moments(objective, 0.4, temperature)
    ),
}
ESTIMATORS = [name for name in CALLS if name.endswith("_gradient") and name != "exact_gradient"]


def test_every_public_function_is_called_here():
    assert sorted([*CALLS, "GradientErrors"]) == reparam_utils.__all__


def that_take(*wanted):
    """Parametrize a test by the calls that take these arguments."""
    names = [name for name, call in CALLS.items() if set(wanted) <= set(inspect.signature(call).parameters)]
    assert names
    return pytest.mark.parametrize("name", names)


@pytest.mark.parametrize("name", CALLS)
def test_nothing_is_made_on_another_device(name):
    """The default device is one without numbers: what is made there can't be used beside the arguments."""
    here = CALLS[name]()
    with torch.device("meta"):
        there = CALLS[name]()
    assert torch.equal(here, there)


@pytest.mark.parametrize("name", CALLS)
def test_inference_mode_changes_nothing(name):
    here = CALLS[name]()
    with torch.inference_mode():
        assert torch.equal(here, CALLS[name]())


@that_take("scores")
def test_whole_numbers_are_numbers(name):
    scores, call = SCORES.long(), CALLS[name]
    if name in ("gumbel_max", "gumbel_top_k", "one_hot_argmax"):
        assert torch.equal(call(scores=scores), call())
    else:  # in the default dtype where nothing else decides
        torch.testing.assert_close(call(scores=scores).to(DOUBLE), call(), rtol=1e-5, atol=1e-5)
    if name != "smooth_max":  # and so far up their differences are still exact
        assert torch.equal(call(scores=scores + 2**40), call(scores=scores))


@that_take("scores")
@pytest.mark.parametrize(
    "wrong, told",
    [
        (SCORES * 1j, r"must be real, got torch\.complex128"),
        (SCORES.tolist(), r"must be a tensor, got \[2\.0, 0\.0, -1\.0, 3\.0\]"),
        (SCORES.numpy(), r"must be a tensor, got array"),
    ],
    ids=["complex", "list", "array"],
)
def test_what_is_no_tensor_of_real_numbers_is_refused(name, wrong, told):
    with pytest.raises(ValueError, match=told):
        CALLS[name](scores=wrong)


@that_take("temperature")
def test_a_temperature_may_be_an_array_of_numbers_and_nothing_else(name):
    call = CALLS[name]
    for same in (np.float32(0.5), np.array(0.5), torch.tensor(0.5)):
        torch.testing.assert_close(call(temperature=same), call(temperature=0.5))
    if name != "two_class_moments":
        torch.testing.assert_close(call(temperature=[0.5]), call(temperature=0.5))
    for wrong, told in [
        (0.0, "positive, got 0.0"),
        ("cold", "real number, .*got 'cold'"),
        (0.5j, "real num"),
    ]:
        with pytest.raises(ValueError, match=f"temperature must be a? ?{told}"):
            call(temperature=wrong)


# So far may a shift go in each dtype while whole numbers stay exact.
SHIFTS = {HALF: 1000.0, BRAIN: -120.0, SINGLE: -1e7, DOUBLE: 2.0**52}


def in_dtype(name, dtype):
    """The call, with noise in another dtype."""
    takes = inspect.signature(CALLS[name]).parameters
    return partial(CALLS[name], gumbels=GUMBELS.to(dtype)) if "gumbels" in takes else CALLS[name]


@that_take("scores")
@pytest.mark.parametrize("dtype, shift", SHIFTS.items())
def test_a_shift_that_a_row_shares_changes_nothing(name, dtype, shift):
    """Not a digit: draws, relaxed samples and estimates; of a smooth max, the gradient."""
    shifts = torch.tensor(shift, dtype=DOUBLE)
    if name not in ("exact_gradient", "reinforce_gradient"):  # else every second row has it
        shifts = shift * (torch.arange(50, dtype=DOUBLE) % 2)[:, None]
    results, slopes = [], []
    for scores in (SCORES + 0 * shifts, SCORES + shifts):
        leaf = scores.to(dtype).requires_grad_()
        assert torch.equal(leaf.double(), scores), "the shift is not exact in this dtype"
        results.append(in_dtype(name, dtype)(scores=leaf))
        if results[-1].requires_grad:
            weights = torch.linspace(-1, 1, results[-1].numel()).view_as(results[-1])
            slopes.append(torch.autograd.grad((results[-1] * weights).sum(), leaf)[0])
    assert name == "smooth_max" or torch.equal(*results)
    assert not slopes or torch.equal(*slopes)


@pytest.mark.parametrize("dtype, shift", SHIFTS.items())
def test_a_smooth_max_moves_with_the_shift(dtype, shift):
    moved = r.smooth_max((SCORES + shift).to(dtype), 0.7).double() - shift
    assert abs(moved - r.smooth_max(SCORES, 0.7)) <= torch.finfo(dtype).eps * abs(shift)


def test_a_logit_too_low_to_be_told_apart_is_no_mask():
    """It lies below the largest by more than the dtype can say, and may still be the second of two."""
    logits = torch.tensor([3e38, -3e38, -INF])
    assert r.gumbel_top_k(logits, torch.zeros(3), 2).tolist() == [0, 1]
    assert gumbel_softmax(logits, torch.zeros(3), 1.0).tolist() == [1.0, 0.0, 0.0]
    wanted = torch.softmax(torch.tensor([3.0, -3.0, -2.0]), dim=-1)
    logits[2] = -2e38
    assert r.gumbel_top_k(logits, torch.zeros(3), 3).tolist() == [0, 2, 1]
    torch.testing.assert_close(gumbel_softmax(logits, torch.zeros(3), 1e38), wanted)
    torch.testing.assert_close(soft_argmax(logits, 1e38), wanted[1] + 2 * wanted[2])
    for dtype in (SINGLE, DOUBLE):
        limits = torch.finfo(dtype)
        far = torch.tensor([limits.max / 2, limits.min], dtype=dtype)
        assert r.soft_top_k(far, 1, 1.0).tolist() == [1.0, 0.0]
        assert r.soft_top_k(far, 2, 1.0).sum() == 2


LEARNED = {
    "gumbel_softmax": lambda x, t: gumbel_softmax(x, torch.zeros_like(x), t),
    "hard": lambda x, t: gumbel_softmax(x, torch.zeros_like(x), t, hard=True),
    "smooth_max": r.smooth_max,
    "soft_argmax": soft_argmax,
    "soft_top_k": lambda x, t: r.soft_top_k(x, 2, t),
}
learned = pytest.mark.parametrize("name", LEARNED)


def slopes_of(name, scores, temperature):
    """Gradients of a weighted sum in scores and temperature, in double precision."""
    scores, temperature = scores.clone().requires_grad_(), temperature.clone().requires_grad_()
    value = LEARNED[name](scores, temperature)
    weights = torch.tensor([0.5, -1.0, 2.0, 0.25], dtype=value.dtype)
    total = value @ weights if value.ndim else value
    return [slope.double() for slope in torch.autograd.grad(total, [scores, temperature])]


@learned
@pytest.mark.parametrize("dtype, digits", [(HALF, 4e-3), (BRAIN, 4e-2), (SINGLE, 2e-5), (DOUBLE, 1e-12)])
def test_a_learned_temperature_has_its_gradient_beside_any_mask(name, dtype, digits):
    """The truth is that of double precision with -inf for the mask: so low are these masks."""
    limits = torch.finfo(dtype)
    for mask in (-0.3 * limits.max, -0.7 * limits.max, limits.min, -INF):
        for temperature in (1e-3, 0.05, 0.8, 3.0, 40.0):
            # The others lie about a temperature apart.
            scores = torch.tensor([0.3, -1.0, 1.2, 0.0], dtype=DOUBLE) * temperature
            scores[3] = mask
            scores, learned = scores.to(dtype), torch.tensor(temperature).to(dtype)
            without = scores.double().masked_fill(scores == mask, -INF)
            pairs = zip(
                slopes_of(name, scores, learned), slopes_of(name, without, learned.double()), strict=True
            )
            for got, wanted in pairs:
                error = (got - wanted).abs().max() / wanted.abs().max()
                assert error < digits, f"mask {mask}, temperature {temperature}: {got} for {wanted}"


@learned
@pytest.mark.parametrize("temperature", [1e-44, 1e-38, 1e-20, 1e20, 1e38])
def test_a_learned_temperature_may_be_as_small_or_large_as_the_dtype_allows(name, temperature):
    for scores in ([0.0, 1.0, -2.0, 0.5], [0.0, 1.0, -2.0, -3e38]):
        single = torch.tensor(scores), torch.tensor(temperature)
        pairs = zip(slopes_of(name, *single), slopes_of(name, *(x.double() for x in single)), strict=True)
        for got, wanted in pairs:
            torch.testing.assert_close(got, wanted, rtol=1e-5, atol=1e-44)


@pytest.mark.parametrize("mask", [-1e38, torch.finfo(SINGLE).min])
@pytest.mark.parametrize("name", [name for name in LEARNED if name != "hard"])
def test_a_mask_has_no_part_in_forward_mode_and_in_a_second_derivative(name, mask):
    weights = torch.tensor([0.5, -1.0, 2.0, 0.25])

    def slope_and_curve(masked):
        value = partial(LEARNED[name], torch.tensor([0.3, -1.0, 1.2, masked]))
        slope = torch.func.jvp(value, (torch.tensor(0.8),), (torch.tensor(1.0),))[1]
        curve = torch.autograd.functional.hessian(lambda t: (value(t) * weights).sum(), torch.tensor(0.8))
        return slope, curve

    for got, wanted in zip(slope_and_curve(mask), slope_and_curve(-INF), strict=True):
        torch.testing.assert_close(got, wanted)


def test_equal_scores_share_a_choice():
    """To the last digit, which is divided by the temperature."""
    for dtype, temperature in [(HALF, 1e-3), (SINGLE, 1e-4), (SINGLE, 1e-30), (DOUBLE, 1e-6)]:
        for k in (2, 3, 4):
            learned = torch.tensor(temperature, dtype=DOUBLE, requires_grad=True)
            shares = r.soft_top_k(torch.zeros(4, dtype=dtype), k, learned)
            assert shares.tolist() == [k / 4] * 4
            assert torch.autograd.grad(shares[0], learned)[0] == 0


@pytest.mark.parametrize("temperature", [1.0, 1e10, 1e20, 1e100])
def test_the_centre_of_the_simplex_at_a_high_temperature(temperature):
    """There the density of k equal logits is (k - 1)! t**(k - 1): what else the formula has cancels."""
    for k in (2, 3, 4):
        y, logits = torch.full((k,), 1 / k, dtype=DOUBLE), torch.zeros(k, dtype=DOUBLE, requires_grad=True)
        learned = torch.tensor(temperature, dtype=DOUBLE, requires_grad=True)
        density = r.concrete_log_prob(y, logits, learned)
        exact = math.lgamma(k) + (k - 1) * math.log(temperature)
        assert density.item() == pytest.approx(exact, rel=1e-12, abs=1e-12)
        in_logits, in_temperature = torch.autograd.grad(density, [logits, learned])
        assert in_temperature.item() == pytest.approx((k - 1) / temperature, rel=1e-9)
        assert in_logits.abs().max() < 1e-12
    # Single precision has no 1 / 7, but seven shares that are equal; and a masked one may stand beside them.
    y, mask = torch.full((8,), 1 / 7).index_fill(0, torch.tensor(0), 0), torch.zeros(8)
    mask[0] = -INF
    for each in (slice(1, 8), slice(0, 8)):
        density = r.concrete_log_prob(y[each], mask[each], torch.tensor(temperature, dtype=DOUBLE))
        assert density.item() == pytest.approx(math.lgamma(7) + 6 * math.log(temperature), rel=1e-6)


@learned
def test_a_learned_temperature_in_forward_mode_and_a_second_time(name):
    scores, temperature = torch.tensor([0.3, -1.0, 1.2, 0.1], dtype=DOUBLE), torch.tensor(0.8, dtype=DOUBLE)
    one = torch.ones((), dtype=DOUBLE)
    slope = torch.func.jvp(partial(LEARNED[name], scores), (temperature,), (one,))[1]
    wanted = torch.autograd.functional.jacobian(partial(LEARNED[name], scores), temperature)
    torch.testing.assert_close(slope, wanted)
    if name != "hard":  # the value of which can't be differentiated by taking differences
        both = scores.requires_grad_(), temperature.requires_grad_()
        assert torch.autograd.gradgradcheck(LEARNED[name], both)


BAD_OBJECTIVES = {
    "one number for all": (lambda z: (z**2).mean(), r"return one value for each of .*, got \(\)"),
    "a Python number": (lambda z: 1.5, r"return one value for each of .*, got 1\.5"),
    "a column": (lambda z: z.flatten(1).sum(1)[:, None] if z.ndim > 1 else z[:, None], "one value for each"),
    "NaN": (lambda z: torch.where(torch.arange(len(z)) == 1, torch.nan, z.flatten(1).sum(1))
            if z.ndim > 1 else torch.where(torch.arange(len(z)) == 1, torch.nan, z), "finite.*, got nan"),
    "infinity": (lambda z: z.view(len(z), -1).sum(1) / 0, "finite.*, got (-inf|inf|nan)"),
    "complex": (lambda z: z.flatten(1).sum(1) * 1j if z.ndim > 1 else z * 1j, "real, got torch.complex128"),
}  # fmt: skip


@that_take("objective")
@pytest.mark.parametrize("kind", BAD_OBJECTIVES)
def test_an_objective_that_is_none_is_refused(name, kind):
    objective, told = BAD_OBJECTIVES[kind]
    with pytest.raises(ValueError, match=told):
        CALLS[name](objective=objective)


@pytest.mark.parametrize("name", [name for name in ESTIMATORS if name not in (
    "reinforce_gradient", "score_function_gradient", "measure_valued_gradient")])  # fmt: skip
@pytest.mark.parametrize("free", [0.0, 1.0])
def test_an_objective_without_a_slope_is_told_so(name, free):
    """A step, alone or with a parameter of its own that has a slope."""
    parameter = torch.ones((), dtype=DOUBLE, requires_grad=bool(free))

    def step(z):
        return parameter * (z.view(len(z), -1).sum(1) > 0.5)

    with pytest.raises(
        ValueError, match="must be differentiable in its rows; score_function_gradient and re"
    ):
        CALLS[name](objective=step)


BY_VALUE = ["measure_valued_gradient", "reinforce_gradient", "score_function_gradient"]


@pytest.mark.parametrize("name", [*ESTIMATORS, "exact_gradient", "measure_valued_moments"])
def test_an_objective_may_write_into_its_rows(name):
    natural = inspect.signature(CALLS[name]).parameters["objective"].default

    def writing(z):
        values = natural(z.mul_(2).mul_(0.5))
        return values if z.requires_grad else (values, z.zero_())[0]

    assert torch.equal(CALLS[name](objective=writing), CALLS[name]())


@pytest.mark.parametrize("name", [*BY_VALUE, "exact_gradient", "measure_valued_moments"])
@pytest.mark.parametrize("dtype", [torch.bool, torch.uint8, torch.int8, HALF])
def test_an_objective_may_return_any_real_dtype(name, dtype):
    """Nothing wraps around and nothing overflows: it is as if it had returned double precision."""
    low, high = {torch.bool: (0, 1), torch.uint8: (0, 255), torch.int8: (-128, 127)}.get(dtype, (-6e4, 6e4))

    def step(z, dtype=dtype):
        first = z.flatten(1)[:, 0] if z.ndim > 1 else z
        return torch.where(first > 0.5, high, low).to(dtype)

    calls = [CALLS[name]]
    if name == "reinforce_gradient":
        calls += [of_scores(reinforce_gradient, baseline=each) for each in ("mean", "leave-one-out")]
    for call in calls:
        wanted = call(objective=partial(step, dtype=DOUBLE))
        torch.testing.assert_close(call(objective=step), wanted, rtol=1e-3, atol=1e-9)


@pytest.mark.parametrize("baseline", ["mean", "leave-one-out"])
def test_what_all_values_have_in_common_costs_a_baseline_no_digits(baseline):
    plain, far = (
        reinforce_gradient(lambda z, c=c: c + z[:, 1], SCORES.float(), GUMBELS.float(), baseline=baseline)
        for c in (0, 2**23)
    )
    assert torch.equal(plain, far)


@pytest.mark.parametrize("dtype", [SINGLE, DOUBLE])
def test_what_all_values_have_in_common_costs_the_exact_gradient_no_digits(dtype):
    plain, far = (exact_gradient(lambda z, c=c: c + z[:, 1], SCORES.to(dtype)) for c in (0, 2**23))
    assert torch.equal(plain, far)


@pytest.mark.parametrize("mask", [-INF, -1e30, torch.finfo(SINGLE).min])
@pytest.mark.parametrize("place", range(4))
def test_the_value_of_a_state_that_never_comes_costs_no_digits(place, mask):
    logits, sizes = SCORES.float(), SIZES.float()
    logits[place], sizes[place] = mask, 1e20
    wanted = exact_gradient(lambda z: z @ sizes.double().masked_fill(logits == mask, 0), logits.double())
    torch.testing.assert_close(exact_gradient(lambda z: z @ sizes, logits), wanted.float())
    both = exact_gradient(lambda z: (z @ sizes).sum(dim=-1), torch.stack([logits, logits]))
    torch.testing.assert_close(both, wanted.float().expand(2, -1))


def test_a_value_may_be_as_large_as_its_state_is_unlikely():
    gradient = exact_gradient(lambda z: 1e30 * z[:, 1], torch.tensor([0.0, -110.0]))
    assert gradient.tolist() == pytest.approx(
        [-1e30 * math.exp(-110), 1e30 * math.exp(-110)], rel=1e-5, abs=0
    )


@pytest.mark.parametrize("temperature, weight", [(1e-30, 1e-16), (1.2e-38, 1e-3), (1e30, 1e9), (1.0, 1.0)])
def test_a_smooth_max_passes_on_any_gradient(temperature, weight):
    x = torch.tensor([0.0, 0.0, -INF], requires_grad=True)
    learned = torch.tensor(temperature, requires_grad=True)
    slopes = torch.autograd.grad(r.smooth_max(x, learned), (x, learned), torch.tensor(weight))
    torch.testing.assert_close(slopes[0], weight * torch.tensor([0.5, 0.5, 0.0]))
    torch.testing.assert_close(slopes[1], torch.tensor(weight * math.log(2)))


def test_differences_of_values_may_be_larger_than_any_value():
    def wide(rows):
        return 2e38 * (rows[:, 0] - rows[:, 1])

    for gradient in (
        *reinforce_gradient(wide, torch.zeros(2), torch.eye(2), baseline="mean"),
        exact_gradient(wide, torch.zeros(2)),
    ):
        torch.testing.assert_close(gradient, torch.tensor([1e38, -1e38]))


def test_an_entry_far_ahead_leaves_the_shares_of_the_others():
    x = torch.tensor([0.0, 1.0, 2.0])
    rest = torch.softmax(x, dim=-1)
    for lead in (1e4, 1e8):
        shares = r.soft_top_k(torch.cat([x, torch.tensor([lead])]), 2, 1.0)
        # The lead's own share of the second choice is that which it leaves: as much as all others.
        torch.testing.assert_close(shares, torch.cat([rest / 2, torch.tensor([1.5])]))


@that_take("temperature", "objective", "gumbels")
def test_a_temperature_for_each_draw_and_of_no_other_shape(name):
    each = torch.linspace(0.5, 1.0, 50, dtype=DOUBLE)[:, None]
    rows = CALLS[name](temperature=each)
    assert torch.equal(rows[-1], CALLS[name](temperature=1.0)[-1]) and rows.shape == GUMBELS.shape
    with pytest.raises(ValueError, match=r"each draw or for all, got shape \(3, 1, 1\) for gumbels"):
        CALLS[name](temperature=torch.ones(3, 1, 1))


@pytest.mark.parametrize("name", [*ESTIMATORS, "exact_gradient"])
def test_estimates_are_constants(name):
    """Whatever requires a gradient: the arguments, and a parameter of the objective."""
    weight = torch.tensor(2.0, dtype=DOUBLE, requires_grad=True)
    own = {
        "scores": SCORES, "gumbels": GUMBELS, "temperature": torch.tensor(0.7, dtype=DOUBLE),
        "loc": torch.tensor(0.4, dtype=DOUBLE), "scale": torch.tensor(0.8, dtype=DOUBLE),
        "noise": NOISE if name == "measure_valued_gradient" else NOISE[0],
    }  # fmt: skip
    takes = inspect.signature(CALLS[name]).parameters
    given = {key: value.clone().requires_grad_() for key, value in own.items() if key in takes}
    shape = cubic if "scores" in takes else torch.sin
    result = CALLS[name](objective=lambda z: weight / 2 * shape(z), **given)
    assert not result.requires_grad
    torch.testing.assert_close(result, CALLS[name]())


@pytest.mark.parametrize(
    "call",
    [
        lambda: r.smooth_max(torch.tensor([3.4e38, 3.4e38]), 1e38),
        lambda: r.gumbel_quantile(torch.tensor([0.999]), 3e38, 1e38),
        lambda: r.concrete_log_prob(
            torch.tensor([0.5, 0.5]).double(), torch.tensor([1e308, -1e308], dtype=DOUBLE), 1.0
        ),
        lambda: r.gumbel_softmax_gradient(
            lambda y: 1e5 * y[:, 1], torch.zeros(2), torch.zeros(1, 2), temperature=1e-38
        ),
        lambda: reinforce_gradient(
            lambda y: 1.7e308 * (1 - 2 * y[:, 0]), torch.zeros(2), GUMBELS[:, :2], baseline="mean"
        ),
        lambda: r.score_function_gradient(lambda z: z * 0 + 1, 0.0, 1e-300, NOISE[0].float()),
        lambda: r.measure_valued_moments(lambda z: z * 1e200, 0.0, 1.0),
        lambda: gradient_moments(r.pathwise_gradient, lambda z: z**2 * 1e200, 0.0, 1.0),
        lambda: two_class_moments(torch.cos, 0.4, 1e-160),
        lambda: r.gradient_errors(torch.tensor([[1e300], [-1e300]], dtype=DOUBLE), torch.zeros(1)),
    ],
)
def test_a_result_too_large_is_refused_in_every_dtype(call):
    with pytest.raises(
        ValueError, match=r"must be within the range of torch\.float(32|64), got (-?inf|nan|4\.09)"
    ):
        call()


THREE, ONES = torch.zeros(3), torch.ones(3)
NO_ARGUMENTS = {
    "gumbels must be a tensor, got [0.0, 1.0]": lambda: r.gumbel_max(THREE[:2], [0.0, 1.0]),
    "exponentials must be a tensor, got [1.0]": lambda: conditional_gumbels(THREE, INDEX[0], [1.0]),
    "exponentials must be a tensor, got [[1.0]]": lambda: gumbel_rao_gradient(
        cubic, SCORES, GUMBELS, temperature=1, exponentials=[[1.0]]
    ),
    "noise must be a tensor, got None": lambda: r.measure_valued_gradient(torch.sin, 0.0, 1.0, None),
    "noise must be a tensor, got [1.0]": lambda: r.reparameterize_gaussian(0.0, 1.0, [1.0]),
    "loc must be one number, got shape (3,)": lambda: r.gaussian_expectation(torch.sin, THREE, 1.0),
    "scale must be one number, got shape (3,)": lambda: r.pathwise_gradient(torch.sin, 0.0, ONES, ONES),
    "index must hold whole numbers, got torch.float32": lambda: conditional_gumbels(THREE, ONES[0], ONES),
    "index must be a tensor, got [0]": lambda: conditional_gumbels(THREE, [0], ONES),
    "targets must hold whole numbers, got torch.float64": lambda: r.soft_accuracy(PROBS, PROBS[:, 0]),
    "probs must be a tensor, got [0.5]": lambda: r.soft_f1([0.5], INDEX[:1]),
    "probs must be a tensor, got [[0.5]]": lambda: r.soft_accuracy([[0.5]], INDEX[:1]),
    "estimates must be a tensor, got [1.0]": lambda: r.gradient_errors([1.0], THREE[0]),
    "exact must be a tensor, got 0.0": lambda: r.gradient_errors(THREE, 0.0),
    "forward must be a tensor, got [1.0]": lambda: straight_through([1.0], THREE[:1]),
    "backward must be a tensor, got [1.0]": lambda: straight_through(THREE[:1], [1.0]),
    "whole numbers must be exact in float64, got 9007199254740993": lambda: r.gumbel_max(
        2**53 + torch.tensor([0, 1]), torch.zeros(2)
    ),
    "k must be between 1 and 3, the unmasked categories, got 1.5": lambda: r.gumbel_top_k(THREE, ONES, 1.5),
    "k must be between 1 and 3, the unmasked categories, got '2'": lambda: r.soft_top_k(THREE, "2", 1.0),
    "temperature must be a real number, or several, got 1": lambda: gumbel_softmax(THREE, THREE, 10**400),
    "scale must be within the range of torch.float32, got 1e-300": lambda: r.gumbel_cdf(THREE, 0.0, 1e-300),
    "logits must have shape (k,) or (l, k), got (0, 3)": lambda: exact_gradient(cubic, torch.zeros(0, 3)),
    "estimates must have shape (2, 4001), got (2,)": lambda: gradient_moments(
        lambda *_: THREE[:2], torch.sin, 0.0, 1.0
    ),
}


@pytest.mark.parametrize("told", NO_ARGUMENTS)
def test_what_is_no_argument_is_refused_with_its_value(told):
    with pytest.raises(ValueError, match=re.escape(told)):
        NO_ARGUMENTS[told]()


def test_other_arguments_are_taken_for_what_they_are():
    noise = NOISE[0].float()
    wanted = r.reparameterize_gaussian(torch.full((50,), 0.5), 2.0, noise)
    assert torch.equal(r.reparameterize_gaussian(np.full(50, 0.5), Fraction(2), noise), wanted)
    whole = r.pathwise_gradient(torch.sin, 1, 2, torch.tensor([1, 2]))
    torch.testing.assert_close(whole, r.pathwise_gradient(torch.sin, 1.0, 2.0, torch.tensor([1.0, 2.0])))
    assert r.one_hot_argmax(SCORES > 1).tolist() == [True, False, False, False]
    small = conditional_gumbels(SCORES, INDEX[:2].to(torch.uint8), EXPONENTIALS[0, :2])
    assert torch.equal(small, conditional_gumbels(SCORES, INDEX[:2], EXPONENTIALS[0, :2]))
    two = torch.tensor([1, 2])
    for half in (np.float32(0.5), np.array(0.5), torch.tensor(0.5)):
        assert r.reparameterize_gaussian(half, half, two).tolist() == [1.0, 1.5]
    bytes_ = torch.tensor([250, 10], dtype=torch.uint8)
    assert r.reparameterize_gaussian(bytes_[0], 1, bytes_[1:]).tolist() == [260.0]
    assert torch.equal(two_class_moments(torch.cos, two[0].to(torch.uint8), 0.5)[1],
                       two_class_moments(torch.cos, 1.0, 0.5)[1])  # fmt: skip
    assert r.one_hot_argmax(2**53 + torch.tensor([0, 1])).tolist() == [0, 1]
    many = torch.full((2, 256), 1 / 256)
    for dtype in (torch.uint8, torch.uint16):
        assert r.soft_accuracy(many, torch.tensor([50, 255], dtype=dtype)) == 1 / 256
    with pytest.raises(ValueError, match="targets must be between 0 and 255, got -1"):
        r.soft_accuracy(many, torch.tensor([0, -1], dtype=torch.int8))
    assert r.gumbel_cdf([0.0]).tolist() == [pytest.approx(math.exp(-1), rel=1e-6)]


def test_a_small_learned_scale_has_its_gradient():
    scale = torch.tensor(1e-20, requires_grad=True)
    assert torch.autograd.grad(r.gumbel_cdf(torch.tensor(1.0), 0.0, scale), scale)[0] == 0
    slope = torch.autograd.grad(r.gumbel_log_prob(torch.tensor(1e-20), 0.0, scale), scale)[0]
    # Here z is 1, so the derivative of -(z + exp(-z)) - log(scale) is (1 - exp(-1) - 1) / scale.
    assert slope.item() == pytest.approx(-math.exp(-1) * 1e20, rel=1e-6)


class TestHalfPrecision:
    """A result that does not fit is refused with its value: nothing turns into infinity."""

    def test_an_index_beyond_the_dtype(self):
        x = torch.zeros(65_536, dtype=HALF)
        x[65_535] = 60_000
        with pytest.raises(ValueError, match=r"soft argmax must be within the range of .*float16, got 65535"):
            soft_argmax(x, 1.0)
        assert soft_argmax(x.bfloat16(), 1.0) == 65_536

    def test_noise_that_explains_what_hardly_ever_happens(self):
        logits = torch.tensor([60_000.0, -60_000.0], dtype=HALF)
        with pytest.raises(ValueError, match=r"winner's noise must be within .*float16, got 1200"):
            conditional_gumbels(logits, torch.tensor(1), torch.ones(2, dtype=HALF))
        noise = conditional_gumbels(logits, torch.tensor(0), torch.ones(2, dtype=HALF))
        assert torch.isfinite(noise).all()

    def test_the_normal_distribution_is_computed_in_single_precision(self):
        """The objective is given half precision, and the result is rounded to it once."""
        noise = torch.tensor([[2.0], [1.0], [0.5]], dtype=HALF)
        for estimator, own in [(r.score_function_gradient, noise[0]), (r.measure_valued_gradient, noise)]:
            got = estimator(lambda z: 60_000 * z.sign(), 0.0, 10.0, own)
            wanted = estimator(lambda z: 60_000 * z.sign(), 0.0, 10.0, own.float())
            assert got.dtype == HALF and torch.equal(got, wanted.half())

    @pytest.mark.parametrize(
        "call",
        [
            lambda: r.pathwise_gradient(lambda z: 3e4 * torch.sin(z), 0.0, 1.0, torch.tensor([3.14]).half()),
            lambda: r.smooth_max(torch.full((9,), 65_504.0, dtype=HALF), 30.0),
            lambda: r.gumbel_quantile(torch.tensor([0.999], dtype=HALF), 65_000.0, 100.0),
            lambda: r.reparameterize_gaussian(65_000.0, 600.0, torch.tensor([2.0], dtype=HALF)),
            lambda: r.concrete_log_prob(
                torch.tensor([0.5, 0.5], dtype=HALF), torch.tensor([-65_504.0, 65_504.0], dtype=HALF), 1.0
            ),
            lambda: r.gumbel_softmax_gradient(
                lambda y: 60_000 * y[:, 0], torch.zeros(2, dtype=HALF), torch.zeros(1, 2, dtype=HALF),
                temperature=0.01,
            ),
        ],
    )  # fmt: skip
    def test_other_results_beyond_the_dtype(self, call):
        with pytest.raises(ValueError, match=r"must be (finite|within the range of torch.float16), got"):
            call()


# Where PyTorch shows no numbers: in one call, and as a sentence of the error.
WITHOUT_NUMBERS = {
    "vmap": lambda call, x: torch.vmap(call)(torch.stack([x, x])),
    "vmap over a part": lambda call, x: torch.vmap(lambda noise: gumbel_softmax(x, noise, 0.5))(
        torch.stack([x, x])
    ),
    "jit.trace": lambda call, x: torch.jit.trace(call, x),
    "export": lambda call, x: torch.export.export(_Module(call), (x,), strict=False),
    "compile": lambda call, x: torch.compile(call, backend="eager", fullgraph=True)(x),
    "meta": lambda call, x: call(x.to("meta")),
}


class _Module(torch.nn.Module):
    def __init__(self, call):
        super().__init__()
        self.forward = call


@pytest.mark.filterwarnings("ignore:Converting a tensor", "ignore:.*torch.jit")
@pytest.mark.parametrize("way", WITHOUT_NUMBERS)
def test_where_there_are_no_numbers_the_error_says_so(way):
    with pytest.raises(Exception, match="reparam_utils looks at the numbers that it is given"):
        WITHOUT_NUMBERS[way](lambda x: gumbel_softmax(x, x, 0.5), SCORES)


TRANSFORMS = {
    "grad": lambda call, x: torch.func.grad(lambda x: call(x).sum())(x),
    "jvp": lambda call, x: torch.func.jvp(call, (x,), (x,)),
    "vmap": lambda call, x: torch.vmap(call)(torch.stack([x, x])),
}


@pytest.mark.parametrize("way", TRANSFORMS)
@pytest.mark.parametrize("name", [*ESTIMATORS, "exact_gradient", "measure_valued_moments"])
def test_no_gradient_of_an_estimate_is_promised(name, way):
    """In an argument, or in a parameter of the objective: zeros would be no answer."""
    takes = inspect.signature(CALLS[name]).parameters
    shape = cubic if "scores" in takes else torch.sin
    weight = torch.tensor(2.0, dtype=DOUBLE)
    with pytest.raises(RuntimeError, match="what it returns is a constant"):
        TRANSFORMS[way](lambda c: CALLS[name](objective=lambda z: c * shape(z)), weight)
    if way != "vmap" and takes.keys() & {"scores", "noise"}:
        key, point = ("scores", SCORES) if "scores" in takes else ("noise", NOISE[0])
        if name == "measure_valued_gradient":
            point = NOISE
        with pytest.raises(RuntimeError, match="what it returns is a constant"):
            TRANSFORMS[way](lambda x: CALLS[name](**{key: x}), point)


def test_the_package_can_be_imported_on_any_default_device():
    line = "import torch; torch.set_default_device('meta'); import reparam_utils, reparam_utils.polynomial"
    subprocess.run([sys.executable, "-c", line], check=True)


@pytest.mark.filterwarnings("ignore:.*torch.jit")
def test_the_compiler_may_leave_a_function_to_python():
    compiled = torch.compile(lambda x: gumbel_softmax(x, x, 0.5) + 1, backend="eager")
    assert torch.equal(compiled(SCORES), gumbel_softmax(SCORES, SCORES, 0.5) + 1)


def test_the_reference_says_what_is_not_supported():
    page = (Path(__file__).parents[1] / "web" / "api.md").read_text(encoding="utf-8")
    limits = page.split("## What does not work")[1].split("##")[0]
    assert "torch.func.grad" in CONSTANTS and "torch.func.grad" in limits
    for way in ("torch.vmap", "torch.jit.trace", "torch.export", "torch.compile(fullgraph=True)", "meta"):
        assert way in NO_VALUES and way in limits


def test_straight_through_looks_at_no_numbers():
    def lent(x):
        return straight_through(x.round(), 3 * x)

    point = torch.tensor([0.2, 0.7], requires_grad=True)
    ways = [torch.compile(lent, backend="eager", fullgraph=True), torch.vmap(lent)]
    ways += [torch.export.export(_Module(lent), (point,), strict=each).module() for each in (False, True)]
    for way in ways:
        result = way(point)
        assert result.tolist() == [0.0, 1.0]
        assert torch.autograd.grad(result.sum(), point)[0].tolist() == [3.0, 3.0]


def test_exchanged_arguments_of_straight_through_are_noticed():
    soft = torch.softmax(SCORES.clone().requires_grad_(), dim=-1)
    hard = r.one_hot_argmax(soft)
    with pytest.raises(ValueError, match="backward must require the gradient, got one that doesn't"):
        straight_through(soft, hard)
    with torch.no_grad():
        assert torch.equal(straight_through(soft, hard), soft)
    slope = torch.func.jvp(lambda x: straight_through(hard.detach(), x**2), (SCORES,), (SCORES,))[1]
    assert torch.equal(slope, 2 * SCORES**2), "and its gradient in forward mode is the backward's"
