"""explore: a learner's own function, its picture replaced in place, its errors and what it prints."""

import base64
import contextlib
import io
from collections.abc import Iterator

import pytest
from hands import drag, press, track
from matplotlib.image import imread
from playwright.sync_api import Locator, expect
from reading import handle_of, image, next_frame
from server import wait_for_kernel

SETUP = """from matplotlib.figure import Figure
from reparam_utils.live import explore, slider
def level(start): return slider("level (grey)", 0.0, 1.0, value=start, step=0.01)
"""
# The whole picture is one grey, so that a pixel tells the value.
FORMS = {
    "fills the given figure": """def draw(figure, level):
    figure.add_axes([0, 0, 1, 1]).set_facecolor((level,) * 3)
""",
    "returns a new figure": """def draw(level):
    figure = Figure()
    figure.add_axes([0, 0, 1, 1]).set_facecolor((level,) * 3)
    return figure
""",
}
FAILING = """def draw(figure, level):
    print("drawing at", level)
    if level > 0.8:
        raise ValueError(f"too bright: {level}")
    figure.subplots().set(title=f"{level}")
"""
PIXEL = """(image) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  const pen = canvas.getContext("2d");
  pen.drawImage(image, -image.naturalWidth / 2, -image.naturalHeight / 2);
  return pen.getImageData(0, 0, 1, 1).data[0];
}"""
# Keeps, frame by frame, whether the picture is the same element, and the height of the box.
WATCH = """(box) => {
  const first = box.querySelector("img");
  window.seen = [];
  const look = () => {
    if (!box.isConnected) return;
    seen.push([box.querySelector("img") === first, box.getBoundingClientRect().height]);
    requestAnimationFrame(look);
  };
  look();
}"""


@contextlib.contextmanager
def painted(spot: Locator) -> Iterator[list[float]]:
    """Collect the grey in the middle of an element in each frame that the browser paints, from 0 to 255."""
    greys, frames = [], []
    place = spot.bounding_box()
    row, column = int(place["y"] + place["height"] / 2), int(place["x"] + place["width"] / 2)
    screen = spot.page.context.new_cdp_session(spot.page)

    def keep(frame: dict) -> None:
        frames.append((frame["metadata"]["timestamp"], base64.b64decode(frame["data"])))
        screen.send("Page.screencastFrameAck", {"sessionId": frame["sessionId"]})

    screen.on("Page.screencastFrame", keep)
    screen.send("Page.startScreencast", {"format": "png"})
    yield greys
    screen.send("Page.stopScreencast")
    for _, png in sorted(frames):
        greys.append(255 * float(imread(io.BytesIO(png), format="png")[row, column, 0]))


@pytest.mark.parametrize("form", FORMS)
def test_picture_follows_in_place(form, show):
    page, [box], _ = show(SETUP + FORMS[form], "shown = explore(draw, level=level(0.0))\nshown")
    element = box.locator("img")
    before = image(box)
    track(handle_of(box))  # in view, and at rest
    box.evaluate(WATCH)
    with painted(element) as greys:
        for _ in drag(handle_of(box), [step / 20 for step in range(1, 20)]):
            next_frame(page)
        shown = float(handle_of(box).get_attribute("aria-valuetext"))
        wait_for_kernel(page, "shown.controls['level'].value", repr(shown))
        page.wait_for_function("(image) => image.complete", arg=element.element_handle())
        for _ in range(20):  # an older picture never follows the last one
            next_frame(page)
    assert 0.9 < shown < 0.97, "the last grey must differ from the page's white"
    assert abs(element.evaluate(PIXEL) - 255 * shown) <= 1
    assert image(box) != before
    # From dark to light with no step back: neither an older picture nor the white page came between.
    assert len(greys) > 10 and greys == sorted(greys)
    assert abs(greys[-1] - 255 * shown) <= 1
    same, heights = zip(*page.evaluate("seen"), strict=True)
    assert all(same), "the picture's element was replaced"
    assert len(set(heights)) == 1, f"the figure jumped: {set(heights)}"


def test_error_and_print_appear_and_go_away(show):
    _, [box], _ = show(SETUP + FAILING, "shown = explore(draw, level=level(0.5))\nshown")
    error, printed, before = box.locator(".live-error"), box.locator(".live-printed"), image(box)
    expect(error).to_be_hidden()
    expect(printed).to_have_text("drawing at 0.5\n")
    for _ in press(handle_of(box), ("End",)):
        expect(error).to_be_visible()
        expect(error).to_contain_text('raise ValueError(f"too bright: {level}")')
        expect(error).to_contain_text("ValueError: too bright: 1.0")
        expect(error).not_to_contain_text("explore.py")
        expect(printed).to_have_text("drawing at 1.0\n")
        assert image(box) == before, "the last picture is gone"
    for _ in press(handle_of(box), ("Home",)):
        expect(error).to_be_hidden()
        expect(printed).to_have_text("drawing at 0.0\n")


def test_error_in_the_first_call(show):
    page, [box], _ = show(SETUP + FAILING, "shown = explore(draw, level=level(1.0))\nshown")
    error, element = box.locator(".live-error"), box.locator("img")
    expect(error).to_contain_text("ValueError: too bright: 1.0")
    assert not element.get_attribute("src"), "there is nothing to show yet"
    for _ in press(handle_of(box), ("Home",)):
        expect(error).to_be_hidden()
        shown = "(image) => image.complete && image.naturalWidth > 0"
        page.wait_for_function(shown, arg=element.element_handle())


def test_handles_have_names(show):
    _, [box], _ = show(SETUP + FAILING, "shown = explore(draw, level=level(0.5))\nshown")
    expect(box.get_by_role("slider", name="level (grey)", exact=True)).to_have_count(1)
    expect(box.get_by_role("img", name="picture drawn by draw", exact=True)).to_have_count(1)
    for _ in press(handle_of(box), ("ArrowRight",)):
        expect(box.locator(".live-status[role=status]")).to_contain_text("level (grey) 0.51")
