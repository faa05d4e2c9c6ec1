"""The controls of a live figure: ordinary ipywidgets, with the look of the course."""

from math import log10

from ipywidgets import Dropdown, FloatLogSlider, FloatSlider, IntSlider, Layout, Widget
from ipywidgets.widgets.widget_selection import _Selection


def slider(
    label: str, low: float, high: float, *, value: float, step: float, log: bool = False
) -> FloatSlider | IntSlider | FloatLogSlider:
    """Return a slider with a label in words.

    Args:
        label: words and, where there is one, the unit: "temperature", "draw (number)".
        low, high: ends, both reachable.
        value: where it starts.
        step: a whole `step` with whole ends gives whole numbers. With `log`, a step in decades.
        log: equal distances are equal ratios.

    Raises:
        ValueError: the ends are out of order, or whole steps from `low` don't reach `value` and `high`: the
            page would show another value than the one given.
    """
    if not low < high or not low <= value <= high or not 0 < step <= high - low or (log and low <= 0):
        raise ValueError(f"slider {label!r}: low {low}, high {high}, value {value}, step {step} do not fit")
    steps = [(log10(to / low) if log else to - low) / step for to in (value, high)]
    if any(abs(count - round(count)) > 1e-6 for count in steps):
        raise ValueError(f"slider {label!r}: whole steps of {step} from {low} must reach {value} and {high}")
    look = _look(label)
    if log:
        return FloatLogSlider(
            value=value, min=log10(low), max=log10(high), step=step, readout_format=".3g", **look
        )
    if all(isinstance(number, int) for number in (low, high, value, step)):
        return IntSlider(value=value, min=low, max=high, step=step, **look)
    return FloatSlider(value=value, min=low, max=high, step=step, readout_format=".2f", **look)


def choice(label: str, options: list[str], *, value: str) -> Dropdown:
    """Return a drop-down list with a label in words; a scene gets the index of the chosen option."""
    return Dropdown(options=options, value=value, **_look(label))


def _look(label: str) -> dict:
    """What the controls of the course have in common; live.css puts the label on top on a narrow page."""
    return {
        "description": label,
        "tooltip": label,  # else the page shows "null" when the mouse rests on it
        "style": {"description_width": "9em"},
        "layout": Layout(width="min(100%, 36em)", height="auto"),
        "_dom_classes": ["live-control"],
    }


def check_control(name: str, control: object) -> None:
    """Raise TypeError unless `control` is a slider or a selection of ipywidgets."""
    if not isinstance(control, Widget) or not (isinstance(control, _Selection) or hasattr(control, "min")):
        raise TypeError(f"control {name!r} must be an ipywidgets slider or selection, got {control!r}")


def linked_trait(control: Widget) -> str:
    """The trait that the browser keeps in step: only the index of a selection exists there."""
    return "index" if isinstance(control, _Selection) else "value"


def ends(control: Widget) -> tuple[float, float]:
    """The first and the last value that a control can take."""
    if isinstance(control, _Selection):
        return 0, len(control.options) - 1
    if isinstance(control, FloatLogSlider):
        return control.base**control.min, control.base**control.max
    return control.min, control.max
