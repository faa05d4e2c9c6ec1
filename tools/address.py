"""Rewrite every copy of the repository's address, whose one source is pyproject.toml."""

import re
import subprocess
import sys
from pathlib import Path

from setup import ROOT

ADDRESS = re.compile(r"https://github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?/?")
# The places where an address is our own; any other link to GitHub may lead to other people's repositories.
OWN = re.compile(
    r'(Repository = "https://github\.com/'
    r'|repository-code: "?https://github\.com/'
    r"|git clone https://github\.com/"
    r"|mybinder\.org/v2/gh/)"
    r"([\w.-]+/[\w.-]+)"
    r"|(github\.com/)([\w.-]+/[\w.-]+)(?=/actions/workflows/|/issues\b(?!/)|/(?:blob|tree)/HEAD/)"
)
# Where GitHub serves the live page of a repository.
LIVE = re.compile(r"(\[(?:read it live|live page)\]\()https://[\w-]+\.github\.io/[\w.-]+", re.I)
SUFFIXES = {".cff", ".ipynb", ".md", ".toml", ".yml"}


def files() -> list[Path]:
    """The text files of the checkout that may hold a copy."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    paths = [ROOT / line for line in listed.splitlines()]
    return [path for path in paths if path.suffix in SUFFIXES and path.exists()]


def current() -> str:
    """The owner and name of the repository, as pyproject.toml has them."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return ADDRESS.fullmatch(re.search('^Repository = "(.+)"', text, re.M).group(1)).group(1)


def rewrite(text: str, slug: str) -> str:
    """The text with our own address changed to `slug` ("owner/name") in every place."""
    owner, name = slug.split("/")
    text = LIVE.sub(lambda match: f"{match[1]}https://{owner}.github.io/{name}", text)
    return OWN.sub(lambda match: (match[1] or match[3]) + slug, text)


def main(url: str) -> None:
    match = ADDRESS.fullmatch(url)
    if not match:
        sys.exit(f"error: an address looks like https://github.com/owner/name, got {url!r}")
    for path in files():
        before = path.read_bytes().decode()
        after = rewrite(before, match[1])
        if after != before:
            path.write_bytes(after.encode())
            print("Rewrote", path.relative_to(ROOT).as_posix())


if __name__ == "__main__":
    main("".join(sys.argv[1:]))
