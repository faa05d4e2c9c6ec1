"""A real JupyterLab and a real Chromium, for tests that move what a learner moves."""

import browser
import pytest
from notebook_run import shown_by
from playwright.sync_api import ConsoleMessage, Error, Page, sync_playwright
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
    path = browser.find()
    with sync_playwright() as playwright:
        instance = browser.launch(playwright, path)
        yield instance
        instance.close()


@pytest.fixture
def new_page(lab, chromium):
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

    make.complaints = complaints
    yield make
    for context in contexts:
        context.close()
    lab.stop_kernels()
    assert not complaints, "the page complained:\n" + "\n".join(complaints)


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
