"""How the package computes: rows about their largest entry, half precision in single, rounded last."""

import torch
from torch import Tensor

from .checks import check_each, check_temperature

# Categories, up to which a softmax in three steps is the faster one.
_SHORT = 16


def widen(*values: Tensor | float) -> tuple[torch.dtype, list[Tensor]]:
    """Return the common dtype of the arguments, and each as a tensor in the dtype to compute in.

    float16 and bfloat16 are computed in float32: a sum such as logits + gumbels would lose what decides
    the winner. Numbers take the dtype of the tensors beside them, and whole numbers the default one.
    """
    tensors = [value for value in values if isinstance(value, Tensor)] or [torch.tensor(values[0])]
    dtype = tensors[0].dtype
    for tensor in tensors[1:]:
        dtype = torch.promote_types(dtype, tensor.dtype)
    if not dtype.is_floating_point:
        dtype = torch.get_default_dtype()
    compute = torch.float32 if dtype in (torch.float16, torch.bfloat16) else dtype
    return dtype, [torch.as_tensor(value, dtype=compute, device=tensors[0].device) for value in values]


def narrow(name: str, value: Tensor, dtype: torch.dtype) -> Tensor:
    """Return `value` rounded to `dtype`; raise ValueError with the first number that is too large for it."""
    rounded = value.to(dtype)
    if rounded.dtype != value.dtype:
        lost = torch.isinf(rounded)
        check_each(name, value, f"within the range of {dtype}", lambda wide: ~lost | torch.isinf(wide))
    return rounded


def centre(scores: Tensor) -> Tensor:
    """Return the scores less the largest of their row, which is a constant for the gradient.

    What depends on differences alone stays the same, and offsets that all of a row share cost no digits.
    """
    return scores - scores.amax(dim=-1, keepdim=True).detach()


def softmax(scores: Tensor) -> Tensor:
    """Softmax over the last axis, for scores whose largest is 0 in each row.

    On rows as short as this PyTorch's own takes about ten times as long as the same in three steps.
    """
    if scores.shape[-1] > _SHORT:
        return torch.softmax(scores, dim=-1)
    weights = torch.exp(scores)
    return weights / weights.sum(dim=-1, keepdim=True)


def over_temperature(scores: Tensor, temperature: Tensor | float) -> tuple[Tensor, Tensor, Tensor | float]:
    """Return (scores - largest) / temperature, which can't overflow upwards; each row's largest score; and
    the temperature as `check_temperature` returns it.

    The largest score is a constant for the gradient: a softmax or a logsumexp doesn't change with it. A score
    of -inf stays -inf, and so does one whose quotient overflows, with a gradient of zero in `scores` and in
    `temperature`.

    Args:
        scores: shape (..., k), accepted by `check_scores`. They are overwritten: new memory for each step
            would cost more than the step.
        temperature: above zero; a number or an array, or a tensor of shape () or (..., 1).

    Raises:
        ValueError: `temperature` is not positive, out of the dtype's range, or its shape does not fit.
    """
    temperature = check_temperature(temperature, scores)
    largest = scores.amax(dim=-1, keepdim=True).detach()
    shifted = scores.sub_(largest)
    if not isinstance(temperature, Tensor):
        return shifted.div_(temperature), largest, temperature
    # It may be learned. The slope of -inf / temperature is infinite, and zero times infinity is NaN.
    constant = temperature.detach()
    scaled = shifted / constant
    masked = scaled == -torch.inf
    # Autograd divides by the square of a divisor, which may overflow where the quotient does not; for a
    # logarithm it divides once. The factor is exactly 1.
    factor = torch.exp(torch.log(constant) - torch.log(temperature))
    return (scaled.masked_fill(masked, 0) * factor).masked_fill(masked, -torch.inf), largest, temperature
