"""Relaxed samples of three words as points in a triangle, with the noise frozen (lesson 03)."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import torch
from torch import Tensor

from ..categorical import gumbel_max
from ..gumbel import sample_gumbel
from ..live import LiveFigure, slider
from ..relaxed import gumbel_softmax
from .simplex import COLORS, CORNERS, draw_triangle
from .words import logit_sliders


def scene(
    logit_0: float, logit_1: float, logit_2: float, temperature: float, noise: Tensor
) -> dict[str, Tensor]:
    """The samples that each word wins, the probabilities, and the mean share of each word.

    Args:
        logit_0, logit_1, logit_2: of the three words.
        temperature: above zero.
        noise: Gumbel noise, shape (3, n).
    """
    logits = torch.tensor([logit_0, logit_1, logit_2], dtype=torch.float64)
    shares = gumbel_softmax(logits, noise.T, temperature)
    winner = gumbel_max(logits, noise.T)
    probs, mean = torch.softmax(logits, dim=-1), shares.mean(dim=0)
    clouds = {f"won_{i}": (shares[winner == i] @ CORNERS).T for i in range(3)}
    return {**clouds, "probs": probs, "mean": mean, "apart": (mean - probs).abs().max()}


def simplex_cloud(words: Sequence[str], generator: torch.Generator, samples: int = 1500) -> LiveFigure:
    """Live figure: temperature and logit sliders for three words; the same frozen noise at every setting.

    Raises:
        ValueError: not three words.
    """
    noise = sample_gumbel((3, samples), dtype=torch.float64, generator=generator)
    with plt.style.context("reparam_utils.course"):
        figure, (left, right) = plt.subplots(1, 2, figsize=(9, 4), width_ratios=[1.25, 1])
        draw_triangle(left, words)
        marks = {
            f"won_{i}": left.scatter([], [], s=12, color=color, label=f"{word} is largest")
            for i, (word, color) in enumerate(zip(words, COLORS, strict=True))
        }
        marks |= {
            "probs": right.bar(
                [-0.18, 0.82, 1.82], [0] * 3, 0.36, color="#888888", hatch="//", edgecolor="white", label="π"
            ),
            "mean": right.bar([0.18, 1.18, 2.18], [0] * 3, 0.36, color="#CC79A7", label="mean share"),
            "apart": right.text(1, 1.04, "apart by {:.2f}", transform=right.transAxes, ha="right"),
        }
        right.set(ylim=(0, 1), xticks=range(3), xticklabels=words)
        right.legend(loc="lower left", bbox_to_anchor=(-0.12, 1), ncols=2, columnspacing=1, handlelength=1)
        controls = {
            "temperature": slider("temperature", 0.01, 10.0, value=1.0, step=0.05, log=True),
            **logit_sliders(words, [1.0, 0.0, -1.0], most=2.0),
        }
        return LiveFigure(
            figure, scene, Path(__file__).with_suffix(".js"), marks, controls, noise=noise,
            label="Relaxed samples in a triangle with a word in each corner; probabilities and mean shares",
        )  # fmt: skip
