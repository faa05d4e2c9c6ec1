"""What a function does on given inputs, in value and in gradient."""

import inspect
import reprlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from .shown import Inputs, given


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
        Wrong: it takes other arguments, or returns nothing, or what is no number, or has no gradient.
    """
    copies = {name: _leaf(thing, name in weights) for name, thing in inputs.items()}
    _check_arguments(function, inputs)
    try:
        result = function(*copies.values())
    except Exception as problem:
        if isinstance(problem, TypeError | AttributeError) and "ellipsis" in str(problem):
            raise NotStarted from None
        raise Raised(given(inputs)) from problem
    if result is None:
        raise Wrong("The function returns nothing. Is `return` missing?")
    if isinstance(result, tuple) and hasattr(result, "indices"):
        raise Wrong(
            "The function returns a pair, values and indices, as `max` with `dim` does. Take one of them."
        )
    value = _as_tensor(result)
    gradients = {
        name: _gradient(value, copies[name], weight)
        for name, weight in weights.items()
        if weight.shape == value.shape
    }
    return Seen(value.detach(), gradients)


def agree(one: Seen, other: Seen) -> bool:
    """Whether two functions did nearly the same, in value and in gradient."""
    if not close(one.value, other.value) or one.gradients.keys() != other.gradients.keys():
        return False
    pairs = zip(one.gradients.values(), other.gradients.values(), strict=True)
    return all(same_gradient(*pair) for pair in pairs)


def close(one: Tensor, other: Tensor) -> bool:
    """Whether two tensors have one shape and, up to single precision, the same entries; NaN is NaN."""
    return one.shape == other.shape and torch.allclose(
        one.double(), other.double(), atol=1e-4, equal_nan=True
    )


def same_gradient(one: Tensor | None, other: Tensor | None) -> bool:
    """Whether two gradients are nearly the same. None at all is not the same as zero."""
    if one is None or other is None:
        return one is other
    return close(one, other)


def _leaf(thing: Any, differentiable: bool) -> Any:
    """A copy that the function may change, and call `backward()` on."""
    if not isinstance(thing, Tensor):
        return thing
    return thing.detach().clone().requires_grad_(differentiable or thing.requires_grad)


def _check_arguments(function: Callable, inputs: Inputs) -> None:
    try:
        signature = inspect.signature(function)
    except ValueError:  # some functions of PyTorch have none
        return
    try:
        signature.bind(*inputs)
    except TypeError:
        raise Wrong(
            f"`check` calls the function with {len(inputs)} arguments: {', '.join(inputs)}. "
            f"It takes `{signature}`."
        ) from None


def _as_tensor(result: Any) -> Tensor:
    """A real, dense tensor of what a function returned; lists keep the gradient of the tensors in them."""
    if result is ...:
        raise NotStarted
    try:
        if isinstance(result, tuple | list):
            return torch.stack([_as_tensor(part) for part in result])
        value = torch.as_tensor(result).to_dense()
    except (TypeError, ValueError, RuntimeError):
        value = None
    if value is None or value.is_complex():
        raise Wrong(
            f"The function must return a tensor or real numbers. It returned `{reprlib.repr(result)}`."
        )
    return value


def _gradient(value: Tensor, parameter: Tensor, weight: Tensor) -> Tensor | None:
    if not value.requires_grad:
        return None
    total = (value * weight).sum()
    try:
        return torch.autograd.grad(total, parameter, retain_graph=True, allow_unused=True)[0]
    except RuntimeError as problem:
        raise Wrong(
            f"PyTorch cannot take the gradient of the result. It says:\n\n```\n{problem}\n```\n\n"
            "Is `backward()` called inside the function, or something changed in place?"
        ) from None
