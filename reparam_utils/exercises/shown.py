"""Numbers and inputs as a learner reads them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

Inputs = Mapping[str, Any]


def given(inputs: Inputs) -> str:
    """The inputs in a block of their own, one after the other; a function is told by its docstring."""
    lines = [
        f"{name} = {thing.__doc__ if callable(thing) else shown(thing, indent=len(name) + 3)}"
        for name, thing in inputs.items()
    ]
    return "\n".join(["The input was", "```", *lines, "```"])


def shown(thing: Tensor | float, digits: int = 4, indent: int = 0) -> str:
    """A number or a tensor. Each row of a matrix has its line, indented; a large tensor is abridged."""
    return np.array2string(
        torch.as_tensor(thing).detach().numpy(),
        separator=", ",
        prefix=" " * indent,
        threshold=60,
        edgeitems=2,
        formatter={"all": f"{{:.{digits}g}}".format},
    )


def shown_apart(one: Tensor, other: Tensor) -> tuple[str, str]:
    """Two numbers or tensors, with as many digits as tell them apart."""
    for digits in (4, 6, 9, 17):
        pair = shown(one, digits), shown(other, digits)
        if len(set(pair)) > 1:
            break
    return pair
