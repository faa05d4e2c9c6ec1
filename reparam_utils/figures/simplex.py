"""The triangle of all mixtures of three words, which the figures of lesson 03 share."""

from collections.abc import Sequence

import torch
from matplotlib.axes import Axes

from .words import check_words

# The corners of a triangle with sides of 1: one word each, in the order of the logits.
CORNERS = torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.5, 0.75**0.5]], dtype=torch.float64)
COLORS = ["#0072B2", "#D55E00", "#009E73"]


def draw_triangle(axes: Axes, words: Sequence[str]) -> None:
    """Draw the triangle with its three words; raise ValueError unless there are three.

    Args:
        axes: empty; it gets its limits here.
        words: of the corners at the bottom left, at the bottom right and at the top.
    """
    check_words(words)
    around = CORNERS[[0, 1, 2, 0]]
    axes.plot(*around.T, color="#888888", linewidth=1.2, linestyle="-")
    for word, (x, y), side in zip(words, CORNERS.tolist(), ["right", "left", "center"], strict=True):
        shift = {"right": -0.07, "left": 0.07, "center": 0.0}[side]
        axes.text(x + shift, y + (0.05 if side == "center" else 0), word, ha=side, va="bottom")
    axes.set(xlim=(-0.3, 1.3), ylim=(-0.09, 1.0), aspect="equal")
    axes.axis("off")
