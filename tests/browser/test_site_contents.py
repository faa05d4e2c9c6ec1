"""What the pages of the live page say: the notebook's code and numbers, links, and what needs a kernel."""

import json
from functools import cache
from pathlib import Path

import address
import pytest
from bs4 import BeautifulSoup
from lessons import WORDS
from pages import LESSONS, NOTEBOOKS, PAGES, SITE
from PIL import Image
from server import ROOT

import reparam_utils

TAG = "nbval-check-output"
BASE = "https://{}.github.io/{}/".format(*address.current().split("/"))


@cache
def html_of(path: str) -> BeautifulSoup:
    return BeautifulSoup((SITE / path).read_text(encoding="utf-8"), "html.parser")


def words(text: str | list[str]) -> list[str]:
    return "".join(text).split()


@pytest.mark.parametrize("path", LESSONS)
def test_the_page_has_the_code_and_the_numbers_of_the_notebook(path):
    notebook = json.loads(NOTEBOOKS[path].read_text(encoding="utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    compared = 0
    for cell, shown in zip(cells, html_of(path).select(".cell"), strict=True):
        assert words(shown.select_one(".cell_input").get_text()) == words(cell["source"])
        if TAG in cell["metadata"].get("tags", []):
            [stored] = cell["outputs"]
            assert words(shown.select_one(".cell_output").get_text()) == words(stored["text"])
            compared += 1
    assert compared > 3


@pytest.mark.parametrize("path", LESSONS)
def test_what_needs_a_kernel_says_so(path):
    page = html_of(path)
    launch = page.find("a", string="launch on Binder")["href"]
    assert launch.endswith(NOTEBOOKS[path].name)
    needing = [cell for cell in page.select(".cell") if "explore(" in cell.text or '\ncheck("' in cell.text]
    assert len(needing) >= 3
    for cell in needing:
        note = cell.find_next_sibling()
        assert "needs-kernel" in note["class"] and "kernel" in note.text
        assert note.find("a")["href"] == launch
    assert len(page.select(".needs-kernel")) == len(needing)


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_the_edit_link_leads_to_the_source(path):
    link = html_of(path).select_one(".edit-this-page a")["href"]
    assert link.endswith(f"/edit/HEAD/{NOTEBOOKS[path].relative_to(ROOT).as_posix()}")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_says_what_it_is_where_its_link_is_sent(path):
    """From the course's own address: nobody else is asked for anything."""
    head = html_of(path).head
    said = {tag.get("property") or tag["name"]: tag["content"] for tag in head.find_all("meta", content=True)
            if tag.get("property") or tag.get("name")}  # fmt: skip
    assert 40 < len(said["description"]) < 200 and said["og:description"] == said["description"]
    assert said["og:title"] in head.title.text and said["og:image:alt"]
    assert said["og:url"] == BASE + path and said["og:site_name"] == WORDS["title"]
    picture = SITE / said["og:image"].removeprefix(BASE)
    width, height = Image.open(picture).size
    assert picture.suffix == ".png" and width >= 600 and height >= 250
    for other in set(PAGES) - {path}:
        assert html_of(other).find("meta", {"name": "description"})["content"] != said["description"]


@pytest.mark.parametrize("path", LESSONS)
def test_a_lesson_is_described_by_what_is_done_in_it(path):
    first = json.loads(NOTEBOOKS[path].read_text(encoding="utf-8"))["cells"][0]["source"]
    described = html_of(path).find("meta", {"name": "description"})["content"]
    assert described[0].isupper() and "`" not in described
    assert f"**what you'll do:** {described}\n".lower() in "".join(first).replace("`", "").lower()
    assert html_of(path).find("meta", property="og:image")["content"].endswith(f"/{Path(path).stem}.png")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_a_policy_without_exceptions_for_scripts(path):
    [first] = html_of(path).select("head > :first-child")
    policy = dict(part.split(maxsplit=1) for part in first["content"].split("; "))
    assert first["http-equiv"] == "Content-Security-Policy"
    assert policy["default-src"] == "'self'"
    assert "unsafe" not in policy["script-src"]


def test_the_functions_are_all_described():
    names = {element["id"].split(".")[-1] for element in html_of("api.html").select("dt[id]")}
    assert set(reparam_utils.__all__) | {"LiveFigure", "explore", "check", "progress"} <= names


def test_every_term_of_the_glossary_leads_to_a_lesson():
    terms = html_of("glossary.html").select("dl.glossary dt")
    assert len(terms) > 20
    assert [term.text for term in terms] == sorted((term.text for term in terms), key=str.casefold)
    for term in terms:
        assert term.find_next_sibling("dd").find("a")["href"].startswith("notebooks/"), term.text
