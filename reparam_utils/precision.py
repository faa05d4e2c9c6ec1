"""How the package computes: rows about their largest entry, half precision in single, rounded last."""

import torch
from torch import Tensor

from .checks import as_tensor, check_each, number, sum_is_finite
from .fits import check_temperature

# Categories, up to which a softmax in three steps is the faster one.
_SHORT = 16


def widen(*values: Tensor | float) -> tuple[torch.dtype, list[Tensor]]:
    """Return the common dtype of the arguments, and each as a tensor in the dtype to compute in.

    float16 and bfloat16 are computed in float32: a sum such as logits + gumbels would lose what decides
    the winner. Numbers take the dtype of the tensors beside them. Whole numbers are computed in float64,
    which holds their differences, and result in the default dtype; beyond 2**53 it holds only some, and
    others are refused.
    """
    tensors = [value for value in values if isinstance(value, Tensor)]
    if not tensors:
        tensors = [as_tensor("argument", values[0]).to(torch.get_default_dtype())]
    dtype = tensors[0].dtype
    for tensor in tensors[1:]:
        dtype = torch.promote_types(dtype, tensor.dtype)
    if not dtype.is_floating_point:
        dtype = torch.get_default_dtype()
    compute = torch.float32 if dtype in (torch.float16, torch.bfloat16) else dtype
    if not all(tensor.is_floating_point() for tensor in tensors):
        compute = torch.float64
    device = tensors[0].device
    return dtype, [_exactly(as_tensor("argument", value), compute, device) for value in values]


def _exactly(tensor: Tensor, dtype: torch.dtype, device: torch.device) -> Tensor:
    wide = tensor.to(dtype=dtype, device=device)
    if tensor.dtype == torch.int64:
        check_each("whole numbers", tensor, "exact in float64", lambda _: wide.long() == tensor)
    return wide


def narrow(name: str, value: Tensor, dtype: torch.dtype) -> Tensor:
    """Return `value` rounded to `dtype`; raise ValueError with the first number that is too large for it."""
    rounded = value.to(dtype)
    if not sum_is_finite(rounded):
        check_each(name, value, f"within the range of {dtype}", lambda _: torch.isfinite(rounded))
    return rounded


def centre(scores: Tensor) -> Tensor:
    """Return the scores less the largest of their row, which is a constant for the gradient.

    What depends on differences alone stays the same, and offsets that all of a row share cost no digits.
    """
    return scores - scores.amax(dim=-1, keepdim=True).detach()


def centre_all(scores: Tensor) -> Tensor:
    """As `centre`, but no finite score becomes -inf, however far it lies below the largest of its row: where
    the dtype can't say how far, float64 does; and where that can't, it is at the lowest number.
    """
    centred = centre(scores)
    lost = (centred == -torch.inf) & (scores > -torch.inf)
    if not number(lost.any()):
        return centred
    if scores.dtype != torch.float64:
        return centre(scores.double())
    return centred.masked_fill(lost, torch.finfo(scores.dtype).min)


def softmax(scores: Tensor) -> Tensor:
    """Softmax over the last axis, for scores whose largest is 0 in each row.

    On rows as short as this PyTorch's own takes about ten times as long as the same in three steps.
    """
    if scores.shape[-1] > _SHORT:
        return torch.softmax(scores, dim=-1)
    weights = torch.exp(scores)
    return weights / weights.sum(dim=-1, keepdim=True)


def divide(values: Tensor, divisor: Tensor) -> Tensor:
    """values / divisor, whose gradient in the divisor is finite wherever it fits the dtype.

    Autograd divides by the square of a divisor, which may overflow where the quotient does not; for a
    logarithm it divides once.
    """
    if not divisor.requires_grad:
        return values / divisor
    constant = divisor.detach()
    return values / constant * torch.exp(torch.log(constant) - torch.log(divisor))  # this factor is 1


def over_temperature(scores: Tensor, temperature: Tensor | float) -> tuple[Tensor, Tensor | float]:
    """Return (scores - largest) / temperature, which can't overflow upwards, and the temperature as
    `check_temperature` returns it.

    The largest score of a row is a constant for the gradient: a softmax or a logsumexp doesn't change with
    it. A score of -inf stays -inf, and so does one whose quotient overflows. What lies so low has no gradient
    in `scores` or in `temperature`.

    Args:
        scores: shape (..., k), accepted by `check_scores`. They are overwritten: new memory for each step
            would cost more than the step.
        temperature: above zero; a number or an array, or a tensor of shape () or (..., 1).

    Raises:
        ValueError: `temperature` is not positive, out of the dtype's range, or its shape does not fit.
    """
    temperature = check_temperature(temperature, scores)
    shifted = scores.sub_(scores.amax(dim=-1, keepdim=True).detach())
    if not isinstance(temperature, Tensor):
        return shifted.div_(temperature), temperature
    # It may be learned. Far below, where no softmax sees it, a slope could overflow, and zero times infinity
    # is NaN.
    scaled = shifted.detach() / temperature.detach()
    low = scaled < -(torch.finfo(scaled.dtype).max ** 0.5)
    return torch.where(low, scaled, divide(shifted.masked_fill(low, 0), temperature)), temperature
