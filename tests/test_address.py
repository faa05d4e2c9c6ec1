"""The repository's address has one source, and every copy agrees with it."""

import address
import pytest
from setup import ROOT

TEXT = """
Repository = "https://github.com/a/b"
repository-code: "https://github.com/a/b"
git clone https://github.com/a/b here
https://mybinder.org/v2/gh/a/b/HEAD?urlpath=lab/tree/notebooks/00_x.ipynb
https://github.com/a/b/actions/workflows/ci.yml/badge.svg
https://github.com/a/b/issues)
https://github.com/a/b/blob/HEAD/notebooks/00_x.ipynb
[Read it live](https://a.github.io/b/)
[read it live](https://a.github.io/b/notebooks/00_x.html)
"""
OTHERS = """
https://github.com/ericjang/gumbel-softmax
https://github.com/pytorch/pytorch/issues/41663
https://github.com/pytorch/pytorch/blob/v2.13.0/torch/nn/functional.py
https://github.com/a
https://a.github.io/b/
[an article](https://a.github.io/b/)
"""


def moved(owner, name):
    """The text as it is for another repository."""
    return TEXT.replace("a/b", f"{owner}/{name}").replace("a.github.io/b", f"{owner}.github.io/{name}")


def test_every_copy_agrees_with_its_source():
    slug = address.current()
    for path in address.files():
        text = path.read_text(encoding="utf-8")
        assert address.rewrite(text, slug) == text, f"{path.relative_to(ROOT)}: not {slug}"


def test_no_copy_escapes_the_command():
    """After a change the old address must be gone from every file."""
    for path in address.files():
        text = address.rewrite(path.read_text(encoding="utf-8"), "someone/else")
        live = "{}.github.io/{}".format(*address.current().split("/"))
        for line in text.splitlines():
            assert address.current() not in line and live not in line, (
                f"{path.relative_to(ROOT)}: {line.strip()}"
            )


def test_the_files_that_hold_a_copy_are_looked_at():
    names = {path.relative_to(ROOT).as_posix() for path in address.files()}
    assert {"README.md", "CONTRIBUTING.md", "CITATION.cff", "pyproject.toml"} <= names
    assert any(name.startswith("notebooks/") for name in names)


def test_every_form_is_rewritten():
    assert address.rewrite(TEXT, "c.d/e-f") == moved("c.d", "e-f")


def test_links_to_others_stay():
    assert address.rewrite(OTHERS, "c/d") == OTHERS


@pytest.mark.parametrize(
    "url", ["https://github.com/c/d", "https://github.com/c/d/", "https://github.com/c/d.git"]
)
def test_the_command_rewrites_every_file(url, tmp_path, monkeypatch):
    changed, untouched = tmp_path / "README.md", tmp_path / "others.md"
    changed.write_bytes(TEXT.replace("\n", "\r\n").encode())
    untouched.write_text(OTHERS)
    monkeypatch.setattr(address, "ROOT", tmp_path)
    monkeypatch.setattr(address, "files", lambda: [changed, untouched])
    address.main(url)
    assert changed.read_bytes().decode() == moved("c", "d").replace("\n", "\r\n")
    assert untouched.read_text() == OTHERS


@pytest.mark.parametrize(
    "url", ["", "github.com/c/d", "https://github.com/c", "https://github.com/c/d/tree/main"]
)
def test_nonsense_is_refused(url):
    with pytest.raises(SystemExit, match="an address looks like"):
        address.main(url)
