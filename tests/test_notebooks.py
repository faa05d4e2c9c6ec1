"""The rules that every lesson keeps: anatomy, cell lengths, stored outputs, links."""

import json
import re
import statistics
from copy import deepcopy
from pathlib import Path

import nbformat
import outputs
import pytest
from nbconvert import ScriptExporter

from reparam_server import STATE
from reparam_utils import figures

ROOT = Path(__file__).parents[1]
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SOLUTIONS = sorted((ROOT / "notebooks" / "solutions").glob("*.ipynb"))
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("benchmarks/*.md")])
TAG = "nbval-check-output"
CHECK = '\ncheck("'


def cells(path: Path, kind: str | None = None) -> list[dict]:
    """The cells of a notebook, with their source as one string."""
    found = json.loads(path.read_text(encoding="utf-8"))["cells"]
    for cell in found:
        cell["source"] = "".join(cell["source"])
    return [cell for cell in found if kind in (None, cell["cell_type"])]


def length(cell: dict) -> int:
    return len(cell["source"].strip().splitlines())


def lesson_test(function):
    return pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)(function)


def notebook_test(function):
    return pytest.mark.parametrize("path", [*LESSONS, *SOLUTIONS], ids=lambda path: path.stem)(function)


def test_names_are_numbered_without_a_gap():
    assert LESSONS, "there are no lessons"
    assert [path.name for path in SOLUTIONS] == [f"{path.name[:2]}_solutions.ipynb" for path in LESSONS]
    assert [int(path.name[:2]) for path in LESSONS] == list(range(len(LESSONS)))
    assert all(re.fullmatch(r"\d\d(_[a-z0-9]+)+", path.stem) for path in LESSONS)


@notebook_test
def test_the_kernel_is_plain_python_and_nothing_else_is_stored(path):
    """A lesson that was run in JupyterLab holds pictures and the state of its widgets, for the learner."""
    stored = nbformat.read(path, as_version=4)
    assert stored.metadata.kernelspec == {"display_name": "Python 3", "language": "python", "name": "python3"}
    stripped = deepcopy(stored)
    outputs.strip(stripped)
    assert stored == stripped, "run `make strip`: it takes out what JupyterLab stored"
    # And it does: from a lesson that was run twice, saved and scrolled through.
    saved = deepcopy(stored)
    saved.metadata["widgets"] = {STATE: {"state": {"model": {}}}}
    saved.metadata["kernelspec"] = {"display_name": "Python 3 (ipykernel)", "name": "python3"}
    for place, cell in enumerate(saved.cells):
        cell.metadata["scrolled"] = True
        if cell.cell_type == "code":
            cell.execution_count = 100 + place
            if not cell.outputs:
                cell.outputs = [nbformat.v4.new_output("stream", text="learner's own")]
            elif cell.outputs[0].output_type == "stream":
                text = cell.outputs[0].text
                cell.outputs = [nbformat.v4.new_output("stream", text=part) for part in (text[:9], text[9:])]
    outputs.strip(saved)
    assert saved == stored
    assert ScriptExporter().from_notebook_node(stored)[1]["output_extension"] == ".py"


def test_copies_and_checkpoints_are_no_lessons(tmp_path):
    assert outputs.numbered(ROOT / "notebooks") == sorted([*LESSONS, *SOLUTIONS])
    for name in ("00_a.ipynb", "00_a-Copy1.ipynb", ".ipynb_checkpoints/00_a-checkpoint.ipynb", "mine.ipynb"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert outputs.numbered(tmp_path) == [tmp_path / "00_a.ipynb"]


@lesson_test
def test_the_first_cell_says_what_awaits(path):
    first = cells(path)[0]["source"]
    assert re.match(rf"# {path.name[:2]} · \S", first)
    assert re.search(r"\*About \d+ minutes\*", first)
    for part in ("**What you'll do:**", "**What you'll learn**", "**What you'll need:**"):
        assert part in first, part
    assert 2 <= len(re.findall(r"^- ", first, re.M)) <= 4
    assert f"HEAD?urlpath=lab/tree/notebooks/{path.name})" in first, "its own launch link"
    assert re.search(rf"\[read it live\]\(https://\S+/notebooks/{path.stem}\.html\)", first), "its live page"
    number = LESSONS.index(path)
    for label, neighbour in [("previous", number - 1), ("next", number + 1)]:
        if 0 <= neighbour < len(LESSONS):
            assert re.search(rf"{label}: \[[^]]+\]\({LESSONS[neighbour].name}\)", first), label


@lesson_test
def test_the_last_cell_says_what_to_keep(path):
    last = cells(path)[-1]["source"]
    keep, sources = last.split("**Sources**")
    assert keep.startswith("## What to keep") and "**Where it fails:**" in keep and "**Next:**" in sources
    assert len(re.findall(r"^- ", keep, re.M)) == 3
    for source in re.findall(r"^- .*(?:\n  .*)*", sources, re.M):
        wanted = re.search(r"\]\(https://[^)]+\) \(\d{4}[^)]*\): \S", source)
        assert wanted, f"no link, year or clause: {source}"


@lesson_test
def test_cells_are_short_and_text_outnumbers_code(path):
    code, text = cells(path, "code"), cells(path, "markdown")
    assert length(code[0]) <= 10, "setup"
    assert max(map(length, code)) <= 25
    assert statistics.median(map(length, code)) <= 5
    assert len(text) >= len(code)
    assert all(cell["source"].strip() for cell in code + text), "an empty cell"


@notebook_test
def test_outputs_are_stored_if_and_only_if_they_are_checked(path):
    for cell in cells(path, "code"):
        tags = cell["metadata"].get("tags", [])
        # The other tag: an exercise, where a learner's error does not stop the cells below.
        assert tags in ([], [TAG]) or (tags == ["raises-exception"] and CHECK in cell["source"]), cell[
            "source"
        ]
        assert bool(cell["outputs"]) == (TAG in tags), f"stored output and tag differ: {cell['source']}"
        kinds = [output["output_type"] for output in cell["outputs"]]
        # Text that was printed, or what `check` said.
        assert kinds in ([], ["stream"]) or (kinds == ["display_data"] and CHECK in cell["source"]), kinds
        assert cell["execution_count"] is None, "an inserted cell would change the counts of all that follow"
    for cell in cells(path, "markdown"):
        assert cell["metadata"].get("tags", []) in ([], ["hint"])


@notebook_test
def test_no_cell_repairs_its_surroundings(path):
    for cell in cells(path, "code"):
        found = re.search(r"sys\.path|^\s*[%!]|filterwarnings|os\.environ", cell["source"], re.M)
        assert not found, f"{found.group()} in: {cell['source']}"
        if "torch.manual_seed" in cell["source"]:
            assert "fork_rng" in cell["source"], f"a global seed: {cell['source']}"


@lesson_test
def test_every_figure_is_followed_by_what_it_shows(path):
    every = cells(path)
    shows = re.compile(rf"plt\.show\(\)|^(explore|{'|'.join(figures.__all__)})\(", re.M)
    code = [i for i, cell in enumerate(every) if cell["cell_type"] == "code"]
    shown = [i for i in code if shows.search(every[i]["source"]) and not every[i]["outputs"]]
    told = [i for i, cell in enumerate(every) if cell["source"].startswith("**What the figure shows.**")]
    assert shown
    for i in shown:
        assert i + 1 in told, f"no cell with **What the figure shows.** after {every[i]['source']}"
    assert len(told) == len(shown), "a description without a figure"


@lesson_test
def test_there_is_one_cell_to_explore(path):
    explored = [cell for cell in cells(path, "code") if re.search(r"^explore\(", cell["source"], re.M)]
    assert len(explored) == 1 and "# change this line" in explored[0]["source"]


@pytest.mark.parametrize("path", [*LESSONS, *SOLUTIONS, *PAGES], ids=lambda path: path.name)
def test_links_within_the_course_resolve(path):
    lesson = path.suffix == ".ipynb"
    texts = [cell["source"] for cell in cells(path, "markdown")] if lesson else [path.read_text("utf-8")]
    headings = {anchor(line) for text in texts for line in re.findall(r"^#+ (.+)$", text, re.M)}
    for target in re.findall(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"", "\n".join(texts)):
        target = "".join(target)
        if target.startswith("#"):
            assert target[1:] in headings, target
        elif not re.match(r"https?://|mailto:", target):
            assert (path.parent / target.split("#")[0]).exists(), f"{path.name} links to {target}"
    for target in re.findall(r"urlpath=lab/tree/([^)\s\"]+)", "\n".join(texts)):
        assert (ROOT / target).exists(), f"{path.name} launches {target}"


def anchor(heading: str) -> str:
    """GitHub's name for a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def test_the_readme_lists_every_lesson():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for path in LESSONS:
        title = cells(path)[0]["source"].splitlines()[0].removeprefix("# ")
        minutes = re.search(r"About (\d+) minutes", cells(path)[0]["source"]).group(1)
        start = f"| [{title}](notebooks/{path.name})"
        row = next((line for line in readme.splitlines() if line.startswith(start)), "")
        assert f"| {minutes} |" in row and f"urlpath=lab/tree/notebooks/{path.name}" in row


def test_modules_are_small_and_named_for_what_they_hold():
    modules = [path for path in (ROOT / "reparam_utils").rglob("*") if path.suffix in (".py", ".js")]
    assert modules
    for module in modules:
        assert len(module.read_text(encoding="utf-8").splitlines()) <= 170, module.name
        assert "util" not in module.stem and "helper" not in module.stem
