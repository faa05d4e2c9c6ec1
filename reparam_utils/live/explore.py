"""explore: sliders for a learner's own drawing function, driven by the kernel."""

import contextlib
import gc
import inspect
import io
from collections.abc import Callable
from pathlib import Path

import anywidget
import matplotlib.pyplot as plt
import traitlets
from ipywidgets import VBox, Widget, widget_serialization
from matplotlib.figure import Figure

from ..learner_error import learner_error
from .controls import check_control
from .figure import join_javascript
from .layout import SteadyLayout
from .pictures import readable_width, with_picture

_HERE = Path(__file__).parent


class _Picture(anywidget.AnyWidget):
    """The picture, what `draw` printed, and its error; picture.js reads these traits."""

    _esm = join_javascript(*(_HERE / f"{name}.js" for name in ("scrolling", "controls", "picture")))
    _css = _HERE / "live.css"
    png = traitlets.Bytes().tag(sync=True)
    printed = traitlets.Unicode().tag(sync=True)
    error = traitlets.Unicode().tag(sync=True)
    label = traitlets.Unicode().tag(sync=True)
    min_width = traitlets.Float().tag(sync=True)
    controls = traitlets.List(traitlets.Instance(Widget)).tag(sync=True, **widget_serialization)


class explore(VBox):
    """Show a function's picture, drawn anew whenever a control moves.

    Each change is a round trip to the kernel; `LiveFigure` moves without one, but needs a scene. An error
    appears under the picture with its traceback, and goes away when the function runs again. What the
    function prints appears there too.

    Args:
        draw: takes the controls' values by keyword. Either it returns a new matplotlib figure, or its first
            argument is an empty figure that it fills.
        controls: name to ipywidgets slider or selection, such as `slider(...)` of this package.

    Attributes:
        picture: the widget that shows picture and error.

    Raises:
        TypeError: `draw` is no function, or a control is not a slider or selection.
        ValueError: the names of the controls do not fit the arguments of `draw`.

    Every lesson has one. Example: `explore(draw, scale=slider("scale", 0.1, 2.0, value=1.0, step=0.1))`.
    """

    def __init__(self, draw: Callable[..., Figure | None], **controls: Widget):
        if not callable(draw):
            raise TypeError(f"draw must be a function, got {draw!r}")
        for name, control in controls.items():
            check_control(name, control)
        self.draw, self.controls = draw, controls
        self._fills, self._layout = self._takes_a_figure(), SteadyLayout()
        self.picture = _Picture(label=f"picture drawn by {draw.__name__}", controls=list(controls.values()))
        super().__init__([*controls.values(), self.picture])
        for control in controls.values():
            control.observe(self._update, "value")
        self._update()

    def _takes_a_figure(self) -> bool:
        """Whether `draw` fills a given figure; otherwise it returns its own."""
        parameters = list(inspect.signature(self.draw).parameters.values())
        free = [p.name for p in parameters if p.name not in self.controls and p.default is p.empty]
        unknown = set(self.controls) - {p.name for p in parameters}
        if unknown or len(free) > 1 or (free and free[0] != parameters[0].name):
            raise ValueError(
                f"{self.draw.__name__} takes {[p.name for p in parameters]}, "
                f"got controls {list(self.controls)}"
            )
        return bool(free)

    def _update(self, change=None):
        values = {name: control.value for name, control in self.controls.items()}
        printed, error, shown = io.StringIO(), "", {}
        opened = set(plt.get_fignums())
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            try:
                figure = self._call(values)
                shown = {"png": self._layout.to_png(figure), "min_width": readable_width(figure)}
            except Exception as problem:
                error = learner_error(problem)
        for number in set(plt.get_fignums()) - opened:  # or the next cell would show them again
            plt.close(number)
        with self.picture.hold_sync():
            for name, value in {"printed": printed.getvalue(), "error": error, **shown}.items():
                setattr(self.picture, name, value)
        # Figures are circles of references. Collect this one now that its picture is on the way, before many
        # of them hold up a later picture.
        gc.collect(1)

    def _call(self, values: dict) -> Figure:
        if self._fills:
            # Not made by pyplot, where others could show or close it; and new, which is faster than cleared.
            figure = Figure()
            self.draw(figure, **values)
        else:
            figure = self.draw(**values)
        if not isinstance(figure, Figure):
            raise TypeError(f"{self.draw.__name__} must return a matplotlib figure, got {figure!r}")
        return figure

    def _repr_mimebundle_(self, **kwargs):
        return with_picture(super()._repr_mimebundle_(**kwargs), self.picture.png, self.picture.label)
