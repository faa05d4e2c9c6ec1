"""Every page of the live page: whole, described, reachable, in light and dark, at every width."""

import re

import pytest
from pages import NOTEBOOKS, PAGES, SITE
from playwright.sync_api import Page, expect
from server import ROOT

AXE = ROOT / "build" / "npm" / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = """[
  ...document.querySelectorAll("main img, .content img"),
  ...[...document.querySelectorAll(".live-picture")].flatMap((box) => box.shadowRoot?.lastElementChild ?? []),
].map((picture) => picture.getAttribute("alt") ?? picture.getAttribute("aria-label"))"""
SCROLLS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
MOVES = """[...document.querySelectorAll("*")].map((element) => getComputedStyle(element)).filter(
  (style) => style.animationName !== "none" || parseFloat(style.transitionDuration) > 0 ||
    style.scrollBehavior === "smooth").length"""
# All figures are there, and all of the page is laid out.
SETTLED = "() => !document.documentElement.classList.contains('starting')"

# Contrast depends on the theme and hardly anything else does; and it takes most of the time.
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
ALL_ELSE = {"rules": {"color-contrast": {"enabled": False}}}
LOOKS = {
    "light": ("light", 1280, {}),
    "dark": ("dark", 1280, CONTRAST),
    "narrow": ("light", 360, ALL_ELSE),
    "at 200 %": ("light", 640, None),
}


def violations(page: Page, options: dict) -> list[str]:
    """What axe-core calls serious or critical on a page."""
    options = {**options, "resultTypes": ["violations"]}
    found = page.evaluate("(options) => axe.run(document, options)", options)["violations"]
    return [
        f"{rule['id']} ({rule['impact']}): {node['html'][:200]}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


def test_the_page_is_built_and_whole():
    assert PAGES, "there is no live page: run `make site`"
    solutions = {f"notebooks/solutions/{path.stem}.html" for path in ROOT.glob("notebooks/solutions/*.ipynb")}
    others = {"api.html", "glossary.html", "search.html", "genindex.html", "benchmarks/README.html"}
    assert {*NOTEBOOKS, *solutions, *others} <= set(PAGES)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_accessible(path, visit):
    page = visit(path)
    page.wait_for_function(SETTLED)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    problems = []
    for look, (theme, width, options) in LOOKS.items():
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(SCROLLS) <= 0, f"the page scrolls sideways at {width} pixels"
        if options is not None:
            problems += [f"{look}: {problem}" for problem in violations(page, options)]
    assert not problems, "\n".join(problems)
    assert page.context.cookies() == []
    assert all(text and len(text) > 8 for text in page.evaluate(PICTURES)), "a picture is not described"


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


def sections_of(path: str) -> list[str]:
    return re.findall('<section id="([^"]+)">', (SITE / path).read_text(encoding="utf-8"))


def place_of(page: Page, section: str) -> float:
    page.wait_for_function(SETTLED)
    return page.evaluate(PLACE, section)


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("path", [path for path in NOTEBOOKS if path != "index.html"])
def test_an_anchor_is_reached_though_the_figures_come_later(path, width, visit):
    names = sections_of(path)
    first, second = names[len(names) // 2], names[len(names) * 3 // 4]
    page = visit(f"{path}#{first}", viewport={"width": width, "height": 800})
    assert 0 <= place_of(page, first) < 120
    page.evaluate("(name) => { location.hash = name; }", second)
    assert 0 <= place_of(page, second) < 120


def test_a_reader_who_comes_back_is_not_taken_to_the_anchor_again(visit):
    path = "notebooks/05_argmax_smoothing.html"
    names = sections_of(path)
    name = names[len(names) // 2]
    page = visit(f"{path}#{name}", viewport={"width": 1280, "height": 800})
    assert place_of(page, name) < 120
    page.mouse.move(640, 400)
    page.mouse.wheel(0, -3000)
    assert place_of(page, name) > 1000
    page.goto(page.url.replace(f"{path}#{name}", "glossary.html"), wait_until="networkidle")
    page.go_back()
    assert place_of(page, name) > 1000


def test_nothing_moves_by_itself_where_that_is_not_wanted(visit):
    page = visit("notebooks/03_gumbel_softmax.html", reduced_motion="no-preference")
    assert page.evaluate(MOVES) > 0
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(MOVES) == 0


@pytest.mark.parametrize("base", ["server", "folder"])
def test_search_finds_a_word(base, visit, address):
    page = visit("search.html?q=temperature", SITE.as_uri() + "/" if base == "folder" else address)
    found = page.locator("#search-results li a")
    expect(found.filter(has_text="03 · Gumbel-Softmax").first).to_be_visible()
    expect(found.nth(4)).to_be_visible()  # the list grows while the page is read


def test_the_reader_can_choose_dark(visit):
    page = visit("index.html", color_scheme="light")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.locator(".theme-toggle:visible").first.click(click_count=2, delay=50)
    expect(page.locator("body")).not_to_have_attribute("data-theme", "auto")
    themes = set()
    for _ in range(3):
        page.locator(".theme-toggle:visible").first.click()
        themes.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert len(themes) == 2 and light in themes


def test_a_lesson_can_be_downloaded_as_it_is_in_the_repository(visit):
    page = visit("notebooks/03_gumbel_softmax.html")
    with page.expect_download() as download:
        page.get_by_role("link", name="download the notebook").click()
    original = ROOT / "notebooks" / "03_gumbel_softmax.ipynb"
    assert download.value.path().read_bytes() == original.read_bytes()
