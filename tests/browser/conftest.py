"""A real JupyterLab and a real Chromium, for tests that move what a learner moves."""

import browser
import pytest
from notebook_run import shown_by
from pages import served
from playwright.sync_api import ConsoleMessage, Error, Page, Route, sync_playwright
from reading import figures_on
from server import Lab

# JupyterLab renders only the cells in view, and while it scrolls or resizes it may remove a node twice.
# That is its own affair only if no figure had a part in it: figures are loaded from blob: addresses.
REMOVED_TWICE = "Failed to execute 'removeChild' on 'Node'"


def is_jupyterlabs_own(error: Error) -> bool:
    return REMOVED_TWICE in error.message and "blob:" not in (error.stack or "blob:")


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    server = Lab(tmp_path_factory.mktemp("lab"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def chromium():
    path = browser.find("chromium")
    with sync_playwright() as playwright:
        instance = browser.launch(playwright, path)
        yield instance
        instance.close()


@pytest.fixture
def open_page(chromium):
    """A function that opens a page; whatever the page complains of, except `allowed`, fails the test."""
    complaints, contexts = [], []

    def make(*, allowed: tuple[str, ...] = (), **options) -> Page:
        def complain(text: str) -> None:
            if not any(known in text for known in allowed):
                complaints.append(text)

        def hear(said: ConsoleMessage) -> None:
            if said.type == "error":
                complain(f"{said.text} ({said.location['url']})")

        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: is_jupyterlabs_own(error) or complain(f"uncaught: {error}"))
        page.on("console", hear)
        return page

    def close() -> None:
        while contexts:
            contexts.pop().close()

    make.complaints, make.close = complaints, close
    yield make
    close()
    assert not complaints, "the page complained:\n" + "\n".join(complaints)


@pytest.fixture
def new_page(lab, open_page):
    """The same, for pages of JupyterLab, whose kernels end with the test."""
    yield open_page
    open_page.close()  # or they complain that their kernels have gone
    lab.stop_kernels()


@pytest.fixture(scope="session")
def address():
    """Where the live page is served."""
    with served() as url:
        yield url


@pytest.fixture
def visit(open_page, address):
    """A function that opens a part of the live page, from a server or its folder, with no other network."""

    def open_it(path: str, base: str = address, **options) -> Page:
        page = open_page(**options)

        def judge(route: Route) -> None:
            if route.request.url.startswith((base, "blob:", "data:")):
                route.continue_()
            else:
                open_page.complaints.append(f"{path} asks for {route.request.url}")
                route.abort()

        page.route("**/*", judge)
        page.on("requestfailed", lambda request: open_page.complaints.append(f"{request.url} failed"))
        page.goto(base + path)
        return page

    return open_it


@pytest.fixture
def show(lab, new_page):
    """A function that runs cells in JupyterLab and here; returns the page's figures and their twins."""

    def run(*cells: str, page=None):
        page = page or new_page()
        twins = shown_by(list(cells))
        lab.open(page, lab.write("live.ipynb", list(cells)))
        lab.run(page)
        return page, figures_on(page, len(twins)), twins

    return run
