"""A real JupyterLab and a real Chromium, for tests that move what a learner moves."""

import browser
import pytest
from desk import Desk
from pages import Reader, served
from playwright.sync_api import sync_playwright
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


@pytest.fixture(scope="session")
def address():
    """Where the live page is served."""
    with served() as url:
        yield url


@pytest.fixture(scope="session")
def reader(chromium, address):
    return Reader(chromium, address)


@pytest.fixture
def visit(reader, complaints):
    """A function that opens a part of the live page, from a server or its folder, with no other network."""
    reader.complaints = complaints
    yield reader.visit
    reader.clear()


@pytest.fixture
def show(jupyterlab, complaints):
    """A function that runs cells in JupyterLab; returns the page, its figures, and their twins."""

    def run(*cells: str, desk: Desk = jupyterlab):
        jupyterlab.clear()  # first: to clear the other ends this one's kernel
        desk.complaints, desk.allowed = complaints, ()
        desk.clear()
        # Of two names: two pages with one notebook would share its kernel.
        page = desk.open(desk.lab.write("live.ipynb" if desk is jupyterlab else "own.ipynb", list(cells)))
        desk.lab.run(page)
        twins = desk.lab.twins(page)
        return page, figures_on(page, len(twins)), twins

    return run
