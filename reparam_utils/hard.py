"""Hard choices, and a gradient lent to them by something soft (lesson 04)."""

import torch
from torch import Tensor

from .checks import check_scores, check_tensor


def one_hot_argmax(x: Tensor) -> Tensor:
    """Exactly one 1 in each row, at the largest entry; the first of them in a tie. No gradient.

    Args:
        x: scores, shape (..., k); -inf masks a category.

    Returns:
        Zeros and ones in the dtype and shape of `x`.

    Raises:
        ValueError: an entry is NaN or +inf, a row is all -inf, or there is no category.

    Lesson 04. A comparison with the largest entry would give several ones in a tie.
    """
    check_scores("x", x)
    scores = x if x.is_floating_point() else x.long()  # torch has no argmax for some others
    return torch.zeros_like(x).scatter(-1, scores.argmax(dim=-1, keepdim=True), 1)


def straight_through(forward: Tensor, backward: Tensor) -> Tensor:
    """A tensor with the value of `forward`, exactly, and the gradient of `backward`, exactly.

    NaN where `backward` is not finite.

    The widespread line `forward - backward.detach() + backward` has the same gradient; its value is rounded
    twice, and sure to be exact only where `forward` is 0 or 1 and `backward` lies between them.

    Args:
        forward: what the next layer sees, any shape. It gets no gradient.
        backward: same shape and dtype; it gets the whole gradient.

    Raises:
        ValueError: shapes or dtypes differ, or only `forward` requires a gradient: it would be lost, and the
            two are probably exchanged.

    Source: Bengio, Leonard and Courville (2013). Lesson 04 writes it in three ways.
    """
    check_tensor("forward", forward)
    check_tensor("backward", backward)
    if forward.shape != backward.shape or forward.dtype != backward.dtype:
        raise ValueError(
            "forward and backward must have one shape and dtype, got "
            f"{tuple(forward.shape)} {forward.dtype} and {tuple(backward.shape)} {backward.dtype}"
        )
    if torch.is_grad_enabled() and forward.requires_grad and not backward.requires_grad:
        raise ValueError(
            "backward must require the gradient, got one that doesn't and a forward that does: "
            "exchange them, or detach both"
        )
    # A number less itself is exactly 0.
    return forward.detach() + (backward - backward.detach())
