"""How often each word wins over frozen draws, beside softmax of the logits (lesson 02)."""

import math
from collections.abc import Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import torch
from torch import Tensor

from ..categorical import gumbel_max
from ..gumbel import sample_gumbel
from ..live import LiveFigure, choice
from .words import logit_sliders

COUNTS = (10, 50, 100, 500, 1000, 5000)


def scene(logit_0: float, logit_1: float, logit_2: float, draws: float, noise: Tensor) -> dict[str, Tensor]:
    """Softmax, frequencies of the winners, their distance, and the distance to expect from that many draws.

    Args:
        logit_0, logit_1, logit_2: of the three words.
        draws: index into COUNTS.
        noise: Gumbel noise, shape (3, 5000): one row for each word.
    """
    logits = torch.tensor([logit_0, logit_1, logit_2], dtype=torch.float64)
    count = COUNTS[int(draws)]
    probs = torch.softmax(logits, dim=-1)
    winners = gumbel_max(logits, noise[:, :count].T)
    frequencies = torch.bincount(winners, minlength=3) / torch.tensor(count, dtype=torch.float64)
    # The mean distance of a normal variable from its mean is sqrt(2 / pi) standard deviations.
    errors = torch.sqrt(2 * probs * (1 - probs) / (math.pi * count))
    return {
        "probs": probs,
        "frequencies": frequencies,
        "distance": (frequencies - probs).abs().sum() / 2,
        "typical": errors.sum() / 2,
    }


def winner_frequencies(words: Sequence[str], generator: torch.Generator) -> LiveFigure:
    """Live figure: logit sliders for three words, and how many of the frozen draws to count.

    Args:
        words: names of the three categories.
        generator: draws the noise, once.

    Raises:
        ValueError: not three words.
    """
    controls = logit_sliders(words, [1.0, 0.0, -1.0], most=3.0)
    controls["draws"] = choice("draws (number)", [str(count) for count in COUNTS], value="100")
    noise = sample_gumbel((3, COUNTS[-1]), dtype=torch.float64, generator=generator)
    with plt.style.context("reparam_utils.course"):
        figure, axes = plt.subplots(figsize=(9, 3.4))
        places = range(3)
        marks = {
            "probs": axes.bar(
                [i - 0.2 for i in places], [0] * 3, width=0.38, color="#0072B2", label="softmax(logits)"
            ),
            "frequencies": axes.bar(
                [i + 0.2 for i in places], [0] * 3, width=0.38, color="#D55E00", hatch="//",
                edgecolor="white", label="share of wins",
            ),
            "distance": axes.text(0, 1.04, "total variation {:.3f}", transform=axes.transAxes),
            "typical": axes.text(
                1, 1.04, "expected by luck {:.3f}", transform=axes.transAxes, ha="right"
            ),
        }  # fmt: skip
        axes.set(xlim=(-0.6, 2.6), ylim=(0, 1.05), ylabel="probability", xlabel="word")
        axes.set_xticks(list(places), words)
        axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
        return LiveFigure(
            figure, scene, Path(__file__).with_suffix(".js"), marks, controls, noise=noise,
            label="Softmax of three logits, beside the share of frozen Gumbel-Max draws that each word wins",
        )  # fmt: skip
