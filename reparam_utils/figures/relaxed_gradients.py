"""Gradient estimates of Gumbel-Softmax, draw by draw, and their exact bias and spread (lesson 03)."""

from pathlib import Path

import matplotlib.pyplot as plt
import torch
from torch import Tensor

from ..gumbel import sample_gumbel
from ..live import LiveFigure, slider
from ..relaxed import gumbel_softmax
from ..two_class import two_class_moments

# Two words with shares 1 - y and y, and the objective (y - TARGET)**2.
LOGIT, TARGET = -1.0, 0.3
# Estimates closer to zero than this count as nearly zero.
SMALL = 0.001


def slope(y: Tensor) -> Tensor:
    """Derivative of the objective."""
    return 2 * (y - TARGET)


def scene(temperature: float, noise: Tensor) -> dict[str, Tensor]:
    """One gradient estimate from each draw, their mean, and how many are nearly zero.

    Args:
        temperature: above zero.
        noise: shape (3, n): Gumbel noise of both words, and sideways shifts.
    """
    logits = torch.tensor([0.0, LOGIT], dtype=torch.float64)
    shares = gumbel_softmax(logits, noise[:2].T, temperature)
    estimates = slope(shares[:, 1]) * shares[:, 0] * shares[:, 1] / temperature
    return {
        "estimates": torch.stack([noise[2], estimates]),
        "current": torch.tensor(temperature, dtype=torch.float64),
        "mean": estimates.mean(),
        "small": 100 * (estimates.abs() < SMALL).double().mean(),
    }


def relaxed_gradients(generator: torch.Generator, samples: int = 1000) -> LiveFigure:
    """Live figure: a temperature slider; two words, so that bias and spread can be integrated."""
    gumbels = sample_gumbel((2, samples), dtype=torch.float64, generator=generator)
    shift = torch.rand(1, samples, dtype=torch.float64, generator=generator)
    exact = torch.sigmoid(torch.tensor(LOGIT)) * torch.sigmoid(torch.tensor(-LOGIT)) * (1 - 2 * TARGET)
    temperatures = torch.logspace(-2.05, 1.05, 63, dtype=torch.float64)
    moments = [two_class_moments(slope, LOGIT, each) for each in temperatures.tolist()]
    with plt.style.context("reparam_utils.course"):
        figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.8))
        left.axhline(exact, color="#000000", linewidth=1.5, linestyle="--", label="exact")
        right.plot(temperatures, [variance**0.5 for _, variance in moments], label="spread")
        right.plot(temperatures, [(mean - exact).abs() for mean, _ in moments], label="|bias|")
        marks = {
            "estimates": left.scatter([], [], s=12, color="#0072B2"),
            "current": right.axvline(1, color="#888888", linewidth=1.5, linestyle=":"),
            "mean": left.text(0, 1.04, "mean {:.3f}", transform=left.transAxes),
            "small": left.text(1, 1.04, "near zero {:.0f} %", transform=left.transAxes, ha="right"),
        }
        left.set_yscale("asinh", linear_width=0.05)
        left.set_yticks([-1, -0.1, 0, 0.1, 1, 10], ["−1", "−0.1", "0", "0.1", "1", "10"])
        left.minorticks_off()
        left.set(xlim=(-0.05, 1.05), xticks=[], ylim=(-8, 30), ylabel="gradient, one draw")
        left.legend(loc="lower left", handlelength=1.2)
        right.set(xscale="log", yscale="log", xlim=(0.009, 11), ylim=(5e-4, 3), xlabel="temperature")
        right.set_ylabel("size")
        right.legend(loc="lower left", bbox_to_anchor=(-0.05, 0.98), ncols=2, columnspacing=1)
        controls = {"temperature": slider("temperature", 0.01, 10.0, value=1.0, step=0.05, log=True)}
        return LiveFigure(
            figure, scene, Path(__file__).with_suffix(".js"), marks, controls,
            noise=torch.cat([gumbels, shift]),
            label="Gradient estimates of single draws, and their exact bias and spread against temperature",
        )  # fmt: skip
