"""Estimates of the gradient in categorical logits, one for each draw (lessons 04 and 06).

All functions here take:

    objective: maps rows on the simplex, of shape (m, k), to values of shape (m,). Row by row: no row may
        change the value of another. With l samples at once its rows have shape (m, l, k).
    logits: unnormalised log-probabilities, shape (k,) or (l, k); or that of `gumbels`, for logits that
        differ from draw to draw. -inf masks a category.
    gumbels: standard Gumbel noise, shape (n, k) or (n, l, k). The hard sample of a draw is the one-hot form
        of gumbel_max(logits, gumbels), so estimators that are given the same noise judge the same samples.

They return n estimates of the gradient of E[objective(hard sample)] in the shape of `gumbels`: constants,
whatever requires a gradient. They raise ValueError where shapes do not fit, where the objective's value or
slope is NaN, infinite or not one number a row, and as `gumbel_max`. J(q) = diag(q) - q q^T is the Jacobian of
softmax where its value is q.
"""

from torch import Tensor

from ..categorical import conditional_gumbels
from ..checks import check_tensor
from ..precision import centre, narrow, softmax
from ..relaxed import gumbel_softmax
from .draws import column, constant_temperature, constants, hard, lend
from .objective import Objective, slope_at, values_at


def reinforce_gradient(
    objective: Objective, logits: Tensor, gumbels: Tensor, *, baseline: str = "none"
) -> Tensor:
    """Score function estimates: (objective(sample) - baseline) * (sample - probs). No slope is needed.

    Args:
        baseline: "none"; "mean", of the values of all n draws, which multiplies the mean of the estimates by
            1 - 1 / n; or "leave-one-out", for each draw the mean of the others. Rows then depend on each
            other, and the draws must share their logits.

    Raises:
        ValueError: an unknown `baseline`, or one that the number of draws or the logits' shape rules out.

    Unbiased with "none" and "leave-one-out". Source: Williams (1992); Kool et al. (2019), "Buy 4 REINFORCE
    Samples, Get a Baseline for Free!".
    """
    dtype, logits, gumbels = constants(logits, gumbels)
    sample = hard(logits, gumbels)
    values = values_at(objective, sample.to(dtype)).detach()  # the objective may have parameters of its own
    if baseline != "none":
        # What all values have in common would cost digits. In double precision no difference is too large.
        values = values.double() - values[:1].double()
        values = values - _baseline(baseline, values, shared=logits.ndim < gumbels.ndim)
    return narrow("estimate", column(values, sample) * (sample - softmax(centre(logits))), dtype)


def gumbel_softmax_gradient(
    objective: Objective, logits: Tensor, gumbels: Tensor, *, temperature: Tensor | float
) -> Tensor:
    """Gradient of objective(y) in the logits, for the relaxed sample y: J(y) slope(y) / temperature.

    At low temperatures its bias falls at least in proportion to the temperature, and its variance grows as
    1 / temperature. Source: Jang et al. (2017); Maddison et al. (2017).
    """
    dtype, logits, gumbels = constants(logits, gumbels)
    temperature = constant_temperature(temperature, gumbels)
    relaxed = gumbel_softmax(logits, gumbels, temperature)
    slope = slope_at(objective, relaxed.to(dtype))
    return narrow("estimate", lend(relaxed, slope) / temperature, dtype)


def straight_through_gradient(objective: Objective, logits: Tensor, gumbels: Tensor) -> Tensor:
    """Straight-through, identity to the probabilities: J(probs) slope(sample).

    Source: Bengio et al. (2013), there to the logits; lesson 04 tells the readings apart.
    """
    dtype, logits, gumbels = constants(logits, gumbels)
    slope = slope_at(objective, hard(logits, gumbels).to(dtype))
    return narrow("estimate", lend(softmax(centre(logits)), slope), dtype)


def straight_through_gumbel_softmax_gradient(
    objective: Objective, logits: Tensor, gumbels: Tensor, *, temperature: Tensor | float
) -> Tensor:
    """Slope at the hard sample, sent through the relaxed one y at the same noise: J(y) slope / temperature.

    Source: Jang et al. (2017), section 2.2; `gumbel_softmax(..., hard=True)` and autograd give the same.
    """
    dtype, logits, gumbels = constants(logits, gumbels)
    temperature = constant_temperature(temperature, gumbels)
    slope = slope_at(objective, hard(logits, gumbels).to(dtype))
    relaxed = gumbel_softmax(logits, gumbels, temperature)
    return narrow("estimate", lend(relaxed, slope) / temperature, dtype)


def gumbel_rao_gradient(
    objective: Objective,
    logits: Tensor,
    gumbels: Tensor,
    *,
    temperature: Tensor | float,
    exponentials: Tensor,
) -> Tensor:
    """ST Gumbel-Softmax, averaged over fresh noise that has the same hard sample.

    The mean stays, and the variance falls: it is a + b / samples.

    Args:
        exponentials: independent, with mean 1, shape `(samples, *gumbels.shape)`.

    Source: Paulus et al. (2021), section 3. The fresh noise is a constant here: differentiated through, as
    the text there says, it would change the mean (lesson 06).
    """
    dtype, logits, gumbels = constants(logits, gumbels)
    temperature = constant_temperature(temperature, gumbels)
    sample = hard(logits, gumbels)
    check_tensor("exponentials", exponentials)
    if exponentials.shape[1:] != gumbels.shape or len(exponentials) == 0:
        raise ValueError(
            f"exponentials must have shape (samples, *gumbels.shape), got {tuple(exponentials.shape)} and "
            f"{tuple(gumbels.shape)}"
        )
    fresh = conditional_gumbels(logits, sample.argmax(dim=-1), exponentials.detach())
    slope = slope_at(objective, sample.to(dtype))
    relaxed = gumbel_softmax(logits, fresh, temperature)
    return narrow("estimate", (lend(relaxed, slope) / temperature).mean(dim=0), dtype)


def reinmax_gradient(objective: Objective, logits: Tensor, gumbels: Tensor) -> Tensor:
    """Second-order straight-through: (2 J((probs + sample) / 2) - J(probs) / 2) slope(sample).

    Unbiased where the objective is quadratic. Equal to the average of straight-through and DARN, in the form
    that is expanded at the probabilities; and to Gumbel-Rao in the limit of temperature 0, with its fresh
    noise averaged out. (Its authors give it a temperature too, which is 1 here.)

    Source: Liu et al. (2023), algorithm 2; Shekhovtsov (2023) for the average.
    """
    dtype, logits, gumbels = constants(logits, gumbels)
    sample, probs = hard(logits, gumbels), softmax(centre(logits))
    slope = slope_at(objective, sample.to(dtype))
    return narrow("estimate", 2 * lend((probs + sample) / 2, slope) - lend(probs, slope) / 2, dtype)


def _baseline(baseline: str, values: Tensor, *, shared: bool) -> Tensor:
    if baseline not in ("mean", "leave-one-out"):
        raise ValueError(f"baseline must be 'none', 'mean' or 'leave-one-out', got {baseline!r}")
    if not shared:
        raise ValueError(
            f"baseline {baseline!r} needs logits that all draws share, got one row for each draw"
        )
    if baseline == "mean":
        return values.mean()
    if len(values) < 2:
        raise ValueError(f"baseline 'leave-one-out' needs at least 2 draws, got {len(values)}")
    return (values.sum() - values) / (len(values) - 1)
