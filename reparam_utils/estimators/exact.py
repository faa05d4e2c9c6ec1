"""The gradient that every estimator is held against."""

import torch
from torch import Tensor

from ..checks import check_scores
from ..precision import narrow, widen
from .objective import Objective, values_at

_MOST_STATES = 1_000_000
# States handed to the objective together.
_PIECE = 2**15


def exact_gradient(objective: Objective, logits: Tensor) -> Tensor:
    """Gradient of E[objective(sample)] in the logits of independent one-hot samples, by enumeration.

    With one sample it is probs * (f - sum(probs * f)), where f holds the objective at each category.

    Args:
        objective: maps one-hot rows of shape (m, k), or (m, l, k) for l samples, to values of shape (m,).
        logits: unnormalised log-probabilities, shape (k,) or (l, k). -inf masks a category.

    Returns:
        The gradient, in the shape of `logits`. The entries of each sample sum to zero. A constant.

    Raises:
        ValueError: more than a million joint states (k to the power of l), a value of the objective that is
            NaN or infinite or has another shape, logits of another shape, and as `gumbel_max` for logits.

    Lesson 00 derives it; lesson 06 enumerates several samples.
    """
    check_scores("logits", logits)
    if logits.ndim not in (1, 2) or not logits.numel():
        raise ValueError(f"logits must have shape (k,) or (l, k), got {tuple(logits.shape)}")
    dtype, (wide,) = widen(logits.detach())
    # In double precision: a state may be as unlikely as its value is large.
    table = wide.double().view(-1, logits.shape[-1])
    samples, categories = table.shape
    states = categories**samples
    if states > _MOST_STATES:
        raise ValueError(f"at most {_MOST_STATES} joint states can be enumerated, got {states}")
    values = torch.cat([
        values_at(objective, _rows(numbers, table).view(-1, *logits.shape).to(dtype)).detach()
        for numbers in torch.arange(states, device=logits.device).split(_PIECE)
    ])  # fmt: skip
    probs = torch.ones((), dtype=table.dtype, device=table.device)
    for row in torch.softmax(table, dim=-1):
        probs = probs[..., None] * row
    # What all values have in common would cost digits; and so would the value of an unlikely state.
    values = (values.double() - values[probs.argmax()].double()).view(probs.shape)
    weights = probs * (values - (probs * values).sum())
    others = [[axis for axis in range(samples) if axis != kept] for kept in range(samples)]
    sums = [weights.sum(dim=axes) if axes else weights for axes in others]
    return narrow("gradient", torch.stack(sums).view(logits.shape), dtype)


def _rows(numbers, table):
    """The joint states with these numbers, one-hot; the last sample counts fastest."""
    samples, categories = table.shape
    places = categories ** torch.arange(samples - 1, -1, -1, device=table.device)
    digits = numbers[:, None] // places % categories
    return torch.nn.functional.one_hot(digits, categories)
