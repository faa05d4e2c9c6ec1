"""One Gumbel-Max draw as a sum of bars: logit + noise = score, and the largest score wins (lesson 02)."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import torch
from torch import Tensor

from ..categorical import gumbel_max
from ..gumbel import sample_gumbel
from ..live import LiveFigure, slider
from .words import logit_sliders

DRAWS = 10
_HALF = 0.4  # half the width of a bar


def scene(logit_0: float, logit_1: float, logit_2: float, draw: float, noise: Tensor) -> dict[str, Tensor]:
    """Logits, noise and scores; the winner; and for each word the logit at which the winner changes.

    Args:
        logit_0, logit_1, logit_2: of the three words.
        draw: which row of noise, counted from 1.
        noise: Gumbel noise, shape (draws, 3).
    """
    logits = torch.tensor([logit_0, logit_1, logit_2], dtype=torch.float64)
    gumbels = noise[int(draw) - 1]
    scores = logits + gumbels
    wins = torch.nn.functional.one_hot(gumbel_max(logits, gumbels), 3).bool()
    best_rival = torch.stack([scores[[j for j in range(3) if j != i]].max() for i in range(3)])
    places = torch.arange(3, dtype=torch.float64)[:, None]
    dashes = places + torch.tensor([-_HALF, _HALF, torch.nan], dtype=torch.float64)
    top = scores.max()
    return {
        "logits": logits,
        "noise": gumbels,
        "losers": scores.masked_fill(wins, 0),
        "winner": scores.masked_fill(~wins, 0),
        "top": torch.stack([torch.tensor([-0.5, 2.5], dtype=torch.float64), top.expand(2)]),
        "change": torch.stack([dashes.flatten(), (best_rival - gumbels).repeat_interleave(3)]),
        "prob": torch.softmax(logits, dim=-1)[wins][0],
        "lead": top - scores.topk(2).values[1],
    }


def perturbed_scores(words: Sequence[str], generator: torch.Generator) -> LiveFigure:
    """Live figure: logit sliders for three words, and one that picks among ten frozen rows of noise.

    Args:
        words: names of the three categories.
        generator: draws the noise, once.

    Raises:
        ValueError: not three words.
    """
    controls = logit_sliders(words, [1.0, 0.0, -1.0], most=3.0)
    controls["draw"] = slider("draw (number)", 1, DRAWS, value=1, step=1)
    noise = sample_gumbel((DRAWS, 3), dtype=torch.float64, generator=generator)
    with plt.style.context("reparam_utils.course"):
        figure, (left, middle, right) = plt.subplots(1, 3, figsize=(9, 3.6), sharey=True)
        style = {"width": 2 * _HALF}
        zeros = [0, 0, 0]
        marks = {
            "logits": left.bar(words, zeros, color="#0072B2", **style),
            "noise": middle.bar(words, zeros, color="#888888", **style),
            "losers": right.bar(words, zeros, color="#0072B2", **style),
            "winner": right.bar(words, zeros, color="#D55E00", hatch="//", edgecolor="white", **style),
            "top": right.plot([], [], color="#D55E00", linewidth=1.5, linestyle="--")[0],
            "change": left.plot(
                [], [], color="#000000", linewidth=3, linestyle="-", label="it wins from here"
            )[0],
            "prob": middle.text(0, 1.04, "winner's probability {:.2f}", transform=middle.transAxes),
            "lead": right.text(1, 1.04, "winner's lead {:.2f}", transform=right.transAxes, ha="right"),
        }
        for axes, label in [(left, "logit"), (middle, "+  frozen noise"), (right, "=  score")]:
            axes.axhline(0, color="#888888", linewidth=1, linestyle="-")
            axes.set(xlim=(-0.55, 2.55), ylim=(-4, 6.6), xlabel=label)
        left.set_ylabel("value")
        left.legend(loc="lower left", bbox_to_anchor=(-0.03, 0.98), handlelength=1.5)
        return LiveFigure(
            figure, scene, Path(__file__).with_suffix(".js"), marks, controls, noise=noise,
            label="Bars of logits, of frozen noise and of their sum for three words; the largest sum wins",
        )  # fmt: skip
