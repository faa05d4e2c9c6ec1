"""The functions that the lessons derive, tested once and shared by all of them."""

from .categorical import conditional_gumbels, gumbel_max, gumbel_top_k
from .gaussian import reparameterize_gaussian
from .gradients import exact_gradient, gradient_moments, pathwise_gradients, score_function_gradients
from .gumbel import gumbel_cdf, gumbel_log_prob, gumbel_quantile, sample_gumbel
from .hard import one_hot_argmax, straight_through
from .metrics import soft_accuracy, soft_f1
from .quadrature import gaussian_expectation
from .relaxed import concrete_log_prob, gumbel_softmax
from .smoothing import smooth_max, soft_argmax, soft_top_k
from .two_class import two_class_moments

__all__ = [
    "concrete_log_prob",
    "conditional_gumbels",
    "exact_gradient",
    "gaussian_expectation",
    "gradient_moments",
    "gumbel_cdf",
    "gumbel_log_prob",
    "gumbel_max",
    "gumbel_quantile",
    "gumbel_softmax",
    "gumbel_top_k",
    "one_hot_argmax",
    "pathwise_gradients",
    "reparameterize_gaussian",
    "sample_gumbel",
    "score_function_gradients",
    "smooth_max",
    "soft_accuracy",
    "soft_argmax",
    "soft_f1",
    "soft_top_k",
    "straight_through",
    "two_class_moments",
]
