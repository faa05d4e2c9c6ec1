"""A maximum and its smooth stand-in, inside the band that its bounds allow (lesson 05)."""

from math import log
from pathlib import Path

import matplotlib.pyplot as plt
import torch
from torch import Tensor

from ..live import LiveFigure, choice, slider
from ..smoothing import smooth_max

# The two entries that compete, at each x.
FUNCTIONS = {
    "max(x, c)": lambda x, c: torch.stack([x, torch.full_like(x, c)], dim=-1),
    "|x − c|": lambda x, c: torch.stack([x - c, c - x], dim=-1),
}
# Steps of 0.05, so that the kink, at a c in steps of 0.1, is a point of the curve.
_XS = torch.arange(-40, 41, dtype=torch.float64) / 20


def scene(function: float, temperature: float, c: float, x: float) -> dict[str, Tensor]:
    """Maximum of two entries, smooth maximum and upper bound against x, and the gap at one x.

    Args:
        function: index into FUNCTIONS.
        temperature: above zero.
        c: where the kink is.
        x: where the gap is read.
    """
    entries = list(FUNCTIONS.values())[int(function)]
    pairs, pair = entries(_XS, c), entries(torch.tensor(x, dtype=torch.float64), c)
    bound = torch.tensor(temperature * log(2), dtype=torch.float64)
    return {
        "bound_curve": torch.stack([_XS, pairs.amax(dim=-1) + bound]),
        "smooth": torch.stack([_XS, smooth_max(pairs, temperature)]),
        "maximum": torch.stack([_XS, pairs.amax(dim=-1)]),
        "current": torch.tensor(x, dtype=torch.float64),
        "gap": smooth_max(pair, temperature) - pair.amax(dim=-1),
        "bound": bound,
    }


def smooth_max_band() -> LiveFigure:
    """Live figure: a list with max(x, c) and |x - c|; sliders for temperature, c and the dotted line."""
    with plt.style.context("reparam_utils.course"):
        figure, axes = plt.subplots(figsize=(9, 3.6))
        bound = {"color": "#888888", "linewidth": 1.8, "linestyle": "-.", "label": "max + bound"}
        marks = {
            "bound_curve": axes.plot([], [], **bound)[0],
            "smooth": axes.plot([], [], color="#D55E00", linestyle="-", label="smooth max")[0],
            "maximum": axes.plot([], [], color="#0072B2", linestyle="--", label="max")[0],
            "current": axes.axvline(0, color="#888888", linewidth=1.5, linestyle=":"),
            "gap": axes.text(0, 1.04, "excess at the dotted line {:.3f}", transform=axes.transAxes),
            "bound": axes.text(1, 1.04, "bound {:.3f}", transform=axes.transAxes, ha="right"),
        }
        axes.set(xlim=(-2, 2), ylim=(-1.2, 4.4), xticks=range(-2, 3), xlabel="x", ylabel="value")
        axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5))
        controls = {
            "function": choice("function", list(FUNCTIONS), value="max(x, c)"),
            "temperature": slider("temperature", 0.01, 10**0.25, value=1.0, step=0.05, log=True),
            "c": slider("c (the kink)", -1.0, 1.0, value=0.0, step=0.1),
            "x": slider("x (dotted line)", -2.0, 2.0, value=1.0, step=0.1),
        }
        return LiveFigure(
            figure, scene, Path(__file__).with_suffix(".js"), marks, controls,
            label="A maximum of two entries against x, the smooth maximum above it, and the upper bound",
        )  # fmt: skip
