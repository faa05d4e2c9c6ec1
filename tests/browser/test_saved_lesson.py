"""A lesson saved by the front end and opened again, on another day: its figures are there, and move."""

import json

import pytest
from hands import drag
from notebook_run import shown_by
from playwright.sync_api import expect
from reading import check, figures_on, handle_of, image
from server import Lab

from reparam_server import STATE
from reparam_utils.live import LiveFigure

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
# Notebook 7.6 says this of its own settings on every page.
ALLOWED = {"notebook": ("uncaught: Cannot read properties of undefined (reading 'schema')",)}


class Course:
    """A lesson, and every day another page and another kernel."""

    def __init__(self, lab: Lab, open_page, app: str):
        self.lab, self.open_page, self.app = lab, open_page, app
        self.file = lab.folder / "notebooks" / lab.write(LESSON, CELLS)

    def next_day(self):
        """The lesson's page; its kernel has run nothing."""
        self.end()
        page = self.open_page(allowed=ALLOWED.get(self.app, ()))
        self.lab.open(page, LESSON, app=self.app)
        return page

    def end(self):
        self.open_page.close()  # or the page complains that its kernel has gone
        self.lab.stop_kernels()

    def models(self) -> dict:
        return json.loads(self.file.read_text(encoding="utf-8"))["metadata"]["widgets"][STATE]["state"]


@pytest.fixture
def course(lab, open_page):
    made = Course(lab, open_page, "lab")
    yield made
    made.end()


@pytest.fixture
def course_in_notebook_7(tmp_path, open_page):
    # A server of its own: one that has shown JupyterLab answers Notebook's requests for fonts with an error.
    server = Lab(tmp_path)
    made = Course(server, open_page, "notebook")
    yield made
    made.end()
    server.stop()


@pytest.fixture(scope="module")
def twins():
    return shown_by(CELLS)


def shown(page, twins) -> list:
    """Every figure of the page beside its twin, and the last state of the exercises."""
    boxes = figures_on(page, len(twins))
    expect(page.get_by_text(DONE)).to_be_visible()
    return list(zip(boxes, twins, strict=True))


@pytest.mark.parametrize("fixture", ["course", "course_in_notebook_7"])
def test_the_figures_are_there_and_move_before_anything_runs(fixture, twins, request):
    course = request.getfixturevalue(fixture)
    page = course.next_day()
    course.lab.run(page)
    (box, twin), *_, (explored, _) = shown(page, twins)
    for _ in drag(handle_of(box), (0.3,)):
        left_at = check(box, twin)
    picture = image(explored)
    course.lab.save(page)

    page = course.next_day()
    (box, twin), *others, (explored, _) = shown(page, twins)
    assert check(box, twin) == left_at and image(explored) == picture
    for each, its_twin in [(box, twin), *others]:
        assert isinstance(its_twin, LiveFigure)
        for _ in drag(handle_of(each), (1.0, 0.0)):
            check(each, its_twin)


def test_saving_before_anything_runs_loses_nothing(course, twins):
    """The front end itself would store the widgets of this kernel alone: none."""
    page = course.next_day()
    course.lab.run(page)
    shown(page, twins)
    course.lab.save(page)
    kept = course.models()
    for _ in range(2):
        page = course.next_day()
        shown(page, twins)
        course.lab.save(page)
        assert course.models() == kept
    # And a cell that ran again does not take away what the others show.
    page.evaluate("jupyterapp.shell.currentWidget.content.activeCellIndex = 0")
    page.evaluate("jupyterapp.commands.execute('notebook:run-cell-and-select-next')")
    page.evaluate("jupyterapp.commands.execute('notebook:run-cell-and-select-next')")
    page.wait_for_function("jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'idle'")
    course.lab.save(page)
    assert len(course.models()) == len(kept) and course.models().keys() != kept.keys()
    shown(course.next_day(), twins)


def test_runs_of_other_days_do_not_pile_up(course, twins):
    """Ten on three days: the file stays below one and a half times its first size."""
    sizes = []
    for runs in (4, 3, 3):
        page = course.next_day()
        for _ in range(runs):
            course.lab.run(page)
            shown(page, twins)
            course.lab.save(page)
            sizes.append(course.file.stat().st_size)
    assert len(sizes) == 10 and max(sizes) < 1.5 * sizes[0]
