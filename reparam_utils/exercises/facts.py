"""Properties that the value of a task must have, each in words that say what fails."""

import torch
from torch import Tensor

from .shown import shown
from .task import Fact


def rows_sum_to(wanted: int) -> Fact:
    """The entries along the last axis must sum to `wanted`."""

    def fact(value: Tensor) -> str | None:
        sums = value.double().sum(dim=-1)
        off = sums[~((sums - wanted).abs() < 1e-3)]
        return f"A row does not sum to {wanted}: its sum is `{shown(off[0])}`." if len(off) else None

    return fact


def entries_are_finite(value: Tensor) -> str | None:
    """No entry may be infinite or NaN."""
    wrong = value[~torch.isfinite(value)]
    return f"An entry is not finite: it is `{shown(wrong[0])}`." if len(wrong) else None


def entries_are_bits(value: Tensor) -> str | None:
    """Every entry must be 0 or 1."""
    wrong = value[((value.double() - 0.5).abs() - 0.5).abs() > 1e-6]
    return f"An entry is neither 0 nor 1: it is `{shown(wrong[0])}`." if len(wrong) else None


def entries_are_integers(value: Tensor) -> str | None:
    """The entries must be indices."""
    if value.is_floating_point():
        return f"The result must be indices, of an integer type. It has the type `{value.dtype}`."
    return None
