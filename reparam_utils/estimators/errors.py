"""From the estimates of many draws to what they are worth, with standard errors."""

from typing import NamedTuple

from torch import Tensor

from ..checks import check_finite, check_tensor
from ..precision import narrow, widen


class GradientErrors(NamedTuple):
    """What estimates of a gradient are worth; each entry beside its standard error.

    Attributes:
        bias: mean less the exact gradient, in the shape of the gradient.
        variance: of one estimate, summed over the entries of the gradient.
        mean_squared_error: of one estimate, summed likewise: variance plus squared bias, up to chance.
    """

    bias: Tensor
    bias_error: Tensor
    variance: Tensor
    variance_error: Tensor
    mean_squared_error: Tensor
    mean_squared_error_error: Tensor


def gradient_errors(estimates: Tensor, exact: Tensor) -> GradientErrors:
    """Bias, variance and mean squared error of n independent estimates of one gradient.

    The length of `bias` is on average above that of the true bias: chance has a length too. Judge each entry
    by its standard error.

    Args:
        estimates: shape (n, ...), one estimate a row, at least two; the rows independent. Those of a
            leave-one-out baseline are not.
        exact: the gradient, shape (...).

    Raises:
        ValueError: the shapes do not fit, there are fewer than two rows, or a number is NaN or infinite.

    Lesson 06.
    """
    check_tensor("estimates", estimates)
    check_tensor("exact", exact)
    if estimates.shape[1:] != exact.shape or len(estimates) < 2:
        raise ValueError(
            "estimates must have shape (n, *exact.shape) with n at least 2, got "
            f"{tuple(estimates.shape)} and {tuple(exact.shape)}"
        )
    check_finite("estimates", estimates)
    check_finite("exact", exact)
    dtype, (estimates, exact) = widen(estimates, exact)
    n, root = len(estimates), len(estimates) ** 0.5
    mean, errors = estimates.mean(dim=0), estimates.std(dim=0) / root
    # n / (n - 1), because the mean is that of the same rows.
    spread = _squared_length(estimates - mean) * (n / (n - 1))
    distance = _squared_length(estimates - exact)
    found = mean - exact, errors, spread.mean(), spread.std() / root, distance.mean(), distance.std() / root
    return GradientErrors(*(narrow("error", each, dtype) for each in found))


def _squared_length(rows: Tensor) -> Tensor:
    return (rows**2).reshape(len(rows), -1).sum(dim=1)
