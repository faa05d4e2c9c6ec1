"""One hard sample, the relaxed one that lends it a gradient, and what arrives in the logits (lesson 04)."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import torch
from torch import Tensor

from ..estimators import exact_gradient, straight_through_gumbel_softmax_gradient
from ..gumbel import sample_gumbel
from ..live import LiveFigure, slider
from ..relaxed import gumbel_softmax
from .words import logit_sliders

_DRAWS = 200
_QUIET = 0.01


def scene(
    logit_0: float, logit_1: float, logit_2: float, temperature: float, draw: int,
    size_0: float, size_1: float, size_2: float, target: float, noise: Tensor,
) -> dict[str, Tensor]:  # fmt: skip
    """Both faces of the sample of one draw, and the gradients of (size of the sample - target)**2.

    Args:
        logit_0, logit_1, logit_2: logits of the three words.
        temperature: of the backward pass, above zero.
        draw: which row of `noise` the bars show, from 1.
        size_0, size_1, size_2: the size of each word.
        target: the size that the objective asks for.
        noise: standard Gumbel noise, shape (draws, 3).
    """
    logits = torch.tensor([logit_0, logit_1, logit_2], dtype=torch.float64)
    size = torch.tensor([size_0, size_1, size_2], dtype=torch.float64)

    def objective(rows: Tensor) -> Tensor:
        return (rows @ size - target) ** 2

    gradients = straight_through_gumbel_softmax_gradient(objective, logits, noise, temperature=temperature)
    row = int(draw) - 1
    relaxed = gumbel_softmax(logits, noise[row], temperature)
    columns = torch.arange(3) + torch.linspace(0.2, 0.4, len(noise), dtype=torch.float64)[:, None]
    return {
        "forward": gumbel_softmax(logits, noise[row], temperature, hard=True),
        "backward": relaxed,
        "share": relaxed.max(),
        "exact": exact_gradient(objective, logits),
        "gradient": gradients[row],
        "cloud": torch.stack([columns.flatten(), gradients.flatten()]),
        "quiet": 100 * (gradients.abs().amax(dim=-1) < _QUIET).double().mean(),
        "largest": gradients.abs().max(),
    }


def hard_forward(words: Sequence[str], size: Tensor, target: float, generator: torch.Generator) -> LiveFigure:
    """Live figure: sliders for three logits, the temperature and the draw; 200 draws are frozen in it.

    Args:
        words: names of the three categories.
        size: the size of each, between 0 and 2, shape (3,).
        target: the objective is (size of the sample - target)**2, a loss; between 0 and 2.
        generator: draws the noise, once.

    Raises:
        ValueError: not three words, not three sizes, or one of them or the target out of range.
    """
    if len(words) != 3 or tuple(size.shape) != (3,):
        raise ValueError(
            f"three words and sizes, got {len(words)} words and size of shape {tuple(size.shape)}"
        )
    if not all(0 <= value <= 2 for value in [*size.tolist(), target]):
        raise ValueError(f"sizes and target must be between 0 and 2, got {size.tolist()} and {target}")
    noise = sample_gumbel((_DRAWS, 3), dtype=torch.float64, generator=generator)
    with plt.style.context("reparam_utils.course"):
        grid = [["forward", "gradient"], ["backward", "gradient"]]
        figure, axes = plt.subplot_mosaic(grid, figsize=(9, 3.8), width_ratios=[2, 3])
        right, places = axes["gradient"], torch.arange(3).numpy()
        hatched = {"hatch": "//", "edgecolor": "white"}
        marks = {
            "cloud": right.scatter([], [], s=7, color="#888888", label="all draws"),
            "exact": right.bar(places - 0.25, [0] * 3, width=0.2, color="#009E73", label="exact", **hatched),
            "gradient": right.bar(places, [0] * 3, width=0.2, color="#0072B2", label="this draw"),
        }
        numbers = {
            "largest": (0, "left", "largest of all {:.2f}"),
            "quiet": (1, "right", "below 0.01: {:.0f} % of draws"),
        }
        for name, (x, align, text) in numbers.items():
            marks[name] = right.text(x, 1.14, text, transform=right.transAxes, ha=align)
        for name, color, hatch in [("forward", "#D55E00", ""), ("backward", "#0072B2", "..")]:
            marks[name] = axes[name].bar(places, [0] * 3, color=color, hatch=hatch, edgecolor="white")
            axes[name].set(ylim=(0, 1.05), yticks=[0, 1], xticks=places, ylabel=name)
        axes["forward"].set_xticklabels([])
        axes["backward"].set_xticklabels(words)
        top = axes["forward"]
        marks["share"] = top.text(0, 1.1, "backward, largest share {:.3f}", transform=top.transAxes)
        right.set_yscale("asinh", linear_width=0.1)
        right.set_yticks([-100, -10, -1, 0, 1, 10, 100], ["−100", "−10", "−1", "0", "1", "10", "100"])
        right.set(xlim=(-0.45, 2.5), ylim=(-200, 200), xticks=places,
                  xticklabels=words, ylabel="gradient in the logit")  # fmt: skip
        right.minorticks_off()
        right.axhline(0, color="#888888", linewidth=1, linestyle="-")
        right.legend(
            loc="lower center", bbox_to_anchor=(0.45, 0.99), ncols=3, columnspacing=1, handlelength=1.2
        )
        controls = {
            **logit_sliders(words, [1.0, 0.0, -1.0], most=4.0),
            "temperature": slider("temperature", 0.01, 10.0, value=1.0, step=0.05, log=True),
            "draw": slider("draw (number)", 1, 20, value=1, step=1),
        }
        return LiveFigure(
            figure, scene, Path(__file__).with_suffix(".js"), marks, controls, noise=noise,
            fixed={f"size_{i}": value for i, value in enumerate(size.tolist())} | {"target": float(target)},
            label="A hard sample above its relaxed twin, and the gradients that they give in each logit",
        )  # fmt: skip
