"""Find the browsers of the tests: on the PATH, as Playwright's own or, for root on Debian, as a package.

Playwright drives Chromium. Firefox is driven by Mozilla's own Marionette, which needs no other driver.
"""

import os
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright
from setup import run

NAMES = {
    "chromium": ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    "firefox": (
        "firefox-esr",  # first: Debian's "firefox" may be a script, which Marionette can't start
        "firefox",
        "/Applications/Firefox.app/Contents/MacOS/firefox",
        "C:/Program Files/Mozilla Firefox/firefox.exe",
    ),
}
# On macOS marionette-driver can't be installed beside psutil's pin.
WANTED = [name for name in NAMES if name != "firefox" or sys.platform != "darwin"]
PACKAGES = {"chromium": "chromium", "firefox": "firefox-esr"}  # of Debian
FOUND = Path(sys.prefix, "browsers")
DOWNLOAD_SECONDS = 600
NONE_FOUND = {
    "chromium": f"""error: no Chromium for the browser tests. Install one and try again, either with
  {sys.executable} -m playwright install --with-deps chromium
or from your system's packages, so that it is on the PATH (Debian: sudo apt-get install chromium).""",
    "firefox": """error: no Firefox for the browser tests. Install one and try again
(https://www.mozilla.org/firefox/, or Debian: sudo apt-get install firefox-esr).""",
}


def on_path(name: str) -> str | None:
    return next(filter(None, map(shutil.which, NAMES[name])), None)


def playwrights_own(name: str) -> str | None:
    """The path of Playwright's Chromium, downloaded if need be."""
    if name != "chromium":  # its Firefox obeys Playwright only
        return None
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    if not Path(path).exists():
        print("Downloading Playwright's Chromium (about 170 MB)", flush=True)
        env = {"PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "10000", **os.environ}
        command = [sys.executable, "-m", "playwright", "install", "--no-shell", "chromium"]
        run(command, DOWNLOAD_SECONDS, env)
    return path


def distributions(name: str) -> str | None:
    """Debian's package, where this is root on Debian."""
    if not shutil.which("apt-get") or os.geteuid():
        return None
    print(f"Installing Debian's {PACKAGES[name]}", flush=True)
    env = {"DEBIAN_FRONTEND": "noninteractive", **os.environ}
    apt = ["apt-get", "-qq", "-o", "Acquire::http::Timeout=30", "-o", "DPkg::Lock::Timeout=60"]
    run([*apt, "update"], DOWNLOAD_SECONDS, env)
    run([*apt, "install", "-y", "--no-install-recommends", PACKAGES[name]], DOWNLOAD_SECONDS, env)
    return on_path(name)


def launch(playwright: Playwright, path: str | None = None) -> Browser:
    """Start the Chromium at `path`, or the one that `find` knows."""
    return playwright.chromium.launch(executable_path=path or find("chromium"))


def free_port() -> int:
    """A port that nothing on this machine listens to: tests run side by side."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def firefox(path: str, log: str):
    """Start the Firefox at `path`, which writes the errors of its pages into `log`; return its session."""
    from marionette_driver.marionette import Marionette  # not on macOS

    # A test's pages are on this machine, so no proxy.
    settings = {"network.proxy.type": 0, "devtools.console.stdout.content": True}
    session = Marionette(bin=path, port=free_port(), headless=True, gecko_log=log, prefs=settings)
    session.start_session()
    return session


def launches(name: str, path: str) -> bool:
    """Whether the browser at `path` really starts."""
    try:
        if name == "firefox":
            firefox(path, os.devnull).quit()
            return True
        with sync_playwright() as playwright:
            launch(playwright, path).close()
    except Exception as failure:  # of two libraries, each with many kinds
        print(f"{path} does not start: {str(failure).splitlines()[0]}", flush=True)
        return False
    return True


def candidates(name: str) -> Iterator[str]:
    """The paths worth trying, the cheapest first."""
    for source in (on_path, playwrights_own, distributions):
        try:
            path = source(name)
        except SystemExit as failure:
            print(failure, flush=True)
            continue
        if path:
            yield path


def find(name: str) -> str:
    """The path of a browser that starts, "chromium" or "firefox"; found once and then remembered."""
    found = FOUND / name
    if found.exists() and Path(found.read_text()).exists():
        return found.read_text()
    path = next((path for path in candidates(name) if launches(name, path)), None)
    if path is None:
        sys.exit(NONE_FOUND[name])
    FOUND.mkdir(exist_ok=True)
    found.write_text(path)
    return path


if __name__ == "__main__":
    shutil.rmtree(FOUND, ignore_errors=True)  # a set-up looks anew: Playwright may have been raised
    for name in WANTED:
        print(f"{name}: {find(name)}")
