"""A lesson saved by the front end and opened again, on another day: its figures are there, and move."""

import json

import pytest
from desk import Desk
from hands import drag
from moves import move_live_figure
from playwright.sync_api import expect
from reading import check, figures_on, handle_of, image
from server import Lab

from reparam_server import STATE

LESSON = "00_saved.ipynb"
CELLS = [
    "import torch\nfrom reparam_utils.exercises import check, progress\nfrom reparam_utils.figures import *",
    "frozen_noise(torch.Generator().manual_seed(2))",
    "exact_gradient_bars(['cat', 'dog', 'fish'], torch.tensor([1.0, 3.0, -1.0], dtype=torch.float64))",
    "from reparam_utils.live import explore, slider\n"
    "def draw(figure, scale):\n"
    "    figure.subplots().plot([0, scale])\n"
    "explore(draw, scale=slider('scale', 0.1, 1.0, value=0.5, step=0.1))",
    "progress('00')",
    "check('00.1', 'd')",
]
DONE = "00.1 ✓ · 00.2 ○ · 00.3 ○ · 00.4 ○ — 1 of 4 right"
ALLOWED = {
    # Notebook 7.6 says this of its own settings on every page.
    "notebook": ("uncaught: Cannot read properties of undefined (reading 'schema')",),
    # Before it saves under another name, JupyterLab asks whether there is such a file.
    "lab": ("404 (Not Found) (http://127.0.0.1:{port}/api/contents/notebooks/00_copy.ipynb",),
}


class Course:
    """A lesson, and every day another kernel."""

    def __init__(self, desk: Desk, app: str = "lab"):
        self.desk, self.lab, self.app = desk, desk.lab, app
        self.lesson = self.lab.write(LESSON, CELLS)

    def next_day(self):
        """The lesson's page; its kernel has run nothing."""
        self.end()
        self.desk.allowed = [text.format(port=self.lab.port) for text in ALLOWED[self.app]]
        page = self.desk.take()
        self.lab.open(page, self.lesson, app=self.app)
        return page

    def run(self, page):
        self.lab.run(page)
        self.twins = self.lab.twins(page)

    def end(self):
        if self.app == "lab":
            self.desk.clear()
        else:
            self.desk.leave()
            self.lab.stop_kernels()

    @property
    def file(self):
        return self.lab.folder / "notebooks" / self.lesson

    def models(self) -> dict:
        return json.loads(self.file.read_text(encoding="utf-8"))["metadata"]["widgets"][STATE]["state"]


@pytest.fixture
def course(desk):
    return Course(desk)


@pytest.fixture
def course_in_notebook_7(tmp_path, chromium, complaints):
    # A server that has shown JupyterLab answers Notebook's requests for fonts with an error.
    desk = Desk(Lab(tmp_path), chromium)
    desk.complaints = complaints
    yield Course(desk, "notebook")
    desk.leave()
    desk.lab.stop()


def shown(page, course) -> list:
    """Every figure of the page beside its twin, and the last state of the exercises."""
    boxes = figures_on(page, len(course.twins))
    expect(page.get_by_text(DONE)).to_be_visible()
    return list(zip(boxes, course.twins, strict=True))


def run_and_saved(course) -> dict:
    """The widgets in the file of a lesson after its first day."""
    page = course.next_day()
    course.run(page)
    shown(page, course)
    course.lab.save(page)
    return course.models()


@pytest.mark.parametrize("fixture", ["course", "course_in_notebook_7"])
def test_the_figures_are_there_and_move_before_anything_runs(fixture, request):
    course = request.getfixturevalue(fixture)
    page = course.next_day()
    course.run(page)
    (box, twin), *_, (explored, _) = shown(page, course)
    for _ in drag(handle_of(box), (0.3,)):
        left_at = check(box, twin)
    picture = image(explored)
    course.lab.save(page)

    page = course.next_day()
    (box, twin), *others, (explored, _) = shown(page, course)
    assert check(box, twin) == left_at and image(explored) == picture
    for each, its_twin in [(box, twin), *others]:
        assert its_twin is not None
        move_live_figure(each, its_twin)


def test_saving_before_anything_runs_loses_nothing(course):
    """The front end itself would store the widgets of this kernel alone: none."""
    kept = run_and_saved(course)
    for _ in range(2):
        page = course.next_day()
        shown(page, course)
        course.lab.save(page)
        assert course.models() == kept
    # And a cell that ran again does not take away what the others show.
    page.evaluate("jupyterapp.shell.currentWidget.content.activeCellIndex = 0")
    page.evaluate("jupyterapp.commands.execute('notebook:run-cell-and-select-next')")
    page.evaluate("jupyterapp.commands.execute('notebook:run-cell-and-select-next')")
    page.wait_for_function("jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'idle'")
    course.lab.save(page)
    assert len(course.models()) == len(kept) and course.models().keys() != kept.keys()
    shown(course.next_day(), course)


def test_a_server_knows_what_its_front_end_forgot(course):
    """Of a lesson that was opened and not run: in a copy, and after a cell was cut and pasted."""
    kept = run_and_saved(course)
    course.end()
    course.desk.leave()
    course.lab.stop()
    course.lab.start()  # another day, of which no server remembers the first
    page = course.next_day()
    shown(page, course)
    page.evaluate("void jupyterapp.commands.execute('docmanager:save-as')")
    page.locator(".jp-Dialog input").fill("notebooks/00_copy.ipynb")
    # By its buttons: a dialog can be seen before it has the keys. The second asks about the original.
    for dialog in ("Save File As", 'Save changes in "00_saved.ipynb"'):
        page.locator(".jp-Dialog").filter(has_text=dialog).get_by_role(
            "button", name="Save", exact=True
        ).click()
    page.wait_for_function(
        "[...jupyterapp.shell.widgets('main')].some(({ context }) => context.path.endsWith('00_copy.ipynb'))"
    )
    shown(page, course)
    course.lesson = "00_copy.ipynb"
    assert course.models() == kept

    page = course.next_day()
    shown(page, course)
    page.evaluate("jupyterapp.shell.currentWidget.content.activeCellIndex = 1")
    page.evaluate("jupyterapp.commands.execute('notebook:cut-cell')")
    course.lab.save(page)
    assert len(course.models()) < len(kept)
    page.evaluate("jupyterapp.commands.execute('notebook:paste-cell-above')")
    course.lab.save(page)
    assert course.models() == kept


def test_runs_of_other_days_do_not_pile_up(course):
    """Six on three days: the file stays below one and a half times its first size."""
    sizes = []
    for runs in (2, 2, 2):
        page = course.next_day()
        for _ in range(runs):
            course.run(page)
            shown(page, course)
            course.lab.save(page)
            sizes.append(course.file.stat().st_size)
    assert len(sizes) == 6 and max(sizes) < 1.5 * sizes[0]
