"""The live page: what it weighs, when its first figure is painted, and how fast its figures follow a key."""

import gzip
import random
import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from pages import NOTEBOOKS, SITE, served
from playwright.sync_api import Browser, Page

HERE = Path(__file__).parent
LOADS = 5  # with an empty cache
PRESSES = 40  # for each figure
# When the first figure, scrolled to, had been painted, in ms since the page was asked for.
FIRST_FIGURE = """
window.firstFigure = new Promise((resolve) => {
  const channel = new MessageChannel();
  channel.port1.onmessage = () => resolve(performance.now());
  const paint = (figure) => requestAnimationFrame(() => {
    if (figure.checkVisibility({ contentVisibilityAuto: true })) channel.port2.postMessage(null);
    else paint(figure);
  });
  const observer = new MutationObserver(() => {
    const figure = document.querySelector(".live-picture")?.shadowRoot?.querySelector("svg");
    if (!figure) return;
    observer.disconnect();
    figure.scrollIntoView({ block: "center", behavior: "instant" });
    paint(figure);
  });
  observer.observe(document, { subtree: true, childList: true });
});
"""


@dataclass
class Visit:
    """What was measured of one page.

    Attributes:
        files: bytes of each file that it loads, gzipped.
        loads: ms until its first figure was painted, for each load with an empty cache.
        latencies: ms from key press to paint, for each figure.
    """

    files: dict[str, int] = field(default_factory=dict)
    loads: list[float] = field(default_factory=list)
    latencies: list[list[float]] = field(default_factory=list)


def weight(path: str) -> int:
    """Bytes of a file of the site as a server sends it."""
    return len(gzip.compress((SITE / path).read_bytes(), 9))


def load(chromium: Browser, address: str, visit: Visit) -> None:
    """Load a page with an empty cache."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.add_init_script(FIRST_FIGURE)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    visit.loads.append(page.evaluate("firstFigure"))
    page.wait_for_load_state("networkidle")
    paths = [urlsplit(url).path.lstrip("/") for url in asked if url.startswith("http")]
    visit.files |= {path: weight(path) for path in paths}
    context.close()


def press_keys(page: Page, visit: Visit) -> None:
    """Press a key on the first slider of every live figure, each time after the picture of the last one."""
    pauses = random.Random(0)
    for box in page.locator(".widget-vbox").filter(has=page.locator(".live-picture svg")).all():
        picture, handle = box.locator(".live-picture"), box.locator(".noUi-handle").first
        picture.scroll_into_view_if_needed()
        handle.focus()
        picture.evaluate("(element) => probe.watch(element)")
        page.wait_for_timeout(500)  # the last figure's text for screen readers is written by then
        latencies = []
        for turn in range(PRESSES):
            # Or the presses would follow the page's frames, and always wait equally long for the next one.
            time.sleep(pauses.uniform(0, 0.05))
            page.keyboard.press(("ArrowRight", "ArrowLeft")[turn % 2])
            taken = page.evaluate("probe.taken()")
            latencies.append(taken["pictures"][0] - taken["inputs"][0])
        visit.latencies.append(latencies)


def measure_pages(chromium: Browser) -> dict[str, Visit]:
    """Visit every page with live figures, the first page first."""
    visits = {path: Visit() for path in NOTEBOOKS}
    with served() as address:
        for turn in range(LOADS):  # in turns, so that a slow moment hits all alike
            print(f"loading every page, round {turn + 1} of {LOADS}", flush=True)
            for path, visit in visits.items():
                load(chromium, address + path, visit)
        for path, visit in visits.items():
            print(f"key presses, {path}", flush=True)
            page = chromium.new_page(viewport={"width": 1280, "height": 900})
            page.add_init_script(path=HERE / "page.js")
            page.goto(address + path)
            page.locator(".live-picture svg").first.wait_for()
            page.wait_for_load_state("networkidle")
            press_keys(page, visit)
            page.close()
    return visits


def kilobytes(visit: Visit, *, without: Visit | None = None) -> float:
    """What a page weighs, in kB; without what another page has brought into the cache."""
    known = without.files if without else {}
    return sum(size for path, size in visit.files.items() if path not in known) / 1000


def first_figure(visit: Visit) -> float:
    """The median time until the first figure, in ms."""
    return statistics.median(visit.loads)
