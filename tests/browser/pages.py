"""The live page: its pages, the notebooks that they come from, and a plain server for them."""

import contextlib
import functools
import os
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from server import LESSONS, ROOT

SITE = ROOT / os.environ.get("COURSE_SITE", "site")
PAGES = sorted(path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html"))
# Each page with live figures, and its notebook.
NOTEBOOKS = {"index.html": ROOT / "web" / "index.ipynb"}
NOTEBOOKS |= {f"notebooks/{Path(name).stem}.html": ROOT / "notebooks" / name for name in LESSONS}


class Quiet(SimpleHTTPRequestHandler):
    """A server of files that does not print what it serves."""

    def log_message(self, *arguments) -> None:
        pass


@contextlib.contextmanager
def served(folder: Path = SITE) -> Iterator[str]:
    """Serve a folder on this machine; give the address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()
