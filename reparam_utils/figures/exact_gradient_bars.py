"""The gradient that exists before any sample is drawn: three categories, enumerated (lesson 00)."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import torch
from torch import Tensor

from ..estimators import exact_gradient
from ..live import LiveFigure
from .words import logit_sliders


def scene(
    logit_0: float, logit_1: float, logit_2: float, objective_0: float, objective_1: float, objective_2: float
) -> dict[str, Tensor]:
    """Probabilities, expected objective and its exact gradient in the logits."""
    logits = torch.tensor([logit_0, logit_1, logit_2], dtype=torch.float64)
    objective = torch.tensor([objective_0, objective_1, objective_2], dtype=torch.float64)
    probs = torch.softmax(logits, dim=-1)
    return {
        "probs": probs,
        "gradient": exact_gradient(lambda rows: rows @ objective, logits),
        "expected": probs @ objective,
    }


def exact_gradient_bars(words: Sequence[str], objective: Tensor) -> LiveFigure:
    """Live figure: logit sliders for three words, whose objective is fixed.

    Args:
        words: names of the three categories.
        objective: value of the objective at each, shape (3,).

    Raises:
        ValueError: not three words, or not three values.
    """
    if len(words) != 3 or tuple(objective.shape) != (3,):
        raise ValueError(
            f"three words and values, got {len(words)} words and objective of shape {tuple(objective.shape)}"
        )
    with plt.style.context("reparam_utils.course"):
        figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4))
        labels = [f"{word}\nf = {value:g}" for word, value in zip(words, objective.tolist(), strict=True)]
        marks = {
            "probs": left.bar(labels, [0, 0, 0], color="#0072B2"),
            "gradient": right.bar(labels, [0, 0, 0], color="#D55E00", hatch="//", edgecolor="white"),
            "expected": left.text(0.02, 0.93, "expected f = {:.3f}", transform=left.transAxes),
        }
        left.set(ylim=(0, 1.15), ylabel="probability")
        bound = float(objective.max() - objective.min()) / 4
        right.set(ylim=(-1.1 * bound, 1.1 * bound), ylabel="gradient in the logit")
        right.axhline(0, color="#888888", linewidth=1, linestyle="-")
        controls = logit_sliders(words, [0.0, 0.0, 0.0], most=4.0)
        return LiveFigure(
            figure, scene, Path(__file__).with_suffix(".js"), marks, controls,
            fixed={f"objective_{i}": value for i, value in enumerate(objective.tolist())},
            label="Probabilities of three words, and the exact gradient of the expected f in each logit",
        )  # fmt: skip
