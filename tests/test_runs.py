"""A run of a notebook by nbval: when it is stored, what it holds, and what makes it run again."""

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import runs
from nbformat.v4 import new_code_cell, new_notebook, new_output
from setup import ROOT

from reparam_server import STATE, VIEW

LESSON = "03_gumbel_softmax.ipynb"


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A repository with one lesson and its solutions, a package with two figures, and what runs them."""
    for name in ("conftest.py", "pyproject.toml", "tools"):
        (tmp_path / name).symlink_to(ROOT / name)
    files = {
        "requirements.txt": "torch",
        "reparam_utils/__init__.py": "from .gumbel import noise",
        "reparam_utils/gumbel.py": "noise = 1",
        "reparam_utils/course.mplstyle": "",
        "reparam_utils/alone.py": "",
        "reparam_utils/figures/__init__.py": "",
        "reparam_utils/figures/cloud.py": "from ..live.figure import join",
        "reparam_utils/figures/cloud.js": "",
        "reparam_utils/figures/bars.py": "",
        "reparam_utils/figures/bars.js": "",
        "reparam_utils/live/__init__.py": "",
        "reparam_utils/live/figure.py": "join = 1",
        "reparam_utils/live/maths.js": "",
        "reparam_utils/exercises/lesson_03.toml": "",
        "reparam_utils/exercises/lesson_03.py": "",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(runs, "ROOT", tmp_path)
    monkeypatch.setattr(runs, "FOLDER", tmp_path / "build" / "executed")
    return tmp_path


def write(folder: Path, *cells: str | nbformat.NotebookNode) -> Path:
    path = folder / "notebooks" / LESSON
    path.parent.mkdir(exist_ok=True)
    made = new_notebook(cells=[new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells])
    made.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(made, path)
    return path


def test_a_run_is_stored_under_what_the_notebook_imports(checkout):
    path = write(checkout, "import torch\nfrom reparam_utils.figures import cloud", "1 + 1")
    deciding = [
        "requirements.txt", "reparam_utils/__init__.py", "reparam_utils/gumbel.py",
        "reparam_utils/course.mplstyle", "reparam_utils/figures/cloud.py", "reparam_utils/figures/cloud.js",
        "reparam_utils/live/figure.py", "reparam_utils/live/maths.js",
    ]  # fmt: skip
    before = runs.key_of(path)
    for name in deciding:
        text = (checkout / name).read_text()
        (checkout / name).write_text(text + "\n# changed")
        assert runs.key_of(path) != before, name
        (checkout / name).write_text(text)
    for name in ("alone.py", "figures/bars.py", "figures/bars.js", "exercises/lesson_03.toml"):
        (checkout / "reparam_utils" / name).write_text("# changed")
    write(checkout, nbformat.v4.new_markdown_cell("Words."), *runs.code_of(path))
    assert runs.key_of(path) == before
    write(checkout, *runs.code_of(path), "2")
    assert runs.key_of(path) != before


def test_the_words_of_an_exercise_are_part_of_its_solution_alone():
    lesson, solution = ROOT / "notebooks" / LESSON, ROOT / "notebooks" / "solutions" / "03_solutions.ipynb"
    words = ROOT / "reparam_utils" / "exercises" / "lesson_03.toml"
    assert words in runs.sources_of(solution) and words not in runs.sources_of(lesson)


def nbval(checkout: Path) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "pytest", "-q", "--nbval-lax", "notebooks"]
    return subprocess.run(command, cwd=checkout, capture_output=True, text=True)


@pytest.mark.slow
def test_a_run_has_outputs_and_widgets_and_differing_outputs_are_stored_too(checkout):
    stored = new_code_cell(
        "print('new')",
        metadata={"tags": ["nbval-check-output"]},
        outputs=[new_output("stream", text="old\n")],
    )
    path = write(checkout, "from ipywidgets import IntSlider\nIntSlider(3)", stored, "1 / 0")
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[2].metadata["tags"] = ["raises-exception"]
    nbformat.write(notebook, path)
    assert "Cell outputs differ" in nbval(checkout).stdout
    run = runs.run_of(path)
    [view] = runs.views_of(run)
    assert run.metadata["widgets"][STATE]["state"][view]["state"]["value"] == 3
    assert run.cells[0].outputs[0].data[VIEW]["model_id"] == view
    assert run.cells[1].outputs[0].text == "new\n" and run.cells[2].outputs[0].ename == "ZeroDivisionError"
    assert runs.twins_of(path) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "cell, told", [("1 / 0", "ZeroDivisionError"), ("import warnings\nwarnings.warn('odd')", "odd")]
)
def test_a_run_that_fails_or_warns_is_not_stored(cell, told, checkout):
    path = write(checkout, cell, "2")
    with pytest.raises(SystemExit, match=rf"{LESSON} does not run:(.|\n)*{told}"):
        runs.run_missing([path])
    assert not runs.FOLDER.exists() and runs.last_run_of(path).cells[0].outputs == []


@pytest.mark.slow
def test_what_is_stored_does_not_run_again(checkout, capsys):
    path = write(checkout, "print('out')")
    for _ in range(2):
        runs.run_missing([path])
    assert capsys.readouterr().out.count("Running") == 1
    write(checkout, "print('other')")
    assert runs.last_run_of(path).cells[0].outputs[0].text == "out\n"
    runs.run_missing([path])
    assert runs.run_of(path).cells[0].outputs[0].text == "other\n"
    assert len(list(runs.FOLDER.glob("*.ipynb"))) == 1
