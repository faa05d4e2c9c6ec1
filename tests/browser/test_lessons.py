"""Every lesson in a real JupyterLab: it runs, every control moves its figure, and all of it is readable.

Here by keyboard; test_site_figures.py moves the same figures by mouse too, and test_live_page.py others here.
"""

import time

from hands import drag, press
from looks import LOOKS, figure_problems
from moves import move_live_figure
from notebook_run import by_notebook, figures_of
from playwright.sync_api import Locator, Page
from reading import figures_on, image, next_frame
from server import LESSONS, MEGABYTES, ROOT, SCREENSHOTS, Lab, change_theme

from reparam_utils.live import LiveFigure, explore


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


def look(page: Page, lesson: str, shown: list[tuple[Locator, LiveFigure | explore]]) -> None:
    """See that every figure is readable in both themes and on a narrow page; keep screenshots."""
    SCREENSHOTS.mkdir(exist_ok=True)
    problems = []
    for name, width in LOOKS.items():
        theme = "JupyterLab Dark" if name == "dark" else "JupyterLab Light"
        change_theme(page, theme)
        page.set_viewport_size({"width": width, "height": 900})
        problems += figure_problems(name, shown)
        height = page.locator(".jp-WindowedPanel-outer").evaluate("(notebook) => notebook.scrollHeight")
        page.set_viewport_size({"width": width, "height": height + 150})
        page.locator(".jp-WindowedPanel-outer").evaluate("(notebook) => { notebook.scrollTop = 0; }")
        next_frame(page)
        page.screenshot(path=SCREENSHOTS / f"{lesson.removesuffix('.ipynb')}-{name}.png")
    assert not problems, "\n".join(problems)


def test_there_are_lessons():
    assert LESSONS


@by_notebook("lesson", {lesson: lesson for lesson in LESSONS})
def test_lesson(lesson, lab, new_page):
    page, figures = new_page(), figures_of(ROOT / "notebooks" / lesson)
    lab.open(page, lesson)
    start = time.perf_counter()
    lab.run(page)
    shown = list(zip(figures_on(page, len(figures)), figures, strict=True))
    print(f"\n{lesson}: {time.perf_counter() - start:.1f} s to run", end="")
    for box, figure in shown:
        if isinstance(figure, LiveFigure):
            move_live_figure(box, figure, places=())
        else:
            move_explore(box)
    print(f", {time.perf_counter() - start:.1f} s with every control moved")
    no_errors(page)
    assert lab.kernel_process().memory_info().rss < MEGABYTES[lesson] * 2**20
    look(page, lesson, shown)


def test_lesson_in_notebook_7(tmp_path, new_page):
    lesson = LESSONS[0]
    # A server of its own: one that has shown JupyterLab answers Notebook's requests for fonts with an error.
    server = Lab(tmp_path)
    # Notebook 7.6 says this of its own settings on every page, with or without a figure.
    page = new_page(allowed=("uncaught: Cannot read properties of undefined (reading 'schema')",))
    try:
        server.open(page, lesson, app="notebook")
        server.run(page)
        figures = figures_of(ROOT / "notebooks" / lesson)
        boxes = figures_on(page, len(figures))
        live = next(index for index, figure in enumerate(figures) if isinstance(figure, LiveFigure))
        move_live_figure(boxes[live], figures[live])
        no_errors(page)
    finally:
        page.close()  # or it complains that the server has gone
        server.stop()
