"""One relaxed sample: its shares, and the mixture of words that it makes (lesson 03)."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import torch
from torch import Tensor

from ..categorical import gumbel_max
from ..gumbel import sample_gumbel
from ..live import LiveFigure, slider
from ..relaxed import gumbel_softmax
from .simplex import CORNERS, draw_triangle

LOGITS = torch.tensor([1.0, 0.0, -1.0], dtype=torch.float64)
_TEMPERATURES = torch.logspace(-2, 2, 81, dtype=torch.float64)


def scene(temperature: float, draw: float, noise: Tensor) -> dict[str, Tensor]:
    """Shares and mixture at one temperature, and the mixture's way through all temperatures.

    Args:
        temperature: above zero.
        draw: number of the noise row, from 1.
        noise: Gumbel noise, shape (draws, 3).
    """
    gumbels = noise[int(draw) - 1]
    shares = gumbel_softmax(LOGITS, gumbels, temperature)
    mixture, word = shares @ CORNERS, CORNERS[gumbel_max(LOGITS, gumbels)]
    return {
        "shares": shares,
        "way": (gumbel_softmax(LOGITS, gumbels, _TEMPERATURES[:, None]) @ CORNERS).T,
        "word": word[:, None],
        "mixture": mixture[:, None],
        "largest": shares.max(),
        "distance": torch.linalg.vector_norm(mixture - word),
    }


def relaxed_sample(words: Sequence[str], generator: torch.Generator) -> LiveFigure:
    """Live figure: sliders for the temperature and the number of the draw; logits 1, 0, -1.

    Raises:
        ValueError: not three words.
    """
    noise = sample_gumbel((10, 3), dtype=torch.float64, generator=generator)
    with plt.style.context("reparam_utils.course"):
        figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.8), width_ratios=[1, 1.25])
        draw_triangle(right, words)
        marks = {
            "shares": left.bar(list(words), [0, 0, 0], color="#0072B2", width=0.6),
            "way": right.plot([], [], color="#888888", linewidth=1.5, linestyle=":")[0],
            "word": right.scatter([], [], s=300, color="#CC79A7", zorder=3),
            "mixture": right.scatter([], [], s=90, color="#0072B2", zorder=4),
            "largest": left.text(0.5, 1.04, "largest share {:.2f}", transform=left.transAxes, ha="center"),
            "distance": right.text(
                0.5, 1.04, "{:.2f} from mixture to word", transform=right.transAxes, ha="center"
            ),
        }
        left.set(ylim=(0, 1.05), ylabel="share")
        controls = {
            "temperature": slider("temperature", 0.01, 10.0, value=1.0, step=0.05, log=True),
            "draw": slider("resample (draw)", 1, 10, value=1, step=1),
        }
        return LiveFigure(
            figure, scene, Path(__file__).with_suffix(".js"), marks, controls, noise=noise,
            label="Shares of one relaxed sample, and the mixture that it makes in a triangle of three words",
        )  # fmt: skip
