"""The live figures of the live page in Firefox, opened from the folder, without a server."""

import sys
import time
from pathlib import Path

import browser
import pytest
import runs
from ipywidgets import Dropdown
from pages import NOTEBOOKS, SITE
from reading import ALL_SHOWN, check

from reparam_utils.live import LiveFigure
from reparam_utils.live.controls import ends

if sys.platform == "darwin":
    pytest.skip("marionette-driver asks for an old psutil on macOS", allow_module_level=True)

from marionette_driver import By
from marionette_driver.keys import Keys
from marionette_driver.marionette import Marionette, WebElement

SECONDS = 30  # to wait for the figures of a page


class Box:
    """A figure on the page, with the two things that `reading` asks of one."""

    def __init__(self, session: Marionette, element: WebElement):
        self.session, self.element = session, element

    @property
    def page(self) -> "Box":
        return self

    def evaluate(self, script: str):
        """The value of an expression or, given a function, of the function of this figure's element."""
        call = f"({script})(arguments[0])" if script.startswith("(box)") else script
        return self.session.execute_script(f"return {call}", [self.element])


@pytest.fixture(scope="module")
def firefox(tmp_path_factory):
    """A Firefox, and its log."""
    log = tmp_path_factory.mktemp("firefox") / "log"
    session = browser.firefox(browser.find("firefox"), str(log))
    yield session, log
    session.quit()


def boxes_on(session: Marionette, count: int) -> list[Box]:
    """Wait until every figure of the page is there; return them from top to bottom."""
    deadline = time.monotonic() + SECONDS
    while not session.execute_script(f"return ({ALL_SHOWN})(arguments[0])", [count]):
        assert time.monotonic() < deadline, f"there are not {count} figures"
        time.sleep(0.1)
    return [Box(session, element) for element in session.find_elements(By.CSS_SELECTOR, ".widget-vbox")]


def move(box: Box, figure: LiveFigure) -> None:
    """Move every control to both of its ends by keyboard, and check every coordinate there.

    Whether texts collide is left to Chromium: here the box of a text is as high as a line of the font.
    """
    check(box, figure, texts=False)
    rows = box.element.find_elements(By.CSS_SELECTOR, ".widget-inline-hbox")
    for index, (control, row) in enumerate(zip(figure.controls.values(), rows, strict=True)):
        if isinstance(control, Dropdown):
            options = row.find_elements(By.TAG_NAME, "option")
            for number in (len(options) - 1, 0):
                options[number].click()
                assert check(box, figure, texts=False)[index] == number
            continue
        handle = row.find_element(By.CSS_SELECTOR, ".noUi-handle")
        for key, end in zip((Keys.END, Keys.HOME), reversed(ends(control)), strict=True):
            handle.send_keys(key)
            assert check(box, figure, texts=False)[index] == pytest.approx(end)


def errors_in(log: Path) -> list[str]:
    return [
        line for line in log.read_text(errors="replace").splitlines() if "JavaScript error: file:" in line
    ]


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_figures_move_in_firefox(path, firefox):
    session, log = firefox
    session.navigate(f"{SITE.as_uri()}/{path}")
    twins = runs.twins_of(NOTEBOOKS[path])
    for box, figure in zip(boxes_on(session, len(twins)), twins, strict=True):
        if figure is not None:
            move(box, figure)
    assert not errors_in(log)
