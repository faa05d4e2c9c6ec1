"""Marks: the matplotlib artists that a live figure moves.

A scene returns one tensor per mark. `make_mark` finds out what kind of mark an artist is, `fill` puts the
tensor into the artist, and `Mark.spec` is what figure.js needs to do the same in the browser.

| kind   | artist                                  | tensor                                    |
|--------|-----------------------------------------|-------------------------------------------|
| bars   | `ax.bar(...)`                           | heights, shape (n,)                       |
| cloud  | `ax.scatter(...)`                       | x and y, shape (2, n)                     |
| line   | `ax.plot(...)[0]`                       | x and y, shape (2, n); NaN lifts the pen  |
| marker | `ax.axvline(...)`                       | x, shape ()                               |
| number | `ax.text(x, y, "mean {:.2f}")`          | the number, shape ()                      |
| pixels | `ax.pcolormesh(shares, cmap=INK)`       | from 0 (no ink) to 1, shape (rows, cols)  |
"""

import re
from dataclasses import dataclass, field

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection, QuadMesh
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.container import BarContainer
from matplotlib.lines import Line2D
from matplotlib.text import Text
from torch import Tensor

_NUMBER = re.compile(r"\{:\.(\d)f\}")
# In the page the ink has the colour of the text, so it shows on a dark page too.
INK = LinearSegmentedColormap.from_list("ink", [(0, 0, 0, 0), (0, 0, 0, 1)])


@dataclass(frozen=True)
class Mark:
    """A named artist that moves.

    Attributes:
        name: key of the scene's result.
        kind: "bars", "cloud", "line", "marker", "number" or "pixels".
        artists: the matplotlib artists that it draws with.
        template: words around a number, such as "mean {:.2f}".
    """

    name: str
    kind: str
    artists: list[Artist] = field(repr=False)
    template: str = ""

    @property
    def axes(self) -> Axes:
        """The axes that the mark is drawn in."""
        return self.artists[0].axes

    def fill(self, tensor: Tensor) -> None:
        """Move the artists to what the scene returned; raise ValueError if the shape does not fit."""
        values = tensor.detach().numpy()
        fixed = {"bars": (len(self.artists),), "cloud": (2, -1), "line": (2, -1)}
        wanted = self.artists[0].get_array().shape if self.kind == "pixels" else fixed.get(self.kind, ())
        if len(wanted) != values.ndim or any(
            w not in (-1, got) for w, got in zip(wanted, values.shape, strict=True)
        ):
            raise ValueError(f"mark {self.name!r} ({self.kind}) takes shape {wanted}, got {values.shape}")
        match self.kind:
            case "bars":
                for bar, height in zip(self.artists, values, strict=True):
                    bar.set_height(height)
            case "cloud":
                self.artists[0].set_offsets(values.T)
            case "line":
                self.artists[0].set_data(*values)
            case "marker":
                self.artists[0].set_xdata([values, values])
            case "pixels":
                self.artists[0].set_array(values)
            case "number":
                self.artists[0].set_text(_NUMBER.sub(lambda field: _signed(field, values), self.template))

    def spec(self) -> dict:
        """What figure.js needs to move the mark: kind, ids in the SVG, coordinates."""
        spec = {"kind": self.kind, "ids": [artist.get_gid() for artist in self.artists]}
        if self.kind == "number":
            before, digits, after = _NUMBER.split(self.template)
            return spec | {"before": before, "digits": int(digits), "after": after}
        if self.kind == "pixels":  # they stay where they are
            return spec
        if self.kind == "bars":
            spec["edges"] = [[bar.get_x(), bar.get_x() + bar.get_width()] for bar in self.artists]
        if self.kind == "cloud":
            # Marker areas are in square points, and so is the SVG.
            spec["diameter"] = float(np.sqrt(self.artists[0].get_sizes()[0]))
        return spec | {"x": _coordinate(self.axes, "x"), "y": _coordinate(self.axes, "y")}


def make_mark(name: str, artist: object) -> Mark:
    """Return the mark that moves `artist`, with the artist's ids set for the SVG.

    Raises:
        TypeError: no mark moves such an artist.
        ValueError: a number's text lacks exactly one field such as "{:.2f}".
    """
    if isinstance(artist, BarContainer):
        mark = Mark(name, "bars", list(artist.patches))
    elif isinstance(artist, PathCollection):
        mark = Mark(name, "cloud", [artist])
    elif isinstance(artist, Line2D) and artist.get_transform() == artist.axes.get_xaxis_transform():
        mark = Mark(name, "marker", [artist])
    elif isinstance(artist, Line2D):
        mark = Mark(name, "line", [artist])
    elif isinstance(artist, QuadMesh):
        mark = Mark(name, "pixels", [artist])
    elif isinstance(artist, Text):
        template = artist.get_text()
        if len(_NUMBER.findall(template)) != 1 or template.count("{") != 1:
            raise ValueError(
                f"the text of number {name!r} needs one field such as {{:.2f}}, got {template!r}"
            )
        mark = Mark(name, "number", [artist], template)
    else:
        raise TypeError(
            f"no mark moves {artist!r} (mark {name!r}): use bar, scatter, plot, axvline, text or pcolormesh"
        )
    for index, part in enumerate(mark.artists):
        part.set_gid(f"{name}-{index}")
    return mark


def _signed(field: re.Match, value: np.ndarray) -> str:
    """The number that stands for a field of a template, with the minus sign of mathematics; 0.00 has none."""
    return f"{float(value):z.{field[1]}f}".replace("-", "−")


def _coordinate(axes: Axes, which: str) -> dict:
    """How a data value becomes an SVG coordinate: position = offset + slope * scale(value)."""
    axis = getattr(axes, f"{which}axis")
    if axis.get_scale() not in ("linear", "log", "asinh"):
        raise ValueError(f"axes of a live figure are linear, log or asinh, got {axis.get_scale()!r}")
    transform = axis.get_transform()
    start, end = transform.transform(np.asarray(axis.get_view_interval(), dtype=float))
    corners = axes.transAxes.transform([(0, 0), (1, 1)])[:, "xy".index(which)] * 72 / axes.figure.dpi
    if which == "y":  # SVG counts downwards from the top.
        corners = axes.figure.get_figheight() * 72 - corners
    slope = (corners[1] - corners[0]) / (end - start)
    coordinate = {"scale": axis.get_scale(), "slope": slope, "offset": corners[0] - slope * start}
    return coordinate | {"width": getattr(transform, "linear_width", 1.0), "ends": list(corners)}
