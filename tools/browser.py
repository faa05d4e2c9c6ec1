"""Find a Chromium for the browser tests: the PATH's, Playwright's own or, for root on Debian, the package."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Error, Playwright, sync_playwright
from setup import run

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FOUND = Path(sys.prefix, "chromium-path")
DOWNLOAD_SECONDS = 600
NONE_FOUND = f"""error: no Chromium for the browser tests. Install one and try again, either with
  {sys.executable} -m playwright install --with-deps chromium
or from your system's packages, so that it is on the PATH (Debian: sudo apt-get install chromium)."""


def on_path() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)


def playwrights_own() -> str | None:
    """The path of Playwright's Chromium, downloaded if need be."""
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    if not Path(path).exists():
        print("Downloading Playwright's Chromium (about 170 MB)", flush=True)
        env = {"PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "10000", **os.environ}
        command = [sys.executable, "-m", "playwright", "install", "--no-shell", "chromium"]
        run(command, DOWNLOAD_SECONDS, env)
    return path


def distributions() -> str | None:
    """Debian's Chromium, where this is root on Debian."""
    if not shutil.which("apt-get") or os.geteuid():
        return None
    print("Installing Debian's chromium", flush=True)
    env = {"DEBIAN_FRONTEND": "noninteractive", **os.environ}
    apt = ["apt-get", "-qq", "-o", "Acquire::http::Timeout=30", "-o", "DPkg::Lock::Timeout=60"]
    run([*apt, "update"], DOWNLOAD_SECONDS, env)
    run([*apt, "install", "-y", "--no-install-recommends", "chromium"], DOWNLOAD_SECONDS, env)
    return on_path()


def launch(playwright: Playwright, path: str | None = None) -> Browser:
    """Start the Chromium at `path`, or the one that `find` knows."""
    return playwright.chromium.launch(executable_path=path or find())


def launches(path: str) -> bool:
    """Whether the Chromium at `path` really starts."""
    try:
        with sync_playwright() as playwright:
            launch(playwright, path).close()
    except Error as failure:
        print(f"{path} does not start: {failure.message.splitlines()[0]}", flush=True)
        return False
    return True


def candidates() -> Iterator[str]:
    """The paths worth trying, the cheapest first."""
    for source in (on_path, playwrights_own, distributions):
        try:
            path = source()
        except SystemExit as failure:
            print(failure, flush=True)
            continue
        if path:
            yield path


def find() -> str:
    """The path of a Chromium that starts; found once and then remembered."""
    if FOUND.exists() and Path(FOUND.read_text()).exists():
        return FOUND.read_text()
    path = next(filter(launches, candidates()), None)
    if path is None:
        sys.exit(NONE_FOUND)
    FOUND.write_text(path)
    return path


if __name__ == "__main__":
    FOUND.unlink(missing_ok=True)  # a set-up looks anew: Playwright may have been raised
    print("Browser:", find())
