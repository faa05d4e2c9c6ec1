"""LiveFigure: a matplotlib picture whose marks follow sliders in the browser, with no kernel."""

import inspect
from collections.abc import Callable, Mapping
from pathlib import Path

import anywidget
import matplotlib.pyplot as plt
import torch
import traitlets
from ipywidgets import VBox, Widget, jslink, widget_serialization
from matplotlib.artist import Artist
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from torch import Tensor

from .controls import check_control, ends, linked_trait
from .marks import make_mark
from .pictures import readable_width, to_png, to_svg, with_picture

Scene = Callable[..., Mapping[str, Tensor]]
_HERE = Path(__file__).parent


def join_javascript(*files: Path) -> str:
    """Join JavaScript files into the one module that anywidget takes; order does not matter."""
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


class _Canvas(anywidget.AnyWidget):
    """The part of a live figure that lives in the page; figure.js reads these traits."""

    _css = _HERE / "live.css"
    svg = traitlets.Unicode().tag(sync=True)
    label = traitlets.Unicode().tag(sync=True)
    min_width = traitlets.Float().tag(sync=True)
    marks = traitlets.Dict().tag(sync=True)
    parameters = traitlets.List(traitlets.Unicode()).tag(sync=True)
    noise = traitlets.Bytes().tag(sync=True)
    noise_shape = traitlets.List(traitlets.Int()).tag(sync=True)
    controls = traitlets.List(traitlets.Instance(Widget)).tag(sync=True, **widget_serialization)

    def __init__(self, javascript: Path, values: Mapping[str, float], **traits):
        self._esm = join_javascript(
            *(_HERE / f"{name}.js" for name in ("maths", "scrolling", "controls", "figure")), javascript
        )
        # A link can only end at a trait, so each parameter of the scene becomes one.
        self.add_traits(
            **{f"value_{name}": traitlets.Float(value).tag(sync=True) for name, value in values.items()}
        )
        super().__init__(parameters=list(values), **traits)


class LiveFigure(VBox):
    """A matplotlib figure that follows its controls without a kernel.

    The scene exists twice: in torch, where it is the truth, and in JavaScript, where it moves the picture.
    The torch scene is called once per control and end at construction, and draws the first picture.

    Args:
        figure: the finished layout; the artists named in `marks` may hold anything.
        scene: function of the parameters and, if there is noise, of `noise`, all by keyword. Returns one
            float64 tensor per mark; shapes are listed in `reparam_utils.live.marks`.
        javascript: file that defines `function scene(parameters, noise)`, the twin of `scene`.
        marks: name to artist: the result of `ax.bar`, `ax.scatter`, `ax.plot(...)[0]`, `ax.axvline`, or
            `ax.text` with one field such as "mean {:.2f}". At least one number, which is read aloud.
        controls: parameter to ipywidgets slider or selection. A selection gives its index.
        noise: float64, shape (n,) or (m, n); frozen.
        fixed: parameters that no control moves.
        label: what the picture is, in a few words, for a screen reader.

    Attributes:
        figure, scene, marks, noise, fixed: as given (`marks` as `Mark` objects).
        canvas: the widget that shows the picture.

    Raises:
        TypeError: a mark's artist or a control is of no known kind.
        ValueError: a parameter, a mark or a shape that does not fit the scene, or whatever the scene itself
            refuses at a control's end (a scale of zero, for example).

    Lesson 00 has the first one; CONTRIBUTING shows how to add one.
    """

    def __init__(
        self,
        figure: Figure,
        scene: Scene,
        javascript: Path,
        marks: Mapping[str, Artist | BarContainer],
        controls: Mapping[str, Widget],
        *,
        label: str,
        noise: Tensor | None = None,
        fixed: Mapping[str, float] | None = None,
    ):
        for name, control in controls.items():
            check_control(name, control)
        self.figure, self.scene, self.noise, self.fixed = figure, scene, noise, dict(fixed or {})
        self.controls = dict(controls)
        self._check_parameters()
        self.marks = [make_mark(name, artist) for name, artist in marks.items()]
        if not any(mark.kind == "number" for mark in self.marks):
            raise ValueError(f"a live figure needs a number to read aloud, got marks {list(marks)}")
        for name, control in controls.items():
            for end in ends(control):
                self.evaluate({name: end})
        self.png = self._first_picture()
        self.canvas = _Canvas(
            javascript,
            self.settings(),
            svg=self._svg(),
            label=label,
            min_width=readable_width(figure),
            marks={mark.name: mark.spec() for mark in self.marks},
            noise=b"" if noise is None else noise.numpy().astype("<f8").tobytes(),
            noise_shape=[] if noise is None else list(noise.shape),
            controls=list(controls.values()),
        )
        for name, control in controls.items():
            jslink((control, linked_trait(control)), (self.canvas, f"value_{name}"))
        plt.close(figure)
        super().__init__([*controls.values(), self.canvas])

    def settings(self) -> dict[str, float]:
        """What each parameter of the scene is now, as far as the kernel knows."""
        shown = {name: getattr(control, linked_trait(control)) for name, control in self.controls.items()}
        return {**shown, **self.fixed}

    def evaluate(self, changes: Mapping[str, float] | None = None) -> dict[str, Tensor]:
        """The torch scene at the current settings with `changes`; raise ValueError on a wrong result."""
        noise = {} if self.noise is None else {"noise": self.noise}
        values = dict(self.scene(**{**self.settings(), **(changes or {})}, **noise))
        names = [mark.name for mark in self.marks]
        if set(values) != set(names):
            raise ValueError(f"the scene moves {sorted(values)}, but the marks are {sorted(names)}")
        for name, tensor in values.items():
            if tensor.dtype != torch.float64:
                raise ValueError(f"mark {name!r} must be float64, got {tensor.dtype}")
        return values

    def _check_parameters(self):
        wanted = set(inspect.signature(self.scene).parameters) - {"noise"}
        given = [*self.controls, *self.fixed]
        unknown, missing = set(given) - wanted, wanted - set(given)
        if unknown or missing or len(given) != len(set(given)):
            raise ValueError(
                f"the scene's parameters are {sorted(wanted)}, got controls {sorted(self.controls)} "
                f"and fixed {sorted(self.fixed)}"
            )

    def _first_picture(self) -> bytes:
        """Fill the marks at the current settings, for viewers without widgets."""
        values = self.evaluate()
        for mark in self.marks:
            mark.fill(values[mark.name])
        return to_png(self.figure)

    def _svg(self) -> str:
        for mark in self.marks:
            if mark.kind == "cloud":  # figure.js draws the points; one is enough to show it their style
                middle = [sum(mark.axes.get_xlim()) / 2, sum(mark.axes.get_ylim()) / 2]
                mark.artists[0].set_offsets([middle])
        return to_svg(self.figure)

    def _repr_mimebundle_(self, **kwargs):
        return with_picture(super()._repr_mimebundle_(**kwargs), self.png, self.canvas.label)
