"""Estimators of the gradient of an expectation, all with one signature, and what to hold them against.

For categories: `(objective, logits, gumbels, ...)`, in `categorical.py`. For the normal distribution:
`(objective, loc, scale, noise)`, in `gaussian.py`. All of them return one estimate for each draw.
"""

from .categorical import (
    gumbel_rao_gradient,
    gumbel_softmax_gradient,
    reinforce_gradient,
    reinmax_gradient,
    straight_through_gradient,
    straight_through_gumbel_softmax_gradient,
)
from .errors import GradientErrors, gradient_errors
from .exact import exact_gradient
from .gaussian import (
    gradient_moments,
    measure_valued_gradient,
    measure_valued_moments,
    pathwise_gradient,
    score_function_gradient,
)

__all__ = [
    "GradientErrors",
    "exact_gradient",
    "gradient_errors",
    "gradient_moments",
    "gumbel_rao_gradient",
    "gumbel_softmax_gradient",
    "measure_valued_gradient",
    "measure_valued_moments",
    "pathwise_gradient",
    "reinforce_gradient",
    "reinmax_gradient",
    "score_function_gradient",
    "straight_through_gradient",
    "straight_through_gumbel_softmax_gradient",
]
