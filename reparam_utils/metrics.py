"""Metrics of a classifier with the argmax smoothed away, so that they have a gradient (lesson 05)."""

from torch import Tensor

from .checks import check_each, check_index, check_tensor
from .precision import widen


def soft_accuracy(probs: Tensor, targets: Tensor) -> Tensor:
    """Mean probability of the right class: accuracy, with probabilities in place of the one-hot argmax.

    Args:
        probs: shape (n, k), between 0 and 1.
        targets: right classes, int64, shape (n,), from 0 to k - 1.

    Returns:
        Shape (), between 0 and 1.

    Raises:
        ValueError: a probability or a class is out of range, the batch is empty, or shapes do not fit.

    Source: Su Jianlin, kexue.fm/archives/6620. Lesson 05.
    """
    check_tensor("probs", probs)
    check_tensor("targets", targets)
    if probs.ndim != 2 or targets.shape != probs.shape[:1] or not probs.numel():
        raise ValueError(
            f"probs must be (n, k) and targets (n,), not empty, got shapes {tuple(probs.shape)} "
            f"and {tuple(targets.shape)}"
        )
    _check_between("probs", probs, 1)
    targets = check_index("targets", targets, probs.shape[1])
    dtype, (probs,) = widen(probs)
    return probs.gather(-1, targets[:, None]).mean().to(dtype)


def soft_f1(probs: Tensor, targets: Tensor) -> Tensor:
    """F1 score with probabilities in place of decisions: 2 sum(t p) / sum(t + p).

    Args:
        probs: probability of the positive class, shape (n,), between 0 and 1.
        targets: 1 for positive and 0 for negative, shape (n,).

    Returns:
        Shape (), between 0 and 1.

    Raises:
        ValueError: a value is out of range, shapes differ, or both sums are zero, where F1 has no value.

    Source: Su Jianlin, kexue.fm/archives/6620. Lesson 05.
    """
    check_tensor("probs", probs)
    check_tensor("targets", targets)
    if probs.shape != targets.shape or probs.ndim != 1:
        raise ValueError(
            f"probs and targets must be (n,), got shapes {tuple(probs.shape)} and {tuple(targets.shape)}"
        )
    _check_between("probs", probs, 1)
    check_each("targets", targets, "0 or 1", lambda target: (target == 0) | (target == 1))
    dtype, (probs, targets) = widen(probs, targets)
    probs = probs.double()  # or the gradient is NaN where the sum is too small to divide by in single
    total = (probs + targets).sum()
    if not total > 0:
        raise ValueError("F1 has no value: no target is positive, and every probability is 0")
    return (2 * (probs * targets).sum() / total).to(dtype)


def _check_between(name, value, high):
    check_each(name, value, f"between 0 and {high}", lambda each: (each >= 0) & (each <= high))
