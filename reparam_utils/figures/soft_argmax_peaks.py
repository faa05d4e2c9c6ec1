"""Five scores, their softmax, and the average index that stands in for the argmax (lesson 05)."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import torch
from torch import Tensor

from ..live import LiveFigure, slider
from ..smoothing import soft_argmax

_HIGHEST = 6.0


def scene(
    x_0: float, x_1: float, x_2: float, x_3: float, x_4: float, temperature: float
) -> dict[str, Tensor]:
    """The scores and their softmax, hard and soft argmax, and the bound on their distance from the gap."""
    x = torch.tensor([x_0, x_1, x_2, x_3, x_4], dtype=torch.float64)
    winner = torch.argmax(x).double()  # the first one of a tie
    first, second = torch.topk(x, 2).values
    rest = (len(x) - 1) * torch.exp((second - first) / temperature)
    farthest = torch.maximum(winner, len(x) - 1 - winner)
    return {
        "scores": x,
        "probs": torch.softmax(x / temperature, dim=-1),
        "hard": winner,
        "soft": soft_argmax(x, temperature),
        "hard_index": winner,
        "soft_index": soft_argmax(x, temperature),
        "bound": farthest * rest / (1 + rest),
    }


def soft_argmax_peaks(x: Sequence[float]) -> LiveFigure:
    """Live figure: sliders for five scores and the temperature.

    Args:
        x: where the five scores start, from 0 to 6.

    Raises:
        ValueError: not five scores, or one is out of range.
    """
    if len(x) != 5 or not all(0 <= score <= _HIGHEST for score in x):
        raise ValueError(f"x must be five scores from 0 to {_HIGHEST:g}, got {list(x)}")
    index = range(len(x))
    with plt.style.context("reparam_utils.course"):
        figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6))
        marks = {
            "scores": left.bar(index, [0.0] * 5, color="#0072B2"),
            "probs": right.bar(index, [0.0] * 5, color="#009E73", hatch="//", edgecolor="white"),
            "hard": right.axvline(0, color="#000000", linewidth=2.5, linestyle=":", zorder=4),
            "soft": right.axvline(0, color="#D55E00", linewidth=3, linestyle="-"),
            "hard_index": left.text(0, 1.04, "argmax {:.0f}", transform=left.transAxes),
            "soft_index": right.text(0, 1.04, "soft argmax {:.2f}", transform=right.transAxes),
            "bound": right.text(1, 1.04, "off by ≤ {:.2f}", transform=right.transAxes, ha="right"),
        }
        left.set(ylim=(0, _HIGHEST), ylabel="score x", xlabel="index i")
        right.set(ylim=(0, 1), ylabel="softmax(x / τ)", xlabel="index i", xlim=left.get_xlim())
        controls = {
            f"x_{i}": slider(f"score x of {i}", 0.0, _HIGHEST, value=float(x[i]), step=0.1) for i in index
        }
        controls["temperature"] = slider("temperature", 0.1, 10.0, value=1.0, step=0.05, log=True)
        return LiveFigure(
            figure, scene, Path(__file__).with_suffix(".js"), marks, controls,
            label="Five scores as bars, and their softmax with lines at the hard and the soft argmax",
        )  # fmt: skip
