"""The Gumbel distribution: its density, its distribution function, and draws from it (lesson 02)."""

from collections.abc import Sequence

import torch
from torch import Tensor

from .checks import check_each, check_finite
from .fits import check_broadcast, positive_like
from .precision import divide, narrow, widen

_DTYPES = (torch.float32, torch.float64, torch.float16, torch.bfloat16)
# The smallest E of all ways below: half of a float64 uniform's step, because it must not be zero.
_HALF_STEP = 2.0**-54
# A float32 uniform below this is drawn again in float64: its own step of 2**-24 is too coarse down here.
_COARSE = 2.0**-12
# Uniforms looked at together when small ones are searched: nearly all blocks have none.
_BLOCK = 64
# Up to so many draws, the calls cost more than the numbers.
_FEW = 4096
# Draws made together, where a buffer is needed beside the result. Even: two uniforms come from one int64.
_PIECE = 2**17


def sample_gumbel(
    shape: int | Sequence[int],
    *,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
    generator: torch.Generator | None = None,
) -> Tensor:
    """Draw standard Gumbel noise: location 0, scale 1, mean 0.5772, variance pi**2 / 6.

    Every draw is finite. P(G > t) is right within 0.2 % up to t = 30 in float32 and float64. The largest is
    54 log 2 = 37.4. The smallest is -3.60; for more than 4096 draws in float32, or off the CPU, it is -2.81,
    and 6e-8 of the distribution lies below. float16 and bfloat16 are drawn in float32 and rounded last, so
    that no large value is lost.

    Args:
        shape: of the result.
        dtype: float16, bfloat16, float32 or float64.
        device: of the result, and of `generator`. It must know float64.
        generator: the source of randomness; without one, torch's own. How many numbers are drawn from it
            depends on the shape, and also on the numbers: a small uniform is drawn again.

    Raises:
        ValueError: `dtype` is none of the four.

    Source: Gumbel's distribution function inverted; lesson 02 derives it and looks at both ends.
    """
    if dtype not in _DTYPES:
        raise ValueError(f"dtype must be float16, bfloat16, float32 or float64, got {dtype}")
    noise = torch.empty(shape, dtype=dtype, device=device)
    if dtype in (torch.float32, torch.float64):
        return _fill(noise, generator)
    for piece in noise.view(-1).split(_PIECE):
        piece.copy_(_fill(torch.empty_like(piece, dtype=torch.float32), generator))
    return noise


def _fill(noise, generator):
    """Overwrite `noise` with -log(E), with E from the exponential distribution, and return it."""
    if noise.is_cpu and noise.numel() <= _FEW:
        # On the CPU torch makes E from float64 uniforms, also in float32: right, but one at a time.
        exponential = noise.exponential_(generator=generator)
    else:
        if noise.dtype == torch.float64:
            uniform = noise.uniform_(generator=generator)  # in steps of 2**-53, fine enough
        else:
            uniform = _refine(_coarse(noise.view(-1), generator), generator).view_as(noise)
        exponential = uniform.neg_().log1p_().neg_()
    return exponential.clamp_min_(_HALF_STEP).log_().neg_()


def _coarse(uniform, generator):
    """Overwrite a float32 vector with uniforms in steps of 2**-24, as `uniform_` does, but faster."""
    for piece in uniform.split(_PIECE):
        # Each int64 holds the bits of two; of an odd number the last half is not used.
        pairs = torch.empty((len(piece) + 1) // 2, dtype=torch.int64, device=uniform.device)
        bits = pairs.random_(-(2**63), None, generator=generator).view(torch.int32)[: len(piece)]
        piece.copy_(bits.bitwise_and_(2**24 - 1))
    return uniform.mul_(2.0**-24)


def _refine(uniform, generator):
    """Draw those entries of a float32 vector that are below _COARSE again, in steps of 2**-65 before they
    are rounded.

    It finds them as (uniform < _COARSE).nonzero() would, but faster: first the blocks that have one.
    """
    count = len(uniform)
    whole = count - count % _BLOCK
    lowest = uniform[:whole].view(-1, _BLOCK).amin(dim=1)
    starts = (lowest < _COARSE).nonzero() * _BLOCK
    inside = starts + torch.arange(_BLOCK, device=uniform.device)
    # What is left over fills no block.
    places = torch.cat([inside.view(-1), torch.arange(whole, count, device=uniform.device)])
    places = places[uniform[places] < _COARSE]
    fine = torch.empty(len(places), dtype=torch.float64, device=uniform.device).uniform_(generator=generator)
    uniform[places] = (_COARSE * fine).float()
    return uniform


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
        ValueError: `u` is not strictly between 0 and 1, the result is too large for the dtype, and as
            `gumbel_log_prob`.

    Lesson 02 derives it.
    """
    dtype, u, loc, scale = _together("u", u, loc, scale)
    check_each("u", u, "strictly between 0 and 1", lambda level: (level > 0) & (level < 1))
    return narrow("quantile", loc - scale * torch.log(-torch.log(u)), dtype)


def _standardize(x, loc, scale):
    dtype, x, loc, scale = _together("x", x, loc, scale)
    return dtype, divide(x - loc, scale), scale


def _together(name, value, loc, scale):
    """The dtype of the result, and the arguments to compute with."""
    check_finite(name, value)
    check_finite("loc", loc)
    check_broadcast(categories=False, **{name: value}, loc=loc, scale=scale)
    dtype, (wide, wide_loc, _) = widen(value, loc, scale)
    return dtype, wide, wide_loc, positive_like("scale", scale, wide)
