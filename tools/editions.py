"""Editions of the lessons, for instructors: a handout without hints and solutions, and an answer key.

Usage: editions.py handout|answers. Writes a folder of that name beside notebooks/, so that links hold.
"""

import re
import shutil
import sys
from copy import deepcopy
from pathlib import Path

import nbformat
from nbformat import NotebookNode

ROOT = Path(__file__).parents[1]


def number_of(cell: NotebookNode) -> str | None:
    """The exercise that a code cell checks, such as "03.2", or None."""
    found = re.search(r'^check\("([\d.]+)"', cell.source, re.M)
    return found.group(1) if found and cell.cell_type == "code" else None


def is_hint(cell: NotebookNode) -> bool:
    return "hint" in cell.metadata.get("tags", [])


def solutions_of(notebook: NotebookNode) -> dict[str, tuple[NotebookNode, NotebookNode]]:
    """The text and the code of each solution, by exercise."""
    pairs = zip(notebook.cells, notebook.cells[1:], strict=False)
    return {number_of(code): (text, code) for text, code in pairs if number_of(code)}


def handout(lesson: NotebookNode, solutions: NotebookNode) -> list[NotebookNode]:
    """The cells of a lesson without its hints, which also link to the solutions."""
    return [cell for cell in lesson.cells if not is_hint(cell)]


def answers(lesson: NotebookNode, solutions: NotebookNode) -> list[NotebookNode]:
    """The cells of a lesson with each stub solved, and the solution's words in place of the hints."""
    known, cells, number = solutions_of(solutions), [], None
    for cell in lesson.cells:
        number = number_of(cell) or number
        if number_of(cell):
            cell = known[number][1]
        elif is_hint(cell):
            text = deepcopy(known[number][0])
            text.source = text.source.replace(f"## Exercise {number}", "**Solution**")
            cell = text
        cells.append(cell)
    return cells


EDITIONS = {"handout": handout, "answers": answers}


def write(edition: str, root: Path = ROOT) -> list[Path]:
    """Write one edition of every lesson; return the files."""
    make = EDITIONS[edition]
    folder = root / edition
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    files = []
    for path in sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb")):
        lesson = nbformat.read(path, as_version=4)
        solutions = path.parent / "solutions" / f"{path.name[:2]}_solutions.ipynb"
        lesson.cells = make(lesson, nbformat.read(solutions, as_version=4))
        files.append(folder / path.name)
        nbformat.write(lesson, files[-1])
    return files


if __name__ == "__main__":
    if sys.argv[1:] not in [[edition] for edition in EDITIONS]:
        sys.exit(f"usage: editions.py {'|'.join(EDITIONS)}, got {sys.argv[1:]}")
    for file in write(sys.argv[1]):
        print(file.relative_to(ROOT))
