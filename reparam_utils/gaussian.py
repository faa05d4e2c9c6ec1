"""The Gaussian sample as a function of its parameters (lesson 01)."""

import torch
from torch import Tensor

from .checks import as_tensor, check_finite, check_positive, check_tensor
from .fits import check_broadcast


def reparameterize_gaussian(loc: Tensor | float, scale: Tensor | float, noise: Tensor) -> Tensor:
    """Move standard normal noise to the normal distribution with mean `loc` and spread `scale`.

    Computes z = loc + scale * noise. The noise is an argument, so z is an ordinary differentiable
    function of `loc` and `scale`: dz/dloc = 1 and dz/dscale = noise.

    Args:
        loc: mean, a number, an array or a tensor of any shape that broadcasts with `noise`.
        scale: standard deviation, above zero, likewise.
        noise: standard normal draws, any shape.

    Returns:
        z, of the broadcast shape.

    Raises:
        ValueError: `scale` is not positive, an argument or the result is NaN or infinite, or shapes do not
            broadcast.

    Source: Kingma and Welling (2014), "Auto-Encoding Variational Bayes", section 2.4. Lesson 01.
    """
    check_tensor("noise", noise)
    check_finite("loc", loc)
    check_positive("scale", scale)
    check_finite("noise", noise)
    check_broadcast(categories=False, loc=loc, scale=scale, noise=noise)
    noise = noise if noise.is_floating_point() else noise.to(torch.get_default_dtype())
    loc, scale = (_beside(noise, value) for value in (loc, scale))
    z = loc + scale * noise
    check_finite("loc + scale * noise", z)
    return z


def _beside(noise: Tensor, value: Tensor | float) -> Tensor | float:
    """What is no tensor, in the dtype and on the device of the noise."""
    if isinstance(value, Tensor | int | float):
        return value
    return as_tensor("argument", value).to(noise)
