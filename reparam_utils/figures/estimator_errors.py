"""Bias, standard error and mean squared error of seven estimators with two classes: exact (lesson 06)."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import matplotlib.pyplot as plt
import torch
from torch import Tensor

from ..estimators import exact_gradient, reinforce_gradient, reinmax_gradient, straight_through_gradient
from ..live import LiveFigure, choice, slider
from ..two_class import two_class_moments

# Functions of the share of class 1, each beside its slope. Smooth ones: a kink would cost digits.
OBJECTIVES = {
    "linear: y": (lambda y: 1 * y, torch.ones_like),
    "quadratic: (y − 0.45)²": (lambda y: (y - 0.45) ** 2, lambda y: 2 * (y - 0.45)),
    "cubic: y³ − 0.4 y": (lambda y: y**3 - 0.4 * y, lambda y: 3 * y**2 - 0.4),
    "fourth power: y⁴": (lambda y: y**4, lambda y: 4 * y**3),
}
DRAWS = (2, 10, 100, 1000)
NAMES = {
    "reinforce": "REINFORCE", "leave": "LOO", "straight": "ST", "relaxed": "GS", "hard": "ST-GS",
    "rao": "GR", "reinmax": "ReinMax",
}  # fmt: skip
RAO_SAMPLES = 10
# Both hard samples; a hundred times as much is noise with which each of them wins.
_BOTH = torch.eye(2, dtype=torch.float64)


class Moments(NamedTuple):
    """Mean of an estimator, and the variance of its average over some draws."""

    mean: Tensor
    variance: Tensor


def moments_of(objective: int, logit: float, temperature: float, draws: int) -> dict[str, Moments]:
    """Moments of each estimator in the logit of class 1, by enumeration or integration."""
    function, slope = list(OBJECTIVES.values())[int(objective)]
    logits = torch.tensor([0.0, logit], dtype=torch.float64)
    share = torch.softmax(logits, dim=-1)

    def value(rows: Tensor) -> Tensor:
        return function(rows[:, 1])

    def of_two(estimates: Tensor) -> Moments:
        mean = share @ estimates
        return Moments(mean, share @ (estimates - mean) ** 2)

    def enumerated(estimator: Callable) -> Moments:
        return of_two(estimator(value, logits, 100 * _BOTH)[:, 1])

    hard = Moments(*two_class_moments(slope, logit, temperature, hard=True))
    # Given the hard sample: its mean, and how much of the variance lies between the two samples.
    ends = slope(torch.tensor([0, 1], dtype=torch.float64))
    parts = [
        two_class_moments(side, logit, temperature, hard=True)[0] for side in (lambda b: 1 - b, lambda b: b)
    ]
    between = of_two(ends * torch.stack(parts) / share).variance
    each = {
        "reinforce": enumerated(reinforce_gradient),
        "straight": enumerated(straight_through_gradient),
        "relaxed": Moments(*two_class_moments(slope, logit, temperature)),
        "hard": hard,
        "rao": Moments(hard.mean, between + (hard.variance - between) / RAO_SAMPLES),
        "reinmax": enumerated(reinmax_gradient),
    }
    averages = {name: Moments(mean, variance / draws) for name, (mean, variance) in each.items()}
    # With leave-one-out the average is the slope from 0 to 1 times the sample variance of n bits.
    change, spread = value(_BOTH).diff().squeeze(), share.prod()
    fourth = spread * (1 - 3 * spread)
    scatter = (fourth - spread**2 * (draws - 3) / (draws - 1)) / draws
    return averages | {"leave": Moments(change * spread, change**2 * scatter)}


def scene(objective: float, logit: float, temperature: float, draws: float) -> dict[str, Tensor]:
    """Bias and standard error of the average over some draws, and its root mean squared error.

    Args:
        objective: index into OBJECTIVES.
        logit: of class 1 less that of class 0.
        temperature: of the three estimators that have one, above zero.
        draws: index into DRAWS.
    """
    function = list(OBJECTIVES.values())[int(objective)][0]
    exact = exact_gradient(
        lambda rows: function(rows[:, 1]), torch.tensor([0.0, logit], dtype=torch.float64)
    )[1]
    moments = moments_of(int(objective), logit, temperature, DRAWS[int(draws)])
    bias = torch.stack([moments[name].mean for name in NAMES]) - exact
    variance = torch.stack([moments[name].variance for name in NAMES])
    errors = (bias**2 + variance).sqrt()
    return {
        "bias": bias,
        "spread": variance.sqrt(),
        "exact": exact,
        **{f"{name}_error": error for name, error in zip(NAMES, errors, strict=True)},
    }


def estimator_errors() -> LiveFigure:
    """Live figure: lists of objectives and numbers of draws, sliders for the logit and the temperature."""
    with plt.style.context("reparam_utils.course"):
        figure, axes = plt.subplots(figsize=(10, 4))
        places = torch.arange(len(NAMES)).numpy()
        marks = {
            "bias": axes.bar(places - 0.2, 1, width=0.36, color="#D55E00", label="bias"),
            "spread": axes.bar(
                places + 0.2, 1, width=0.36, color="#0072B2", hatch="//", edgecolor="white",
                label="standard error",
            ),
            "exact": axes.text(0.0, 1.04, "exact gradient {:.3f}", transform=axes.transAxes),
        }  # fmt: skip
        for place, (name, words) in enumerate(NAMES.items()):
            marks[f"{name}_error"] = axes.text(
                place, -0.04, f"{words} {{:.3f}}", transform=axes.get_xaxis_transform(),
                ha="center", va="top", fontsize=10.5,
            )  # fmt: skip
        axes.set_yscale("asinh", linear_width=0.01)
        axes.set_yticks([-0.1, -0.01, 0, 0.01, 0.1, 1], ["−0.1", "−0.01", "0", "0.01", "0.1", "1"])
        axes.minorticks_off()
        axes.set(xlim=(-0.6, len(NAMES) - 0.4), ylim=(-0.4, 4), xticks=[], ylabel="gradient in the logit")
        axes.set_xlabel("beside each name: root mean squared error of the average", labelpad=24)
        axes.axhline(0, color="#888888", linewidth=1, linestyle="-")
        axes.legend(loc="upper left")
        controls = {
            "objective": choice("objective f(y)", list(OBJECTIVES), value="cubic: y³ − 0.4 y"),
            "logit": slider("logit of class 1", -3.0, 3.0, value=0.7, step=0.1),
            "temperature": slider("temperature", 0.01, 10.0, value=1.0, step=0.05, log=True),
            "draws": choice("draws averaged", [str(count) for count in DRAWS], value="100"),
        }
        return LiveFigure(
            figure, scene, Path(__file__).with_suffix(".js"), marks, controls,
            label="Bias and standard error of seven gradient estimators, and the error of each in all",
        )  # fmt: skip
