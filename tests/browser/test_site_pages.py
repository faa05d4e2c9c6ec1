"""Every page of the live page: whole, described, reachable, in light and dark, at every width."""

import pytest
from pages import LESSONS, NOTEBOOKS, PAGES, SETTLED, SITE, place_of, sections_of, visit_at_anchors
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

# Contrast depends on the theme and hardly anything else does; and it takes most of the time.
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
# Of a narrow page all rules hold its bars, which are the same on every page, and these its text.
SIZES = {"runOnly": {"type": "rule", "values": ["target-size", "scrollable-region-focusable"]}}
ALL_ELSE = {"rules": {"color-contrast": {"enabled": False}}}
WHOLE = ("index.html", "api.html", LESSONS[0], "notebooks/solutions/00_solutions.html")


def looks(path: str) -> dict[str, tuple[str, int, dict | None]]:
    """How a page is looked at: colours, width, and what axe-core is asked."""
    return {
        "light": ("light", 1280, {}),
        "dark": ("dark", 1280, CONTRAST),
        "narrow": ("light", 360, ALL_ELSE if path in WHOLE else SIZES),
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
def test_every_page_is_accessible_and_its_anchors_are_reached(path, visit):
    page = visit_at_anchors(visit, path, 1280) if path in LESSONS else visit(path)
    page.wait_for_function(SETTLED)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    problems = []
    for look, (theme, width, options) in looks(path).items():
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(SCROLLS) <= 0, f"the page scrolls sideways at {width} pixels"
        if options is not None:
            problems += [f"{look}: {problem}" for problem in violations(page, options)]
    assert not problems, "\n".join(problems)
    assert page.context.cookies() == []
    assert all(text and len(text) > 8 for text in page.evaluate(PICTURES)), "a picture is not described"


def test_a_reader_who_comes_back_is_not_taken_to_the_anchor_again(visit):
    path = "notebooks/05_argmax_smoothing.html"
    name = sections_of(path)[5]
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
