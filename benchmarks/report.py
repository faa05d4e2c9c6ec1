"""The bounds, and the page that says what was measured and whether they hold."""

import importlib.metadata
import os
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from ways import FILLING, INTERACT, LIVE

# Input to paint, as a share of interact's.
LIVE_SHARE = 1 / 3
FILLING_SHARE = 4 / 5
LESSON_MEGABYTES = 500
LESSON_SECONDS = 40
ALL_LESSONS_SECONDS = 240

TEXT = """<!-- `make bench` writes this file; edit benchmarks/report.py instead. -->
# How fast the figures of this course are

`make bench` shows one picture (a cloud of points, a line, a marker and two numbers) in four ways in one
notebook, in a real JupyterLab and a headless Chromium, moves the sliders, and writes this page. It ends with
an error when a bound below is missed. `ways.py` has the pictures, `page.js` what is timed.

{machine}

| way | points | input to paint, ms: median | p95 | share of `interact`'s: median | p95 | \
pictures (moves) per second | kernel per step, ms | last values lost |
|---|---|---|---|---|---|---|---|---|
{figures}

- *Input to paint*: from the input event's `timeStamp` to a task posted from the animation frame in which
  the picture changed. {presses} key presses for each line, each after the picture of the one before; the
  figures take turns, so that a slow moment hits all alike. An image counts as soon as it has loaded: decoding
  it comes on top.
- *Pictures per second*: painted while a mouse drags the slider steadily, {drags} drags of {seconds:.0f} s. In
  brackets: the moves that reached the page, {moves} per second where nothing holds them up.
- *Kernel per step*: CPU time of the kernel's process per key press. A live figure needs no kernel to move;
  what is left is the kernel's note of the slider's new value.
- *Last values lost*: drags after which the picture does not show the value that the slider shows. For the
  live figure every drawn coordinate is compared with the torch scene; for the others the image, pixel by
  pixel, with one drawn at that value.

Each lesson ran in a new kernel, with torch on one thread.

| lesson | seconds to run | peak memory of its kernel, MB |
|---|---|---|
{lessons}

| bound | measured | limit | met |
|---|---|---|---|
{bounds}
"""


@dataclass(frozen=True)
class Bound:
    """Something measured that may not exceed a limit."""

    what: str
    measured: float
    limit: float

    @property
    def met(self) -> bool:
        return self.measured <= self.limit  # NaN is not met


def median_and_p95(figure) -> np.ndarray:
    return np.percentile(figure.latencies, [50, 95])


def shares(figures: list) -> Iterator[tuple]:
    """Each figure, and its median and p95 as shares of those of interact with as many points."""
    usual = {figure.points: median_and_p95(figure) for figure in figures if figure.way == INTERACT}
    for figure in figures:
        yield figure, median_and_p95(figure) / usual[figure.points]


def bounds(figures: list, lessons: dict[str, tuple[float, float]]) -> Iterator[Bound]:
    for figure, (median, p95) in shares(figures):
        name = f"{figure.way}, {figure.points} points"
        if figure.way == LIVE:
            yield Bound(f"{name}: p95, share of `interact`'s", p95, LIVE_SHARE)
        if figure.way == FILLING:
            yield Bound(f"{name}: median, share of `interact`'s", median, FILLING_SHARE)
            yield Bound(f"{name}: p95, share of `interact`'s", p95, FILLING_SHARE)
        if figure.way != INTERACT:
            yield Bound(f"{name}: last values lost", len(figure.lost), 0)
    for name, (seconds, peak) in lessons.items():
        yield Bound(f"{name}: seconds to run", seconds, LESSON_SECONDS)
        yield Bound(f"{name}: peak memory, MB", peak, LESSON_MEGABYTES)
    yield Bound("all lessons, seconds", sum(seconds for seconds, _ in lessons.values()), ALL_LESSONS_SECONDS)


def row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def figure_row(figure, median_share: float, p95_share: float) -> str:
    median, p95 = median_and_p95(figure)
    moves, pictures = np.mean(figure.drags, axis=0)
    kernel = 1000 * figure.kernel / len(figure.latencies)
    return row(
        figure.way, figure.points, f"{median:.0f}", f"{p95:.0f}", f"{median_share:.2f}", f"{p95_share:.2f}",
        f"{pictures:.0f} ({moves:.0f})", f"{kernel:.1f}", f"{len(figure.lost)} of {len(figure.drags)}",
    )  # fmt: skip


def machine(chromium: str) -> str:
    """The machine in words that do not tell whose it is."""
    information = Path("/proc/cpuinfo")
    lines = information.read_text().splitlines() if information.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    try:
        system = platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        system = f"{platform.system()} {platform.release()}"
    packages = ("torch", "matplotlib", "ipywidgets", "jupyterlab")
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in packages)
    return (
        f"Measured on: {models[0] if models else platform.processor()}, {os.cpu_count()} cores; {system}; "
        f"Python {platform.python_version()}, {versions}, Chromium {chromium}."
    )


def report(figures: list, lessons: dict[str, tuple[float, float]], chromium: str, **how) -> str:
    """The text of README.md."""
    return TEXT.format(
        machine=machine(chromium),
        figures="\n".join(figure_row(figure, *share) for figure, share in shares(figures)),
        lessons="\n".join(
            row(name, f"{seconds:.1f}", f"{peak:.0f}") for name, (seconds, peak) in lessons.items()
        ),
        bounds="\n".join(
            row(bound.what, f"{bound.measured:.3g}", f"{bound.limit:.3g}", "yes" if bound.met else "**no**")
            for bound in bounds(figures, lessons)
        ),
        **how,
    )
