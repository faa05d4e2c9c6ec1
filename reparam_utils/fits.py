"""What must fit the scores beside it: shapes, a temperature, a count."""

from numbers import Integral

import numpy as np
import torch
from torch import Tensor

from .checks import NO_VALUES, as_tensor, check_positive, number


def check_temperature(temperature: Tensor | float, scores: Tensor) -> Tensor | float:
    """Return a number as it is, and anything else as a tensor in the dtype and on the device of the scores.

    Raise ValueError unless it is positive, also in that dtype, and one number for each row or for all.
    """
    limits = torch.finfo(scores.dtype)
    if isinstance(temperature, (int, float)) and limits.tiny <= temperature <= limits.max:
        return float(temperature)  # at once, because it is asked for every few rows
    cast = positive_like("temperature", temperature, scores)
    if cast.ndim and cast.shape[-1] != 1:
        shape = tuple(cast.shape)
        raise ValueError(f"temperature must be one number for all categories of a row, got shape {shape}")
    check_broadcast(categories=False, scores=scores, temperature=cast)
    return cast


def positive_like(name: str, value: Tensor | float, tensor: Tensor) -> Tensor:
    """Return `value` in the dtype and on the device of `tensor`; raise ValueError unless it is positive, and
    also there."""
    check_positive(name, value)
    given = as_tensor(name, value)
    cast = given.to(dtype=tensor.dtype, device=tensor.device)
    fits = (cast > 0) & torch.isfinite(cast)
    if not number(fits.all()):
        wrong = given[~fits.to(given.device)][0].item()
        raise ValueError(f"{name} must be within the range of {tensor.dtype}, got {wrong}")
    return cast


def check_broadcast(*, categories: bool = True, **tensors: Tensor | float) -> tuple[int, ...]:
    """Return the common shape of named arguments; raise ValueError with their shapes if there is none.

    Args:
        categories: the last axis holds categories, so it must be as long in all of them, and not empty.
        tensors: the arguments by name.
    """
    if torch.jit.is_tracing():  # where the numbers of a shape are tensors
        raise RuntimeError(NO_VALUES)
    shapes = {name: tuple(as_tensor(name, value).shape) for name, value in tensors.items()}
    names, got = _listed(shapes), ", ".join(map(str, shapes.values()))
    if categories and len({shape[-1:] for shape in shapes.values()}) > 1:
        raise ValueError(f"{names} must have as many categories, got shapes {got}")
    try:
        return np.broadcast_shapes(*shapes.values())  # many times faster than torch's
    except ValueError:
        raise ValueError(f"{names} must broadcast, got shapes {got}") from None


def check_count(name: str, count: int, scores: Tensor) -> None:
    """Raise ValueError unless every row of `scores` has `count` >= 1 categories that are not masked."""
    rows = (scores > -torch.inf).sum(dim=-1)
    most = int(number(rows.min())) if rows.numel() else scores.shape[-1]
    if not isinstance(count, Integral) or not 1 <= count <= most:
        raise ValueError(f"{name} must be between 1 and {most}, the unmasked categories, got {count!r}")


def _listed(names) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}"
