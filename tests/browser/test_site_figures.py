"""The live figures of the live page: they move without a kernel, and show what the notebook shows."""

import pytest
import runs
from desk import VIEWPORT
from hands import tab_to
from looks import LOOKS, figure_problems
from moves import move_live_figure
from pages import LESSONS, NOTEBOOKS, SITE, visit_at_anchors
from playwright.sync_api import Locator, Page, expect
from reading import figures_on, handle_of
from twins import Twin


def shown_on(page: Page, path: str) -> list[tuple[Locator, Twin | None]]:
    """The figures on a page beside their twins from the run that the page shows."""
    twins = runs.twins_of(NOTEBOOKS[path])
    return list(zip(figures_on(page, len(twins)), twins, strict=True))


def check_still(box: Locator) -> None:
    """Assert that a figure of `explore` shows its picture, says what is missing, and can't be moved."""
    assert box.locator("img").evaluate("(image) => image.naturalWidth") > 100
    note = box.locator("xpath=ancestor::*[contains(@class, 'cell')][last()]/following-sibling::*[1]")
    expect(note).to_contain_text("This page has none, and shows the first picture.")
    assert "mybinder.org" in note.get_by_role("link").get_attribute("href")
    for handle in box.locator(".noUi-target").all():
        assert handle.get_attribute("disabled") is not None
    for choice in box.locator("select").all():
        expect(choice).to_be_disabled()


def look(page: Page, shown: list[tuple[Locator, Twin | None]]) -> None:
    """See that every figure is readable in both themes and on a narrow page."""
    problems = []
    for name, width in LOOKS.items():
        page.emulate_media(color_scheme="dark" if name == "dark" else "light")
        page.set_viewport_size({"width": width, "height": 900})
        problems += figure_problems(name, shown)
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_figures_move_on_the_page(path, visit):
    page = visit_at_anchors(visit, path, 360) if path in LESSONS else visit(path)
    page.set_viewport_size(VIEWPORT)
    shown = shown_on(page, path)
    assert any(figure is not None for _, figure in shown)
    for box, figure in shown:
        if figure is not None:
            tab_to(handle_of(box))
            move_live_figure(box, figure, keys=("ArrowRight",))  # JupyterLab and Firefox press the others
        else:
            check_still(box)
    look(page, shown)


def test_figures_move_in_a_folder_without_a_server(visit):
    page = visit("index.html", SITE.as_uri() + "/")
    for box, figure in shown_on(page, "index.html"):
        move_live_figure(box, figure)


def test_a_widget_that_the_page_does_not_know_is_told(visit, complaints):
    page = visit("glossary.html")
    html = (SITE / "index.html").read_text(encoding="utf-8").replace('"AnyModel"', '"OddModel"')
    page.route("**/index.html", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(page.url.replace("glossary", "index"))
    expect(page.locator(".cell_output")).to_contain_text("javascript error")
    told = "this page does not know the widget OddModel of anywidget"
    assert any(told in text for text in complaints), "the console did not hear of it"
    complaints.clear()
