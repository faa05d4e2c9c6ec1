"""The last look at the pages: each gets its Content-Security-Policy, and every link must lead somewhere."""

import base64
import hashlib
import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

# The site's own files, and these exceptions:
POLICY = {
    "default-src": "'self'",
    # blob: anywidget imports the module of each figure from memory. Hashes: the theme's inline script, which
    # sets light or dark before anything is seen.
    "script-src": "'self' blob: {hashes}",
    # The widgets, matplotlib's SVG and KaTeX's formulas set style attributes.
    "style-src": "'self' 'unsafe-inline'",
    # data: icons in style sheets. blob: the picture of `explore`.
    "img-src": "'self' data: blob:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
}
# What the theme leaves out, and a screen reader needs.
MENDED = {
    '<p class="caption" role="heading">': '<p class="caption" role="heading" aria-level="2">',
    '<aside class="sidebar-drawer">': '<aside class="sidebar-drawer" aria-label="Pages">',
}
WIDGETS = re.compile(r'src="([^"]*_static/widgets\.js[^"]*)"')
INLINE = re.compile(r"<script>(.*?)</script>", re.S)


def finished(html: str) -> str:
    """The page mended, with its policy first in its head: there it also holds in a folder of files."""
    digests = sorted({hashlib.sha256(script.encode()).digest() for script in INLINE.findall(html)})
    hashes = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    policy = "; ".join(f"{name} {value.format(hashes=hashes)}".strip() for name, value in POLICY.items())
    for theirs, ours in MENDED.items():
        html = html.replace(theirs, ours)
    # Asked for at once: its place is at the end of a long page.
    script = WIDGETS.search(html)
    preload = f'<link rel="preload" as="script" href="{script[1]}">' if script else ""
    if script:
        html = html.replace('<html class="no-js"', '<html class="no-js starting"', 1)
    return html.replace(
        "<head>", f'<head><meta http-equiv="Content-Security-Policy" content="{policy}">{preload}', 1
    )


class Page(HTMLParser):
    """The names that a page has, and the places that it links to."""

    def __init__(self, html: str):
        super().__init__()
        self.names, self.targets = set(), []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            if name == "id" or (name == "name" and tag == "a"):
                self.names.add(value)
            elif name in ("href", "src") and value:
                self.targets.append(value)


def broken_links(site: Path) -> list[str]:
    """Every link within the site that leads to no file or to no anchor."""
    pages = {path.resolve(): Page(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}
    broken = []
    for path, page in pages.items():
        for target in page.targets:
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                continue
            to = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            anchor = unquote(parts.fragment)
            if not to.exists() or (anchor and to in pages and anchor not in pages[to].names):
                broken.append(f"{path.relative_to(site.resolve())} links to {target}")
    return broken


def main(site: Path) -> None:
    """Give every page its policy; end with an error where a link or a formula is broken."""
    problems = broken_links(site)
    for path in sorted(site.rglob("*.html")):
        html = path.read_text(encoding="utf-8")
        if "katex-error" in html:
            problems.append(f"{path.relative_to(site)}: a formula could not be set")
        path.write_text(finished(html), encoding="utf-8", newline="\n")
    if problems:
        sys.exit("\n".join(["error: the pages have faults:", *problems]))
