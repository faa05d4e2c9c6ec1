"""The tasks of lesson 01: Gaussian reparameterization."""

import torch
from torch.nn.functional import softplus

from ..estimators import gradient_moments, pathwise_gradient, score_function_gradient
from ..gaussian import reparameterize_gaussian
from .task import Task


def _loc_raw_noise(draw):
    n, k = draw.rows(), draw.categories()
    return {"loc": draw.loc() + draw.normals(k), "raw": draw.normals(k), "noise": draw.normals(n, k)}


_softplus_sample = Task(
    inputs=_loc_raw_noise,
    right=lambda loc, raw, noise: reparameterize_gaussian(loc, softplus(raw), noise),
    gradients=["loc", "raw"],
    slips={
        "shifted_first": lambda loc, raw, noise: (noise + loc) * softplus(raw),
        "raw_as_scale": lambda loc, raw, noise: loc + raw * noise,
        "exp": lambda loc, raw, noise: loc + raw.exp() * noise,
        "root": lambda loc, raw, noise: loc + softplus(raw).sqrt() * noise,
        "absolute": lambda loc, raw, noise: loc + raw.abs() * noise,
        "around_noise": lambda loc, raw, noise: loc + softplus(raw * noise),
        "cut": lambda loc, raw, noise: loc + softplus(raw.detach()) * noise,
    },
)


def _quadratic(draw):
    k = draw.loc()

    def objective(z):
        return (z - k) ** 2

    objective.__doc__ = f"(z - {k:.4g})**2"
    return {
        "objective": objective,
        # The function differentiates in them by itself.
        "loc": draw.loc().requires_grad_(),
        "scale": draw.scale().requires_grad_(),
        "noise": draw.normals(draw.categories()),
    }


def _mean_of(estimator):
    return lambda f, loc, scale, noise: estimator(f, loc, scale, noise).mean(dim=1)


_score_function = _mean_of(score_function_gradient)


def _with_paths(in_objective, in_log_prob):
    """The gradient of mean f(z) log p(z), where z may keep its path to the parameters in two places."""

    def gradient(f, loc, scale, noise):
        z = loc + scale * noise
        value = f(z if in_objective else z.detach())
        log_prob = torch.distributions.Normal(loc, scale).log_prob(z if in_log_prob else z.detach())
        return torch.autograd.grad((value * log_prob).mean(), [loc, scale])

    return gradient


_reinforce = Task(
    inputs=_quadratic,
    right=_score_function,
    slips={
        "no_detach": _with_paths(True, True),
        "path_in_log_prob": _with_paths(False, True),
        "path_in_objective": _with_paths(True, False),
        "pathwise": _mean_of(pathwise_gradient),
        "sum": lambda f, loc, scale, noise: len(noise) * _score_function(f, loc, scale, noise),
        "sign": lambda f, loc, scale, noise: -_score_function(f, loc, scale, noise),
        "swapped": lambda f, loc, scale, noise: _score_function(f, loc, scale, noise).flip(0),
        "no_objective": lambda f, loc, scale, noise: _score_function(torch.ones_like, loc, scale, noise),
    },
)


def _line(draw):
    return {"a": draw.loc(), "b": draw.loc(), "loc": draw.loc(), "scale": draw.scale()}


def _variance(a, b, loc, scale):
    return gradient_moments(score_function_gradient, lambda z: a * z + b, loc, scale)[1][0]


_line_variance = Task(
    inputs=_line,
    right=_variance,
    slips={
        "mean_square": lambda a, b, loc, scale: _variance(a, b, loc, scale) + a**2,
        "fourth_moment": lambda a, b, loc, scale: _variance(a, b, loc, scale) - a**2,
        "no_constant": lambda a, b, loc, scale: _variance(a, torch.zeros_like(b), loc, scale),
        "scale_not_squared": lambda a, b, loc, scale: (a * loc + b) ** 2 / scale + 2 * a**2,
        "first_term": lambda a, b, loc, scale: ((a * loc + b) / scale) ** 2,
        "pathwise": lambda a, b, loc, scale: torch.zeros_like(loc),
        "deviation": lambda a, b, loc, scale: _variance(a, b, loc, scale).sqrt(),
    },
)

TASKS = {"01.2": _softplus_sample, "01.3": _reinforce, "01.4": _line_variance}
