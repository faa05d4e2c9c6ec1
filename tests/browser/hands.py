"""Moving a slider as a learner does: by mouse, by touch, by keyboard."""

from collections.abc import Iterator

from playwright.sync_api import Locator

# To both ends and to places between.
PLACES = (0.3, 0.8, 1.0, 0.55, 0.0)


def track(handle: Locator) -> tuple[float, float, float]:
    """Left end, width and height on the page of the line that a handle moves along."""
    handle.hover()  # scrolls there, and waits until the notebook has stopped moving
    line = handle.locator("xpath=ancestor::*[contains(@class, 'noUi-base')]").bounding_box()
    return line["x"], line["width"], line["y"] + line["height"] / 2


def grip(handle: Locator) -> float:
    """The middle of a handle."""
    knob = handle.bounding_box()
    return knob["x"] + knob["width"] / 2


def drag(handle: Locator, places=PLACES) -> Iterator[float]:
    """Drag by mouse to each place (0 is the left end, 1 the right one), and let go after the last."""
    left, width, height = track(handle)
    mouse = handle.page.mouse
    mouse.move(grip(handle), height)
    mouse.down()
    for place in places:
        mouse.move(left + place * width, height, steps=3)
        yield place
    mouse.up()


def swipe(handle: Locator, places=PLACES) -> Iterator[float]:
    """Drag with a finger."""
    left, width, height = track(handle)
    touch = handle.page.context.new_cdp_session(handle.page)

    def send(kind: str, *points: dict) -> None:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    send("touchStart", {"x": grip(handle), "y": height})
    for place in places:
        send("touchMove", {"x": left + place * width, "y": height})
        yield place
    send("touchEnd")


def tab_to(handle: Locator) -> None:
    """Reach a handle with the Tab key alone, from the start of its figure's output."""
    output = handle.locator("xpath=ancestor::*[contains(@class, 'jp-OutputArea-output')]")
    output.evaluate("(element) => { element.tabIndex = -1; element.focus(); }")
    for _ in range(20):
        handle.page.keyboard.press("Tab")
        if handle.evaluate("(element) => element === document.activeElement"):
            return
    raise AssertionError("the Tab key does not reach the handle")


def press(handle: Locator, keys: tuple[str, ...]) -> Iterator[str]:
    """Press each key on a handle."""
    handle.focus()
    for key in keys:
        handle.page.keyboard.press(key)
        yield key
