"""The tasks of lesson 06: the estimator laboratory."""

import torch

from ..estimators import reinforce_gradient
from .facts import rows_sum_to
from .task import Task


def _values_draws_probs(draw):
    # So many draws that no two inputs have the same ones.
    n, k = draw.rows() + 20, draw.categories()
    probs = torch.softmax(draw.logits(k), dim=-1)
    index = torch.randint(k, (n,), generator=draw.generator)
    hard = torch.nn.functional.one_hot(index, k).double()
    return {"value": draw.loc() + draw.normals(n), "hard": hard, "probs": probs}


def _reinforce(baseline):
    """The estimates, with what `baseline` makes of the values subtracted from them."""
    return lambda value, hard, probs: (value - baseline(value))[:, None] * (hard - probs)


def _mean_of_others(values):
    return (values.sum() - values) / (len(values) - 1)


def _leave_one_out(value, hard, probs):
    # With this noise the draws win; their values are given.
    return reinforce_gradient(lambda rows: value, torch.log(probs), 1e3 * hard, baseline="leave-one-out")


_others = Task(
    inputs=_values_draws_probs,
    right=_leave_one_out,
    facts=[rows_sum_to(0)],
    slips={
        "none": _reinforce(lambda f: 0),
        "all": _reinforce(lambda f: f.mean()),
        "divided_by_n": _reinforce(lambda f: (f.sum() - f) / len(f)),
        "sum": _reinforce(lambda f: f.sum() - f),
        "all_over_others": _reinforce(lambda f: f.sum() / (len(f) - 1)),
        "added": _reinforce(lambda f: -_mean_of_others(f)),
        "sign": lambda value, hard, probs: -_leave_one_out(value, hard, probs),
        "no_probs": lambda value, hard, probs: _reinforce(_mean_of_others)(value, hard, 0 * probs),
    },
)


def _least(one, ten):
    return (10 * ten - one) / 9


_what_is_left = Task(
    # The part that more samples lower is from a half to four times the part that stays.
    inputs=lambda draw: {"one": (a := draw.scale()) + (b := a * draw.between(0.5, 4.0)), "ten": a + b / 10},
    right=_least,
    slips={
        "ten": lambda one, ten: ten + 0 * one,
        "zero": lambda one, ten: 0 * one,
        "difference": lambda one, ten: one - ten,
        "share": lambda one, ten: one / 10 + 0 * ten,
        "falling_part": lambda one, ten: (one - ten) / 0.9,
        "no_ninth": lambda one, ten: 10 * ten - one,
        "ten_too_many": lambda one, ten: ten - (one - ten) / 10,
    },
)

TASKS = {"06.2": _others, "06.3": _what_is_left}
