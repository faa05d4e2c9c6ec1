"""The browser is looked for in order, and a missing one is an error that says what to do."""

import sys

import browser
import pytest
from playwright.sync_api import sync_playwright


@pytest.fixture
def sources(tmp_path, monkeypatch):
    """Stand-ins for the three places, for what starts, and for what was found before."""
    found = {"on_path": None, "playwrights_own": None, "distributions": None}
    asked, starting = [], set()

    def ask(name):
        asked.append(name)
        if isinstance(found[name], SystemExit):
            raise found[name]
        return found[name]

    for name in found:
        monkeypatch.setattr(browser, name, lambda name=name: ask(name))
    monkeypatch.setattr(browser, "launches", lambda path: path in starting)
    monkeypatch.setattr(browser, "FOUND", tmp_path / "chromium-path")
    return found, asked, starting


@pytest.mark.parametrize("name", ["on_path", "playwrights_own", "distributions"])
def test_the_first_place_that_has_one_is_taken(name, sources):
    found, asked, starting = sources
    found[name] = "/some/chromium"
    starting.add("/some/chromium")
    assert browser.find() == "/some/chromium"
    assert asked == list(found)[: list(found).index(name) + 1]


def test_one_that_does_not_start_is_passed_over(sources):
    found, _, starting = sources
    found.update(on_path="/broken", playwrights_own="/whole")
    starting.add("/whole")
    assert browser.find() == "/whole"


def test_a_download_that_fails_is_said_and_passed_over(sources, capsys):
    found, _, starting = sources
    found.update(playwrights_own=SystemExit("error: given up after 600 s"), distributions="/debians")
    starting.add("/debians")
    assert browser.find() == "/debians"
    assert "given up after 600 s" in capsys.readouterr().out


def test_none_is_an_error_that_names_the_command(sources):
    with pytest.raises(SystemExit) as failure:
        browser.find()
    assert f"{sys.executable} -m playwright install" in str(failure.value)
    assert not browser.FOUND.exists()


def test_what_was_found_is_remembered_while_it_exists(sources, tmp_path):
    found, asked, starting = sources
    chromium = tmp_path / "chromium"
    chromium.touch()
    found["on_path"] = str(chromium)
    starting.add(str(chromium))
    assert browser.find() == browser.find() == str(chromium)
    assert asked == ["on_path"]
    chromium.unlink()
    starting.clear()
    with pytest.raises(SystemExit):
        browser.find()


def test_the_download_is_given_up_when_it_stalls(stalling_server, tmp_path, monkeypatch):
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_DOWNLOAD_HOST", stalling_server)
    monkeypatch.setattr(browser, "DOWNLOAD_SECONDS", 4)
    with pytest.raises(SystemExit, match="given up after 4 s"):
        browser.playwrights_own()


def test_debians_package_is_only_for_root_on_debian(monkeypatch):
    ran = []
    monkeypatch.setattr(browser, "run", lambda command, seconds, env: ran.append((command, seconds)))
    monkeypatch.setattr(browser.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(browser.os, "geteuid", lambda: 1000, raising=False)
    assert browser.distributions() is None
    monkeypatch.setattr(browser.os, "geteuid", lambda: 0)
    assert browser.distributions() == "/usr/bin/chromium"
    assert ["update" in ran[0][0], "chromium" in ran[1][0]] == [True, True]
    assert {seconds for _, seconds in ran} == {browser.DOWNLOAD_SECONDS}
    monkeypatch.setattr(browser.shutil, "which", lambda name: None)
    assert browser.distributions() is None


def test_the_browser_that_is_found_starts():
    with sync_playwright() as playwright:
        with browser.launch(playwright) as chromium:
            assert chromium.version


def test_a_file_that_is_no_browser_does_not_start(capsys):
    assert not browser.launches(sys.executable)
    assert "does not start" in capsys.readouterr().out
