"""How the package computes: half precision in single, rounded last; scores over a temperature."""

import torch
from torch import Tensor

from .checks import check_temperature


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


def over_temperature(scores: Tensor, temperature: Tensor | float) -> tuple[Tensor, Tensor]:
    """Return (scores - largest) / temperature, which can't overflow upwards, and each row's largest score.

    The largest score is a constant for the gradient: a softmax or a logsumexp doesn't change with it. A score
    of -inf stays -inf, with a gradient of zero in `scores` and in `temperature`.

    Args:
        scores: shape (..., k), accepted by `check_scores`. They are overwritten: new memory for each step
            would cost more than the step.
        temperature: above zero; a number, or a tensor of shape () or (..., 1). Cast to the dtype of scores.

    Raises:
        ValueError: `temperature` is not positive, out of the dtype's range, or its shape does not fit.
    """
    cast = check_temperature(temperature, scores)
    largest = scores.amax(dim=-1, keepdim=True).detach()
    shifted = scores.sub_(largest)
    if not isinstance(temperature, Tensor):
        return shifted.div_(cast), largest
    # It may be learned. The slope of -inf / temperature is infinite, and zero times infinity is NaN.
    masked = shifted / cast == -torch.inf
    return (shifted.masked_fill(masked, 0) / cast).masked_fill(masked, -torch.inf), largest
