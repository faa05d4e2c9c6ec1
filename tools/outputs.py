"""Run the notebooks and store what each cell tagged nbval-check-output shows, and nothing else."""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

TAG = "nbval-check-output"


def store(path: Path) -> None:
    """Run one notebook from top to bottom; raise if a cell fails or a tagged cell shows nothing."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": path.parent}}).execute()
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        cell.metadata.pop("execution", None)
        tagged = TAG in cell.metadata.get("tags", [])
        if not tagged:
            cell.execution_count = None  # nbval takes an output without a count for an error
        shown = [output for output in cell.outputs if output.output_type == "display_data"]
        # One text, however many pieces it arrived in.
        printed = "".join(output.text for output in cell.outputs if output.output_type == "stream")
        if printed:
            shown.insert(0, nbformat.v4.new_output("stream", name="stdout", text=printed))
        cell.outputs = shown if tagged else []
        if tagged and not shown:
            sys.exit(f"{path}: a cell is tagged {TAG} but shows nothing:\n{cell.source}")
    notebook.metadata.pop("widgets", None)
    notebook.metadata.language_info = {"name": "python"}  # the exact Python version is no part of a lesson
    nbformat.write(notebook, path)


def main() -> None:
    notebooks = sorted(Path(__file__).parents[1].glob("notebooks/**/[0-9][0-9]_*.ipynb"))
    if not notebooks:
        sys.exit("no notebooks found")
    for path in notebooks:
        print(path.name, flush=True)
        store(path)


if __name__ == "__main__":
    main()
