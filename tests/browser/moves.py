"""Every control of a live figure, moved, with the figure checked at every stop."""

import pytest
from hands import PLACES, drag, press
from playwright.sync_api import Locator
from reading import check, check_spoken

from reparam_utils.live import LiveFigure
from reparam_utils.live.controls import ends

KEYS = ("Home", "ArrowRight", "End", "ArrowLeft")


def move_live_figure(box: Locator, figure: LiveFigure, *, places=PLACES, keys=KEYS) -> None:
    """Move every control of a figure by mouse and by keyboard, and check it at every stop.

    Both ends are among the places; without keys the keyboard is left alone.
    """
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
        stops = {place: check(box, figure)[index] for place in drag(handle, places)}
        assert (stops[0], stops[1]) == pytest.approx((low, high))
        assert len(set(stops.values())) == len(places), f"{control.description} stuck at {stops}"
        if not keys:
            continue
        stops = {key: check(box, figure)[index] for key in press(handle, keys)}
        assert (stops["Home"], stops["End"]) == pytest.approx((low, high))
        assert low < stops["ArrowRight"] < high and low < stops["ArrowLeft"] < high
    check_spoken(box, figure)
