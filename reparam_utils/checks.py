"""What the package refuses at the door, with the value in the message."""

import torch
from torch import Tensor


def check_finite(name: str, value: Tensor | float) -> None:
    """Raise ValueError if an entry of `value` is NaN or infinite."""
    _refuse(name, value, "finite", torch.isfinite)


def check_positive(name: str, value: Tensor | float) -> None:
    """Raise ValueError unless every entry of `value` is finite and above zero."""
    check_finite(name, value)
    _refuse(name, value, "positive", lambda tensor: tensor > 0)


def _refuse(name, value, what, accept):
    tensor = torch.as_tensor(value)
    wrong = tensor[~accept(tensor)]
    if wrong.numel():
        raise ValueError(f"{name} must be {what}, got {wrong[0].item()}")
