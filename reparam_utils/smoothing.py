"""Smooth stand-ins for max, argmax and top-k, with no randomness (lesson 05)."""

import torch
from torch import Tensor

from .checks import check_scores
from .fits import check_count, check_temperature
from .precision import centre_all, narrow, over_temperature, widen


def smooth_max(x: Tensor, temperature: Tensor | float) -> Tensor:
    """Smooth maximum: temperature * logsumexp(x / temperature).

    It is convex, and lies above max(x) by at most temperature * log(k) for k entries. Its gradient is
    softmax(x / temperature).

    Args:
        x: shape (..., k); -inf masks an entry.
        temperature: above zero; a number or an array, or a tensor, of shape () or (..., 1).

    Returns:
        Shape (...).

    Raises:
        ValueError: `temperature` is not positive or does not fit, an entry is NaN or +inf, a row is all -inf,
            there is no entry, or the result is too large for the dtype.

    Source: Su Jianlin, kexue.fm/archives/3290 and 9070. Lesson 05.
    """
    dtype, temperature, x = _in_double(x, temperature)
    scaled, temperature = over_temperature(centre_all(x), temperature)
    above = temperature * torch.logsumexp(scaled, dim=-1, keepdim=True)
    return narrow("smooth max", (x.amax(dim=-1, keepdim=True).detach() + above).squeeze(-1), dtype)


def soft_argmax(x: Tensor, temperature: Tensor | float) -> Tensor:
    """Average index, counted from 0: sum_i i * softmax(x / temperature)_i.

    It makes sense only where indices are ordinal: with two peaks it lies between them.

    Arguments, errors and shapes are those of `smooth_max`.

    Source: Su Jianlin, kexue.fm/archives/6620, there counted from 1. Lesson 05.
    """
    check_scores("x", x)
    dtype, (x,) = widen(x)
    scaled, _ = over_temperature(centre_all(x), temperature)
    index = torch.arange(scaled.shape[-1], dtype=scaled.dtype, device=scaled.device)
    return narrow("soft argmax", (torch.softmax(scaled, dim=-1) * index).sum(dim=-1), dtype)


def soft_top_k(x: Tensor, k: int, temperature: Tensor | float) -> Tensor:
    """Soft membership in the k largest entries: k times softmax, each with the previous choice taken out.

    Taking out the choice p adds log(1 - p) to the scores. For k = 1 it is softmax(x / temperature). As the
    temperature falls to zero, it becomes 1 for the k largest and 0 for the others, if the k + 1 largest all
    differ: equal ones share one choice. It computes in float64: an entry that leads by L costs the others an
    error of 1e-16 L.

    Args:
        x: shape (..., n); -inf masks an entry.
        k: from 1 to the number of entries that no row masks.
        temperature: above zero; a number or an array, or a tensor, of shape () or (..., 1). Below 1 it
            sharpens.

    Returns:
        Shape (..., n), not negative, rows that sum to k. An entry can exceed 1.

    Raises:
        ValueError: `k` is out of range; and as `smooth_max`.

    Source: Plötz and Roth (2018), "Neural Nearest Neighbors Networks". Lesson 05.
    """
    dtype, temperature, x = _in_double(x, temperature)
    check_count("k", k, x)
    x = centre_all(x)
    scaled, _ = over_temperature(x.clone(), temperature)
    chosen, taken = torch.softmax(scaled, dim=-1), 0
    for _ in range(k - 1):
        taken = taken + _log_not_chosen(scaled)
        # Shifted anew from x: what was taken out no longer sets the scale.
        largest = (x + taken).amax(dim=-1, keepdim=True).detach()
        scaled, _ = over_temperature(x - largest + taken, temperature)
        chosen = chosen + torch.softmax(scaled, dim=-1)
    return chosen.to(dtype)


def _log_not_chosen(scaled: Tensor) -> Tensor:
    """log(1 - softmax(scaled)), to full precision also for a share that rounds to 1."""
    share = torch.softmax(scaled, dim=-1)
    large = share > 0.5  # of one at most: equal scores go one way
    others = torch.logsumexp(scaled.masked_fill(large, -torch.inf), dim=-1, keepdim=True)
    of_large = others - torch.logsumexp(scaled, dim=-1, keepdim=True)
    return torch.where(large, of_large, torch.log1p(-share.masked_fill(large, 0)))


def _in_double(x: Tensor, temperature: Tensor | float) -> tuple[torch.dtype, Tensor | float, Tensor]:
    """The dtype of the result; the temperature, checked for it; and x in double precision.

    For a gradient is multiplied or divided by the temperature on its way back, in a top-k many times, and the
    factors cancel in the end.
    """
    check_scores("x", x)
    dtype, (x,) = widen(x)
    return dtype, check_temperature(temperature, x), x.double()
