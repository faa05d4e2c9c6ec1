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


def move_live_figure(box: Locator, figure: LiveFigure, *, places=PLACES, keys=KEYS) -> None:
    """Move every control of a figure by mouse to `places` and by `keys`, and check it at every stop."""
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
        if places:
            stops = {place: check(box, figure)[index] for place in drag(handle, places)}
            assert (stops[0], stops[1]) == pytest.approx((low, high))
            assert len(set(stops.values())) == len(places), f"{control.description} stuck at {stops}"
        for key in press(handle, keys):
            value = check(box, figure)[index]
            if key in ("Home", "End"):
                assert value == pytest.approx(low if key == "Home" else high)
            else:
                assert low < value < high, f"{key} moved {control.description} to {value}"
    check_spoken(box, figure)
