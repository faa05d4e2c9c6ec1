"""A normal density above its frozen samples (lesson 01)."""

import math
from pathlib import Path

import matplotlib.pyplot as plt
import torch
from torch import Tensor

from ..gaussian import reparameterize_gaussian
from ..live import LiveFigure, slider

_STEPS = torch.linspace(-4, 4, 81, dtype=torch.float64)


def scene(loc: float, scale: float, noise: Tensor) -> dict[str, Tensor]:
    """Density, samples in a strip below it, their mean and spread.

    Args:
        loc: mean.
        scale: standard deviation, above zero.
        noise: shape (2, n): standard normal draws, and heights between 0 and 1, to spread them.
    """
    eps, height = noise

    def density(steps):
        return torch.exp(-(steps**2) / 2) / (scale * math.sqrt(2 * math.pi))

    z = reparameterize_gaussian(loc, scale, eps)
    return {
        "density": torch.stack([reparameterize_gaussian(loc, scale, _STEPS), density(_STEPS)]),
        "samples": torch.stack([z, -0.3 * height]),
        "middle": torch.tensor(loc, dtype=torch.float64),
        "mean": z.mean(),
        "spread": z.std(),
    }


def gaussian_density(generator: torch.Generator, samples: int = 400) -> LiveFigure:
    """Live figure: loc and scale sliders; the same frozen noise at every setting."""
    noise = torch.stack(
        [
            torch.randn(samples, generator=generator, dtype=torch.float64),
            torch.rand(samples, generator=generator, dtype=torch.float64),
        ]
    )
    with plt.style.context("reparam_utils.course"):
        figure, axes = plt.subplots(figsize=(9, 3.4))
        marks = {
            "samples": axes.scatter([], [], s=14, color="#D55E00"),
            "density": axes.plot([], [], color="#0072B2", linestyle="-", linewidth=2.5)[0],
            "middle": axes.axvline(0, color="#888888", linewidth=1.5, linestyle=":"),
            "mean": axes.text(0, 1.04, "mean of the samples {:.2f}", transform=axes.transAxes),
            "spread": axes.text(
                1, 1.04, "spread of the samples {:.2f}", transform=axes.transAxes, ha="right"
            ),
        }
        axes.set(xlim=(-9, 9), ylim=(-0.35, 1.1), yticks=[0, 0.5, 1], xlabel="z", ylabel="density")
        controls = {
            "loc": slider("loc (mean)", -2.0, 2.0, value=0.0, step=0.1),
            "scale": slider("scale (spread)", 0.4, 2.0, value=1.0, step=0.05),
        }
        return LiveFigure(
            figure, scene, Path(__file__).with_suffix(".js"), marks, controls, noise=noise,
            label="Density of a normal distribution with frozen samples in a strip below it",
        )  # fmt: skip
