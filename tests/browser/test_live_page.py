"""The mechanism of live figures: several on a page, a slow kernel, a dead kernel, hands, voices, errors."""

import itertools
from pathlib import Path

import pytest
from desk import Desk
from hands import PLACES, drag, press, swipe, tab_to
from playwright.sync_api import expect
from reading import READ, check, check_spoken, figures_on, handle_of, next_frame
from server import ask_kernel, wait_for_kernel

from reparam_utils.live.controls import ends

# Between them they have every kind of mark.
CLOUD = """import torch
from reparam_utils.figures import exact_gradient_bars, frozen_noise
figure = frozen_noise(torch.Generator().manual_seed(2))
figure"""
BARS = "exact_gradient_bars(['cat', 'dog', 'fish'], torch.tensor([1.0, 3.0, -1.0], dtype=torch.float64))"
OTHER_NOISE = "frozen_noise(torch.Generator().manual_seed(3))"

NUMBER = f"""import sys
from pathlib import Path
import matplotlib.pyplot as plt
sys.path.append({str(Path(__file__).parent)!r})
from level import scene
from reparam_utils.live import LiveFigure, slider
picture, axes = plt.subplots()
marks = dict(number=axes.text(0.1, 0.1, "level {{{{:.2f}}}}"))
controls = dict(level=slider("level", 0.0, 1.0, value=0.2, step=0.1))
LiveFigure(picture, scene, Path({{twin_file!r}}), marks, controls, label="a level")"""
BROKEN = """function scene({ level }) {
  if (level > 0.5) throw Error("too high");
  return { number: level - 0.004 };
}"""
# Puts the page `delay` milliseconds away from the kernel, each way, or cuts it off.
FAR_KERNEL = """
window.far = { delay: 0, cut: false };
const later = (act) => { if (!far.cut) setTimeout(() => far.cut || act(), far.delay); };
const { send } = WebSocket.prototype;
WebSocket.prototype.send = function (data) { later(() => this.readyState === 1 && send.call(this, data)); };
const inbox = Object.getOwnPropertyDescriptor(WebSocket.prototype, "onmessage");
Object.defineProperty(WebSocket.prototype, "onmessage", { ...inbox, set(listen) {
  inbox.set.call(this, (event) => later(() => listen.call(this, event)));
} });
"""
# Keeps every value that a handle shows, frame by frame.
WATCH = """(handle) => {
  window.seen = [];
  const look = () => {
    seen.push(Number(handle.getAttribute("aria-valuetext")));
    requestAnimationFrame(look);
  };
  look();
}"""


def test_figures_on_one_page_move_alone(show):
    page, boxes, twins = show(CLOUD, BARS, OTHER_NOISE)
    for box, twin in zip(boxes, twins, strict=True):
        others = [other for other in boxes if other is not box]
        before = [other.evaluate(READ) for other in others]
        for _ in drag(handle_of(box)):
            check(box, twin)
        check_spoken(box, twin)
        assert [other.evaluate(READ) for other in others] == before
    noise = [boxes[i].evaluate(READ)["marks"]["noise_points-0"] for i in (0, 2)]
    assert noise[0] != noise[1]
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((element) => element.id)")
    assert len(ids) == len(set(ids))


def test_a_figure_shown_twice_moves_twice(show):
    _, boxes, twins = show(CLOUD, "figure")
    for box in boxes:
        for _ in drag(handle_of(box)):
            assert check(boxes[0], twins[0]) == check(boxes[1], twins[1])
    for box, twin in zip(boxes, twins, strict=True):
        check_spoken(box, twin)


def test_a_cell_run_again_shows_a_figure_that_moves(show, lab):
    page, [box], [twin] = show(CLOUD)
    old = box.locator("svg").element_handle()
    for _ in drag(handle_of(box), (1.0,)):
        pass
    lab.run(page)
    page.wait_for_function("(old) => !old.isConnected", arg=old)
    [box] = figures_on(page, 1)
    assert check(box, twin) == [control.value for control in twin.controls.values()]
    for _ in drag(handle_of(box)):
        check(box, twin)
    check_spoken(box, twin)


def test_only_a_keyboard(show):
    _, [box], [twin] = show(CLOUD)
    for index, control in enumerate(twin.controls.values()):
        handle = handle_of(box, index)
        tab_to(handle)
        step, start = control.step, check(box, twin)[index]
        low, high = ends(control)
        wanted = {
            "ArrowRight": start + step,
            "ArrowLeft": start,
            "ArrowUp": start + step,
            "ArrowDown": start,
            "PageUp": min(high, start + 5 * step),
            "Home": low,
            "PageDown": low,
            "End": high,
        }
        for key in press(handle, tuple(wanted)):
            assert check(box, twin)[index] == pytest.approx(wanted[key]), key
    check_spoken(box, twin)


def test_picture_and_handles_have_names(show):
    page, boxes, twins = show(CLOUD, BARS)
    for box, twin in zip(boxes, twins, strict=True):
        expect(box.locator("svg[role=img]")).to_have_attribute("aria-label", twin.canvas.label)
        for control in twin.controls.values():
            expect(box.get_by_role("slider", name=control.description, exact=True)).to_have_count(1)
    assert page.locator(".widget-vbox .noUi-handle").count() == sum(len(twin.controls) for twin in twins)


def test_an_error_in_the_scene_is_shown_and_goes_away(show, complaints, tmp_path):
    twin_file = tmp_path / "broken.js"
    twin_file.write_text(BROKEN)
    _, [box], [twin] = show(NUMBER.format(twin_file=str(twin_file)))
    for _ in press(handle_of(box), ("End",)):
        error = box.locator(".live-error")
        expect(error).to_be_visible()
        expect(error).to_contain_text("too high")
    assert any("too high" in text for text in complaints), "the console did not hear of it"
    complaints.clear()
    for _ in press(handle_of(box), ("Home",)):
        check(box, twin)
    expect(box.locator(".live-error")).to_be_hidden()


@pytest.fixture(scope="module")
def far(lab, chromium):
    """A page that can be put far from its kernel, and touched."""
    desk = Desk(lab, chromium, FAR_KERNEL, has_touch=True)
    yield desk
    desk.leave()


def test_touch(show, far):
    _, [box], [twin] = show(CLOUD, desk=far)
    stops = [check(box, twin)[0] for _ in swipe(handle_of(box))]
    assert len(set(stops)) == len(PLACES) and set(stops) >= set(ends(twin.controls["loc"]))


def test_moves_far_from_the_kernel_and_does_not_jump_back(show, far):
    page, [box], [twin] = show(CLOUD, desk=far)
    page.evaluate("far.delay = 150")
    start = page.evaluate("performance.now()")
    ask_kernel(page, "None")
    assert page.evaluate("performance.now()") - start >= 300, "the kernel is not far away"
    handle = handle_of(box)
    for _ in drag(handle, (*PLACES, 0.65)):
        check(box, twin)
    [last, *_] = check(box, twin)
    handle.evaluate(WATCH)
    wait_for_kernel(page, "figure.controls['loc'].value", repr(last))
    next_frame(page)
    assert set(page.evaluate("seen")) == {last}
    assert check(box, twin)[0] == last


def test_moves_when_all_traffic_to_the_kernel_is_lost(show, far):
    page, [box], [twin] = show(CLOUD, desk=far)
    page.evaluate("far.delay = 0")
    started = ask_kernel(page, "figure.controls['loc'].value")
    page.evaluate("far.cut = true")
    values = {check(box, twin)[0] for _ in drag(handle_of(box))}
    assert len(values) == len(PLACES)
    page.evaluate("far.cut = false")
    assert ask_kernel(page, "figure.controls['loc'].value") == started, "the traffic was not lost"


def test_moves_when_the_kernel_is_killed_in_the_middle_of_a_drag(show, lab, far):
    page, [box], [twin] = show(CLOUD, desk=far)
    kernel = lab.kernel_process(page)
    steps = drag(handle_of(box), (*PLACES, *reversed(PLACES)))
    for _ in itertools.islice(steps, len(PLACES)):
        check(box, twin)
    kernel.kill()
    kernel.wait(timeout=10)
    # Half of the rest before JupyterLab has noticed, half after.
    after = [check(box, twin)[0] for _ in itertools.islice(steps, 2)]
    page.wait_for_function("jupyterapp.shell.currentWidget.sessionContext.session.kernel.status !== 'idle'")
    after += [check(box, twin)[0] for _ in steps]
    assert set(after) >= set(ends(twin.controls["loc"]))
    check_spoken(box, twin)
    far.leave()
