"""The polynomial programming task: each estimate against its twin in the estimators, and the setting."""

from functools import partial

import pytest
import torch

from reparam_utils import (
    exact_gradient,
    gumbel_max,
    gumbel_softmax_gradient,
    polynomial,
    reinforce_gradient,
    reinmax_gradient,
    straight_through_gradient,
    straight_through_gumbel_softmax_gradient,
)

BITS, DRAWS, SAMPLES, POWERS = 5, 40, 3, (1.5, 2.0, 3.0)


def numbers(*shape, seed=0):
    return torch.rand(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


LOGITS = 4 * numbers(len(POWERS), BITS, seed=1) - 2
UNIFORMS, FRESH = numbers(DRAWS, BITS), numbers(SAMPLES, DRAWS, BITS, seed=2)


def objective(rows, power):
    """The summed cost of rows of one-hot or relaxed bits, shape (m, bits, 2)."""
    return ((rows[..., 1] - 0.45).abs() ** power).sum(dim=-1)


def in_course(estimator, logits, uniforms, power):
    """The mean of an estimator's rows in the logit of class 1, with the uniform numbers as Gumbel noise."""
    table = torch.stack([torch.zeros_like(logits), logits], dim=-1)
    noise = torch.stack([torch.zeros_like(uniforms), torch.logit(uniforms)], dim=-1)
    return estimator(partial(objective, power=power), table, noise)[..., 1].mean(dim=0)


def given_the_draw(logits, row):
    """Uniform numbers spread over the side of 1 - p that the first ones are on."""
    q = torch.sigmoid(-logits)
    return torch.where(UNIFORMS > q, 1 - (1 - q) * row, q * row)


def gumbel_rao(logits, power):
    st_gs = partial(straight_through_gumbel_softmax_gradient, temperature=1.0)
    return sum(in_course(st_gs, logits, given_the_draw(logits, row), power) for row in FRESH) / SAMPLES


def by_enumeration(logits, power):
    table = torch.stack([torch.zeros_like(logits), logits], dim=-1)
    return exact_gradient(partial(objective, power=power), table)[..., 1]


REFERENCES = {
    "exact": by_enumeration,
    "REINFORCE": lambda x, power: in_course(reinforce_gradient, x, UNIFORMS, power),
    "LOO": lambda x, power: in_course(
        partial(reinforce_gradient, baseline="leave-one-out"), x, UNIFORMS, power
    ),
    "ST": lambda x, power: in_course(straight_through_gradient, x, UNIFORMS, power),
    "ST-GS": lambda x, power: in_course(
        partial(straight_through_gumbel_softmax_gradient, temperature=1.0), x, UNIFORMS, power
    ),
    "GS": lambda x, power: in_course(partial(gumbel_softmax_gradient, temperature=1.0), x, UNIFORMS, power),
    "GR": gumbel_rao,
    "ReinMax": lambda x, power: in_course(reinmax_gradient, x, UNIFORMS, power),
}


@pytest.mark.parametrize("name", polynomial.ESTIMATORS)
def test_each_is_its_twin(name):
    power = torch.tensor(POWERS, dtype=torch.float64)[:, None]
    p = torch.sigmoid(LOGITS)
    got = polynomial.ESTIMATORS[name](p, power, polynomial.ends(power), UNIFORMS, FRESH)
    wanted = torch.stack([REFERENCES[name](x, each) for x, each in zip(LOGITS, POWERS, strict=True)])
    torch.testing.assert_close(got, wanted, rtol=1e-9, atol=1e-12)


def test_the_fresh_numbers_keep_the_draw_and_are_uniform_again():
    """Mean and variance of 120 000 numbers within 5 standard errors: false alarm 1e-6 for a new seed."""
    logits, first = LOGITS[0], numbers(120_000, BITS, seed=3)
    q = torch.sigmoid(-logits)
    again = torch.where(first > q, 1 - (1 - q) * (row := numbers(120_000, BITS, seed=4)), q * row)
    table = torch.stack([torch.zeros_like(logits), logits], dim=-1)
    draws = [gumbel_max(table, torch.stack([0 * u, torch.logit(u)], dim=-1)) for u in (first, again)]
    assert torch.equal(*draws)
    assert (again.mean(dim=0) - 0.5).abs().max() < 5 * (1 / 12 / 120_000) ** 0.5
    assert (again.var(dim=0) - 1 / 12).abs().max() < 5 * (1 / 180 / 120_000) ** 0.5


def test_the_setting_is_the_published_one():
    """And Gumbel-Rao's ten samples are the fewest of its paper."""
    constants = ("TARGET", "BITS", "DRAWS", "RATE", "RAO_SAMPLES")
    assert [getattr(polynomial, name) for name in constants] == [0.45, 128, 64, 1e-3, 10]


def test_training_is_adam_on_both_logits_of_each_bit():
    """The exact gradient, by hand: two logits a bit that start within 0.01 of 0."""
    steps = 30
    costs, means = polynomial.train(range(steps), POWERS, torch.Generator().manual_seed(5))
    assert costs.shape == means.shape == (steps, len(polynomial.ESTIMATORS), len(POWERS))
    start = torch.rand(2, 128, generator=torch.Generator().manual_seed(5)) * 0.02 - 0.01
    logits = start.T.clone().requires_grad_()
    adam = torch.optim.Adam([logits], lr=1e-3)
    for step in range(steps):
        adam.zero_grad()
        p = torch.softmax(logits, dim=-1)[:, 1]
        (0.45**3 + (0.55**3 - 0.45**3) * p).mean().backward()
        adam.step()
        p = torch.softmax(logits.detach(), dim=-1)[:, 1].mean()
        assert means[step, 0, 2].item() == pytest.approx(p.item(), rel=1e-5)
        assert costs[step, 0, 2].item() == pytest.approx(0.45**3 + (0.55**3 - 0.45**3) * p.item(), rel=1e-5)


def test_the_same_generator_gives_the_same_run_and_all_estimators_start_alike():
    first, second = (
        polynomial.train(range(3), (2.0,), torch.Generator().manual_seed(0))[1] for _ in range(2)
    )
    assert torch.equal(first, second)
    other = polynomial.train(range(3), (2.0,), torch.Generator().manual_seed(1))[1]
    assert not torch.equal(first, other)
    # Adam's first step is as long whatever the gradient; only its sign differs.
    assert (first[0] - first[0, 0]).abs().max() < 2e-3
