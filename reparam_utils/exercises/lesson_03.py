"""The tasks of lesson 03: Gumbel-Softmax."""

from functools import partial

import torch

from ..hard import one_hot_argmax
from ..relaxed import gumbel_softmax
from .facts import rows_sum_to
from .task import Task, left_out

_softmax = partial(torch.softmax, dim=-1)


def _logits_gumbels_temperature(draw):
    n, k = draw.rows(), draw.categories()
    return {"logits": draw.logits(k), "gumbels": draw.gumbels(n, k), "temperature": draw.temperature()}


_relaxed = Task(
    inputs=_logits_gumbels_temperature,
    right=gumbel_softmax,
    facts=[rows_sum_to(1)],
    gradients=["logits"],
    slips={
        "no_temperature": lambda x, g, t: _softmax(x + g),
        "inverted": lambda x, g, t: _softmax((x + g) * t),
        "wrong_axis": lambda x, g, t: torch.softmax((x + g) / t, dim=0),
        "only_noise": lambda x, g, t: _softmax(x + g / t),
        "only_logits": lambda x, g, t: _softmax(x / t + g),
        "probs_as_logits": lambda x, g, t: _softmax((_softmax(x) + g) / t),
        "log": lambda x, g, t: torch.log(_softmax((x + g) / t)),
        "no_noise": lambda x, g, t: _softmax(x / t).expand(g.shape),
        "hard": lambda x, g, t: one_hot_argmax(x.detach() + g),
    },
)


def _batch_of_probs(draw):
    b, m, k = 2, draw.rows(), draw.categories()  # a longer table of numbers would not be read
    return {
        "probs": _softmax(draw.logits(b, m, k)),
        "gumbels": draw.gumbels(b, m, k),
        "temperature": draw.temperature(),
        "table": draw.normals(k, 2),
    }


def _mixture_without(*missing):
    def mixture(probs, gumbels, temperature, table):
        scores = (probs if "log" in missing else torch.log(probs)) + gumbels
        scaled = scores if "temperature" in missing else scores / temperature
        return torch.softmax(scaled, dim=0 if "axis" in missing else -1) @ table

    return mixture


_mixture = Task(
    inputs=_batch_of_probs,
    right=lambda p, g, t, table: gumbel_softmax(torch.log(p), g, t) @ table,
    gradients=["probs"],
    slips={
        **left_out(("log", "temperature", "axis"), _mixture_without),
        "inverted": lambda p, g, t, table: _mixture_without()(p, g, 1 / t, table),
    },
)

_GRID = torch.linspace(0, 1, 100_001, dtype=torch.float64)
_LOGISTIC = torch.logit(_GRID)


def _share_above(logit, temperature, threshold):
    """By counting: the noise is on a grid of equal probabilities, so nothing is drawn."""
    shares = torch.sigmoid((logit + _LOGISTIC) / temperature)
    return (shares > threshold).double().mean()


def _logit_temperature_threshold(draw):
    return {"logit": draw.loc(), "temperature": draw.temperature(), "threshold": draw.between(0.1, 0.9)}


_exceeding = Task(
    inputs=_logit_temperature_threshold,
    right=_share_above,
    slips={
        "no_temperature": lambda x, temperature, t: torch.sigmoid(x - torch.logit(t)),
        "inverted": lambda x, temperature, t: torch.sigmoid(x - torch.logit(t) / temperature),
        "below": lambda x, temperature, t: torch.sigmoid(temperature * torch.logit(t) - x),
        "winner": lambda x, temperature, t: torch.sigmoid(x),
        "sign": lambda x, temperature, t: torch.sigmoid(x + temperature * torch.logit(t)),
        "all_divided": lambda x, temperature, t: torch.sigmoid(x / temperature - torch.logit(t)),
        "no_log_odds": lambda x, temperature, t: torch.sigmoid(x - temperature * t),
    },
)

TASKS = {"03.2": _relaxed, "03.3": _mixture, "03.4": _exceeding}
