"""The Gumbel distribution: its density, its distribution function, and draws from it (lesson 02)."""

from collections.abc import Sequence

import torch
from torch import Tensor

from .checks import check_broadcast, check_each, check_finite, check_positive
from .precision import widen

# Half of the step between float64 uniforms: what a uniform of exactly zero stands for.
_HALF_STEP = 2.0**-54


def sample_gumbel(
    shape: int | Sequence[int],
    *,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
    generator: torch.Generator | None = None,
) -> Tensor:
    """Draw standard Gumbel noise: location 0, scale 1, mean 0.5772, variance pi**2 / 6.

    Computes -log(-log1p(-u)) from uniforms with 53 bits, so the upper tail ends at 37.4, and not at 16.6 as
    for -log(-log(u)) in float32. The lower end is -3.6. Every draw is finite. The result is rounded to
    `dtype` last, so that half precision loses no large value.

    Args:
        shape: of the result.
        dtype: float16, bfloat16, float32 or float64.
        device: of the result, and of `generator`.
        generator: the source of randomness; without one, torch's own.

    Raises:
        ValueError: `dtype` is not a floating point type.

    Source: Gumbel's distribution function inverted; lesson 02 derives it and looks at both ends.
    """
    if not dtype.is_floating_point:
        raise ValueError(f"dtype must be a floating point type, got {dtype}")
    uniform = torch.rand(shape, dtype=torch.float64, device=device, generator=generator)
    exponential = uniform.clamp_(min=_HALF_STEP).neg_().log1p_().neg_()
    return exponential.log_().neg_().to(dtype)


def gumbel_log_prob(x: Tensor, loc: Tensor | float = 0.0, scale: Tensor | float = 1.0) -> Tensor:
    """Logarithm of the Gumbel density: -(z + exp(-z)) - log(scale) with z = (x - loc) / scale.

    Args:
        x: where, any shape.
        loc: location, which is the mode; broadcasts with `x`.
        scale: above zero; broadcasts with `x`.

    Returns:
        The broadcast shape. -inf where the density is too small for the dtype.

    Raises:
        ValueError: `scale` is not positive, an argument is NaN or infinite, or shapes do not broadcast.

    Source: Gumbel (1958). The term log(scale) is often forgotten. Lesson 02.
    """
    dtype, z, scale = _standardize(x, loc, scale)
    # Far below the mode both terms can overflow, with opposite signs.
    z = z.clamp(min=-1000)
    return (-(z + torch.exp(-z)) - torch.log(scale)).to(dtype)


def gumbel_cdf(x: Tensor, loc: Tensor | float = 0.0, scale: Tensor | float = 1.0) -> Tensor:
    """Distribution function of the Gumbel distribution: exp(-exp(-z)) with z = (x - loc) / scale.

    Arguments and errors are those of `gumbel_log_prob`. Lesson 02.
    """
    dtype, z, _ = _standardize(x, loc, scale)
    # Below -10 it is zero in every dtype; without the clamp its gradient would be zero times infinity.
    return torch.exp(-torch.exp(-z.clamp(min=-10))).to(dtype)


def gumbel_quantile(u: Tensor, loc: Tensor | float = 0.0, scale: Tensor | float = 1.0) -> Tensor:
    """Inverse of `gumbel_cdf`: loc - scale * log(-log(u)).

    Args:
        u: probability, strictly between 0 and 1, any shape.
        loc: location; broadcasts with `u`.
        scale: above zero; broadcasts with `u`.

    Raises:
        ValueError: `u` is not strictly between 0 and 1, and as `gumbel_log_prob`.

    Lesson 02 derives it.
    """
    check_broadcast(categories=False, u=u, loc=loc, scale=scale)
    dtype, (u, loc, scale) = widen(u, loc, scale)
    check_finite("loc", loc)
    check_positive("scale", scale)
    check_each("u", u, "strictly between 0 and 1", lambda level: (level > 0) & (level < 1))
    return (loc - scale * torch.log(-torch.log(u))).to(dtype)


def _standardize(x, loc, scale):
    check_broadcast(categories=False, x=x, loc=loc, scale=scale)
    dtype, (x, loc, scale) = widen(x, loc, scale)
    check_finite("x", x)
    check_finite("loc", loc)
    check_positive("scale", scale)
    return dtype, (x - loc) / scale, scale
