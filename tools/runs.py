"""Runs of notebooks by nbval, stored under all that decides what they show, for all that only look at one.

The live page, the stored outputs of the lessons and the tests of their figures take a run from here.
"""

import ast
import hashlib
import json
import pickle
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from reparam_server import VIEW

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "build" / "executed"
AT_ONCE = 2  # kernels


def code_of(path: Path) -> list[str]:
    """The code cells of a notebook."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def names_in(code: str, package: str) -> Iterator[str]:
    """The dotted names of all modules that code in a package may import."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def modules_of(name: str) -> Iterator[Path]:
    """The files of the repository's own that the import of a dotted name reads, the packages first."""
    parts = name.split(".")
    for count in range(1, len(parts) + 1):
        place = ROOT.joinpath(*parts[:count])
        yield from (file for file in (place / "__init__.py", place.with_suffix(".py")) if file.exists())


def beside(module: Path) -> Iterator[Path]:
    """The files without Python in a module's folder that are named as it is, or as no module there."""
    for file in module.parent.iterdir():
        if file.is_file() and file.suffix != ".py":
            if file.stem == module.stem or not file.with_suffix(".py").exists():
                yield file


def sources_of(path: Path) -> set[Path]:
    """The files of the repository that decide what a notebook shows: all modules that it imports, and theirs.

    What `check` says of an exercise is no part of a lesson's run, where nothing is answered yet: its words
    may change, and nothing runs again. The solutions show them.
    """
    code, found = code_of(path), set()
    if path.parent.name == "solutions":
        code.append(f"import reparam_utils.exercises.lesson_{path.name[:2]}")
    waiting = {file for cell in code for name in names_in(cell, "") for file in modules_of(name)}
    while waiting:
        module = waiting.pop()
        found |= {module, *beside(module)}
        package = ".".join(module.relative_to(ROOT).parent.parts)
        names = names_in(module.read_text(encoding="utf-8"), package)
        waiting |= {file for name in names for file in modules_of(name)} - found
    return found


def key_of(path: Path) -> str:
    """A digest of everything that decides what a notebook shows: its code, the course's, and the versions."""
    files = [ROOT / "requirements.txt", *sorted(sources_of(path))]
    facts = [sys.version, *code_of(path)]
    facts += [text for file in files for text in (file.relative_to(ROOT).as_posix(), file.read_text("utf-8"))]
    return hashlib.sha256("\0".join(facts).encode()).hexdigest()[:16]


def place_of(path: Path) -> Path:
    """Where the run of a notebook as it is now is stored; its live figures lie beside it, see twins.py."""
    return FOLDER / f"{path.stem}-{key_of(path)}.ipynb"


def telling(views: list[str], folder: Path | str) -> str:
    """The code with which a kernel tells what it knows of the widgets that are shown; see twins.py."""
    tools = str(Path(__file__).parent)
    ask = f"import pathlib, sys; sys.path.insert(0, {tools!r}); import twins; "
    return ask + f"twins.tell({views!r}, pathlib.Path({str(folder)!r}))"


def store(path: Path, notebook: NotebookNode, twins: Path) -> None:
    """Store a run, and the file of its twins, in place of older ones."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    place = place_of(path)
    for old in FOLDER.glob(f"{path.stem}-*"):
        old.unlink()
    shutil.copy(twins, place.with_suffix(".twins"))
    nbformat.write(notebook, place)


def run_missing(paths: Iterable[Path]) -> None:
    """Let nbval run the notebooks whose run is not stored, each in a process; exit if a cell fails."""

    def run(path: Path) -> subprocess.CompletedProcess:
        print("Running", path.name, flush=True)
        command = [sys.executable, "-m", "pytest", "-q", "--nbval-lax", str(path)]
        return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    # The last lessons train, and take longest: they go first, so that no core waits for them in the end.
    missing = [path for path in reversed(list(paths)) if not place_of(path).exists()]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        ended = list(pool.map(run, missing))
    for path, each in zip(missing, ended, strict=True):
        if not place_of(path).exists():
            sys.exit(f"error: {path.name} does not run:\n{each.stdout}")


def run_of(path: Path) -> NotebookNode:
    """A notebook as it is now, with the outputs and the widgets of its run; OSError if it has none."""
    return filled(path, place_of(path))


def last_run_of(path: Path) -> NotebookNode:
    """The same from its last run, whatever has changed since; as it is where that run had other cells."""
    for place in FOLDER.glob(f"{path.stem}-*.ipynb"):
        if len(code_of(place)) == len(code_of(path)):
            return filled(path, place)
    return nbformat.read(path, as_version=4)


def filled(path: Path, place: Path) -> NotebookNode:
    """A notebook with the outputs and the widgets of a run that is stored at a place."""
    notebook, run = (nbformat.read(file, as_version=4) for file in (path, place))
    own, ran = ([cell for cell in each.cells if cell.cell_type == "code"] for each in (notebook, run))
    for cell, done in zip(own, ran, strict=True):
        cell.outputs = done.outputs
    notebook.metadata["widgets"] = run.metadata["widgets"]
    return notebook


def views_of(notebook: NotebookNode) -> list[str]:
    """The names of the widgets that a notebook shows, from top to bottom."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return [output.data[VIEW]["model_id"] for output in outputs if VIEW in output.get("data", {})]


def twins_of(path: Path) -> list:
    """The live figures in the run of a notebook as tests look at them; None stands for an `explore`."""
    place = place_of(path)
    return twins_in(place.with_suffix(".twins"), views_of(filled(path, place)))


def twins_in(file: Path, views: list[str]) -> list:
    """The twins of the figures among the widgets that are shown."""
    known = pickle.loads(file.read_bytes())
    return [known[view] for view in views if view in known]
