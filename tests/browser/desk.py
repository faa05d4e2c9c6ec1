"""Pages of JupyterLab, and what they complain of."""

from collections.abc import Callable

from playwright.sync_api import Browser, ConsoleMessage, Error, Page
from server import KERNEL_IDLE, Lab

# JupyterLab renders only the cells in view, and while it scrolls or resizes it may remove a node twice.
# That is its own affair only if no figure had a part in it: figures are loaded from blob: addresses.
REMOVED_TWICE = "Failed to execute 'removeChild' on 'Node'"
VIEWPORT = {"width": 1280, "height": 900}
CLOSE_ALL = """async () => {
  if (!window.jupyterapp) return;
  for (const widget of [...jupyterapp.shell.widgets("main")]) {
    if (widget.context) widget.context.model.dirty = false;  // or it asks whether to save
    widget.close();
  }
  if (document.querySelector(".jp-Dialog")) throw Error("a dialog is open");
  if (document.body.dataset.jpThemeName !== "JupyterLab Light")
    await jupyterapp.commands.execute("apputils:change-theme", { theme: "JupyterLab Light" });
}"""
CLOSED = "![...(window.jupyterapp?.shell.widgets('main') ?? [])].some((widget) => widget.context)"

SCRATCH = "scratch.ipynb"
IS_OPEN = f"""() => {{
  const open = window.jupyterapp?.shell.currentWidget;
  return open?.context?.path === "notebooks/{SCRATCH}" && open.{KERNEL_IDLE};
}}"""
REPLACE = """(sources) => {
  const notebook = jupyterapp.shell.currentWidget.content.model.sharedModel;
  notebook.transact(() => {
    notebook.deleteCellRange(0, notebook.cells.length);
    notebook.insertCells(0, sources.map((source) => ({ cell_type: "code", source })));
  });
}"""


def is_jupyterlabs_own(error: Error) -> bool:
    return REMOVED_TWICE in error.message and "blob:" not in (error.stack or "blob:")


def opened(chromium: Browser, complain: Callable[[str], None], **options) -> Page:
    """A page in a context of its own; what it complains of is passed on."""

    def hear(said: ConsoleMessage) -> None:
        if said.type == "error":
            complain(f"{said.text} ({said.location['url']})")

    context = chromium.new_context(**{"viewport": VIEWPORT, **options})
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.on("pageerror", lambda error: is_jupyterlabs_own(error) or complain(f"uncaught: {error}"))
    page.on("console", hear)
    return page


class Desk:
    """A page of JupyterLab that stays from test to test: to start it takes longer than most of them.

    `allowed` are pieces of complaints that a test expects.
    """

    def __init__(self, lab: Lab, chromium: Browser):
        self.lab, self.chromium, self.page = lab, chromium, None
        self.complaints, self.allowed = [], ()

    def hear(self, text: str) -> None:
        if not any(known in text for known in self.allowed):
            self.complaints.append(text)

    def take(self) -> Page:
        self.page = self.page or opened(self.chromium, self.hear)
        return self.page

    def scratch(self, cells: list[str]) -> Page:
        """The page with a notebook of code cells, in the kernel of the last such notebook if that is well."""
        if self.take().evaluate(IS_OPEN):
            self.page.evaluate(REPLACE, cells)
        else:
            self.clear()
            self.lab.open(self.take(), self.lab.write(SCRATCH, cells))
        return self.page

    def clear(self) -> None:
        """Close every notebook without saving it, and end its kernel; if that fails, the page is given up."""
        if self.page:
            try:
                self.page.evaluate(CLOSE_ALL)
                self.page.wait_for_function(CLOSED, timeout=5_000)
                self.page.set_viewport_size(VIEWPORT)
            except Error:
                self.leave()
        self.lab.stop_kernels()

    def leave(self) -> None:
        if self.page:
            self.page.context.close()
        self.page = None
