"""A figure on the page: what its controls show, where its marks are drawn, and where they should be.

What should be drawn comes from the torch scene and matplotlib's own transforms, never from the package's
JavaScript or from the coordinates that the package computes for it.
"""

import re

import numpy as np
from ipywidgets import FloatLogSlider
from playwright.sync_api import Locator, Page, expect

from reparam_utils.live import LiveFigure

TOLERANCE = 0.02  # points of the SVG; paths are written with two decimals
SHADE = 0.0051  # of a pixel, from 0 to 1; written with two decimals

# What a cell shows, in JupyterLab and in the live page.
OUTPUT = ".jp-OutputArea-output, .cell_output"

READ = """(box) => {
  const picture = box.querySelector(".live-picture").shadowRoot;
  const groups = [...picture.querySelectorAll("g[id]")];
  return {
  controls: [...box.querySelectorAll(".widget-inline-hbox")].map((row) => {
    const [handle, list] = [row.querySelector(".noUi-handle"), row.querySelector("select")];
    return {
      label: row.querySelector(".widget-label").textContent,
      name: handle ? handle.getAttribute("aria-label") : list.labels[0]?.textContent,
      value: handle ? Number(handle.getAttribute("aria-valuetext")) : list.selectedIndex,
      readout: handle ? row.querySelector(".widget-readout").textContent : list.value,
    };
  }),
  marks: Object.fromEntries(groups.map((group) => [
    group.id,
    group.querySelector("text")?.textContent.trim() ??
      group.querySelector("path:not(defs path)")?.getAttribute("d"),
  ])),
  shades: Object.fromEntries(groups.map((group) => [
    group.id,
    [...group.querySelectorAll(":scope > path")].map((path) => Number(path.style.fillOpacity)),
  ])),
  errors: [...box.querySelectorAll(".live-error:not([hidden])")].map((element) => element.textContent),
  collisions: [...picture.querySelectorAll("text")].map((text) => [
    text.textContent.trim(), text.getBoundingClientRect(),
  ]).flatMap(([text, a], i, all) => all.slice(i + 1).filter(([, b]) => (
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > 0.5 &&
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 0.3 * Math.min(a.height, b.height)
  )).map(([other]) => `${text} | ${other}`)),
  };
}"""

# Every figure of the notebook has its picture, and every handle its name.
ALL_SHOWN = """(count) => {
  const pictures = [...document.querySelectorAll(".live-picture")].map(
    (box) => box.shadowRoot?.querySelector("svg") ?? box.querySelector("img"));
  const shown = (picture) =>
    picture && (picture.tagName !== "IMG" || !picture.src || picture.naturalWidth > 0);
  const handles = document.querySelectorAll(".widget-vbox .noUi-handle");
  return pictures.length === count && pictures.every(shown) &&
    [...handles].every((handle) => handle.hasAttribute("aria-label"));
}"""


def figures_on(page: Page, count: int) -> list[Locator]:
    """Wait until `count` figures are complete; return them from top to bottom."""
    page.wait_for_function(ALL_SHOWN, arg=count)
    boxes = page.locator(f":is({OUTPUT}) .widget-vbox")
    expect(boxes).to_have_count(count)
    return boxes.all()


def handle_of(box: Locator, index: int = 0) -> Locator:
    """The handle of a figure's slider."""
    return box.locator(".noUi-handle").nth(index)


def next_frame(page: Page) -> None:
    """Wait until whatever was asked for has been drawn."""
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def image(box: Locator) -> str:
    """The bytes of explore's picture."""
    return box.locator(".live-picture img").evaluate(
        "async (image) => String(new Uint8Array(await (await fetch(image.src)).arrayBuffer()))"
    )


def shown_settings(figure: LiveFigure, controls: list[dict]) -> dict[str, float]:
    """The parameters of the scene, from what the controls show."""
    settings = dict(figure.fixed)
    for (name, control), shown in zip(figure.controls.items(), controls, strict=True):
        assert shown["label"] == shown["name"] == control.description
        settings[name] = value = shown["value"]
        if hasattr(control, "options"):
            assert shown["readout"] == control.options[value]
            continue
        if isinstance(control, FloatLogSlider):  # its handle carries the exponent
            settings[name] = value = control.base**value
        readout = float(shown["readout"].replace("−", "-"))
        assert readout == float(format(value, control.readout_format)), f"{name} = {value} shows {readout}"
    return settings


def check(box: Locator, figure: LiveFigure, *, texts: bool = True) -> list[float]:
    """Assert that every mark is where the torch scene has it, and that no two `texts` of the picture collide.

    Return the settings that the controls show.
    """
    next_frame(box.page)
    shown = box.evaluate(READ)
    assert not shown["errors"], shown["errors"]
    assert not (texts and shown["collisions"]), f"texts collide: {shown['collisions']}"
    settings = shown_settings(figure, shown["controls"])
    for key, wanted in _expected(figure, settings).items():
        where, drawn = f"{key} at {settings}", shown["marks"][key]
        if isinstance(wanted, np.ndarray):
            np.testing.assert_allclose(shown["shades"][key], wanted, rtol=0, atol=SHADE, err_msg=where)
            continue
        if isinstance(wanted, set):
            assert drawn in wanted, where
            continue
        drawn = _subpaths(drawn)
        assert [len(points) for points in drawn] == [len(points) for points in wanted], where
        pair = np.concatenate(drawn), np.concatenate(wanted)
        np.testing.assert_allclose(*pair, rtol=0, atol=TOLERANCE, err_msg=where)
    return [settings[name] for name in figure.controls]


def check_spoken(box: Locator, figure: LiveFigure) -> None:
    """Assert that the text for screen readers has every setting and every number, as shown."""
    shown = box.evaluate(READ)
    status = box.locator(".live-status[role=status]")
    for control in shown["controls"]:
        expect(status).to_contain_text(f"{control['label']} {control['readout']}")
    for mark in figure.marks:
        if mark.kind == "number":
            expect(status).to_contain_text(shown["marks"][f"{mark.name}-0"])


def _expected(figure: LiveFigure, settings: dict[str, float]) -> dict[str, list | set | np.ndarray]:
    """For each id in the SVG: subpaths, each a list of points; or the texts a number may have; or shades."""
    wanted = {}
    values = figure.evaluate(settings)
    for mark in figure.marks:
        value, axes = values[mark.name].numpy(), mark.artists[0].axes
        key = f"{mark.name}-0"
        match mark.kind:
            case "bars":
                for i, bar in enumerate(mark.artists):
                    left, right = bar.get_x(), bar.get_x() + bar.get_width()
                    xs, ys = [left, left, right, right], [0, value[i], value[i], 0]
                    wanted[f"{mark.name}-{i}"] = [_place(axes, xs, ys)]
            case "cloud":
                wanted[key] = [np.stack([point, point]) for point in _place(axes, *value)]
            case "line":
                points = _place(axes, *value)
                gaps = np.flatnonzero(np.isnan(points).any(axis=1))
                pieces = [piece[~np.isnan(piece).any(axis=1)] for piece in np.split(points, gaps)]
                wanted[key] = [piece for piece in pieces if len(piece)]
            case "marker":
                wanted[key] = [_place(axes, [value, value], axes.get_ylim())]
            case "pixels":
                wanted[key] = value.flatten()
            case "number":
                # Python and JavaScript round a tie differently: both texts are right.
                numbers = [f"{value + nudge:z.{mark.spec()['digits']}f}" for nudge in (-1e-9, 1e-9)]
                texts = [re.sub("{.*}", number.replace("-", "−"), mark.template) for number in numbers]
                wanted[key] = set(texts)
    return wanted


def _place(axes, xs, ys) -> np.ndarray:
    """Data to points from the top left corner."""
    points = axes.transData.transform(np.column_stack([xs, ys])) * 72 / axes.figure.dpi
    return np.column_stack([points[:, 0], axes.figure.get_figheight() * 72 - points[:, 1]])


def _subpaths(d: str) -> list[np.ndarray]:
    """The points of each subpath of an SVG path of M, L, H, V, h and Z."""
    subpaths = []
    for command, text in re.findall("([MLHVhZ])([^MLHVhZ]*)", d):
        numbers = [float(number) for number in text.split()]
        match command:
            case "M":
                subpaths.append([numbers])
            case "L":
                subpaths[-1].append(numbers)
            case "H":
                subpaths[-1].append([*numbers, subpaths[-1][-1][1]])
            case "V":
                subpaths[-1].append([subpaths[-1][-1][0], *numbers])
            case "h":
                x, y = subpaths[-1][-1]
                subpaths[-1].append([x + numbers[0], y])
    return [np.array(points) for points in subpaths]
