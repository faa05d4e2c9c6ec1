"""The tasks of lesson 02: Gumbel-Max."""

from functools import partial

import torch
from torch.nn.functional import one_hot

from ..categorical import gumbel_max
from ..gumbel import gumbel_quantile
from .facts import entries_are_finite, entries_are_integers
from .task import Task

_logsumexp = partial(torch.logsumexp, dim=-1)
_softmax = partial(torch.softmax, dim=-1)

# A wrong draw is often right by luck; so many rows leave little room for it.
_MANY = 20_000
# Where the two best scores are closer than this, rounding to single precision may choose.
_CLOSE = 1e-4


def _logits_and_uniforms(draw, rows=None):
    k = draw.categories()
    logits, u = draw.logits(k), draw.uniforms(rows or draw.rows(), k)
    return {"logits": logits, "u": u[_decided(logits + gumbel_quantile(u))]}


def _decided(scores):
    first, second = scores.topk(2).values.T
    return first - second > _CLOSE


_from_uniforms = Task(
    inputs=_logits_and_uniforms,
    right=lambda x, u: gumbel_max(x, gumbel_quantile(u)),
    facts=[entries_are_integers],
    slips={
        "flat": lambda x, u: torch.argmax(x + gumbel_quantile(u)),
        "wrong_axis": lambda x, u: torch.argmax(x + gumbel_quantile(u), dim=0),
        "probs_as_logits": lambda x, u: gumbel_max(_softmax(x), gumbel_quantile(u)),
        "one_log": lambda x, u: gumbel_max(x, -torch.log(u)),
        "no_outer_minus": lambda x, u: gumbel_max(x, -gumbel_quantile(u)),
        "one_hot": lambda x, u: one_hot(gumbel_max(x, gumbel_quantile(u)), len(x)),
        "score": lambda x, u: (x + gumbel_quantile(u)).amax(dim=1),
        "no_noise": lambda x, u: gumbel_max(x, torch.zeros_like(u)),
    },
    many=partial(_logits_and_uniforms, rows=_MANY),
)


def _probs_and_gumbels(draw, rows=None):
    k = draw.categories()
    probs, gumbels = _softmax(draw.logits(k)), draw.gumbels(rows or draw.rows(), k)
    return {"probs": probs, "gumbels": gumbels[_decided(torch.log(probs) + gumbels)]}


_from_probs = Task(
    inputs=_probs_and_gumbels,
    right=lambda p, g: gumbel_max(torch.log(p), g),
    facts=[entries_are_integers],
    slips={
        "flat": (lambda p, g: torch.argmax(p + g), lambda p, g: torch.argmax(torch.log(p) + g)),
        "probs_as_logits": gumbel_max,
        "wrong_axis": lambda p, g: torch.argmax(torch.log(p) + g, dim=0),
        "one_hot": lambda p, g: one_hot(gumbel_max(torch.log(p), g), len(p)),
        "score": lambda p, g: (torch.log(p) + g).amax(dim=1),
        "product": lambda p, g: torch.argmax(p * g, dim=1),
        "no_noise": lambda p, g: gumbel_max(p, torch.zeros_like(g)),
        "logit_of_probs": lambda p, g: gumbel_max(torch.logit(p), g),
        "exponential": lambda p, g: gumbel_max(torch.exp(p), g),
    },
    many=partial(_probs_and_gumbels, rows=_MANY),
)


def _quantile(x, q):
    return gumbel_quantile(q, _logsumexp(x))


_winning_score = Task(
    inputs=lambda draw: {"logits": draw.logits(draw.categories()), "q": draw.between(0.05, 0.95)},
    right=_quantile,
    slips={
        "mean": lambda x, q: _logsumexp(x) + 0.5772,
        "mode": lambda x, q: _logsumexp(x),
        "max": lambda x, q: gumbel_quantile(q, x.max()),
        "sign": lambda x, q: 2 * _logsumexp(x) - _quantile(x, q),
        "one_log": lambda x, q: _logsumexp(x) - torch.log(q),
        "upper": lambda x, q: _quantile(x, 1 - q),
        "plain_sum": lambda x, q: gumbel_quantile(q, x.sum()),
    },
    trials=40,  # with q on both sides of where log(-log(q)) changes its sign
)


def _float32_uniforms(draw):
    few = draw.rows()
    powers = 10 ** (-5 - 7 * draw.uniforms(few))
    u = torch.cat([draw.uniforms(few), powers, torch.zeros(1)]).float().clamp(max=1 - 2**-24)
    return {"u": u[torch.randperm(len(u), generator=draw.generator)]}


_filled_tail = Task(
    inputs=_float32_uniforms,
    right=lambda u: -torch.log(-torch.log1p(-u.double().clamp(min=2**-54))),  # in double precision
    facts=[entries_are_finite],
    slips={
        "unchanged": lambda u: -torch.log(-torch.log(u + 1e-20)),  # the second 1e-20 does nothing
        "log_of_difference": (
            lambda u: -torch.log((-torch.log(1 - u)).clamp(min=2**-54)),
            lambda u: -torch.log(-torch.log(1 - u)),
            lambda u: -torch.log(-torch.log(1 - u) + 1e-20),
        ),
        "no_clamp": lambda u: -torch.log(-torch.log1p(-u)),
        "widespread_eps": lambda u: -torch.log(-torch.log1p(-u) + 1e-20),
        "coarse_clamp": lambda u: -torch.log(-torch.log1p(-u.clamp(min=2**-24))),
        "exponential": lambda u: -torch.log1p(-u),
    },
)

TASKS = {"02.2": _from_uniforms, "02.3": _from_probs, "02.4": _winning_score, "02.5": _filled_tail}
