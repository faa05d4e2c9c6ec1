"""The tasks of lesson 00: why sampling blocks gradients."""

from functools import partial

import torch

from ..estimators import exact_gradient, gradient_moments, pathwise_gradient
from .facts import rows_sum_to
from .task import Task

_softmax = partial(torch.softmax, dim=-1)


def _rows(draw):
    k = draw.categories()
    return {"logits": draw.logits(draw.rows(), k), "objective": draw.loc() + draw.normals(k)}


def _centred(probs, f, average=None):
    return probs * (f - ((probs @ f)[:, None] if average is None else average))


def _exact(logits, f):
    return torch.stack([exact_gradient(lambda rows: rows @ f, each) for each in logits])


_by_enumeration = Task(
    inputs=_rows,
    right=_exact,
    facts=[rows_sum_to(0)],
    slips={
        "wrong_axis": lambda x, f: _centred(torch.softmax(x, dim=0), f),
        "nothing_subtracted": lambda x, f: _softmax(x) * f,
        "plain_mean": lambda x, f: _centred(_softmax(x), f, f.mean()),
        "no_first_factor": lambda x, f: f - (_softmax(x) @ f)[:, None],
        "sign": lambda x, f: -_exact(x, f),
        "logits_as_probs": _centred,
        "one_average": lambda x, f: _centred(p := _softmax(x), f, (p * f).sum()),
    },
)


def _loc_scale_noise(draw):
    return {"loc": draw.loc(), "scale": draw.scale(), "noise": draw.normals(draw.categories())}


def _loss(loc, scale, noise):
    return ((loc + scale * noise) ** 2).mean()


_uncut_loss = Task(
    inputs=_loc_scale_noise,
    right=_loss,
    gradients=["loc", "scale"],
    slips={
        "copied": lambda loc, scale, noise: _loss(loc, scale, noise).detach(),
        "scale_copied": lambda loc, scale, noise: _loss(loc, scale.detach(), noise),
        "loc_copied": lambda loc, scale, noise: _loss(loc.detach(), scale, noise),
        "shifted_first": lambda loc, scale, noise: _loss(0, scale, noise + loc),
        "sum": lambda loc, scale, noise: len(noise) * _loss(loc, scale, noise),
        "loss_of_mean": lambda loc, scale, noise: (loc + scale * noise).mean() ** 2,
    },
)


def _slopes(loc, scale):
    return gradient_moments(pathwise_gradient, lambda z: z**3, loc, scale)[0]


_cube = Task(
    inputs=lambda draw: {"loc": draw.loc(), "scale": draw.scale()},
    right=_slopes,
    slips={
        "slope_at_mean": (
            lambda loc, scale: (3 * loc**2, torch.zeros_like(scale)),
            lambda loc, scale: (3 * loc**2, 6 * loc * scale),
        ),
        "swapped": lambda loc, scale: _slopes(loc, scale).flip(0),
        "binomial": lambda loc, scale: (3 * loc**2 + scale**2, 2 * loc * scale),
        "scale_not_squared": lambda loc, scale: (3 * loc**2 + 3 * scale, 3 * loc),
        "of_variance": lambda loc, scale: (3 * loc**2 + 3 * scale**2, 3 * loc),
        "sign": lambda loc, scale: (3 * loc**2 - 3 * scale**2, -6 * loc * scale),
    },
)

TASKS = {"00.2": _by_enumeration, "00.3": _uncut_loss, "00.4": _cube}
