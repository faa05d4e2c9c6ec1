"""A pytest plugin: what nbval runs is stored for all that only look at a run, and a cell that warns fails."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
import runs
from nbformat import NotebookNode
from nbval.kernel import RunningKernel
from nbval.plugin import IPyNbCell

from reparam_server import STATE

PROGRESS = "%|"  # tqdm writes its bars where warnings go
SECONDS = 120  # for what the kernel has to tell in the end
RECORDED = (runs.ROOT / "notebooks", runs.ROOT / "web")


def pytest_itemcollected(item: pytest.Item) -> None:
    """A stored output needs no count for us; nbval takes one without for a mistake."""
    if isinstance(item, IPyNbCell) and item.cell.outputs:
        item.cell.execution_count = 1


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    yield
    if said := warnings_of(item):
        pytest.fail(f"the cell warns:\n{said}in\n{item.cell.source}", pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """After a notebook's last cell, while its kernel still lives, store the run."""
    try:
        ended = isinstance(item, IPyNbCell) and (nextitem is None or nextitem.parent is not item.parent)
        if ended and any(item.path.is_relative_to(folder) for folder in RECORDED):
            record(item.path, item.parent.kernel, [i for i in item.session.items if i.parent is item.parent])
    finally:
        yield


def warnings_of(item: pytest.Item) -> str:
    """What a cell wrote where warnings go."""
    said = [output.text for output in outputs_of(item) if output.get("name") == "stderr"]
    return "".join(text for text in said if PROGRESS not in text)


def outputs_of(item: pytest.Item) -> list[NotebookNode]:
    """What a cell of a notebook has shown; nothing for any other test."""
    return getattr(item, "test_outputs", None) or []


def failed(item: IPyNbCell) -> bool:
    """Whether a cell was left out, warned, or raised where it should not."""
    raised = any(output.output_type == "error" for output in outputs_of(item))
    wrongly = raised and not item.options["check_exception"]
    return item.test_outputs is None or bool(warnings_of(item)) or wrongly


def record(path: Path, kernel: RunningKernel, items: list[IPyNbCell]) -> None:
    """Store the run of a notebook whose cells have all run without a failure; outputs may differ."""
    notebook = nbformat.read(path, as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if len(items) < len(cells) or any(map(failed, items)):
        return
    for cell, item in zip(cells, items, strict=True):
        cell.outputs = item.test_outputs
    with tempfile.TemporaryDirectory() as folder:
        execute(kernel, runs.telling(runs.views_of(notebook), folder))
        told = json.loads(Path(folder, "kernel.json").read_text(encoding="utf-8"))
        notebook.metadata |= {"widgets": {STATE: told["widgets"]}, "kernel_bytes": told["bytes"]}
        runs.store(path, notebook, Path(folder, "twins"))


def execute(kernel: RunningKernel, code: str) -> None:
    """Run code in a kernel; RuntimeError, with the traceback, if it fails."""
    asked = kernel.execute_cell_input(code)
    while (answer := kernel.get_message("shell", SECONDS))["parent_header"].get("msg_id") != asked:
        pass
    if answer["content"]["status"] != "ok":
        raise RuntimeError("\n".join(answer["content"].get("traceback", ["the kernel gave up"])))
