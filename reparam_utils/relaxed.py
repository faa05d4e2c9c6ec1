"""The Gumbel-Softmax sample, also called Concrete, and its density on the simplex (lesson 03)."""

import torch
from torch import Tensor

from .categorical import perturb
from .checks import check_finite, check_scores
from .fits import check_broadcast, check_temperature
from .hard import one_hot_argmax, straight_through
from .precision import centre, narrow, over_temperature, softmax, widen

# Numbers whose softmax is computed together, where the result takes the memory of the scores.
_PIECE = 2**16


def gumbel_softmax(
    logits: Tensor, gumbels: Tensor, temperature: Tensor | float, *, hard: bool = False
) -> Tensor:
    """Relaxed categorical sample: softmax((logits + gumbels) / temperature).

    Its largest entry is at gumbel_max(logits, gumbels) at every temperature, up to ties made by rounding.
    Differentiable in all arguments.

    Args:
        logits: unnormalised log-probabilities, shape (..., k). -inf masks a category: its share is exactly 0.
        gumbels: standard Gumbel noise, shape (..., k).
        temperature: above zero; a number or an array, or a tensor, of shape () or (..., 1).
        hard: the value is exactly one-hot, and the gradient that of the relaxed sample (lesson 04).

    Returns:
        Shares that are not negative and sum to one, of the broadcast shape.

    Raises:
        ValueError: `temperature` is zero, negative, NaN or infinite, or does not fit; and as `gumbel_max`.

    Source: Jang, Gu and Poole (2017); Maddison, Mnih and Teh (2017). Lesson 03.
    """
    dtype, scores = perturb(logits, gumbels)
    # The winner of the scores, not of the rounded shares, so that it is always the one of gumbel_max.
    winner = one_hot_argmax(scores).to(dtype) if hard else None
    scores, _ = over_temperature(scores, temperature)
    relaxed = _softmax(scores).to(dtype)
    if winner is None:
        return relaxed
    return straight_through(winner.expand(relaxed.shape), relaxed)


def concrete_log_prob(y: Tensor, logits: Tensor, temperature: Tensor | float) -> Tensor:
    """Logarithm of the density of the Gumbel-Softmax sample at y, with respect to its first k - 1 entries.

    With t for the temperature and s_i = logits_i - t log y_i it is
    log (k-1)! + (k-1) log t + sum_i (s_i - logsumexp(s)) - sum_i log y_i.

    Args:
        y: a point inside the simplex, shape (..., k): entries above zero that sum to one.
        logits: unnormalised log-probabilities, shape (..., k). A category masked by -inf does not count: k is
            the number of the others, and where y is not 0 at a masked category the result is -inf.
        temperature: above zero; a number, or a tensor of shape () or (..., 1).

    Returns:
        Shape (...).

    Raises:
        ValueError: an entry of y is negative, or zero where the logit is finite (there the density has no
            value), a row of y does not sum to one, the result is too large for the dtype; and as
            `gumbel_softmax`.

    Source: Maddison et al. (2017), equation 11; Jang et al. (2017), equation 3. Lesson 03.
    """
    check_scores("logits", logits)
    check_finite("y", y)
    shape = check_broadcast(y=y, logits=logits)
    _check_simplex(y)
    dtype, (y, logits) = widen(y, logits)
    # At a high temperature single precision would lose all digits.
    y, logits = y.double().expand(shape), logits.double()
    temperature = torch.as_tensor(check_temperature(temperature, y), dtype=y.dtype, device=y.device)
    masked = logits == -torch.inf
    outside = y[(y <= 0) & ~masked]
    if outside.numel():
        raise ValueError(f"y must be above zero where the logit is finite, got {outside[0].item()}")
    categories = (~masked).sum(dim=-1)
    log_y = torch.log(y.masked_fill(masked, 1))
    # About their mean: what all s have in common, times the temperature, would cost digits. About the largest
    # first, so that equal ones leave nothing.
    behind = centre(log_y.masked_fill(masked, -torch.inf)).masked_fill(masked, 0)
    bend = (behind - behind.sum(dim=-1, keepdim=True) / categories[..., None]).masked_fill(masked, 0)
    s = centre(logits).masked_fill(masked, 0) - temperature * bend
    total = torch.logsumexp(s.masked_fill(masked, -torch.inf), dim=-1, keepdim=True)
    terms = ((s - total).masked_fill(masked, 0) - log_y).sum(dim=-1)
    log_temperature = torch.log(temperature).squeeze(-1)
    constant = torch.lgamma(categories.to(y.dtype)) + (categories - 1) * log_temperature
    impossible = (masked & (y > 0)).any(dim=-1)
    possible = (constant + terms).masked_fill(impossible, 0)
    return narrow("log density", possible, dtype).masked_fill(impossible, -torch.inf)


def _softmax(scores: Tensor) -> Tensor:
    """Softmax over the last axis. Scores that no gradient needs are overwritten, a few rows at a time."""
    if scores.requires_grad:
        return softmax(scores)
    rows = torch.atleast_2d(scores)
    count = max(1, _PIECE * len(rows) // max(1, rows.numel()))
    for start in range(0, len(rows), count):
        some = rows[start : start + count]
        some.copy_(softmax(some))
    return scores


def _check_simplex(y: Tensor) -> None:
    negative = y[y < 0]
    if negative.numel():
        raise ValueError(f"y must not be negative, got {negative[0].item()}")
    dtype, (wide,) = widen(y)
    sums = wide.sum(dim=-1)
    wrong = sums[(sums - 1).abs() > max(1e-3, 2 * torch.finfo(dtype).eps)]
    if wrong.numel():
        raise ValueError(f"rows of y must sum to one, got {wrong[0].item()}")
