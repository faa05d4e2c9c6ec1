"""Pages of JupyterLab, and what they complain of."""

from collections.abc import Callable

from playwright.sync_api import Browser, ConsoleMessage, Error, Page
from server import KERNEL_ID, Lab, ask_kernel

# JupyterLab renders only the cells in view, and while it scrolls or resizes it may remove a node twice.
# That is its own affair only if no figure had a part in it: figures are loaded from blob: addresses.
REMOVED_TWICE = "Failed to execute 'removeChild' on 'Node'"
# What its debugger says when a notebook is closed soon after it was opened.
CLOSED_EARLY = "Could not restore the debugger state"
VIEWPORT = {"width": 1280, "height": 900}
CLOSE_ALL = """async () => {
  if (!window.jupyterapp) return;
  for (const widget of [...jupyterapp.shell.widgets("main")]) {
    if (widget.context) {
      await widget.context.sessionContext.ready;
      widget.context.model.dirty = false;  // or it asks whether to save
    }
    widget.close();
  }
  if (document.querySelector(".jp-Dialog")) throw Error("a dialog is open");
  if (document.body.dataset.jpThemeName !== "JupyterLab Light")
    await jupyterapp.commands.execute("apputils:change-theme", { theme: "JupyterLab Light" });
}"""
CLOSED = "![...(window.jupyterapp?.shell.widgets('main') ?? [])].some((widget) => widget.context)"


def is_jupyterlabs_own(error: Error) -> bool:
    return REMOVED_TWICE in error.message and "blob:" not in (error.stack or "blob:")


def opened(chromium: Browser, complain: Callable[[str], None], **options) -> Page:
    """A page in a context of its own; what it complains of is passed on."""

    def hear(said: ConsoleMessage) -> None:
        if said.type == "error":
            complain(f"{said.text} ({said.location['url']})")

    # Without smooth scrolling, which a test would wait for.
    context = chromium.new_context(**{"viewport": VIEWPORT, "reduced_motion": "reduce", **options})
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.on("pageerror", lambda error: is_jupyterlabs_own(error) or complain(f"uncaught: {error}"))
    page.on("console", hear)
    return page


class Desk:
    """A page of JupyterLab that stays from test to test: to start it takes longer than most of them.

    `allowed` are pieces of complaints that a test expects, `script` runs before those of the page.
    """

    def __init__(self, lab: Lab, chromium: Browser, script: str = "", **options):
        self.script, self.options = script, options
        self.lab, self.chromium, self.page, self.kernel = lab, chromium, None, None
        self.complaints, self.allowed = [], ()

    def hear(self, text: str) -> None:
        if not any(known in text for known in (CLOSED_EARLY, *self.allowed)):
            self.complaints.append(text)

    def take(self) -> Page:
        if self.page is None:
            self.page = opened(self.chromium, self.hear, **self.options)
            self.page.add_init_script(self.script)
        return self.page

    def open(self, notebook: str) -> Page:
        """The page with a notebook, in the kernel of the last one if that lives, but without its names."""
        known = self.kernel in [kernel["id"] for kernel in self.lab.kernels()]
        page = self.take()
        self.lab.open(page, notebook, kernel=self.kernel if known else None)
        if known:
            ask_kernel(page, "get_ipython().reset(new_session=False)")
        self.kernel = page.evaluate(KERNEL_ID)
        return page

    def clear(self) -> None:
        """Close every notebook without saving it; if that fails, the page and its kernel are given up."""
        if self.page:
            try:
                self.page.evaluate(CLOSE_ALL)
                self.page.wait_for_function(CLOSED, timeout=5_000)
                self.page.set_viewport_size(VIEWPORT)
            except Error:
                self.leave()
        self.lab.stop_kernels(but=self.kernel)

    def leave(self) -> None:
        if self.page:
            self.page.context.close()
        self.page = self.kernel = None
