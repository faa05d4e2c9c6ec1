"""The browsers are looked for in order, and a missing one is an error that says what to do."""

import sys
from pathlib import Path

import browser
import pytest
from playwright.sync_api import sync_playwright

pytestmark = pytest.mark.slow


@pytest.fixture
def sources(tmp_path, monkeypatch):
    """Stand-ins for the three places, for what starts, and for what was found before."""
    found = {"on_path": None, "playwrights_own": None, "distributions": None}
    asked, starting = [], set()

    def ask(source):
        asked.append(source)
        if isinstance(found[source], SystemExit):
            raise found[source]
        return found[source]

    for source in found:
        monkeypatch.setattr(browser, source, lambda name, source=source: ask(source))
    monkeypatch.setattr(browser, "launches", lambda name, path: path in starting)
    monkeypatch.setattr(browser, "FOUND", tmp_path / "browsers")
    return found, asked, starting


@pytest.mark.parametrize("name", ["on_path", "playwrights_own", "distributions"])
def test_the_first_place_that_has_one_is_taken(name, sources):
    found, asked, starting = sources
    found[name] = "/some/chromium"
    starting.add("/some/chromium")
    assert browser.find("chromium") == "/some/chromium"
    assert asked == list(found)[: list(found).index(name) + 1]


def test_one_that_does_not_start_is_passed_over(sources):
    found, _, starting = sources
    found.update(on_path="/broken", playwrights_own="/whole")
    starting.add("/whole")
    assert browser.find("chromium") == "/whole"


def test_a_download_that_fails_is_said_and_passed_over(sources, capsys):
    found, _, starting = sources
    found.update(playwrights_own=SystemExit("error: given up after 600 s"), distributions="/debians")
    starting.add("/debians")
    assert browser.find("chromium") == "/debians"
    assert "given up after 600 s" in capsys.readouterr().out


def test_none_is_an_error_that_names_the_command(sources):
    with pytest.raises(SystemExit) as failure:
        browser.find("chromium")
    assert f"{sys.executable} -m playwright install" in str(failure.value)
    with pytest.raises(SystemExit, match="no Firefox"):
        browser.find("firefox")
    assert not browser.FOUND.exists()


def test_each_browser_is_remembered_for_itself(sources, tmp_path):
    found, _, starting = sources
    paths = {name: str(tmp_path / name) for name in browser.NAMES}
    for name, path in paths.items():
        (tmp_path / name).touch()
        found["on_path"] = path
        starting.add(path)
        browser.find(name)
    assert {name: browser.find(name) for name in browser.NAMES} == paths


def test_what_was_found_is_remembered_while_it_exists(sources, tmp_path):
    found, asked, starting = sources
    chromium = tmp_path / "chromium"
    chromium.touch()
    found["on_path"] = str(chromium)
    starting.add(str(chromium))
    assert browser.find("chromium") == browser.find("chromium") == str(chromium)
    assert asked == ["on_path"]
    chromium.unlink()
    starting.clear()
    with pytest.raises(SystemExit):
        browser.find("chromium")


@pytest.mark.parametrize("stalling_server", ["silent"], indirect=True)
def test_the_download_is_given_up_when_it_stalls(stalling_server, tmp_path, monkeypatch):
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_DOWNLOAD_HOST", stalling_server)
    monkeypatch.setattr(browser, "DOWNLOAD_SECONDS", 2)
    with pytest.raises(SystemExit, match="given up after 2 s"):
        browser.playwrights_own("chromium")


def test_debians_package_is_only_for_root_on_debian(monkeypatch):
    ran = []
    monkeypatch.setattr(browser, "run", lambda command, seconds, env: ran.append((command, seconds)))
    monkeypatch.setattr(browser.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(browser.os, "geteuid", lambda: 1000, raising=False)
    assert browser.distributions("chromium") is None
    monkeypatch.setattr(browser.os, "geteuid", lambda: 0)
    assert browser.distributions("chromium") == "/usr/bin/chromium"
    assert browser.distributions("firefox") == "/usr/bin/firefox-esr"
    assert [command[-1] for command, _ in ran] == ["update", "chromium", "update", "firefox-esr"]
    assert {seconds for _, seconds in ran} == {browser.DOWNLOAD_SECONDS}
    monkeypatch.setattr(browser.shutil, "which", lambda name: None)
    assert browser.distributions("chromium") is None


def test_the_browsers_that_are_found_start():
    path = browser.find("chromium")
    with sync_playwright() as playwright:
        with browser.launch(playwright, path) as chromium:
            assert chromium.version
    if "firefox" in browser.WANTED:
        assert browser.launches("firefox", browser.find("firefox"))


def test_a_file_that_is_no_browser_does_not_start(capsys):
    assert not browser.launches("chromium", sys.executable)
    assert not browser.launches("firefox", str(Path(__file__)))
    assert capsys.readouterr().out.count("does not start") == 2
