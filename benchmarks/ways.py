"""One picture and the same maths, shown in four ways: the first cell of the notebook that run.py measures."""

import inspect
from pathlib import Path

import matplotlib.pyplot as plt
import torch
from IPython.core.pylabtools import print_figure
from ipywidgets import interact
from matplotlib.figure import Figure

from reparam_utils.figures.gaussian_density import scene
from reparam_utils.live import LiveFigure, explore, slider
from reparam_utils.live.pictures import to_png

plt.style.use("reparam_utils.course")


def loc_slider():
    # So fine that each step of a drag is a new picture.
    return slider("loc (mean)", -3.0, 3.0, value=0.0, step=0.01)


def make_noise(points):
    generator = torch.Generator().manual_seed(0)
    make = {"generator": generator, "dtype": torch.float64}
    return torch.stack([torch.randn(points, **make), torch.rand(points, **make)])


def fill(figure, loc, noise, write=str.format):
    """Draw the scene into a figure; return its artists."""
    values = scene(loc, 1.0, noise)
    axes = figure.subplots()
    axes.set(xlim=(-6, 6), ylim=(-0.35, 0.5), xlabel="z", ylabel="density")
    mean, spread = (write(f"{name} of the samples {{:.2f}}", values[name]) for name in ("mean", "spread"))
    return {
        "samples": axes.scatter(*values["samples"], s=14, color="#D55E00"),
        "density": axes.plot(*values["density"], color="#0072B2", linewidth=2.5)[0],
        "middle": axes.axvline(values["middle"], color="#888888", linewidth=1.5, linestyle=":"),
        "mean": axes.text(0.02, 0.92, mean, transform=axes.transAxes),
        "spread": axes.text(0.98, 0.92, spread, transform=axes.transAxes, ha="right"),
    }


def live(points):
    figure, noise = Figure(), make_noise(points)
    marks = fill(figure, 0.0, noise, write=lambda template, number: template)
    javascript = Path(inspect.getfile(scene)).with_suffix(".js")
    controls = {"loc": loc_slider()}
    return LiveFigure(
        figure, scene, javascript, marks, controls, noise=noise, fixed={"scale": 1.0}, label="density"
    )


def explore_filling(points):
    noise = make_noise(points)

    def draw(figure, loc):
        fill(figure, loc, noise)

    return explore(draw, loc=loc_slider())


def explore_returning(points):
    noise = make_noise(points)

    def draw(loc):
        figure = plt.figure()
        fill(figure, loc, noise)
        return figure

    return explore(draw, loc=loc_slider())


def interact_showing(points):
    noise = make_noise(points)

    def show(loc):
        fill(plt.figure(), loc, noise)
        plt.show()

    interact(show, loc=loc_slider())


LIVE, FILLING, RETURNING, INTERACT = WAYS = {
    "live figure": live,
    "`explore`, `draw` fills a figure": explore_filling,
    "`explore`, `draw` returns a figure": explore_returning,
    "`interact` and `plt.show()`": interact_showing,
}


def picture_at(way, points, loc):
    """The PNG that one of the ways with a kernel should show."""
    figure = Figure()
    fill(figure, loc, make_noise(points))
    # As plt.show() does in a notebook.
    return print_figure(figure, bbox_inches="tight") if way == INTERACT else to_png(figure)
