"""A decoder of handwritten digits, driven by its discrete code (lesson 07)."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import torch
from torch import Tensor

from ..live import LiveFigure, slider
from ..live.marks import INK

LATENTS = CLASSES = SIDE = 8
HIDDEN = 128
# Weights and biases of the two layers, in this order.
SHAPES = ((LATENTS * CLASSES, HIDDEN), (HIDDEN,), (HIDDEN, SIDE * SIDE), (SIDE * SIDE,))


def decode(code: Tensor, weights: Tensor) -> Tensor:
    """Probability that each pixel is on, shape (..., 8, 8).

    Args:
        code: class of each latent, from 0, shape (..., 8).
        weights: both layers in one row, in the order of SHAPES.
    """
    parts = weights.split([torch.Size(shape).numel() for shape in SHAPES])
    w1, b1, w2, b2 = (part.view(shape) for part, shape in zip(parts, SHAPES, strict=True))
    one_hot = torch.nn.functional.one_hot(code, CLASSES).to(weights.dtype).flatten(start_dim=-2)
    return torch.sigmoid(torch.relu(one_hot @ w1 + b1) @ w2 + b2).unflatten(-1, (SIDE, SIDE))


def scene(
    latent_1: int, latent_2: int, latent_3: int, latent_4: int,
    latent_5: int, latent_6: int, latent_7: int, latent_8: int, walk: int, noise: Tensor,
) -> dict[str, Tensor]:  # fmt: skip
    """The digit of a code, and the eight digits that one of its latents can make of it.

    Args:
        latent_1 to latent_8: the class of each latent, from 1.
        walk: the latent that takes all its classes in turn, from 1.
        noise: nothing random: the decoder's weights, which travel to the page in its place.
    """
    classes = (latent_1, latent_2, latent_3, latent_4, latent_5, latent_6, latent_7, latent_8)
    code = torch.tensor(classes).long() - 1
    steps = code.repeat(CLASSES, 1)
    steps[:, int(walk) - 1] = torch.arange(CLASSES)
    digit, digits = decode(code, noise), decode(steps, noise)
    return {
        "digit": digit,
        **{f"walk_{i + 1}": each for i, each in enumerate(digits)},
        "ink": digit.sum(),
        "doubt": ((digit > 0.1) & (digit < 0.9)).sum().double(),
    }


def digit_decoder(layers: Sequence[Tensor], code: Sequence[int], walk: int) -> LiveFigure:
    """Live figure: sliders for the class of each of eight latents, and for the latent to walk along.

    Args:
        layers: weights (64, 128), biases (128,), weights (128, 64), biases (64,) of the trained decoder.
        code: the classes to start with, from 1.
        walk: the latent to start walking along, from 1.

    Raises:
        ValueError: the layers have other shapes.
    """
    shapes = tuple(tuple(layer.shape) for layer in layers)
    if shapes != SHAPES:
        raise ValueError(f"layers must have shapes {SHAPES}, got {shapes}")
    weights = torch.cat([layer.detach().double().flatten() for layer in layers])
    with plt.style.context("reparam_utils.course"):
        figure = plt.figure(figsize=(9, 4))
        axes = figure.subplot_mosaic([["digit", "digit", *"1234"], ["digit", "digit", *"5678"]])
        marks = {}
        for name, panel in axes.items():
            mesh = panel.pcolormesh(torch.zeros(SIDE, SIDE).numpy(), cmap=INK, vmin=0, vmax=1)
            marks["digit" if name == "digit" else f"walk_{name}"] = mesh
            panel.set(xticks=[], yticks=[], aspect="equal")
            panel.invert_yaxis()
            panel.spines[["top", "right"]].set_visible(True)
            if name != "digit":
                panel.set_xlabel(f"class {name}")
        place = {"transform": axes["digit"].transAxes, "ha": "left"}
        marks["ink"] = axes["digit"].text(0, 1.12, "pixels on, expected {:.1f}", **place)
        marks["doubt"] = axes["digit"].text(0, 1.03, "pixels in doubt {:.0f}", **place)
        controls = {
            f"latent_{i + 1}": slider(f"latent {i + 1} (class)", 1, CLASSES, value=value, step=1)
            for i, value in enumerate(code)
        }
        controls["walk"] = slider("walk along latent", 1, LATENTS, value=walk, step=1)
        return LiveFigure(
            figure, scene, Path(__file__).with_suffix(".js"), marks, controls, noise=weights,
            label="The digit that the decoder makes of a code, and the eight that one latent can make of it",
        )  # fmt: skip
