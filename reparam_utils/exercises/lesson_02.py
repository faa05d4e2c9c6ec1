"""The tasks of lesson 02: Gumbel-Max."""

import torch

from ..categorical import gumbel_max
from ..gumbel import gumbel_quantile
from .facts import entries_are_finite, entries_are_integers
from .task import Task

# A wrong draw is often right by luck: some 240 rows leave hardly any room for it.
_MANY = 80


def _logits_and_uniforms(draw):
    k = draw.categories()
    return {"logits": draw.logits(k), "u": draw.uniforms(draw.rows(), k)}


def _gumbels(u):
    return -torch.log(-torch.log(u))


_from_uniforms = Task(
    inputs=_logits_and_uniforms,
    right=lambda x, u: gumbel_max(x, gumbel_quantile(u)),
    facts=[entries_are_integers],
    slips={
        "flat": lambda x, u: torch.argmax(x + _gumbels(u)),
        "wrong_axis": lambda x, u: torch.argmax(x + _gumbels(u), dim=0),
        "probs_as_logits": lambda x, u: gumbel_max(torch.softmax(x, dim=-1), _gumbels(u)),
        "one_log": lambda x, u: gumbel_max(x, -torch.log(u)),
        "no_outer_minus": lambda x, u: gumbel_max(x, -_gumbels(u)),
        "one_hot": lambda x, u: torch.nn.functional.one_hot(gumbel_max(x, _gumbels(u)), len(x)),
        "score": lambda x, u: (x + _gumbels(u)).amax(dim=-1),
        "no_noise": lambda x, u: gumbel_max(x, 0 * u),
    },
    trials=_MANY,
)


def _probs_and_gumbels(draw):
    k = draw.categories()
    return {"probs": torch.softmax(draw.logits(k), dim=-1), "gumbels": draw.gumbels(draw.rows(), k)}


_from_probs = Task(
    inputs=_probs_and_gumbels,
    right=lambda p, g: gumbel_max(torch.log(p), g),
    facts=[entries_are_integers],
    slips={
        "flat": lambda p, g: torch.argmax(p + g),
        "probs_as_logits": gumbel_max,
        "wrong_axis": lambda p, g: torch.argmax(torch.log(p) + g, dim=0),
        "product": lambda p, g: torch.argmax(p * g, dim=-1),
        "no_noise": lambda p, g: gumbel_max(p, 0 * g),
        "logit_of_probs": lambda p, g: gumbel_max(torch.logit(p), g),
        "exponential": lambda p, g: gumbel_max(torch.exp(p), g),
    },
    trials=_MANY,
)


def _quantile(x, q):
    return gumbel_quantile(q, torch.logsumexp(x, dim=-1))


_winning_score = Task(
    inputs=lambda draw: {"logits": draw.logits(draw.categories()), "q": draw.between(0.6, 0.9)},
    right=_quantile,
    slips={
        "mean": lambda x, q: torch.logsumexp(x, dim=-1) + 0.5772,
        "mode": lambda x, q: torch.logsumexp(x, dim=-1),
        "max": lambda x, q: gumbel_quantile(q, x.max()),
        "sign": lambda x, q: 2 * torch.logsumexp(x, dim=-1) - _quantile(x, q),
        "one_log": lambda x, q: torch.logsumexp(x, dim=-1) - torch.log(q),
        "upper": lambda x, q: _quantile(x, 1 - q),
        "plain_sum": lambda x, q: gumbel_quantile(q, x.sum()),
    },
)


def _float32_uniforms(draw):
    few = draw.rows()
    powers = 10 ** (-5 - 7 * draw.uniforms(few))
    u = torch.cat([draw.uniforms(few), powers, torch.zeros(1)]).float()
    return {"u": u[torch.randperm(len(u), generator=draw.generator)]}


_filled_tail = Task(
    inputs=_float32_uniforms,
    right=lambda u: -torch.log(-torch.log1p(-u.double().clamp(min=2**-54))),  # in double precision
    facts=[entries_are_finite],
    slips={
        "unchanged": lambda u: -torch.log(-torch.log(u + 1e-20) + 1e-20),
        "log_of_difference": lambda u: -torch.log((-torch.log(1 - u)).clamp(min=2**-54)),
        "no_clamp": lambda u: -torch.log(-torch.log1p(-u)),
        "widespread_eps": lambda u: -torch.log(-torch.log1p(-u) + 1e-20),
        "coarse_clamp": lambda u: -torch.log(-torch.log1p(-u.clamp(min=2**-24))),
        "exponential": lambda u: -torch.log1p(-u),
    },
)

TASKS = {"02.2": _from_uniforms, "02.3": _from_probs, "02.4": _winning_score, "02.5": _filled_tail}
