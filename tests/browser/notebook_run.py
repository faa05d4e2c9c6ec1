"""What the code cells of a notebook show, from running them here instead of in a kernel."""

import ast
from functools import cache
from pathlib import Path

import matplotlib
import nbformat
import pytest

from reparam_utils.live import LiveFigure, explore


@matplotlib.rc_context()  # a lesson's style ends with it, as it does with its kernel
def shown_by(cells: list[str]) -> list[LiveFigure | explore]:
    """Run code cells; return the figures that they display, from top to bottom."""
    shown = []
    namespace = {"__name__": "__main__", "display": shown.append}
    for number, source in enumerate(cells):
        module = ast.parse(source, f"cell {number}")
        if module.body and isinstance(module.body[-1], ast.Expr):
            # A notebook displays the value of a cell's last line.
            last = module.body[-1]
            last.value = ast.Call(ast.Name("display", ast.Load()), [last.value], [])
            ast.fix_missing_locations(module)
        exec(compile(module, f"cell {number}", "exec"), namespace)
    return [thing for thing in shown if isinstance(thing, LiveFigure | explore)]


def by_notebook(name: str, notebooks: dict):
    """Parametrize a test by the keys of `notebooks`, each beside the file whose figures it needs.

    One process has all tests of a notebook, and so runs it once.
    """
    groups = {value: pytest.mark.xdist_group(Path(file).stem) for value, file in notebooks.items()}
    return pytest.mark.parametrize(name, [pytest.param(value, marks=mark) for value, mark in groups.items()])


@cache
def figures_of(path: Path) -> list[LiveFigure | explore]:
    """The figures of a notebook; tests only read them."""
    notebook = nbformat.read(path, as_version=4)
    return shown_by([cell.source for cell in notebook.cells if cell.cell_type == "code"])
