"""Run the notebooks and store what each cell tagged nbval-check-output shows, and nothing else.

With --strip nothing runs: what JupyterLab has stored besides is taken out, pictures and the state of widgets.
"""

import re
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
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
    """Leave what belongs into the repository: the outputs of tagged cells, and no state of widgets."""
    count = 0
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        cell.metadata = {"tags": tags} if tags else {}
        if cell.cell_type == "code":
            count += 1
            cell.outputs = shown(cell) if TAG in tags else []
            # That of a run from top to bottom. nbval takes an output without a count for an error.
            cell.execution_count = count if cell.outputs else None
    notebook.metadata = {"kernelspec": KERNEL, "language_info": LANGUAGE}


def shown(cell: NotebookNode) -> list[NotebookNode]:
    """The pictures that a cell shows, after all that it prints, as one text."""
    pictures = [output for output in cell.outputs if output.output_type == "display_data"]
    printed = "".join(output.text for output in cell.outputs if output.output_type == "stream")
    return [nbformat.v4.new_output("stream", name="stdout", text=printed), *pictures] if printed else pictures


def store(notebook: NotebookNode, path: Path) -> None:
    """Run a notebook from top to bottom; raise if a cell fails or a tagged cell shows nothing."""
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": path.parent}}).execute()
    for cell in notebook.cells:
        if TAG in cell.metadata.get("tags", []) and not shown(cell):
            sys.exit(f"{path}: a cell is tagged {TAG} but shows nothing:\n{cell.source}")


def numbered(folder: Path) -> list[Path]:
    """The lessons and solutions in a folder; no copies and no checkpoints, whose names have a hyphen."""
    return [path for path in sorted(folder.glob("**/*.ipynb")) if re.fullmatch(r"\d\d_\w+", path.stem)]


def main(*arguments: str) -> None:
    notebooks = numbered(Path(__file__).parents[1] / "notebooks")
    if not notebooks or arguments not in [(), ("--strip",)]:
        sys.exit(f"usage: outputs.py [--strip], got {arguments} and {len(notebooks)} notebooks")
    for path in notebooks:
        print(path.name, flush=True)
        notebook = nbformat.read(path, as_version=4)
        if not arguments:
            store(notebook, path)
        strip(notebook)
        nbformat.write(notebook, path)


if __name__ == "__main__":
    main(*sys.argv[1:])
