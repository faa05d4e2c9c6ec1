"""Store in the notebooks what each cell tagged nbval-check-output shows, and nothing else.

What it shows comes from the notebook's last run, if nothing has changed since; else it runs. With --strip
nothing runs: what JupyterLab has stored besides is taken out, pictures and the state of widgets.

Usage: outputs.py [--strip] [NN], where NN is the number of one lesson, such as 03.
"""

import re
import sys
from pathlib import Path

import nbformat
import runs
from nbformat import NotebookNode

TAG = "nbval-check-output"
# As Python's kernel names itself differs from front end to front end.
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
# All that JupyterLab would write, but for the exact version of Python, which is no part of a lesson.
LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}


def strip(notebook: NotebookNode) -> None:
    """Leave what belongs into the repository: the outputs of tagged cells, no counts, no widgets."""
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        cell.metadata = {"tags": tags} if tags else {}
        if cell.cell_type == "code":
            cell.outputs = shown(cell) if TAG in tags else []
            cell.execution_count = None
    notebook.metadata = {"kernelspec": KERNEL, "language_info": LANGUAGE}


def shown(cell: NotebookNode) -> list[NotebookNode]:
    """The pictures that a cell shows, after all that it prints, as one text."""
    pictures = [output for output in cell.outputs if output.output_type == "display_data"]
    printed = "".join(output.text for output in cell.outputs if output.output_type == "stream")
    return [nbformat.v4.new_output("stream", name="stdout", text=printed), *pictures] if printed else pictures


def check_shown(notebook: NotebookNode, name: str) -> None:
    """Exit if a tagged cell of a run shows nothing."""
    for cell in notebook.cells:
        if TAG in cell.metadata.get("tags", []) and not shown(cell):
            sys.exit(f"error: {name}: a cell is tagged {TAG} but shows nothing:\n{cell.source}")


def numbered(folder: Path) -> list[Path]:
    """The lessons and solutions in a folder; no copies and no checkpoints, whose names have a hyphen."""
    return [path for path in sorted(folder.glob("**/*.ipynb")) if re.fullmatch(r"\d\d_\w+", path.stem)]


def of_lesson(number: str) -> list[Path]:
    """A lesson, such as 03, and its solutions; those of every lesson if there is no number."""
    notebooks = numbered(runs.ROOT / "notebooks")
    found = [path for path in notebooks if path.stem.startswith(number)]
    if len(found) < 2:
        known = sorted({path.stem[:2] for path in notebooks})
        sys.exit(f"error: ONE must be the number of a lesson, one of {', '.join(known)}, got {number!r}")
    return found


def main(*arguments: str) -> None:
    only_strip = "--strip" in arguments
    paths = of_lesson("".join(each for each in arguments if each != "--strip"))
    if not only_strip:
        runs.run_missing(paths)
    for path in paths:
        notebook = nbformat.read(path, as_version=4) if only_strip else runs.run_of(path)
        if not only_strip:
            check_shown(notebook, path.name)
        before = path.read_bytes()
        strip(notebook)
        nbformat.write(notebook, path)
        if path.read_bytes() != before:
            print("Changed", path.name, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
