"""What the estimators for categories share: draws without a history, and slopes sent back through them."""

import torch
from torch import Tensor

from ..categorical import perturb
from ..checks import check_categories, check_temperature
from ..hard import one_hot_argmax
from ..precision import widen
from ..relaxed import gumbel_softmax


def constants(logits: Tensor, gumbels: Tensor) -> tuple[torch.dtype, Tensor, Tensor]:
    """The dtype of rows and results; both arguments without a history, in the dtype to compute in."""
    check_categories("logits", logits)
    check_categories("gumbels", gumbels)
    if gumbels.ndim not in (2, 3) or logits.shape not in (gumbels.shape, gumbels.shape[1:]):
        raise ValueError(
            "gumbels must have shape (n, k) or (n, l, k), and logits that of one row or of all, got "
            f"{tuple(gumbels.shape)} and {tuple(logits.shape)}"
        )
    dtype, (logits, gumbels) = widen(logits.detach(), gumbels.detach())
    return dtype, logits, gumbels


def hard(logits: Tensor, gumbels: Tensor) -> Tensor:
    """The hard samples, one-hot, in the shape of `gumbels`."""
    return one_hot_argmax(perturb(logits, gumbels)[1])


def relaxed_at(logits: Tensor, gumbels: Tensor, temperature: Tensor | float) -> tuple[Tensor, Tensor | float]:
    """The relaxed samples, and the temperature to divide by: constants both."""
    if isinstance(temperature, Tensor):
        temperature = temperature.detach()
    return gumbel_softmax(logits, gumbels, temperature), check_temperature(temperature, gumbels)


def lend(shares: Tensor, slope: Tensor) -> Tensor:
    """J(shares) slope, for each row."""
    return shares * (slope - (shares * slope).sum(dim=-1, keepdim=True))


def column(values: Tensor, sample: Tensor) -> Tensor:
    """One value for each draw, in a shape that multiplies all entries of that draw."""
    return values.view(-1, *[1] * (sample.ndim - 1))
