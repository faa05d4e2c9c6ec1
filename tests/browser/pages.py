"""The live page: its pages, the notebooks that they come from, and a plain server for them."""

import contextlib
import functools
import os
import re
import threading
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import server
from desk import VIEWPORT, opened
from playwright.sync_api import Browser, Page, Route
from server import ROOT

SITE = ROOT / os.environ.get("COURSE_SITE", "site")
PAGES = sorted(path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html"))
# Each page with live figures, and its notebook.
NOTEBOOKS = {"index.html": ROOT / "web" / "index.ipynb"}
NOTEBOOKS |= {f"notebooks/{Path(name).stem}.html": ROOT / "notebooks" / name for name in server.LESSONS}
LESSONS = [path for path in NOTEBOOKS if path != "index.html"]
# All figures are there, and all of the page is laid out.
SETTLED = "() => !document.documentElement.classList.contains('starting')"
# How far a section is below the top of the window, in pixels, once nothing moves any more.
PLACE = """async (id) => {
  const frame = () => new Promise(requestAnimationFrame);
  await document.fonts.ready;
  let place = NaN;
  for (let still = 0; still < 20; ) {
    await frame();
    const now = document.getElementById(id).getBoundingClientRect().top;
    still = now === place ? still + 1 : 0;
    place = now;
  }
  return place;
}"""


class Quiet(SimpleHTTPRequestHandler):
    """A server of files that does not print what it serves."""

    def log_message(self, *arguments) -> None:
        pass


@contextlib.contextmanager
def served(folder: Path = SITE) -> Iterator[str]:
    """Serve a folder on this machine; give the address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


class Reader:
    """One page for all parts of the live page: to open another takes longer than to read most of them."""

    def __init__(self, chromium: Browser, address: str):
        self.address = self.base = address
        self.complaints = []
        self.page = opened(chromium, self.hear)
        self.page.on("requestfailed", lambda request: self.hear(f"{request.url} failed"))

    def hear(self, text: str) -> None:
        self.complaints.append(text)

    def visit(self, path: str, base: str = "", *, viewport: dict | None = None, **media: str) -> Page:
        """Open a part of it, from the server or the folder `base`; light and without motion, unless told."""
        self.base = base or self.address
        self.page.route("**/*", self.judge)
        self.page.set_viewport_size(viewport or VIEWPORT)
        self.page.emulate_media(**{"color_scheme": "light", "reduced_motion": "reduce", **media})
        self.page.goto(self.base + path)
        return self.page

    def judge(self, route: Route) -> None:
        """Let nothing but the course's own address be asked."""
        if route.request.url.startswith((self.base, "blob:", "data:")):
            route.continue_()
        else:
            self.hear(f"the page asks for {route.request.url}")
            route.abort()

    def clear(self) -> None:
        """Forget what was read."""
        self.page.evaluate("localStorage.clear()")
        self.complaints = []  # what is still on its way fails
        self.page.unroute_all()
        self.page.goto("about:blank")


def sections_of(path: str) -> list[str]:
    return re.findall('<section id="([^"]+)">', (SITE / path).read_text(encoding="utf-8"))


def place_of(page: Page, section: str) -> float:
    page.wait_for_function(SETTLED)
    return page.evaluate(PLACE, section)


def visit_at_anchors(visit: Callable[..., Page], path: str, width: int) -> Page:
    """Open a page at a section, and then another; assert that each is reached, though figures come later."""
    names = sections_of(path)
    first, second = names[len(names) // 2], names[len(names) * 3 // 4]
    size = {"width": width, "height": 800}
    page = visit(f"{path}#{first}", viewport=size, reduced_motion="no-preference")
    assert 0 <= place_of(page, first) < 120
    page.evaluate("(name) => { location.hash = name; }", second)
    assert 0 <= place_of(page, second) < 120
    page.emulate_media(reduced_motion="reduce")
    return page
