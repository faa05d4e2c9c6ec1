"""A real JupyterLab and a real Chromium, for tests that move what a learner moves."""

import browser
import pytest
from desk import Desk, opened
from pages import served
from playwright.sync_api import Page, Route, sync_playwright
from reading import figures_on
from server import Lab


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
def complaints():
    """What the pages of a test complain of: it fails unless the test takes them away."""
    heard = []
    yield heard
    assert not heard, "the page complained:\n" + "\n".join(heard)


@pytest.fixture
def open_page(chromium, complaints):
    """A function that opens a page of its own."""
    pages = []

    def make(**options) -> Page:
        pages.append(opened(chromium, complaints.append, **options))
        return pages[-1]

    yield make
    for page in pages:
        page.context.close()


@pytest.fixture(scope="session")
def jupyterlab(lab, chromium):
    made = Desk(lab, chromium)
    yield made
    made.leave()


@pytest.fixture
def desk(jupyterlab, complaints):
    """The page of JupyterLab, empty before and after the test."""
    jupyterlab.complaints, jupyterlab.allowed = complaints, ()
    jupyterlab.clear()
    yield jupyterlab
    jupyterlab.clear()


@pytest.fixture
def new_page(lab, chromium, complaints):
    """A function that opens another page for JupyterLab, whose kernels end with the test."""
    pages = []

    def make(**options) -> Page:
        pages.append(opened(chromium, complaints.append, **options))
        return pages[-1]

    yield make
    for page in pages:
        page.context.close()  # or it complains that its kernel has gone
    lab.stop_kernels()


@pytest.fixture(scope="session")
def address():
    """Where the live page is served."""
    with served() as url:
        yield url


@pytest.fixture
def visit(open_page, complaints, address):
    """A function that opens a part of the live page, from a server or its folder, with no other network."""

    def open_it(path: str, base: str = address, **options) -> Page:
        page = open_page(**options)

        def judge(route: Route) -> None:
            if route.request.url.startswith((base, "blob:", "data:")):
                route.continue_()
            else:
                complaints.append(f"{path} asks for {route.request.url}")
                route.abort()

        page.route("**/*", judge)
        page.on("requestfailed", lambda request: complaints.append(f"{request.url} failed"))
        page.goto(base + path)
        return page

    return open_it


@pytest.fixture
def show(jupyterlab, complaints, lab):
    """A function that runs cells in JupyterLab; returns the page, its figures, and their twins."""
    jupyterlab.complaints, jupyterlab.allowed = complaints, ()

    def run(*cells: str, page=None):
        if page:
            jupyterlab.clear()
            lab.open(page, lab.write("live.ipynb", list(cells)))
        else:
            page = jupyterlab.scratch(list(cells))
        lab.run(page)
        twins = lab.twins(page)
        return page, figures_on(page, len(twins)), twins

    return run
