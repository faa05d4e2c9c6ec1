"""Exact categorical draws from Gumbel noise, and the noise that explains a given draw (lesson 02)."""

import torch
from torch import Tensor

from .checks import (
    NO_VALUES,
    check_categories,
    check_finite,
    check_index,
    check_positive,
    check_scores,
    number,
    sum_is_finite,
)
from .fits import check_broadcast, check_count
from .precision import centre, centre_all, narrow, widen


def perturb(logits: Tensor, gumbels: Tensor) -> tuple[torch.dtype, Tensor]:
    """Return the common dtype, and centre(logits) + gumbels to compute with; errors as `gumbel_max`."""
    check_categories("logits", logits)
    check_categories("gumbels", gumbels)
    shape = check_broadcast(logits=logits, gumbels=gumbels)
    dtype, (logits, gumbels) = widen(logits, gumbels)
    scores = centre(logits)
    # In place where it fits: new memory costs more than a sum.
    scores = _add(scores, gumbels) if scores.shape == shape else scores + gumbels
    # If their sum is finite, all logits and all noise are. If not, there is a mask, or something to refuse.
    if not scores.numel() or not sum_is_finite(scores):
        check_scores("logits", logits)
        check_finite("gumbels", gumbels)
        scores = centre_all(logits) + gumbels
    return dtype, scores


def _add(scores: Tensor, gumbels: Tensor) -> Tensor:
    """The sum, in place of the scores."""
    try:
        return scores.add_(gumbels)
    except RuntimeError as refusal:  # the shapes fit, but torch.vmap hides one more axis
        raise RuntimeError(NO_VALUES) from refusal


def gumbel_max(logits: Tensor, gumbels: Tensor) -> Tensor:
    """Draw from the categorical distribution softmax(logits): the index of the largest logit + Gumbel.

    The draw is exact, and a function of noise that no parameter touches; but it has no gradient.

    Args:
        logits: unnormalised log-probabilities, shape (..., k). -inf masks a category. Not probabilities.
        gumbels: standard Gumbel noise, shape (..., k), independent; see `sample_gumbel`.

    Returns:
        Indices, int64, the broadcast shape without its last axis.

    Raises:
        ValueError: a logit is NaN or +inf, a row of logits is all -inf, noise is not finite, an argument is
            no tensor of real numbers, there is no category, or shapes do not fit.

    Source: Gumbel (1954); Maddison, Tarlow and Minka (2014), "A* Sampling". Lesson 02 proves it.
    """
    return perturb(logits, gumbels)[1].argmax(dim=-1)


def gumbel_top_k(logits: Tensor, gumbels: Tensor, k: int) -> Tensor:
    """Draw k different categories, in order: the indices of the k largest logit + Gumbel.

    This is drawing without replacement from softmax(logits), which is taken anew over the rest each time.

    Args:
        logits: unnormalised log-probabilities, shape (..., categories). -inf masks a category.
        gumbels: standard Gumbel noise, shape (..., categories), independent.
        k: how many, from 1 to the number of categories that no row masks.

    Returns:
        Indices, int64, shape (..., k), largest first.

    Raises:
        ValueError: `k` is out of range; and as `gumbel_max`.

    Source: Kool, van Hoof and Welling (2019), "Stochastic Beams and Where to Find Them". Lesson 02.
    """
    check_scores("logits", logits)
    check_categories("gumbels", gumbels)
    check_finite("gumbels", gumbels)
    check_broadcast(logits=logits, gumbels=gumbels)
    check_count("k", k, logits)
    _, (logits, gumbels) = widen(logits.detach(), gumbels.detach())
    # Not about the largest logit: once that is drawn, the differences of the others count. Where two sums
    # are equal, what rounding took from them decides, and that is known exactly.
    scores = logits + gumbels
    ranked, order = _ranked(scores)
    if number((ranked[..., : k + 1].diff(dim=-1) == 0).any()):
        added = scores - logits
        order = _ranked(logits - (scores - added) + (gumbels - added))[1]
        order = order.gather(-1, _ranked(scores.gather(-1, order))[1])
    return order[..., :k]


def _ranked(scores: Tensor) -> tuple[Tensor, Tensor]:
    """Scores and their places, largest first. In a tie the first comes first; topk promises no order."""
    return scores.sort(descending=True, stable=True)


def conditional_gumbels(logits: Tensor, index: Tensor, exponentials: Tensor) -> Tensor:
    """Gumbel noise given that it makes `index` the winner: gumbel_max(logits, result) is `index`.

    With p = softmax(logits) it is -log(p_i E_i) for the winner i, and -log(E_j + p_j E_i) for the others.
    If the index is drawn from softmax(logits), the result is independent standard Gumbel noise.

    Args:
        logits: unnormalised log-probabilities, shape (..., k). -inf masks a category.
        index: the winner, int64, shape (...); broadcasts with the batch dimensions of the others.
        exponentials: independent draws from the exponential distribution with mean 1, shape (..., k).

    Returns:
        Noise G, not logits + G, of the broadcast shape. Differentiable in `logits`. A score that rounding
        lifts to the winner's is put back just below it.

    Raises:
        ValueError: `index` is out of range or names a masked category, an exponential is not positive and
            finite, the winner is so unlikely that its noise is too large for the dtype; and as `gumbel_max`.

    Source: Maddison et al. (2014); Paulus et al. (2021), equation 9, there for logits + G. Lesson 02.
    """
    check_scores("logits", logits)
    check_categories("exponentials", exponentials)
    check_positive("exponentials", exponentials)
    check_broadcast(logits=logits, exponentials=exponentials)
    winner = check_index("index", index, logits.shape[-1])[..., None]
    shape = check_broadcast(categories=False, logits=logits, exponentials=exponentials, index=winner)
    dtype, (logits, exponentials) = widen(logits, exponentials)
    logits = centre_all(logits)
    log_probs = torch.log_softmax(logits, dim=-1).expand(shape)
    logits, winner = logits.expand(shape), winner.expand(*shape[:-1], 1)
    masked = winner[logits.gather(-1, winner) == -torch.inf]
    if masked.numel():
        raise ValueError(f"index must not be a masked category, got {masked[0].item()}")
    first = exponentials.expand(shape).gather(-1, winner)
    others = -torch.log(exponentials + torch.exp(log_probs) * first)
    gumbels = others.scatter(-1, winner, -log_probs.gather(-1, winner) - torch.log(first))
    return _behind(logits, winner, narrow("the winner's noise", gumbels, dtype))


def _behind(logits: Tensor, winner: Tensor, gumbels: Tensor) -> Tensor:
    """The noise, with all others put below the winner in `gumbel_max`'s arithmetic; gradients stay."""
    logits = logits.detach()
    scores = logits + gumbels.detach()
    top = scores.gather(-1, winner)
    ahead = (scores >= top).scatter(-1, winner, False)
    if not number(ahead.any()):  # nearly always
        return gumbels
    limit = top - logits
    rounding = torch.finfo(gumbels.dtype).eps * limit.abs() + torch.finfo(logits.dtype).eps * (1 + top.abs())
    below = (limit - 4 * rounding).to(gumbels.dtype)
    # What is added is zero, and carries the gradient.
    return torch.where(ahead, below + (gumbels - gumbels.detach()), gumbels)
