"""Whether a live figure is readable: its contrast, and its size on a phone."""

from collections.abc import Iterator

from playwright.sync_api import Locator
from reading import next_frame
from twins import Twin

# How a page is looked at, and how wide it is then in CSS pixels.
LOOKS = {"light": 1280, "dark": 1280, "narrow": 360}
SMALLEST_TEXT = 9  # CSS pixels
# WCAG 2.2, 1.4.3 and 1.4.11.
CONTRAST = {"text": 4.5, "mark": 3.0}

COLOURS = r"""(box) => {
  const rgba = (colour) => colour.match(/[\d.]+/g).map(Number);
  let page = box;
  while (rgba(getComputedStyle(page).backgroundColor)[3] === 0) page = page.parentElement;
  const background = rgba(getComputedStyle(page).backgroundColor);
  const picture = box.querySelector(".live-picture").shadowRoot;
  const texts = [...picture.querySelectorAll("text")].map((text) =>
    ["text", text.textContent, rgba(getComputedStyle(text).fill), 1]);
  const marks = [...picture.querySelectorAll("path:not(defs path)")].filter(
    (path) => /-\d+$/.test(path.closest("g[id]").id)).map((path) => {
      const { fill, fillOpacity, opacity: all, stroke, strokeOpacity } = getComputedStyle(path);
      let [colour, opacity] = fill === "none" ? [stroke, strokeOpacity] : [fill, fillOpacity];
      if (fill.startsWith("url")) { // a hatch lies over the bar's own colour
        const pattern = picture.querySelector(`[id="${fill.match(/#([\w-]+)/)[1]}"]`);
        colour = getComputedStyle(pattern.querySelector("rect")).fill;
      }
      // A pixel may be as pale as it likes; what counts is its ink.
      const ink = path.style.fill === "currentcolor" ? 1 : opacity * all;
      return ["mark", path.closest("g[id]").id, rgba(colour), ink];
    });
  return [background, [...texts, ...marks]];
}"""
# The size of the smallest text as drawn, and whatever scrolls sideways around the picture.
SIZES = """(box) => {
  const picture = box.querySelector(".live-picture");
  const svg = picture.shadowRoot.querySelector("svg");
  const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
  const texts = [...svg.querySelectorAll("text")].filter((text) => text.textContent.trim());
  const wide = [];
  for (let around = picture.parentElement; around; around = around.parentElement) {
    // What overflows an element that shows it anyway is for those around it to hold.
    if (around !== document.documentElement && getComputedStyle(around).overflowX === "visible") continue;
    if (around.scrollWidth > around.clientWidth + 1) wide.push(`${around.tagName}.${around.className}`);
  }
  return [Math.min(...texts.map((text) => parseFloat(getComputedStyle(text).fontSize) * scale)), wide];
}"""

CUT_OFF = """(labels) => labels.filter((label) => label.scrollWidth > label.clientWidth).map(
  (label) => label.textContent)"""


def luminance(colour: list[float]) -> float:
    parts = [value / 255 for value in colour[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: list[float], other: list[float]) -> float:
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def label_problems(box: Locator) -> Iterator[str]:
    """Every control whose label is cut off."""
    for text in box.locator(".widget-label").evaluate_all(CUT_OFF):
        yield f"label {text!r} is cut off"


def contrast_problems(box: Locator) -> Iterator[str]:
    """Every text and mark of a figure whose contrast with the page is too low."""
    background, things = box.evaluate(COLOURS)
    assert {kind for kind, *_ in things} == set(CONTRAST)
    for kind, name, colour, opacity in things:
        seen = [
            opacity * ink + (1 - opacity) * paper
            for ink, paper in zip(colour[:3], background[:3], strict=True)
        ]
        if (found := contrast(seen, background)) < CONTRAST[kind]:
            yield f"{kind} {name!r} has contrast {found:.2f}"


def figure_problems(name: str, shown: list[tuple[Locator, Twin | None]]) -> Iterator[str]:
    """Everything hard to read in the figures of a page in one of its LOOKS."""
    for number, (box, figure) in enumerate(shown):
        found = [*label_problems(box)]
        if figure is not None:
            found += [*contrast_problems(box), *size_problems(box)]
        yield from (f"{name}, figure {number}: {problem}" for problem in found)


def size_problems(box: Locator) -> Iterator[str]:
    """Text that is too small to read, and whatever the figure makes scroll sideways."""
    box.scroll_into_view_if_needed()
    next_frame(box.page)
    size, wide = box.evaluate(SIZES)
    if size < SMALLEST_TEXT - 0.01:
        yield f"text of {size:.2f} px"
    yield from (f"{around} scrolls sideways" for around in wide)
