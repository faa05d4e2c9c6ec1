"""Every control of a live figure, moved, with the figure checked at every stop."""

import pytest
from hands import drag, press
from playwright.sync_api import Locator
from reading import check, check_spoken

from reparam_utils.live import LiveFigure
from reparam_utils.live.controls import ends

# Where a mouse drags to (0 is the left end, 1 the right one), and the keys that follow.
PLACES = (0.3, 1.0, 0.0)
KEYS = ("Home", "ArrowRight", "End", "ArrowLeft")


def move_live_figure(box: Locator, figure: LiveFigure, *, mouse: bool = True) -> None:
    """Move every control of a figure by `mouse` and by keyboard, and check it at every stop."""
    check(box, figure)
    rows = box.locator(".widget-inline-hbox").all()
    for index, (control, row) in enumerate(zip(figure.controls.values(), rows, strict=True)):
        low, high = ends(control)
        if row.locator("select").count():
            for option in range(len(control.options)):
                row.locator("select").select_option(index=option)
                assert check(box, figure)[index] == option
            continue
        handle = row.locator(".noUi-handle")
        if mouse:
            stops = {place: check(box, figure)[index] for place in drag(handle, PLACES)}
            assert (stops[0], stops[1]) == pytest.approx((low, high))
            assert len(set(stops.values())) == len(PLACES), f"{control.description} stuck at {stops}"
        stops = {key: check(box, figure)[index] for key in press(handle, KEYS)}
        assert (stops["Home"], stops["End"]) == pytest.approx((low, high))
        assert low < stops["ArrowRight"] < high and low < stops["ArrowLeft"] < high
    check_spoken(box, figure)
