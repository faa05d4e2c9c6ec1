"""Where each estimator's descent comes to rest on a toy with two classes (lesson 04)."""

from pathlib import Path

import matplotlib.pyplot as plt
import torch
from torch import Tensor

from ..live import LiveFigure, slider
from ..two_class import two_class_moments

_LOGITS = torch.linspace(-4, 4, 41, dtype=torch.float64)
_PROBS = torch.sigmoid(_LOGITS)
_LOWEST, _HALVINGS = -12.0, 40


def scene(temperature: float, target: float) -> dict[str, Tensor]:
    """Expected gradients in the logit, over p (1 - p), and the p at which they come to rest.

    The objective is (b - target)**2 with b one with probability p and else zero.

    Args:
        temperature: of both Gumbel-Softmax estimators, above zero.
        target: below 1/2, so that p = 0 is best.
    """

    def gradient(logit: float, hard: bool) -> Tensor:
        return two_class_moments(lambda y: 2 * (y - target), logit, temperature, hard=hard)[0]

    def curve(hard: bool) -> Tensor:
        means = torch.stack([gradient(logit, hard) for logit in _LOGITS.tolist()])
        return torch.stack([_PROBS, means / (_PROBS * (1 - _PROBS))])

    def rest(hard: bool) -> Tensor:
        """The p where the gradient crosses zero, by halving; 0 if it is not negative at the lowest logit."""
        low, high = _LOWEST, 0.0
        if gradient(low, hard) >= 0:
            return torch.tensor(0.0, dtype=torch.float64)
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if gradient(middle, hard) < 0 else (low, middle)
        return torch.sigmoid(torch.tensor((low + high) / 2, dtype=torch.float64))

    ends = torch.tensor([0, 1], dtype=torch.float64)
    at = {
        "straight": torch.tensor(target, dtype=torch.float64),
        "hard": rest(hard=True),
        "relaxed": rest(hard=False),
    }
    points = {f"{name}_point": torch.stack([p, torch.zeros_like(p)])[:, None] for name, p in at.items()}
    return points | {
        "exact_curve": torch.stack([ends, torch.full_like(ends, 1 - 2 * target)]),
        "straight_curve": torch.stack([_PROBS, 2 * (_PROBS - target)]),
        "hard_curve": curve(hard=True),
        "relaxed_curve": curve(hard=False),
        **{f"{name}_rest": p for name, p in at.items()},
    }


def toy_fixed_points() -> LiveFigure:
    """Live figure: sliders for the temperature and the target of (b - target)**2."""
    with plt.style.context("reparam_utils.course"):
        figure, axes = plt.subplots(figsize=(9, 3.6))
        marks = {"exact_curve": axes.plot([], [], color="#000000", linestyle="-", label="exact")[0]}
        look = {
            "straight": ("#D55E00", "--", 200, "ST", 0.0),
            "hard": ("#0072B2", "-.", 100, "ST-GS", 0.4),
            "relaxed": ("#009E73", ":", 40, "GS", 0.8),
        }
        # The points have three sizes, so that none hides another.
        for name, (color, line, size, label, x) in look.items():
            marks[f"{name}_curve"] = axes.plot([], [], color=color, linestyle=line, label=label)[0]
            marks[f"{name}_point"] = axes.scatter([], [], s=size, color=color, zorder=3)
            text = f"{label} rests at {{:.3f}}"
            marks[f"{name}_rest"] = axes.text(x, 1.05, text, transform=axes.transAxes)
        axes.set_yscale("asinh", linear_width=0.1)
        axes.set_yticks([-1, -0.1, 0, 0.1, 1], ["−1", "−0.1", "0", "0.1", "1"])
        axes.set(xlim=(-0.02, 1), ylim=(-4.5, 4.5), xlabel="p",
                 ylabel="gradient / (p (1 − p))")  # fmt: skip
        axes.minorticks_off()
        axes.axhline(0, color="#888888", linewidth=1, linestyle="-")
        axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
        controls = {
            "temperature": slider("temperature", 0.01, 10.0, value=1.0, step=0.05, log=True),
            "target": slider("target t", 0.3, 0.49, value=0.45, step=0.01),
        }
        return LiveFigure(
            figure, scene, Path(__file__).with_suffix(".js"), marks, controls,
            label="Expected gradients of three estimators and the exact one, and where each crosses zero",
        )  # fmt: skip
