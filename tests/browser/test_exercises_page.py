"""The exercises as a learner meets them: answers in words, nothing that stops Run All, hints, a solution."""

import editions
import nbformat
from playwright.sync_api import Locator, Page, expect
from server import LESSONS, ROOT, Lab

MISTAKES = {  # what a learner makes of each stub of lesson 00
    "00.1": ("answer = ...", "answer = d"),  # no quotes
    "00.2": ("return ...", "return ("),  # no Python
    "00.3": (", ...)", ", loss)"),  # not repaired
    "00.4": ("return ..., ...", "return loc / zero"),  # no such name
}
PATH = "jupyterapp.shell.currentWidget.context?.path"


def edited(lab: Lab, changes: dict[str, tuple[str, str]]) -> str:
    """Write the first cell and the exercises of lesson 00, with changes in their stubs, and one cell more."""
    lesson = nbformat.read(ROOT / "notebooks" / LESSONS[0], as_version=4)
    start = next(i for i, cell in enumerate(lesson.cells) if cell.source.startswith("## Exercises"))
    lesson.cells = [lesson.cells[1], *lesson.cells[start:], nbformat.v4.new_code_cell("print('the end')")]
    for cell in lesson.cells:
        old, new = changes.get(editions.number_of(cell), ("", ""))
        assert old in cell.source
        cell.source = cell.source.replace(old, new)
    nbformat.write(lesson, lab.folder / "notebooks" / "edited.ipynb")
    return "edited.ipynb"


def cell_of(page: Page, number: str) -> Locator:
    """The code cell of an exercise."""
    return page.locator(".jp-CodeCell").filter(has_text=f'check("{number}"')


def show_all(page: Page) -> None:
    """Make the page as high as the notebook: JupyterLab renders only the cells in view."""
    height = page.locator(".jp-WindowedPanel-outer").evaluate("(notebook) => notebook.scrollHeight")
    page.set_viewport_size({"width": 1280, "height": height + 1000})


def test_mistakes_are_told_and_stop_nothing(lab, desk):
    page = desk.open(edited(lab, MISTAKES))
    lab.run(page)
    show_all(page)
    expect(cell_of(page, "00.1")).to_contain_text("NameError: name 'd' is not defined")
    expect(cell_of(page, "00.2")).to_contain_text("SyntaxError")
    expect(cell_of(page, "00.3")).to_contain_text(
        "✗ 00.3 is not right yet. The value is right, but no gradient"
    )
    raised = cell_of(page, "00.4")
    expect(raised).to_contain_text("Your function raised an error.")
    expect(raised).to_contain_text("NameError: name 'zero' is not defined")
    expect(page.locator(".jp-CodeCell").last).to_contain_text("the end")
    progress = page.locator(".widget-html")
    expect(progress).to_have_text("00.1 ○ · 00.2 ○ · 00.3 ✗ · 00.4 ✗ — 0 of 4 right")
    # The learner puts one right, and the line above keeps up.
    cell_of(page, "00.1").locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text('answer = "d"\ncheck("00.1", answer)')
    page.keyboard.press("Shift+Enter")
    expect(cell_of(page, "00.1")).to_contain_text("✓ 00.1 is right.")
    expect(progress).to_have_text("00.1 ✓ · 00.2 ○ · 00.3 ✗ · 00.4 ✗ — 1 of 4 right")


def test_hints_open_in_steps_and_the_solution_is_one_click_away(lab, desk):
    page = desk.open(edited(lab, {}))
    show_all(page)
    hints = page.locator(".jp-MarkdownCell").filter(has_text="Hint 1").nth(1)
    first, second = (hints.locator("summary").filter(has_text=f"Hint {step}") for step in (1, 2))
    told = hints.locator("details p").filter(has_text="leaves one column")
    expect(first).to_be_visible()
    expect(second).to_be_hidden()
    first.click()
    expect(second).to_be_visible()
    expect(told).to_be_hidden()
    second.click()
    expect(told).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 700})
    hints.get_by_role("link", name="Solution").click()
    page.wait_for_function(f"{PATH}?.endsWith('solutions/00_solutions.ipynb')")
    expect(page.locator("h2").filter(has_text="Exercise 00.2")).to_be_in_viewport()
    desk.leave()  # the link has opened a side bar
