"""The polynomial programming task, trained with every estimator at once (lesson 06).

128 bits, each drawn from two classes, are to minimise the mean of `|bit - 0.45|^power`. The best bit is 0.
One step takes 64 draws and then a step of Adam, and there are 8000 of them. With two classes and temperature
1 every estimate is a fraction of one uniform number, which costs far less than a pass through autograd; a
test holds each of them to its twin in `reparam_utils.estimators`.

Source: the setting of Liu et al. (2023), as in the code that the authors published.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

TARGET = 0.45
BITS = 128
DRAWS = 64
RAO_SAMPLES = 10
RATE = 1e-3


class Ends(NamedTuple):
    """The cost and its slope at both values of a bit, each of shape (powers, 1)."""

    low: Tensor
    high: Tensor
    low_slope: Tensor
    high_slope: Tensor


def cost(bit: Tensor, power: Tensor) -> Tensor:
    """`|bit - 0.45|^power`; the arguments broadcast."""
    return (bit - TARGET).abs() ** power


def slope(bit: Tensor, power: Tensor) -> Tensor:
    """Derivative of `cost` in the bit."""
    return power * (bit - TARGET).abs() ** (power - 1) * (bit - TARGET).sign()


def ends(power: Tensor) -> Ends:
    """Both ends of the cost, for powers of shape (powers, 1)."""
    bits = torch.zeros_like(power), torch.ones_like(power)
    return Ends(*(function(bit, power) for function in (cost, slope) for bit in bits))


# Each function below returns, as the mean over all draws, the gradient of the summed cost in the logits;
# a logit is that of class 1 less that of class 0. Arguments: p = sigmoid(logit), shape (powers, bits); the
# power; the ends of the cost; uniforms u between 0 and 1, shape (draws, bits), so that the noise
# log(u / (1 - u)) is the difference of two Gumbels; and as many more for each sample of Gumbel-Rao. A draw
# is 1 where u > 1 - p.


def _exact(p, power, at, u, fresh):
    return p * (1 - p) * (at.high - at.low)


def _reinforce(p, power, at, u, fresh, leave_one_out=False):
    bits = _bits(p, u).to(p.dtype)
    loss = (at.low[..., None] + (at.high - at.low)[..., None] * bits).sum(dim=-1, keepdim=True)
    if leave_one_out:
        loss = (loss - loss.mean(dim=1, keepdim=True)) * (len(u) / (len(u) - 1))
    return (loss * (bits - p[:, None])).mean(dim=1)


def _leave_one_out(p, power, at, u, fresh):
    return _reinforce(p, power, at, u, fresh, leave_one_out=True)


def _straight_through(p, power, at, u, fresh):
    share = _bits(p, u).to(p.dtype).mean(dim=1)
    return p * (1 - p) * (share * at.high_slope + (1 - share) * at.low_slope)


def _straight_through_gumbel_softmax(p, power, at, u, fresh):
    return (_slopes(_bits(p, u), at) * _relaxed(*_weights(p, u))[1]).mean(dim=1)


def _gumbel_softmax(p, power, at, u, fresh):
    y, lent = _relaxed(*_weights(p, u))
    return (slope(y, power[..., None]) * lent).mean(dim=1)


def _gumbel_rao(p, power, at, u, fresh):
    bits = _bits(p, u)
    # Given the draw, whose class has probability r, the uniform number lies evenly in a stretch of length r.
    # So with w uniform one share of the relaxed sample is to the other as w - r w to 1 - r w.
    r = torch.where(bits, p[:, None], 1 - p[:, None])
    lent = sum(_relaxed(w - r * w, 1 - r * w)[1] for w in fresh) / len(fresh)
    return (_slopes(bits, at) * lent).mean(dim=1)


def _reinmax(p, power, at, u, fresh):
    share = _bits(p, u).to(p.dtype).mean(dim=1)
    return (share * (1 - p) * at.high_slope + (1 - share) * p * at.low_slope) / 2


def _bits(p, u):
    return u > 1 - p[:, None]


def _slopes(bits, at):
    return torch.where(bits, at.high_slope[..., None], at.low_slope[..., None])


def _weights(p, u):
    """What the relaxed bit is made of: exp(logit) and 1, times the noise and a common factor."""
    return p[:, None] * u, (1 - p[:, None]) * (1 - u)


def _relaxed(one, zero):
    """The relaxed bit y = one / (one + zero) at temperature 1, and its derivative y (1 - y) in the logit."""
    y = one / (one + zero)
    return y, y * (1 - y)


ESTIMATORS = {
    "exact": _exact,
    "REINFORCE": _reinforce,
    "LOO": _leave_one_out,
    "ST": _straight_through,
    "ST-GS": _straight_through_gumbel_softmax,
    "GS": _gumbel_softmax,
    "GR": _gumbel_rao,
    "ReinMax": _reinmax,
}


def train(
    steps: Collection[int], powers: Sequence[float], generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Train with every estimator of ESTIMATORS, on the same noise, from the same start.

    Args:
        steps: one item for each step, of a known number: `range(8000)` in the published setting.
        powers: of the cost.
        generator: of the start and the noise.

    Returns:
        The expected cost of the discrete bits, and the mean p, after each step: two tensors of shape
        (steps, estimators, powers).
    """
    power = torch.tensor(powers)[:, None]
    at = ends(power)
    # Both logits of a bit start within 0.01 of 0. Their gradients are opposite, and so are Adam's steps.
    start = torch.rand(2, BITS, generator=generator)
    logits = (0.02 * (start[1] - start[0])).repeat(len(ESTIMATORS), len(powers), 1)
    adam = torch.optim.Adam([logits], lr=2 * RATE)
    # One block for all that is kept: small tensors, kept among large ones that come and go, would hold on to
    # the memory of those, at times 500 MB.
    means = torch.empty(len(steps), len(ESTIMATORS), len(powers))
    for index, _ in enumerate(steps):
        u = torch.rand(DRAWS, BITS, generator=generator)
        fresh = torch.rand(RAO_SAMPLES, DRAWS, BITS, generator=generator)
        probs = torch.sigmoid(logits)
        gradients = [each(p, power, at, u, fresh) for each, p in zip(ESTIMATORS.values(), probs, strict=True)]
        logits.grad = torch.stack(gradients) / BITS
        adam.step()
        means[index] = torch.sigmoid(logits).mean(dim=-1)
    return at.low.T + (at.high - at.low).T * means, means
