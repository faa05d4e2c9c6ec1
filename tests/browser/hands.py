"""Moving a slider as a learner does: by mouse, by touch, by keyboard."""

from collections.abc import Iterator

from playwright.sync_api import Locator
from reading import OUTPUT

# To both ends and to places between.
PLACES = (0.3, 0.8, 1.0, 0.55, 0.0)


# JupyterLab learns the heights of the cells around only after they have come into view, and then moves them:
# a handle at the edge may slide under the status bar after a check that it can be reached.
WITHIN_REACH = """(handle) => new Promise((resolve, reject) => {
  const steady = document.querySelector(".jp-Notebook") ? 10 : 2;  // frames
  const deadline = performance.now() + 20_000;  // milliseconds
  let [place, frames] = ["", 0];
  const look = () => {
    const { x, y, width, height } = handle.getBoundingClientRect();
    const top = document.elementFromPoint(x + width / 2, y + height / 2);
    frames = place === `${x} ${y}` && handle.contains(top) ? frames + 1 : 0;
    place = `${x} ${y}`;
    if (frames === steady) return resolve();
    if (performance.now() > deadline) return reject(new Error(`at ${place} the handle can't be reached`));
    if (!handle.contains(top)) handle.scrollIntoView({ block: "center" });
    requestAnimationFrame(look);
  };
  handle.scrollIntoView({ block: "center" });
  look();
})"""


def track(handle: Locator) -> tuple[float, float, float]:
    """Left end, width and height on the page of the line that a handle moves along."""
    handle.evaluate(WITHIN_REACH)
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
    assert "noUi-active" in handle.get_attribute("class"), "the mouse did not take hold of the handle"
    for place in places:
        mouse.move(left + place * width, height, steps=2)
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
    handle.evaluate(f"""(handle) => {{
      const output = handle.closest("{OUTPUT}");
      output.tabIndex = -1;
      output.focus();
    }}""")
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
