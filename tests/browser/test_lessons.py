"""Every lesson in a real JupyterLab: it runs, every control moves its figure, and all of it is readable.

Here by keyboard; test_site_figures.py moves the same figures by mouse too, and test_live_page.py others here.
"""

import time

import nbformat
import pytest
import runs
from hands import drag, press
from looks import LOOKS, figure_problems
from moves import move_live_figure
from playwright.sync_api import Locator, Page
from reading import figures_on, image
from server import LESSONS, MEGABYTES, ROOT, SCREENSHOTS, change_theme
from twins import Twin


def move_explore(box: Locator) -> None:
    """Move every control, and see the picture change each time."""

    def changed() -> None:
        nonlocal before
        box.page.wait_for_function("([image, old]) => image.complete && image.src !== old", arg=before)
        # A new address is not enough: the picture in it must differ.
        now = image(box)
        assert now != pixels[-1]
        pixels.append(now)
        before = [element, element.get_attribute("src")]

    element = box.locator("img").element_handle()
    pixels, before = [image(box)], [element, element.get_attribute("src")]
    for row in box.locator(".widget-inline-hbox").all():
        if row.locator("select").count():
            options = row.locator("option").count()
            shown = row.locator("select").evaluate("(list) => list.selectedIndex")
            row.locator("select").select_option(index=(shown + 1) % options)
            changed()
            continue
        handle = row.locator(".noUi-handle")
        for _ in drag(handle, (0.0,)):
            pass
        changed()
        for _ in press(handle, ("ArrowRight",)):
            changed()


def no_errors(page: Page) -> None:
    """Assert that no cell's output is an error, and that no figure shows one."""
    errors = page.locator("[data-mime-type='application/vnd.jupyter.error'], .live-error:visible")
    assert errors.all_text_contents() == []


def look(page: Page, lesson: str, shown: list[tuple[Locator, Twin | None]]) -> None:
    """See that every figure is readable in both themes and on a narrow page; keep screenshots."""
    SCREENSHOTS.mkdir(exist_ok=True)
    problems, notebook = [], page.locator(".jp-WindowedPanel-outer")
    for name, width in LOOKS.items():
        change_theme(page, "JupyterLab Dark" if name == "dark" else "JupyterLab Light")
        if page.viewport_size["width"] != width or name == "light":
            page.set_viewport_size({"width": width, "height": 900})
            height = notebook.evaluate("(notebook) => notebook.scrollHeight")
            page.set_viewport_size({"width": width, "height": height + 150})
            notebook.evaluate("(notebook) => { notebook.scrollTop = 0; }")
        problems += figure_problems(name, shown)
        page.screenshot(path=SCREENSHOTS / f"{lesson.removesuffix('.ipynb')}-{name}.jpg", quality=80)
    assert not problems, "\n".join(problems)


def test_there_are_lessons():
    assert LESSONS


@pytest.mark.parametrize("lesson", LESSONS)
def test_lesson(lesson, lab, desk):
    page = desk.open(lesson)
    start = time.perf_counter()
    lab.run(page)
    figures = lab.twins(page)
    shown = list(zip(figures_on(page, len(figures)), figures, strict=True))
    print(f"\n{lesson}: {time.perf_counter() - start:.1f} s to run", end="")
    for box, figure in shown:
        if figure is not None:
            move_live_figure(box, figure, places=(), keys=("End", "ArrowLeft"))
        else:
            move_explore(box)
    print(f", {time.perf_counter() - start:.1f} s with every control moved")
    no_errors(page)
    look(page, lesson, shown)


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_kernel_of_a_lesson_stays_small(lesson):
    """As nbval has run it."""
    run = nbformat.read(runs.place_of(ROOT / "notebooks" / lesson), as_version=4)
    assert 0 < run.metadata["kernel_bytes"] < MEGABYTES[lesson] * 2**20
