"""What the estimators for categories share: draws without a history, and slopes sent back through them."""

import torch
from torch import Tensor

from ..categorical import perturb
from ..checks import check_categories
from ..fits import check_broadcast, check_temperature
from ..hard import one_hot_argmax
from ..precision import widen


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


def constant_temperature(temperature: Tensor | float, gumbels: Tensor) -> Tensor | float:
    """The temperature without a history; raise ValueError unless it is one for all draws or one for each."""
    if isinstance(temperature, Tensor):
        temperature = temperature.detach()
    temperature = check_temperature(temperature, gumbels)
    if isinstance(temperature, Tensor):
        shape = check_broadcast(categories=False, gumbels=gumbels, temperature=temperature)
        if shape != gumbels.shape:
            raise ValueError(
                "temperature must be one number for each draw or for all, got shape "
                f"{tuple(temperature.shape)} for gumbels of shape {tuple(gumbels.shape)}"
            )
    return temperature


def lend(shares: Tensor, slope: Tensor) -> Tensor:
    """J(shares) slope, for each row."""
    return shares * (slope - (shares * slope).sum(dim=-1, keepdim=True))


def column(values: Tensor, sample: Tensor) -> Tensor:
    """One value for each draw, in a shape that multiplies all entries of that draw."""
    return values.view(-1, *[1] * (sample.ndim - 1))
