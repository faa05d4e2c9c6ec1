"""The tasks of lesson 05: argmax smoothing."""

import math

import torch

from ..smoothing import smooth_max, soft_argmax
from .facts import entries_are_finite
from .task import Task, left_out


def _scores_and_temperature(draw):
    return {"x": draw.logits(draw.rows(), draw.categories()), "temperature": draw.temperature()}


def _large_scores_and_temperature(draw):
    k = draw.categories()
    # An ordinary row, one that is large, and some with a wide spread.
    rows = [draw.logits(1, k), draw.logits(1, k) + 3000, 2000 * draw.logits(draw.rows(), k)]
    return {"x": torch.cat(rows), "temperature": draw.temperature()}


def _without_largest(x, temperature):
    return temperature * torch.log(torch.exp((x - x.amax(dim=-1, keepdim=True)) / temperature).sum(dim=-1))


_smooth_maximum = Task(
    inputs=_large_scores_and_temperature,
    right=smooth_max,
    facts=[entries_are_finite],
    gradients=["x"],
    slips={
        "no_outer": (
            lambda x, t: smooth_max(x, t) / t,
            lambda x, t: x.amax(dim=-1) + _without_largest(x, t) / t,
        ),
        "no_temperature": lambda x, t: smooth_max(x, 1.0),
        "no_inner": (
            lambda x, t: smooth_max(x, 1.0) * t,
            lambda x, t: x.amax(dim=-1) + t * _without_largest(x, 1.0),
        ),
        "not_put_back": _without_largest,
        "column": lambda x, t: x.amax(dim=-1, keepdim=True) + _without_largest(x, t),
        "max_of_all": lambda x, t: (m := x.max()) + t * torch.log(torch.exp((x - m) / t).sum(dim=-1)),
        "inverted": lambda x, t: smooth_max(x, 1 / t),
        "overflow": lambda x, t: t * torch.log(torch.exp(x / t).sum(dim=-1)),
        "all_rows": lambda x, t: smooth_max(x.flatten(), t),
        "average": lambda x, t: (x * torch.softmax(x / t, dim=-1)).sum(dim=-1),
        "mean": lambda x, t: smooth_max(x, t) - t * math.log(x.shape[-1]),
        "hard": lambda x, t: x.amax(dim=-1),
    },
)


def _soft_index_without(*missing):
    def soft_index(x, temperature):
        first = 1 if "count" in missing else 0
        positions = torch.arange(first, first + x.shape[-1])
        scaled = x if "temperature" in missing else x / temperature
        terms = positions * torch.softmax(scaled, dim=-1)
        return terms.sum() if "rows" in missing else terms.sum(dim=-1)

    return soft_index


_soft_index = Task(
    inputs=_scores_and_temperature,
    right=soft_argmax,
    gradients=["x"],
    slips={
        **left_out(("count", "temperature", "rows"), _soft_index_without),
        "inverted": lambda x, t: soft_argmax(x, 1 / t),
        "hard": lambda x, t: x.argmax(dim=-1),
    },
)


def _gap_count_error(draw):
    return {"gap": draw.scale(), "n": draw.categories() + draw.rows(), "error": draw.between(0.1, 0.5)}


def _largest_temperature(gap, n, error):
    share = error / (n - 1)  # of everything that is not the winner: r / (1 + r)
    return gap / (math.log(n - 1) - torch.logit(share))


_cold_enough = Task(
    inputs=_gap_count_error,
    right=_largest_temperature,
    slips={
        "no_count": lambda gap, n, error: gap / torch.log((n - 1 - error) / error),
        "no_distance": lambda gap, n, error: gap / torch.log((n - 1) * (1 - error) / error),
        "first_order": lambda gap, n, error: gap / torch.log((n - 1) ** 2 / error),
        "inverted": lambda gap, n, error: 1 / _largest_temperature(gap, n, error),
        "no_gap": lambda gap, n, error: _largest_temperature(gap, n, error) / gap,
        "sign": lambda gap, n, error: -_largest_temperature(gap, n, error),
        "decimal": lambda gap, n, error: _largest_temperature(gap, n, error) * math.log(10),
    },
)

TASKS = {"05.2": _smooth_maximum, "05.3": _soft_index, "05.4": _cold_enough}
