"""Gumbel-Softmax gradients with two classes, integrated instead of sampled (lessons 03 and 04)."""

from collections.abc import Callable

import torch
from torch import Tensor

from .checks import check_finite, check_number, check_positive
from .precision import narrow
from .quadrature import gauss_legendre

# Gauss-Legendre in panels of width 2 around the point where the hard sample jumps. At distance 60 the
# logistic density is 1e-26.
_NODES, _WEIGHTS = gauss_legendre(-60, 60, panels=60, nodes=16)


def two_class_moments(
    slope: Callable[[Tensor], Tensor], logit: float, temperature: float, *, hard: bool = False
) -> tuple[Tensor, Tensor]:
    """Mean and variance of a one-draw Gumbel-Softmax gradient in the logit of class 1: exact, with no draws.

    The sample is y = sigmoid((logit + L) / temperature), where L, the difference of two Gumbels, is logistic.
    The estimate is slope(y) dy/dlogit, with dy/dlogit = y (1 - y) / temperature.

    Args:
        slope: derivative of the objective in the share y of class 1; maps float64 of shape (n,) to (n,), and
            is finite from 0 to 1. A kink or a jump between them costs digits, unless `hard`.
        logit: logit of class 1 less that of class 0, between -20 and 20.
        temperature: above zero.
        hard: straight-through: the slope is taken at the hard sample, 1 where y > 1/2 and 0 elsewhere.

    Returns:
        Two float64 tensors of shape (): mean and variance. What rounding adds to the variance, about 1e-32 of
        the squared mean, shows above temperature 1000.

    Raises:
        ValueError: `temperature` is not positive, `logit` is not finite or out of range, `slope` is not one
            number for each share, or not finite at 0 or 1: -1/y, for example, is too steep to be cut off.

    Lesson 03 compares it with draws; lesson 04 finds the fixed points of training with it.
    """
    check_positive("temperature", temperature)
    logit, temperature = check_number("logit", logit), check_number("temperature", temperature)
    if abs(logit) > 20:
        raise ValueError(f"logit must be between -20 and 20, got {logit.item()}")
    _slopes(slope, torch.tensor([0, 1], dtype=torch.float64, device=_NODES.device), "slope at 0 and 1")
    # The integral runs over logit + L for high temperatures, and over that divided by the temperature, the
    # logit of y, for low ones: so neither factor of the integrand is narrow.
    unit = temperature.clamp(max=1)
    logits = _NODES * unit / temperature
    y = torch.sigmoid(logits)
    jacobian = y * torch.sigmoid(-logits) / temperature
    shifted = _NODES * unit - logit
    weights = torch.sigmoid(shifted) * torch.sigmoid(-shifted) * unit * _WEIGHTS
    slopes = _slopes(slope, (_NODES > 0).to(torch.float64) if hard else y, "slope")
    estimates = slopes * jacobian
    mean = (estimates * weights).sum()
    # About the mean, where no digits cancel. Beyond the nodes the estimate is zero below temperature 1. From
    # there on, it is as good as constant, and so the mean.
    beyond = torch.sigmoid(logit - 60 * unit) + torch.sigmoid(-logit - 60 * unit)
    variance = ((estimates - mean) ** 2 * weights).sum() + (mean**2 * beyond if unit < 1 else 0)
    return narrow("mean", mean, torch.float64), narrow("variance", variance, torch.float64)


def _slopes(slope: Callable[[Tensor], Tensor], shares: Tensor, name: str) -> Tensor:
    values = slope(shares)
    if not isinstance(values, Tensor) or values.shape != shares.shape:
        got = tuple(values.shape) if isinstance(values, Tensor) else values
        raise ValueError(f"slope must return one value for each of {len(shares)} shares, got {got}")
    check_finite(name, values)
    return values
