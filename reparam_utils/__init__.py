"""The functions that the lessons derive, tested once and shared by all of them."""

from .categorical import conditional_gumbels, gumbel_max, gumbel_top_k
from .estimators import (
    GradientErrors,
    exact_gradient,
    gradient_errors,
    gradient_moments,
    gumbel_rao_gradient,
    gumbel_softmax_gradient,
    measure_valued_gradient,
    measure_valued_moments,
    pathwise_gradient,
    reinforce_gradient,
    reinmax_gradient,
    score_function_gradient,
    straight_through_gradient,
    straight_through_gumbel_softmax_gradient,
)
from .gaussian import reparameterize_gaussian
from .gumbel import gumbel_cdf, gumbel_log_prob, gumbel_quantile, sample_gumbel
from .hard import one_hot_argmax, straight_through
from .metrics import soft_accuracy, soft_f1
from .quadrature import gaussian_expectation
from .relaxed import concrete_log_prob, gumbel_softmax
from .smoothing import smooth_max, soft_argmax, soft_top_k
from .two_class import two_class_moments

__all__ = [
    "GradientErrors",
    "concrete_log_prob",
    "conditional_gumbels",
    "exact_gradient",
    "gaussian_expectation",
    "gradient_errors",
    "gradient_moments",
    "gumbel_cdf",
    "gumbel_log_prob",
    "gumbel_max",
    "gumbel_quantile",
    "gumbel_rao_gradient",
    "gumbel_softmax",
    "gumbel_softmax_gradient",
    "gumbel_top_k",
    "measure_valued_gradient",
    "measure_valued_moments",
    "one_hot_argmax",
    "pathwise_gradient",
    "reinforce_gradient",
    "reinmax_gradient",
    "reparameterize_gaussian",
    "sample_gumbel",
    "score_function_gradient",
    "smooth_max",
    "soft_accuracy",
    "soft_argmax",
    "soft_f1",
    "soft_top_k",
    "straight_through",
    "straight_through_gradient",
    "straight_through_gumbel_softmax_gradient",
    "two_class_moments",
]
