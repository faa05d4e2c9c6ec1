"""Estimates of the gradient in the mean and the spread of a normal distribution (lessons 01 and 06)."""

from collections.abc import Callable

import torch
from torch import Tensor

from ..checks import check_finite, check_number, check_tensor, number
from ..gaussian import reparameterize_gaussian
from ..precision import narrow, widen
from ..quadrature import NODES, WEIGHTS, gauss_legendre
from .objective import Objective, slope_at, values_at

Estimator = Callable[[Objective, float, float, Tensor], Tensor]

# Three normal numbers are a length and a direction, and nothing depends on how far the direction is turned
# about the first axis. At length 10 the density is 1e-20. The sign of the first number jumps at latitude 0.
_LENGTHS, _LENGTH_WEIGHTS = gauss_legendre(0, 10, panels=5, nodes=32)
_LATITUDES, _LATITUDE_WEIGHTS = gauss_legendre(-torch.pi / 2, torch.pi / 2, panels=2, nodes=32)
_TRIPLES = torch.stack(
    [torch.outer(_LENGTHS, part).flatten() for part in (_LATITUDES.sin(), _LATITUDES.cos(), 0 * _LATITUDES)]
)
_TRIPLE_WEIGHTS = torch.outer(
    _LENGTH_WEIGHTS * _LENGTHS**2 * torch.exp(-(_LENGTHS**2) / 2) / (2 * torch.pi) ** 0.5,
    _LATITUDE_WEIGHTS * _LATITUDES.cos(),
).flatten()


def pathwise_gradient(objective: Objective, loc: float, scale: float, noise: Tensor) -> Tensor:
    """One reparameterized estimate of the gradient of E[objective(z)] from each draw.

    For z = loc + scale * noise they are objective'(z) and objective'(z) * noise.

    Args:
        objective: differentiable, acts on each entry by itself, shape (n,) to (n,).
        loc: mean of z.
        scale: standard deviation of z, above zero.
        noise: standard normal draws, shape (n,).

    Returns:
        Shape (2, n): estimates in `loc`, then in `scale`. Constants.

    Raises:
        ValueError: `noise` has another shape, the objective's value or slope is NaN, infinite or not one
            number for each draw, autograd finds no way back to z; and as `reparameterize_gaussian`.

    Source: Mohamed et al. (2020), section 5. Lesson 01.
    """
    dtype, _, noise, points = _sample(loc, scale, noise)
    slope = slope_at(objective, points).to(noise.dtype)
    return narrow("estimate", torch.stack([slope, slope * noise]), dtype)


def score_function_gradient(objective: Objective, loc: float, scale: float, noise: Tensor) -> Tensor:
    """One score function (REINFORCE) estimate of the gradient of E[objective(z)] from each draw.

    They are objective(z) times the derivative of log p(z): noise / scale for `loc`, and
    (noise**2 - 1) / scale for `scale`. The objective need not be differentiable.

    Args, returns and errors are those of `pathwise_gradient`.

    Source: Williams (1992); Mohamed et al. (2020), section 4. Lesson 01.
    """
    dtype, scale, noise, points = _sample(loc, scale, noise)
    value = values_at(objective, points).detach()
    return narrow("estimate", torch.stack([value * noise / scale, value * (noise**2 - 1) / scale]), dtype)


def measure_valued_gradient(objective: Objective, loc: float, scale: float, noise: Tensor) -> Tensor:
    """One measure-valued estimate of the gradient of E[objective(z)] from each draw. It needs no slope.

    The derivative of the density is a difference of two densities. In `loc` they are those of loc + scale * w
    and loc - scale * w, with w of the Rayleigh distribution; the estimate is
    (objective(loc + scale * w) - objective(loc - scale * w)) / (scale * sqrt(2 pi)). In `scale` the second
    is the normal density itself, and the first that of loc + scale * m with m of the double-sided Maxwell
    distribution. Both parts of a difference share their noise.

    Args:
        objective: acts on each entry by itself, shape (n,) to (n,). It need not be differentiable.
        loc: mean of z.
        scale: standard deviation of z, above zero.
        noise: standard normal draws, shape (3, n). Of three of them the length, with a sign, is m; the
            length of the last two is w; the first is the normal draw, evenly spread between 0 and m.

    Returns:
        Shape (2, n): estimates in `loc`, then in `scale`. Constants.

    Raises:
        ValueError: as `score_function_gradient`.

    Source: Mohamed et al. (2020), section 6 and table 1. Lesson 06.
    """
    check_tensor("noise", noise)
    if noise.ndim != 2 or len(noise) != 3:
        raise ValueError(f"noise must have shape (3, n), got {tuple(noise.shape)}")
    dtype, (noise,) = widen(noise)
    normal, maxwell, rayleigh = noise[0], torch.copysign(noise.norm(dim=0), noise[0]), noise[1:].norm(dim=0)
    high, low, wide, middle = (
        values_at(objective, _sample(loc, scale, each.to(dtype))[-1]).detach()
        for each in (rayleigh, -rayleigh, maxwell, normal)
    )
    scale = number(check_number("scale", scale))
    estimates = torch.stack([(high - low) / (scale * (2 * torch.pi) ** 0.5), (wide - middle) / scale])
    return narrow("estimate", estimates, dtype)


def gradient_moments(
    estimator: Estimator, objective: Objective, loc: float, scale: float
) -> tuple[Tensor, Tensor]:
    """Mean and variance of a one-draw gradient estimator, by quadrature: exact, with no draws.

    Args:
        estimator: `pathwise_gradient`, `score_function_gradient` or a function of the same arguments.
        objective: smooth, acts on each entry by itself. It must vary on a scale well above scale / 200, the
            distance between nodes.
        loc: mean of z.
        scale: standard deviation of z, above zero.

    Returns:
        Two float64 tensors of shape (2,): means and variances, in `loc` and in `scale`.

    Raises:
        ValueError: the estimates or a moment are NaN, infinite or of another shape than (2, n); and as
            `score_function_gradient`.

    Source: Mohamed et al. (2020), section 3, whose Figures 2 and 3 it recomputes. Lesson 01.
    """
    estimates = estimator(objective, loc, scale, NODES)
    check_tensor("estimates", estimates)
    if estimates.shape != (2, len(NODES)):
        raise ValueError(f"estimates must have shape (2, {len(NODES)}), got {tuple(estimates.shape)}")
    check_finite("estimates", estimates)
    return _moments(estimates, WEIGHTS)


def measure_valued_moments(objective: Objective, loc: float, scale: float) -> tuple[Tensor, Tensor]:
    """As `gradient_moments`, for `measure_valued_gradient`: its noise has three dimensions, reduced to two.

    Source: Mohamed et al. (2020), section 3, whose Figures 2 and 3 it recomputes. Lesson 06.
    """
    return _moments(measure_valued_gradient(objective, loc, scale, _TRIPLES), _TRIPLE_WEIGHTS)


def _moments(estimates: Tensor, weights: Tensor) -> tuple[Tensor, Tensor]:
    mean = (estimates * weights).sum(dim=-1)
    # About the mean, where no digits cancel.
    variance = ((estimates - mean[:, None]) ** 2 * weights).sum(dim=-1)
    return narrow("mean", mean, torch.float64), narrow("variance", variance, torch.float64)


def _sample(loc: float, scale: float, noise: Tensor) -> tuple[torch.dtype, float, Tensor, Tensor]:
    """The dtype of the result, scale and noise to compute with, and the points for the objective."""
    loc, scale = (number(check_number(name, value)) for name, value in (("loc", loc), ("scale", scale)))
    check_tensor("noise", noise)
    if noise.ndim != 1:
        raise ValueError(f"noise must have shape (n,), got {tuple(noise.shape)}")
    dtype, (noise,) = widen(noise.detach())
    points = narrow("loc + scale * noise", reparameterize_gaussian(loc, scale, noise), dtype)
    return dtype, scale, noise, points
