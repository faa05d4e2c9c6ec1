"""Frozen noise, moving parameters: samples on strings, and the objective that they estimate (lesson 00)."""

from pathlib import Path

import matplotlib.pyplot as plt
import torch
from torch import Tensor

from ..gaussian import reparameterize_gaussian
from ..live import LiveFigure, slider

POINTS = 8
_LOCS = torch.linspace(-2, 2, 41, dtype=torch.float64)


def scene(loc: float, scale: float, draw: float, noise: Tensor) -> dict[str, Tensor]:
    """Samples of one draw, and the mean of z**2 over them, against loc.

    Args:
        loc: mean.
        scale: standard deviation, above zero.
        draw: which row of `noise`, from 1.
        noise: standard normal, shape (draws, 42 * POINTS): the frozen points, then POINTS fresh ones for each
            of 41 values of loc.
    """
    frozen, fresh = noise[int(draw) - 1].split([POINTS, len(_LOCS) * POINTS])
    z = reparameterize_gaussian(loc, scale, frozen)
    below, above = torch.zeros_like(z), torch.ones_like(z)
    strings = [torch.stack([frozen, z, frozen * torch.nan], dim=1), torch.stack([above, below, above], dim=1)]

    def objective_curve(points):
        return torch.stack([_LOCS, (reparameterize_gaussian(_LOCS[:, None], scale, points) ** 2).mean(dim=1)])

    return {
        "noise_points": torch.stack([frozen, above]),
        "samples": torch.stack([z, below]),
        "strings": torch.stack([part.flatten() for part in strings]),
        "frozen": objective_curve(frozen),
        "fresh": objective_curve(fresh.reshape(-1, POINTS)),
        "exact": torch.stack([_LOCS, _LOCS**2 + scale**2]),
        "current": torch.tensor(loc, dtype=torch.float64),
        "slope": 2 * z.mean(),
        "exact_slope": torch.tensor(2 * loc, dtype=torch.float64),
    }


def frozen_noise(generator: torch.Generator) -> LiveFigure:
    """Live figure: sliders for loc, scale and the number of the draw; ten draws are frozen in it."""
    noise = torch.randn(10, POINTS * (1 + len(_LOCS)), generator=generator, dtype=torch.float64)
    with plt.style.context("reparam_utils.course"):
        figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6))
        marks = {
            "strings": left.plot([], [], color="#888888", linewidth=1, linestyle="-")[0],
            "noise_points": left.scatter([], [], s=60, color="#D55E00"),
            "samples": left.scatter([], [], s=60, color="#0072B2"),
            "fresh": right.plot([], [], color="#009E73", linewidth=1.2, linestyle="-", label="fresh noise")[
                0
            ],
            "frozen": right.plot([], [], color="#0072B2", linestyle="-", label="frozen noise")[0],
            "exact": right.plot([], [], color="#000000", linewidth=1.2, linestyle="--", label="exact")[0],
            "current": right.axvline(0, color="#888888", linewidth=1.5, linestyle=":"),
            "slope": left.text(0, 1.06, "frozen slope {:.2f}", transform=left.transAxes),
            "exact_slope": left.text(1, 1.06, "exact slope {:.2f}", transform=left.transAxes, ha="right"),
        }
        left.set(xlim=(-6, 6), ylim=(-0.3, 1.3), yticks=[0, 1], yticklabels=["sample z", "noise ε"])
        right.set(xlim=(-2, 2), ylim=(0, 15), xlabel="loc", ylabel="mean of z²")
        right.legend(loc="lower center", bbox_to_anchor=(0.45, 1), ncols=3, columnspacing=1, handlelength=1.5)
        controls = {
            "loc": slider("loc (mean)", -2.0, 2.0, value=0.5, step=0.1),
            "scale": slider("scale (spread)", 0.1, 1.5, value=1.0, step=0.1),
            "draw": slider("resample (draw)", 1, 10, value=1, step=1),
        }
        return LiveFigure(
            figure, scene, Path(__file__).with_suffix(".js"), marks, controls, noise=noise,
            label="Frozen noise points joined by strings to the samples; mean of z squared against loc",
        )  # fmt: skip
