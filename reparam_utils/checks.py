"""What the package refuses at the door, with the value in the message."""

import math
from collections.abc import Callable
from numbers import Real
from typing import Any

import numpy as np
import torch
from torch import Tensor

# Said in full in the reference, web/api.md.
NO_VALUES = (
    "reparam_utils looks at the numbers that it is given. So it does not run inside torch.vmap, "
    "torch.jit.trace, torch.export or torch.compile(fullgraph=True), nor on the meta device"
)


def check_finite(name: str, value: Tensor | float) -> None:
    """Raise ValueError if an entry of `value` is NaN or infinite."""
    tensor = as_tensor(name, value)
    if not sum_is_finite(tensor):
        check_each(name, tensor, "finite", torch.isfinite)


def check_positive(name: str, value: Tensor | float) -> None:
    """Raise ValueError unless every entry of `value` is finite and above zero."""
    check_finite(name, value)
    check_each(name, value, "positive", lambda tensor: tensor > 0)


def check_scores(name: str, value: Tensor) -> None:
    """Raise ValueError unless the last axis of `value` holds categories to choose from.

    An entry of -inf masks its category. NaN, +inf, an empty last axis and a row of -inf alone are refused.
    """
    check_categories(name, value)
    # With masks, a row's largest entry tells: it is NaN or +inf if one entry is, and -inf if all are.
    if sum_is_finite(value) or torch.isfinite(value.amax(dim=-1)).all():
        return
    check_each(name, value, "finite, or -inf to mask a category", lambda tensor: tensor < torch.inf)
    raise ValueError(f"{name} must leave a category unmasked, got a row with nothing but -inf")


def check_tensor(name: str, value: Tensor) -> None:
    """Raise ValueError unless `value` is a tensor of real numbers."""
    if not isinstance(value, Tensor):
        raise ValueError(f"{name} must be a tensor, got {value!r}")
    _check_real(name, value)


def check_categories(name: str, value: Tensor) -> None:
    """Raise ValueError unless `value` is a tensor of real numbers with something in its last axis."""
    check_tensor(name, value)
    if value.ndim == 0 or value.shape[-1] == 0:
        raise ValueError(f"{name} must have categories in its last axis, got shape {tuple(value.shape)}")


def check_number(name: str, value: Tensor | float) -> Tensor:
    """Return `value` as a float64 tensor of shape (); raise ValueError unless it is one finite number."""
    check_finite(name, value)
    tensor = as_tensor(name, value)
    if tensor.ndim:
        raise ValueError(f"{name} must be one number, got shape {tuple(tensor.shape)}")
    return tensor.double()


def check_index(name: str, index: Tensor, count: int) -> Tensor:
    """Return `index` as int64; raise ValueError unless it holds whole numbers from 0 to count - 1."""
    check_tensor(name, index)
    if index.is_floating_point() or index.dtype == torch.bool:
        raise ValueError(f"{name} must hold whole numbers, got {index.dtype}")
    index = index.long()  # in which the count fits
    check_each(name, index, f"between 0 and {count - 1}", lambda each: (each >= 0) & (each < count))
    return index


def check_each(name: str, value: Tensor | float, what: str, accept: Callable[[Tensor], Tensor]) -> None:
    """Raise ValueError with the first entry of `value` that `accept` refuses; `what` says what it must be."""
    tensor = as_tensor(name, value)
    wrong = ~accept(tensor)
    if number(wrong.any()):
        raise ValueError(f"{name} must be {what}, got {tensor[wrong][0].item()}")


def sum_is_finite(value: Tensor) -> bool:
    """Whether the sum of `value` is finite, and so every entry: many times faster than to look at each.

    Where it is not, the entries must be looked at: the sum of finite ones may overflow.
    """
    # In float16 the sum of a few thousand numbers would overflow.
    dtype = torch.float64 if value.dtype == torch.float64 else torch.float32
    return math.isfinite(number(value.detach().sum(dtype=dtype)))


def number(tensor: Tensor) -> float:
    """The number in a tensor of shape (); RuntimeError, with the reason, where a tensor shows no values."""
    # The compiler can't raise as PyTorch does: it would name a line of its own.
    if torch.jit.is_tracing() or torch.compiler.is_compiling():
        raise RuntimeError(NO_VALUES)
    try:
        return tensor.item()
    except RuntimeError as refusal:
        raise RuntimeError(NO_VALUES) from refusal


def as_tensor(name: str, value: Any) -> Tensor:
    """Return `value` as a tensor of real numbers, a number or an array in float64; or raise ValueError."""
    if torch.compiler.is_compiling():
        raise RuntimeError(NO_VALUES)
    if isinstance(value, Tensor):
        _check_real(name, value)
        return value
    try:
        plain = np.asarray(float(value) if isinstance(value, Real) else value)
        # The device is named, because another one may be the default.
        return torch.as_tensor(plain.astype(float, casting="same_kind"), device="cpu")
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{name} must be a real number, or several, got {value!r}") from None


def _check_real(name: str, value: Tensor) -> None:
    if value.is_complex():
        raise ValueError(f"{name} must be real, got {value.dtype}")
