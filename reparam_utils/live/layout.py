"""Axes that stay in their places from one picture to the next.

Matplotlib's constrained layout takes about a third of the time of a picture, and makes the axes jump whenever
a tick label grows. So the places found for one picture serve the next, unless a label would be cut off.
"""

from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from .pictures import to_png


class SteadyLayout:
    """Draws one figure after the other with their axes in the same places."""

    def __init__(self):
        self._arrangement, self._places = None, []

    def to_png(self, figure: Figure) -> bytes:
        """Return the figure as a PNG, with its axes where they were in the last one if that is possible."""
        arrangement = _arrangement(figure)
        if arrangement is not None and arrangement == self._arrangement:
            for axes, place in zip(figure.axes, self._places, strict=True):
                axes.set_position(place)  # which also takes it out of the layout
            png = to_png(figure)
            if not any(_is_cut_off(axis) for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)):
                return png
            for axes in figure.axes:
                axes.set_in_layout(True)
        png = to_png(figure)
        self._arrangement, self._places = arrangement, [axes.get_position() for axes in figure.axes]
        return png


def _arrangement(figure: Figure) -> list | None:
    """What the places depend on besides the labels; None where matplotlib has not laid out every axes."""
    specs = [axes.get_subplotspec() for axes in figure.axes]
    if None in specs or not isinstance(figure.get_layout_engine(), ConstrainedLayoutEngine):
        return None
    return [tuple(figure.get_size_inches()), *(spec.get_geometry() for spec in specs)]


def _is_cut_off(axis: Axis) -> bool:
    """Whether the label of an axis that was just drawn, and so perhaps its ticks, reach beyond the figure."""
    box, edge = axis.label.get_window_extent(), axis.get_figure().bbox
    # An empty label stands by its padding away from the ticks.
    slack = 0 if axis.label.get_text() else axis.labelpad * axis.get_figure().dpi / 72
    return edge.padded(slack).count_contains(box.corners()) < len(box.corners())
