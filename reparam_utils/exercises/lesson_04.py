"""The tasks of lesson 04: straight-through."""

import torch

from ..hard import one_hot_argmax, straight_through
from ..relaxed import gumbel_softmax
from .facts import entries_are_bits
from .task import Task


def _logit_noise_temperature(draw):
    n = draw.categories()
    noise = draw.gumbels(n) - draw.gumbels(n)
    return {"logit": draw.loc(), "noise": noise, "temperature": draw.temperature()}


def _bit(lend):
    """The hard bit, with the gradient of what `lend` makes."""

    def bit(logit, noise, temperature):
        hard = (logit + noise > 0).to(noise.dtype)
        return straight_through(hard, lend(logit, noise, temperature).expand(hard.shape))

    return bit


def _soft_bit(logit, noise, temperature):
    return torch.sigmoid((logit + noise) / temperature)


_binary = Task(
    inputs=_logit_noise_temperature,
    right=_bit(_soft_bit),
    facts=[entries_are_bits],
    gradients=["logit"],
    slips={
        "no_temperature": _bit(lambda x, e, t: _soft_bit(x, e, 1)),
        "inverted": _bit(lambda x, e, t: _soft_bit(x, e, 1 / t)),
        "no_detach": _bit(lambda x, e, t: 0 * x),
        "wrong_detach": _bit(lambda x, e, t: -_soft_bit(x, e, t)),
        "soft": _soft_bit,
        "hard": lambda x, e, t: (x + e > 0).double(),
        "no_noise": lambda x, e, t: straight_through((x + 0 * e > 0).double(), _soft_bit(x, e, t)),
        "of_probs": _bit(lambda x, e, t: torch.sigmoid(x)),
        "identity": _bit(lambda x, e, t: x),
    },
)


def _square_batch(draw):
    # As many rows as words: here an index is broadcast without an error.
    k = draw.categories()
    return {"logits": draw.logits(k), "gumbels": draw.gumbels(k, k), "table": draw.normals(k, 2)}


def _line(hard_of, lend=lambda soft: soft - soft.detach()):
    """`hard` and what has the value 0 and carries the gradient, as shares of the table's rows."""

    def embed(logits, gumbels, table):
        soft = torch.softmax(logits + gumbels, dim=-1)
        return (hard_of(soft) + lend(soft)) @ table

    return embed


_embedded = Task(
    inputs=_square_batch,
    right=lambda x, g, table: gumbel_softmax(x, g, 1.0, hard=True) @ table,
    gradients=["logits"],
    slips={
        "unchanged": _line(torch.argmax),
        "only_dim": _line(lambda soft: torch.argmax(soft, dim=-1)),
        "no_detach": _line(one_hot_argmax, lambda soft: soft - soft),
        "wrong_detach": _line(one_hot_argmax, lambda soft: soft.detach() - soft),
        "looked_up": lambda x, g, table: table[(x + g).argmax(dim=-1)],
        "soft": lambda x, g, table: gumbel_softmax(x, g, 1.0) @ table,
    },
    trials=40,  # among them some in which the last word wins no draw
)


def _resting_place(target):
    """Where p f'(1) + (1 - p) f'(0) = 0 for f(b) = (b - target)**4."""
    at_zero, at_one = (4 * (b - target) ** 3 for b in (0, 1))
    return at_zero / (at_zero - at_one)


_fourth_power = Task(
    inputs=lambda draw: {"target": draw.between(0.2, 0.45)},
    right=_resting_place,
    slips={
        "square": lambda t: t,
        "mirrored": lambda t: 1 - _resting_place(t),
        "powers": lambda t: t**4 / (t**4 + (1 - t) ** 4),
        "squares": lambda t: t**2 / (t**2 + (1 - t) ** 2),
        "best": lambda t: 0 * t,
        "half": lambda t: 0 * t + 0.5,
        "ratio": lambda t: (t / (1 - t)) ** 3,
    },
)

TASKS = {"04.2": _binary, "04.3": _embedded, "04.4": _fourth_power}
