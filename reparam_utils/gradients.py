"""Gradients of an expected objective: exact by enumeration, or estimated one draw at a time."""

from collections.abc import Callable

import torch
from torch import Tensor

from .checks import check_finite
from .gaussian import reparameterize_gaussian
from .quadrature import gaussian_expectation

Objective = Callable[[Tensor], Tensor]
Estimator = Callable[[Objective, float, float, Tensor], Tensor]


def exact_gradient(logits: Tensor, objective: Tensor) -> Tensor:
    """Gradient of E[objective] in the logits of a categorical distribution, by enumeration.

    With probs = softmax(logits) it is probs * (objective - sum(probs * objective)).

    Args:
        logits: unnormalised log-probabilities, shape (..., k).
        objective: value of the objective at each category, shape (..., k).

    Returns:
        The gradient, shape (..., k). Its entries sum to zero.

    Raises:
        ValueError: the shapes differ in the last axis, or `objective` is NaN or infinite.

    Lesson 00 derives it.
    """
    check_finite("objective", objective)
    if logits.shape[-1:] != objective.shape[-1:]:
        raise ValueError(
            f"logits and objective must have as many categories, got shapes {tuple(logits.shape)} "
            f"and {tuple(objective.shape)}"
        )
    probs = torch.softmax(logits, dim=-1)
    return probs * (objective - (probs * objective).sum(dim=-1, keepdim=True))


def pathwise_gradients(objective: Objective, loc: float, scale: float, noise: Tensor) -> Tensor:
    """One reparameterized estimate of the gradient of E[objective(z)] from each draw.

    For z = loc + scale * noise they are objective'(z) and objective'(z) * noise.

    Args:
        objective: differentiable, acts on each entry by itself, shape (n,) to (n,).
        loc: mean of z.
        scale: standard deviation of z, above zero.
        noise: standard normal draws, shape (n,).

    Returns:
        Shape (2, n): estimates in `loc`, then in `scale`.

    Raises:
        ValueError: as `reparameterize_gaussian`.

    Source: Mohamed et al. (2020), section 5. Lesson 01.
    """
    z = reparameterize_gaussian(loc, scale, noise).detach().requires_grad_()
    (slope,) = torch.autograd.grad(objective(z).sum(), z)
    return torch.stack([slope, slope * noise])


def score_function_gradients(objective: Objective, loc: float, scale: float, noise: Tensor) -> Tensor:
    """One score function (REINFORCE) estimate of the gradient of E[objective(z)] from each draw.

    They are objective(z) times the derivative of log p(z): noise / scale for `loc`, and
    (noise**2 - 1) / scale for `scale`. The objective need not be differentiable.

    Args, returns and errors are those of `pathwise_gradients`.

    Source: Williams (1992); Mohamed et al. (2020), section 4. Lesson 01.
    """
    value = objective(reparameterize_gaussian(loc, scale, noise))
    return torch.stack([value * noise / scale, value * (noise**2 - 1) / scale])


def gradient_moments(
    estimator: Estimator, objective: Objective, loc: float, scale: float
) -> tuple[Tensor, Tensor]:
    """Mean and variance of a one-draw gradient estimator, by quadrature: exact, with no draws.

    Args:
        estimator: `pathwise_gradients`, `score_function_gradients` or a function of the same arguments.
        objective: smooth, acts on each entry by itself.
        loc: mean of z.
        scale: standard deviation of z, above zero.

    Returns:
        Two float64 tensors of shape (2,): means and variances, in `loc` and in `scale`.

    Raises:
        ValueError: as `gaussian_expectation`.

    Source: Mohamed et al. (2020), section 3, whose Figures 2 and 3 it recomputes. Lesson 01.
    """

    def powers(z):
        gradients = estimator(objective, loc, scale, (z - loc) / scale)
        return torch.stack([gradients, gradients**2])

    mean, square = gaussian_expectation(powers, loc, scale)
    return mean, square - mean**2
