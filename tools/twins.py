"""Twins: what a live figure is in Python, kept from the run of its lesson for the tests of its page."""

import gc
import json
import pickle
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import ipywidgets
import psutil
from matplotlib.figure import Figure
from torch import Tensor

from reparam_utils.live import LiveFigure, explore
from reparam_utils.live.figure import Scene
from reparam_utils.live.marks import Mark

CONTROL = ("options", "base", "min", "max", "step", "value", "description", "readout_format")


@dataclass
class Twin:
    """The parts of a LiveFigure that can be kept; the attributes have its names."""

    figure: Figure
    scene: Scene
    noise: Tensor | None
    fixed: dict[str, float]
    controls: dict[str, ipywidgets.Widget]
    marks: list[Mark]
    canvas: SimpleNamespace

    settings, evaluate = LiveFigure.settings, LiveFigure.evaluate


def twin_of(shown: LiveFigure | explore) -> Twin | None:
    """The twin of a live figure, or None: `explore` has none."""
    if isinstance(shown, explore):
        return None
    canvas = {name: getattr(shown.canvas, name) for name in ("_esm", "noise", "noise_shape", "label")}
    parts = (shown.figure, shown.scene, shown.noise, shown.fixed, shown.controls, shown.marks)
    return Twin(*parts, SimpleNamespace(**canvas))


class Pickler(pickle.Pickler):
    """Keeps a control by the traits that a test looks at; a widget itself hangs on its kernel."""

    def reducer_override(self, thing: object) -> Any:
        if not isinstance(thing, ipywidgets.Widget):
            return NotImplemented
        return made, (type(thing), {name: getattr(thing, name) for name in CONTROL if thing.has_trait(name)})


def made(kind: type, traits: dict[str, Any]) -> ipywidgets.Widget:
    return kind(**traits)


def tell(views: list[str], folder: Path) -> None:
    """Write what the kernel of a notebook knows in the end: its widgets, its size, and the figures shown.

    Args:
        views: the names of the widgets that outputs show.
        folder: gets kernel.json, with the state of the widgets and the bytes of memory, and the twins.
    """
    state, size = ipywidgets.Widget.get_manager_state(), psutil.Process().memory_info().rss
    told = json.dumps({"widgets": state, "bytes": size})
    (folder / "kernel.json").write_text(told, encoding="utf-8")
    # Asked of the garbage collector: no version of ipywidgets lists its widgets in a documented way. By type,
    # because isinstance asks some objects for their class, and a proxy of what is gone raises an error.
    figures = [each for each in gc.get_objects() if type(each) in (LiveFigure, explore)]
    with (folder / "twins").open("wb") as file:
        Pickler(file).dump({each.model_id: twin_of(each) for each in figures if each.model_id in views})
