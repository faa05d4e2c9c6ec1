"""Run the notebooks and store what each cell tagged nbval-check-output shows, and nothing else.

With --strip nothing runs: what JupyterLab has stored besides is taken out, pictures and the state of widgets.
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

TAG = "nbval-check-output"
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
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        cell.metadata = {"tags": tags} if tags else {}
        if cell.cell_type == "code" and TAG not in tags:
            # nbval takes an output without a count for an error.
            cell.outputs, cell.execution_count = [], None
    notebook.metadata = {"kernelspec": notebook.metadata.kernelspec, "language_info": LANGUAGE}


def store(notebook: NotebookNode, path: Path) -> None:
    """Run a notebook from top to bottom; raise if a cell fails or a tagged cell shows nothing."""
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": path.parent}}).execute()
    for cell in notebook.cells:
        if TAG not in cell.metadata.get("tags", []):
            continue
        shown = [output for output in cell.outputs if output.output_type == "display_data"]
        # One text, however many pieces it arrived in.
        printed = "".join(output.text for output in cell.outputs if output.output_type == "stream")
        if printed:
            shown.insert(0, nbformat.v4.new_output("stream", name="stdout", text=printed))
        if not shown:
            sys.exit(f"{path}: a cell is tagged {TAG} but shows nothing:\n{cell.source}")
        cell.outputs = shown


def main(*arguments: str) -> None:
    notebooks = sorted(Path(__file__).parents[1].glob("notebooks/**/[0-9][0-9]_*.ipynb"))
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
