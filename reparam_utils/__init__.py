"""The functions that the lessons derive, tested once and shared by all of them."""

from .gaussian import reparameterize_gaussian
from .gradients import exact_gradient, gradient_moments, pathwise_gradients, score_function_gradients
from .quadrature import gaussian_expectation

__all__ = [
    "exact_gradient",
    "gaussian_expectation",
    "gradient_moments",
    "pathwise_gradients",
    "reparameterize_gaussian",
    "score_function_gradients",
]
