"""What a function does on given inputs, in value and in gradient."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

Inputs = Mapping[str, Any]


class NotStarted(Exception):
    """A `...` of the stub is still there."""


class Wrong(Exception):
    """What is wrong with an answer, in words for the learner."""


class Raised(Exception):
    """The learner's function raised the error that is the cause of this one; says on which input."""


@dataclass(frozen=True)
class Seen:
    """The value of a function, and its gradient in some of the inputs: None where no path leads to one."""

    value: Tensor
    gradients: dict[str, Tensor | None]


def observe(function: Callable, inputs: Inputs, weights: Mapping[str, Tensor]) -> Seen:
    """Call `function` on copies of the inputs.

    Args:
        function: takes the inputs by position.
        inputs: name to value. What is no tensor is passed as it is.
        weights: name of an input to a tensor of the value's shape; the gradient in this input is that of the
            weighted sum of the value. Where the value has another shape there is no gradient.

    Raises:
        NotStarted: the function returns `...` or stumbles over one.
        Raised: it raises any other error.
        Wrong: it returns nothing, or something that is not a number.
    """
    copies = {name: thing.clone() if isinstance(thing, Tensor) else thing for name, thing in inputs.items()}
    for name in weights:
        copies[name].requires_grad_()
    gradients = {}
    try:
        value = _as_tensor(function(*copies.values()))
        for name, weight in weights.items():
            if weight.shape == value.shape:
                gradients[name] = _gradient(value, copies[name], weight)
    except (NotStarted, Wrong):
        raise
    except Exception as problem:
        if isinstance(problem, TypeError) and "ellipsis" in str(problem):
            raise NotStarted from None
        raise Raised(given(inputs)) from problem
    return Seen(value.detach(), gradients)


def agree(one: Seen, other: Seen, tolerance: float) -> bool:
    """Whether two functions did nearly the same, in value and in gradient."""
    if not close(one.value, other.value, tolerance) or one.gradients.keys() != other.gradients.keys():
        return False
    pairs = zip(one.gradients.values(), other.gradients.values(), strict=True)
    return all(same_gradient(*pair, tolerance) for pair in pairs)


def close(one: Tensor, other: Tensor, tolerance: float) -> bool:
    """Whether two tensors have one shape and nearly the same entries; NaN is the same as NaN."""
    return one.shape == other.shape and torch.allclose(
        one.double(), other.double(), rtol=tolerance, atol=tolerance, equal_nan=True
    )


def same_gradient(one: Tensor | None, other: Tensor | None, tolerance: float) -> bool:
    """Whether two gradients are nearly the same. None at all is not the same as zero."""
    if one is None or other is None:
        return one is other
    return close(one, other, tolerance)


def given(inputs: Inputs) -> str:
    """The inputs in a block of their own, one after the other."""
    lines = [
        f"{name} = {shown(thing, indent=len(name) + 3)}"
        for name, thing in inputs.items()
        if not callable(thing)
    ]
    return "\n".join(["The input was", "```", *lines, "```"])


def shown(thing: Tensor | float, indent: int = 0) -> str:
    """A number or a small tensor, with four digits; each row of a matrix on a line of its own, indented."""
    array = torch.as_tensor(thing).detach().numpy()
    return np.array2string(
        array, separator=", ", prefix=" " * indent, max_line_width=100, formatter={"all": "{:.4g}".format}
    )


def _as_tensor(value: Any) -> Tensor:
    parts = value if isinstance(value, tuple | list) else [value]
    if any(part is ... for part in parts):
        raise NotStarted
    if value is None:
        raise Wrong("The function returns nothing. Is `return` missing?")
    try:
        if parts is value:
            return torch.stack([torch.as_tensor(part, dtype=torch.float64) for part in parts])
        return torch.as_tensor(value)
    except (TypeError, ValueError, RuntimeError):
        raise Wrong(f"The function must return a tensor or a number. It returned `{value!r}`.") from None


def _gradient(value: Tensor, parameter: Tensor, weight: Tensor) -> Tensor | None:
    if not value.requires_grad:
        return None
    total = (value * weight).sum()
    return torch.autograd.grad(total, parameter, retain_graph=True, allow_unused=True)[0]
