"""What an estimator asks of an objective: its values and its slope, one for each row."""

from collections.abc import Callable

import torch
from torch import Tensor

from ..checks import check_finite

# Said in full in the reference, web/api.md.
CONSTANTS = (
    "reparam_utils: an estimator takes the slope of its objective itself, and what it returns is a constant. "
    "So no torch.func.grad, torch.func.jvp or torch.vmap goes through it"
)
Objective = Callable[[Tensor], Tensor]


def values_at(objective: Objective, points: Tensor) -> Tensor:
    """Return objective(points), shape (m,) for m points; raise ValueError if it is not so, or not finite.

    Whole numbers and half precision are widened: sums of them would wrap around or overflow.
    """
    _leaf(points[:0])
    values = objective(points.clone())  # which it may write into
    if not isinstance(values, Tensor) or values.shape != points.shape[:1]:
        got = tuple(values.shape) if isinstance(values, Tensor) else values
        raise ValueError(f"objective must return one value for each of {len(points)} rows, got {got}")
    check_finite("objective", values)
    wide = torch.float32 if values.is_floating_point() else torch.float64
    return values.to(torch.promote_types(values.dtype, wide))


def slope_at(objective: Objective, points: Tensor) -> Tensor:
    """Return the gradient of the objective at each point, in the shape of `points`.

    Raises:
        ValueError: as `values_at`, the slope is NaN or infinite, or autograd finds no way back to the points.
    """
    # Autograd works in inference mode too, if nothing that it needs was made there.
    with torch.inference_mode(False), torch.enable_grad():
        points = _leaf(points)
        values = values_at(objective, points)
        slope = None
        if values.requires_grad:
            (slope,) = torch.autograd.grad(values.sum(), points, allow_unused=True)
    if slope is None:
        raise ValueError(
            "objective must be differentiable in its rows; score_function_gradient and reinforce_gradient "
            "need no slope"
        )
    check_finite("slope of the objective", slope)
    return slope


def _leaf(points: Tensor) -> Tensor:
    """A copy that may require a gradient; RuntimeError where a transform of torch.func would take its own."""
    try:
        return points.detach().clone().requires_grad_()
    except RuntimeError as refusal:
        raise RuntimeError(CONSTANTS) from refusal
