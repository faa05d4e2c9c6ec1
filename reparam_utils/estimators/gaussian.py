"""Estimates of the gradient in the mean and the spread of a normal distribution (lessons 01 and 06)."""

from collections.abc import Callable

import torch
from torch import Tensor

from ..gaussian import reparameterize_gaussian
from ..quadrature import gauss_legendre, gaussian_expectation
from .objective import Objective, slope_at, values_at

Estimator = Callable[[Objective, float, float, Tensor], Tensor]

# Three normal numbers are a length and a direction, and nothing depends on how far the direction is turned
# about the first axis. At length 10 the density is 1e-20. The sign of the first number jumps at latitude 0.
_LENGTHS, _LENGTH_WEIGHTS = gauss_legendre(0, 10, panels=5, nodes=32)
_LATITUDES, _LATITUDE_WEIGHTS = gauss_legendre(-torch.pi / 2, torch.pi / 2, panels=2, nodes=32)
_NOISE = torch.stack(
    [torch.outer(_LENGTHS, part).flatten() for part in (_LATITUDES.sin(), _LATITUDES.cos(), 0 * _LATITUDES)]
)
_WEIGHTS = torch.outer(
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
    z = _sample(loc, scale, noise)
    slope = slope_at(objective, z)
    return torch.stack([slope, slope * noise]).detach()


def score_function_gradient(objective: Objective, loc: float, scale: float, noise: Tensor) -> Tensor:
    """One score function (REINFORCE) estimate of the gradient of E[objective(z)] from each draw.

    They are objective(z) times the derivative of log p(z): noise / scale for `loc`, and
    (noise**2 - 1) / scale for `scale`. The objective need not be differentiable.

    Args, returns and errors are those of `pathwise_gradient`.

    Source: Williams (1992); Mohamed et al. (2020), section 4. Lesson 01.
    """
    value = values_at(objective, _sample(loc, scale, noise))
    return torch.stack([value * noise / scale, value * (noise**2 - 1) / scale]).detach()


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
            length of the last two is w; the first is the normal draw, evenly spread between -m and m.

    Returns:
        Shape (2, n): estimates in `loc`, then in `scale`. Constants.

    Raises:
        ValueError: as `score_function_gradient`.

    Source: Mohamed et al. (2020), section 6 and table 1. Lesson 06.
    """
    if noise.ndim != 2 or len(noise) != 3:
        raise ValueError(f"noise must have shape (3, n), got {tuple(noise.shape)}")
    normal, maxwell, rayleigh = noise[0], torch.copysign(noise.norm(dim=0), noise[0]), noise[1:].norm(dim=0)
    high, low, wide, middle = (
        values_at(objective, _sample(loc, scale, e)) for e in (rayleigh, -rayleigh, maxwell, normal)
    )
    return torch.stack([(high - low) / (scale * (2 * torch.pi) ** 0.5), (wide - middle) / scale]).detach()


def gradient_moments(
    estimator: Estimator, objective: Objective, loc: float, scale: float
) -> tuple[Tensor, Tensor]:
    """Mean and variance of a one-draw gradient estimator, by quadrature: exact, with no draws.

    Args:
        estimator: `pathwise_gradient`, `score_function_gradient` or a function of the same arguments.
        objective: smooth, acts on each entry by itself.
        loc: mean of z.
        scale: standard deviation of z, above zero.

    Returns:
        Two float64 tensors of shape (2,): means and variances, in `loc` and in `scale`.

    Raises:
        ValueError: as `gaussian_expectation`.

    Source: Mohamed et al. (2020), section 3, whose Figures 2 and 3 it recomputes. Lesson 01.
    """

    def powers(z):
        gradients = estimator(objective, loc, scale, (z - loc) / scale)
        return torch.stack([gradients, gradients**2])

    mean, square = gaussian_expectation(powers, loc, scale)
    return mean, square - mean**2


def measure_valued_moments(objective: Objective, loc: float, scale: float) -> tuple[Tensor, Tensor]:
    """As `gradient_moments`, for `measure_valued_gradient`: its noise has three dimensions, reduced to two.

    Source: Mohamed et al. (2020), section 3, whose Figures 2 and 3 it recomputes. Lesson 06.
    """
    estimates = measure_valued_gradient(objective, loc, scale, _NOISE)
    mean, square = (torch.stack([estimates, estimates**2]) * _WEIGHTS).sum(dim=-1)
    return mean, square - mean**2


def _sample(loc: float, scale: float, noise: Tensor) -> Tensor:
    z = reparameterize_gaussian(loc, scale, noise).detach()
    if z.ndim != 1 or z.shape != noise.shape:
        raise ValueError(f"loc and scale must be numbers and noise (n,), got z of shape {tuple(z.shape)}")
    return z
