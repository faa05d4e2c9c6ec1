"""The bounds, and the page that says what was measured and whether they hold."""

import importlib.metadata
import math
import os
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from live_page import LOADS, PRESSES, Visit, first_figure, kilobytes
from samplers import CALLS, GAPS, LIMIT, OURS, SHAPE, Noise, Race, Row
from seeds import LAST, SEEDS, STEPS, Run
from server import MEGABYTES
from ways import FILLING, INTERACT, LIVE

# Input to paint, as a share of interact's.
LIVE_SHARE = 1 / 3
FILLING_SHARE = 4 / 5
# Of most lessons, and of those that train.
LESSON_SECONDS, TRAINING_SECONDS = 40, {"06": 60, "07": 90}
ALL_LESSONS_SECONDS = 390
# How far the ten seeds may stop from where they should.
STOP_DISTANCE = 0.003
CHECK_SECONDS = 1
# Time, as a share of PyTorch's, in the order of samplers.races(); and memory, as a multiple of the result's.
RACE_SHARES = (1 / 3, 1 / 2.5, 1 / 2.5, 1.5)
NOISE_MEMORY = 2.5

# kB, kB and ms.
FIRST_PAGE, FURTHER_PAGE = 1600, 250
FIRST_FIGURE, PAGE_P95 = 1500, 33

TEXT = """<!-- `make bench` writes this file; edit benchmarks/report.py instead. -->
# How fast this course is

`make bench` measures the live figures, the live page, the lessons and the Gumbel noise, and writes this
page. It ends with an error when a bound at the end of the page is missed.

{machine}

## Live figures

One picture (a cloud of points, a line, a marker and two numbers) in four ways in one notebook, in a real
JupyterLab and a headless Chromium. `ways.py` has the pictures, `page.js` what is timed.

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

## The live page

Each page with live figures, from a plain server on the same machine.

| page | weight, kB: as the first page | as a further page | first figure painted, ms | \
input to paint, ms: median | p95 |
|---|---|---|---|---|---|
{pages}

- *Weight*: every file that the page loads, gzipped; as a further page, without what the first one brought.
- *First figure painted*: from the start of the visit to the frame with the first live figure, with an empty
  cache; the median of {loads} loads.
- *Input to paint*: as above, for {page_presses} key presses on the first slider of each figure. The slowest
  figure counts.

## Lessons

Each ran in a new kernel, with torch on one thread.

| lesson | seconds to run | peak memory of its kernel, MB | slowest check of an exercise, ms |
|---|---|---|---|
{lessons}

- *Slowest check*: of right answers, and of every slip that a check knows by name.

## Training with ten seeds

The polynomial programming task of lesson 06: 128 bits, 64 draws a step, {steps} steps, {seeds} seeds. Each
number is the mean over the last {last} steps and over the seeds, beside its standard error. P is the mean
probability of a 1, and the best is 0.

| estimator | power | expected cost | standard error | P | standard error | P predicted |
|---|---|---|---|---|---|---|
{training}

## Gumbel noise

Shape {shape}, torch on one thread, the median of several rounds in which all take turns. `samplers.py` has
the ways. Memory that was freed stays with the process (glibc is told so by the Makefile): else luck decides
which way has to ask the system for new pages.

| ours | ms | the other | ms | times as fast |
|---|---|---|---|---|
{races}

The last line is {calls} calls. At its peak `sample_gumbel` takes {memory} times the memory of its result.

| noise | dtype | ms | times as fast as PyTorch's | largest value | not finite | error at gap {gaps} |
|---|---|---|---|---|---|{dashes}|
{noises}

- *Largest value*: that a draw can have, where it is finite.
- *Not finite*: the probability of a draw that is infinite or NaN.
- *Error at gap*: two classes, one with a logit lower by the gap, noise on both. The relative error of the
  probability that it wins. A tie counts half.

These three are counted over the uniforms that a sampler can start from, on the CPU; nothing is simulated. Of
2**53 uniforms, those near 0 and 1 count, and some between: that makes errors of about 0.0003 %. The lines of
`sample_gumbel` are for more than 4096 draws.

## Bounds

| bound | measured | limit | met |
|---|---|---|---|
{bounds}
"""


@dataclass(frozen=True)
class Measured:
    """All that was measured."""

    figures: list
    pages: dict[str, Visit]
    lessons: dict[str, tuple[float, float]]  # seconds and MB
    checks: dict[str, tuple[str, float]]  # the slowest exercise and its seconds
    noise: Noise
    seeds: list[Run]


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


def page_measures(pages: dict[str, Visit]) -> Iterator[tuple[str, float, float, float, float, float]]:
    """Of each page: its name, both weights, the time of its first figure, its slowest figure's latencies."""
    cached = next(iter(pages.values()))
    for path, visit in pages.items():
        median, p95 = np.percentile(visit.latencies, [50, 95], axis=1).max(axis=1)
        yield path, kilobytes(visit), kilobytes(visit, without=cached), first_figure(visit), median, p95


def bounds(measured: Measured) -> Iterator[Bound]:
    for path, alone, further, first, _, p95 in page_measures(measured.pages):
        yield Bound(f"{path}: weight as the first page, kB", alone, FIRST_PAGE)
        yield Bound(f"{path}: weight as a further page, kB", further, FURTHER_PAGE)
        yield Bound(f"{path}: first figure painted, ms", first, FIRST_FIGURE)
        yield Bound(f"{path}: input to paint, p95, ms", p95, PAGE_P95)
    for figure, (median, p95) in shares(measured.figures):
        name = f"{figure.way}, {figure.points} points"
        if figure.way == LIVE:
            yield Bound(f"{name}: p95, share of `interact`'s", p95, LIVE_SHARE)
        if figure.way == FILLING:
            yield Bound(f"{name}: median, share of `interact`'s", median, FILLING_SHARE)
            yield Bound(f"{name}: p95, share of `interact`'s", p95, FILLING_SHARE)
        if figure.way != INTERACT:
            yield Bound(f"{name}: last values lost", len(figure.lost), 0)
    lessons, noise = measured.lessons, measured.noise
    for name, (seconds, peak) in lessons.items():
        yield Bound(f"{name}: seconds to run", seconds, TRAINING_SECONDS.get(name[:2], LESSON_SECONDS))
        yield Bound(f"{name}: peak memory, MB", peak, MEGABYTES[name])
    yield Bound("all lessons, seconds", sum(seconds for seconds, _ in lessons.values()), ALL_LESSONS_SECONDS)
    for name, seconds in measured.checks.values():
        yield Bound(f"check of exercise {name}, seconds", seconds, CHECK_SECONDS)
    for race, limit in zip(noise.races, RACE_SHARES, strict=True):
        yield Bound(f"{race.ours}: time, share of {race.theirs}'s", race.share, limit)
    for dtype, memory in noise.memory.items():
        yield Bound(
            f"{OURS}, {dtype_name(dtype)}: peak memory, multiple of the result's", memory, NOISE_MEMORY
        )
    for run in measured.seeds:
        if not math.isnan(run.predicted):
            distance = (run.means - run.predicted).abs().max().item()
            yield Bound(f"{run.estimator}, power {run.power}: off its stop", distance, STOP_DISTANCE)


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


def dtype_name(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")


def race_row(race: Race) -> str:
    ours, theirs = (f"{1000 * seconds:.2f}" for seconds in (race.ours_seconds, race.theirs_seconds))
    return row(race.ours, ours, race.theirs, theirs, f"{1 / race.share:.2f}")


def noise_row(noise: Row) -> str:
    speed = (noise.name, dtype_name(noise.dtype), f"{noise.milliseconds:.1f}", f"{noise.against:.2f}")
    if noise.name == LIMIT:
        return row(*speed, "", "", *("" for _ in GAPS))
    lost = f"{noise.lost:.1e}" if noise.lost else "never"
    return row(*speed, f"{noise.largest:.2f}", lost, *map(percent, noise.errors))


def percent(share: float) -> str:
    """With three decimals, or three digits where it is large."""
    if abs(share) < 5e-6:
        return "0.000 %"
    return f"{100 * share:+.3f} %" if abs(share) < 0.1 else f"{100 * share:+.3g} %"


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


def lesson_row(lesson: str, seconds: float, peak: float, exercise: str, check: float) -> str:
    return row(lesson, f"{seconds:.1f}", f"{peak:.0f}", f"{1000 * check:.0f} ({exercise})")


def seed_row(run: Run) -> str:
    numbers = [(f"{each.mean():.4f}", f"{each.std() / SEEDS**0.5:.4f}") for each in (run.costs, run.means)]
    predicted = "" if math.isnan(run.predicted) else f"{run.predicted:.4f}"
    return row(run.estimator, run.power, *numbers[0], *numbers[1], predicted)


def report(measured: Measured, chromium: str, **how: float) -> str:
    """The text of README.md."""
    lessons, checks, noise, seeds = measured.lessons, measured.checks, measured.noise, measured.seeds
    return TEXT.format(
        machine=machine(chromium),
        figures="\n".join(figure_row(figure, *share) for figure, share in shares(measured.figures)),
        pages="\n".join(
            row(path, *(f"{n:.0f}" for n in numbers)) for path, *numbers in page_measures(measured.pages)
        ),
        loads=LOADS,
        page_presses=PRESSES,
        lessons="\n".join(lesson_row(name, *lessons[name], *checks[name]) for name in lessons),
        training="\n".join(map(seed_row, seeds)),
        steps=STEPS,
        seeds=SEEDS,
        last=LAST,
        shape=" x ".join(map(str, SHAPE)),
        races="\n".join(map(race_row, noise.races)),
        calls=CALLS,
        memory=f"{max(noise.memory.values()):.2f}",
        gaps=" | ".join(map(str, GAPS)),
        dashes="|".join("---" for _ in GAPS),
        noises="\n".join(map(noise_row, noise.rows)),
        bounds="\n".join(
            row(bound.what, f"{bound.measured:.3g}", f"{bound.limit:.3g}", "yes" if bound.met else "**no**")
            for bound in bounds(measured)
        ),
        **how,
    )
