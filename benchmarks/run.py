"""Measure live figures beside `explore` and `interact`, the live page, lessons and noise; write README.md.

`make bench` runs it. It ends with an error when a bound is missed, after writing the table.
"""

import io
import itertools
import random
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import browser
import nbformat
import numpy as np
import psutil
import ways
from checks import slowest_checks
from hands import grip, track
from live_page import measure_pages
from matplotlib.image import imread
from memory import peak_megabytes
from nbclient import NotebookClient
from playwright.sync_api import Locator, Page, sync_playwright
from reading import check
from report import Measured, bounds, report
from samplers import measure_noise
from seeds import measure_seeds
from server import LESSONS, ROOT, Lab

HERE = Path(__file__).parent
POINTS = (300, 2000)
ROUNDS, PRESSES = 16, 8  # so many key presses in a row, in so many rounds
DRAGS, DRAG_SECONDS, MOVES_PER_SECOND = 2, 2.0, 60
QUIET = 1000  # ms without a new picture: everything that was asked for has been drawn


@dataclass
class Figure:
    """One way at one size, where it is on the page, and what was measured of it."""

    way: str
    points: int
    box: Locator
    latencies: list[float] = field(default_factory=list)  # input to paint, ms
    kernel: float = 0.0  # CPU seconds of the kernel in all key presses
    drags: list[tuple[float, float]] = field(default_factory=list)  # moves and pictures per second
    lost: list[str] = field(default_factory=list)  # drags whose last picture does not show the last value

    @property
    def handle(self) -> Locator:
        return self.box.locator(".noUi-handle")

    @property
    def picture(self) -> Locator:
        return self.box.locator(".live-picture, .jp-OutputArea")


def take_turn(figure: Figure) -> None:
    """Bring a figure into view, watch it, and wait until the page is quiet."""
    figure.handle.hover()
    figure.handle.focus()
    figure.picture.evaluate("(element) => probe.watch(element)")
    figure.box.page.wait_for_timeout(300)  # the last figure's text for screen readers is written by then


def press_keys(figure: Figure, key: str, kernel: psutil.Process, pauses: random.Random) -> None:
    """Press a key several times, each after the picture of the last one."""
    page, before = figure.box.page, cpu_seconds(kernel)
    for _ in range(PRESSES):
        # Or the presses would follow the page's frames, and always wait equally long for the next one.
        time.sleep(pauses.uniform(0, 0.05))
        page.keyboard.press(key)
        taken = page.evaluate("probe.taken()")
        [moment] = taken["inputs"]
        figure.latencies.append(taken["pictures"][0] - moment)
    page.wait_for_timeout(100)  # the kernel tidies up after the picture
    figure.kernel += cpu_seconds(kernel) - before


def cpu_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def drag(figure: Figure, to: float) -> None:
    """Drag the slider steadily from where it is to a place (0 is its left end, 1 its right one)."""
    page, mouse = figure.box.page, figure.box.page.mouse
    left, width, height = track(figure.handle)
    start = grip(figure.handle)
    moves = int(DRAG_SECONDS * MOVES_PER_SECOND)
    mouse.move(start, height)
    mouse.down()
    page.evaluate("probe.take()")
    began = time.perf_counter()
    for move in range(1, moves + 1):
        time.sleep(max(0.0, began + move / MOVES_PER_SECOND - time.perf_counter()))
        mouse.move(start + (left + to * width - start) * move / moves, height)
    mouse.up()
    page.wait_for_function("(time) => probe.quietFor(time)", arg=QUIET)
    taken = page.evaluate("probe.take()")
    first, last = taken["inputs"][0], taken["inputs"][-1]
    seconds = (last - first) / 1000
    painted = sum(moment <= last for moment in taken["pictures"])
    figure.drags.append((len(taken["inputs"]) / seconds, painted / seconds))
    try:
        check_last_picture(figure)
    except AssertionError as problem:
        figure.lost.append(str(problem))


def check_last_picture(figure: Figure) -> None:
    """Assert that the picture shows the value that the slider shows."""
    if figure.way == ways.LIVE:
        check(figure.box, ways.live(figure.points))
        return
    loc = float(figure.box.locator(".widget-readout").text_content().replace("−", "-"))
    wanted = pixels(ways.picture_at(figure.way, figure.points, loc))
    shown = pixels(bytes(figure.box.page.evaluate("probe.image()")))
    assert np.array_equal(shown, wanted), f"the slider shows {loc}, the last picture does not"


def pixels(png: bytes) -> np.ndarray:
    return imread(io.BytesIO(png), format="png")


def measure_figures(page: Page, lab: Lab) -> list[Figure]:
    """Show every way in one notebook and move the figures in turns, so that a slow moment hits all alike."""
    kinds = list(itertools.product(POINTS, ways.WAYS))
    cells = [f"WAYS[{way!r}]({points})" for points, way in kinds]
    lab.write("ways.ipynb", [(HERE / "ways.py").read_text(encoding="utf-8"), *cells])
    lab.open(page, "ways.ipynb")
    lab.run(page)
    boxes = page.locator(".jp-OutputArea-output .widget-vbox")
    boxes.nth(len(kinds) - 1).locator("img").wait_for()
    figures = [Figure(way, points, boxes.nth(index)) for index, (points, way) in enumerate(kinds)]
    kernel, pauses = lab.kernel_process(page), random.Random(0)
    for turn in range(ROUNDS):
        print(f"key presses, round {turn + 1} of {ROUNDS}", flush=True)
        for figure in figures:
            take_turn(figure)
            press_keys(figure, ("ArrowRight", "ArrowLeft")[turn % 2], kernel, pauses)
    for turn in range(DRAGS):
        print(f"drags, round {turn + 1} of {DRAGS}", flush=True)
        for figure in figures:
            take_turn(figure)
            drag(figure, (0.97, 0.04)[turn % 2])
    return figures


def run_lesson(path: Path) -> tuple[float, float]:
    """Run a notebook in a kernel of its own; return its seconds and the kernel's peak memory in MB."""
    notebook, peak, began = nbformat.read(path, as_version=4), 0.0, time.perf_counter()
    client = NotebookClient(notebook, timeout=300, resources={"metadata": {"path": path.parent}})
    with client.setup_kernel():
        process = psutil.Process(client.km.provisioner.pid)
        for index, cell in enumerate(notebook.cells):
            client.execute_cell(cell, index)
            peak = max(peak, peak_megabytes(process))
    return time.perf_counter() - began, peak


def main() -> None:
    path = browser.find("chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        chromium = browser.launch(playwright, path)
        pages = measure_pages(chromium)
        lab = Lab(Path(folder))
        try:
            page = chromium.new_page(viewport={"width": 1280, "height": 900})
            page.set_default_timeout(30_000)
            page.add_init_script(path=HERE / "page.js")
            figures = measure_figures(page, lab)
            version = chromium.version
        finally:
            lab.stop()
    noise = measure_noise()
    seeds = measure_seeds()
    checks = slowest_checks(LESSONS)
    lessons = {}
    for name in LESSONS:
        print(name, flush=True)
        lessons[name] = run_lesson(ROOT / "notebooks" / name)
    how = {"presses": ROUNDS * PRESSES, "drags": DRAGS, "seconds": DRAG_SECONDS, "moves": MOVES_PER_SECOND}
    measured = Measured(figures, pages, lessons, checks, noise, seeds)
    text = report(measured, version, **how)
    (HERE / "README.md").write_text(text, encoding="utf-8")
    print(text)
    missed = [bound for bound in bounds(measured) if not bound.met]
    if missed:
        lines = [f"{bound.what}: {bound.measured:.3g}, at most {bound.limit:.3g}" for bound in missed]
        sys.exit("\n".join(["error: bounds missed:", *lines]))


if __name__ == "__main__":
    main()
