"""A real JupyterLab over a copy of the lessons."""

import contextlib
import json
import os
import secrets
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
import psutil
import runs
from browser import free_port
from playwright.sync_api import Page
from twins import Twin

from reparam_server import VIEW

ROOT = Path(__file__).parents[2]
LESSONS = sorted(path.name for path in (ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
# What the kernel of a lesson may take in MB; those that train models take more.
MEGABYTES = {lesson: 700 if lesson.startswith(("06", "07")) else 500 for lesson in LESSONS}
KERNEL_ID = "jupyterapp.shell.currentWidget.sessionContext.session.kernel.id"
KERNEL_IDLE = "sessionContext?.session?.kernel?.status === 'idle'"
IN_FRONT = "window.jupyterapp?.shell.currentWidget"
# Its promise is kept seconds after the notebook is there.
OPEN = """([path, id]) => void jupyterapp.commands.execute(
  "docmanager:open", { path, factory: "Notebook", ...(id && { kernel: { id } }) })"""
VIEWS = f"""jupyterapp.shell.currentWidget.content.model.toJSON().cells.flatMap(
  (cell) => cell.outputs ?? []).flatMap((output) => output.data?.["{VIEW}"]?.model_id ?? [])"""
# Put before the first cell of a lesson: what trains takes a fiftieth of its steps. nbval has them all.
BRIEFLY = """import tqdm.auto
def briefly(steps, every=tqdm.auto.tqdm, **how): return every(steps[:len(steps) // 50], **how)
tqdm.auto.tqdm = briefly
"""
SCREENSHOTS = Path(__file__).parent / "screenshots"


class Lab:
    """A JupyterLab server over a copy of the notebooks."""

    def __init__(self, folder: Path):
        self.folder = folder
        checkpoints = shutil.ignore_patterns(".ipynb_checkpoints")
        shutil.copytree(ROOT / "notebooks", folder / "notebooks", ignore=checkpoints)
        for lesson in LESSONS:
            self.shorten(folder / "notebooks" / lesson)
        settings = folder / "settings" / "@jupyterlab"
        (settings / "apputils-extension").mkdir(parents=True)
        # No news and no pop-ups: nothing may cover a slider, and nothing may ask the network.
        (settings / "apputils-extension" / "notification.jupyterlab-settings").write_text(
            json.dumps({"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True})
        )
        # Nothing is saved behind a test's back: each test would then begin with what another one left.
        (settings / "docmanager-extension").mkdir()
        (settings / "docmanager-extension" / "plugin.jupyterlab-settings").write_text(
            json.dumps({"autosave": False})
        )
        self.port = free_port()
        self.token = secrets.token_hex(16)
        self.url = f"http://127.0.0.1:{self.port}"
        self.query = f"token={self.token}"
        self.start()

    def shorten(self, path: Path):
        """Let a lesson that trains do it briefly."""
        notebook = nbformat.read(path, as_version=4)
        if any("tqdm" in cell.source for cell in notebook.cells):
            first = next(cell for cell in notebook.cells if cell.cell_type == "code")
            first.source = BRIEFLY + first.source
            nbformat.write(notebook, path)

    def start(self):
        folder = self.folder
        own = {f"JUPYTERLAB_{name.upper()}_DIR": str(folder / name) for name in ("settings", "workspaces")}
        self.log = open(folder / "server.log", "a")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--expose-app-in-browser",
             "--JupyterNotebookApp.expose_app_in_browser=True",
             f"--ServerApp.port={self.port}", "--ServerApp.port_retries=0",
             f"--IdentityProvider.token={self.token}",
             f"--ServerApp.root_dir={folder}", "--LabApp.news_url="],
            cwd=folder, stdout=self.log, stderr=subprocess.STDOUT, env={**os.environ, **own},
        )  # fmt: skip
        self._wait()

    def _wait(self):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{self.url}/api/status?{self.query}", timeout=5).close()
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise RuntimeError(f"JupyterLab did not start:\n{(self.folder / 'server.log').read_text()}")

    def kernels(self) -> list[dict]:
        with urllib.request.urlopen(f"{self.url}/api/kernels?{self.query}", timeout=5) as answer:
            return json.load(answer)

    def kernel_process(self, page: Page) -> psutil.Process:
        """The process of the kernel of the notebook on a page."""
        kernel = page.evaluate(KERNEL_ID)
        children = psutil.Process(self.process.pid).children(recursive=True)
        [process] = [child for child in children if kernel in " ".join(child.cmdline())]
        return process

    def stop_kernels(self, but: str | None = None):
        for kernel in (each for each in self.kernels() if each["id"] != but):
            address = f"{self.url}/api/kernels/{kernel['id']}?{self.query}"
            request = urllib.request.Request(address, method="DELETE")
            urllib.request.urlopen(request, timeout=30).close()

    def stop(self):
        self.stop_kernels()
        self.process.terminate()
        self.process.wait(timeout=20)
        self.log.close()

    def write(self, name: str, cells: list[str]) -> str:
        """Write a notebook of code cells; return its name."""
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        # Without it JupyterLab asks which kernel to start.
        notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
        nbformat.write(notebook, self.folder / "notebooks" / name)
        return name

    def open(self, page: Page, notebook: str, *, app: str = "lab", kernel: str | None = None) -> None:
        """Open a notebook in JupyterLab ("lab") or Notebook 7 ("notebook"), with its kernel ready.

        On a page of JupyterLab that is open, it can have a kernel that runs.
        """
        if app == "lab" and page.url.startswith(f"{self.url}/doc"):
            page.evaluate(OPEN, [f"notebooks/{notebook}", kernel])
            page.wait_for_function(
                f"(path) => {IN_FRONT}?.context?.path === path", arg=f"notebooks/{notebook}"
            )
        else:
            address = {"lab": "doc/tree", "notebook": "notebooks"}[app]
            page.goto(f"{self.url}/{address}/notebooks/{notebook}?{self.query}&reset")
        page.wait_for_function(f"{IN_FRONT}?.{KERNEL_IDLE}")

    def run(self, page: Page) -> None:
        """Run every cell and wait until the last one is done."""
        page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
        page.wait_for_function(f"jupyterapp.shell.currentWidget.{KERNEL_IDLE}")

    def twins(self, page: Page) -> list[Twin | None]:
        """The live figures that the notebook shows, from its kernel; None stands for an `explore`."""
        views = page.evaluate(VIEWS)
        ask_kernel(page, f"exec({runs.telling(views, self.folder)!r})")
        return runs.twins_in(self.folder / "twins", views)

    def save(self, page: Page) -> None:
        """Save the notebook as a learner does, and wait until it is stored."""
        page.evaluate("jupyterapp.commands.execute('docmanager:save')")
        page.wait_for_function("!jupyterapp.shell.currentWidget.context.model.dirty")


def ask_kernel(page: Page, expression: str) -> str:
    """Evaluate an expression in the kernel, after everything that the page sent to it before."""
    return page.evaluate(
        """async (expression) => {
          const { kernel } = jupyterapp.shell.currentWidget.sessionContext.session;
          const asked = { code: "", silent: true, user_expressions: { it: expression } };
          const { content } = await kernel.requestExecute(asked).done;
          return content.user_expressions.it.data["text/plain"];
        }""",
        expression,
    )


def wait_for_kernel(page: Page, expression: str, value: str) -> None:
    """Wait until an expression has a value in the kernel, and the page has heard all that came before."""
    deadline = time.monotonic() + 30
    while (now := ask_kernel(page, expression)) != value:  # updates may still wait for their turn
        assert time.monotonic() < deadline, f"{expression} is {now} in the kernel, {value} on the page"
    ask_kernel(page, "None")


def change_theme(page: Page, theme: str) -> None:
    """Choose a theme of JupyterLab by its name, and wait until the page has it."""
    page.evaluate("(theme) => jupyterapp.commands.execute('apputils:change-theme', { theme })", theme)
    page.wait_for_function("(theme) => document.body.dataset.jpThemeName === theme", arg=theme)
