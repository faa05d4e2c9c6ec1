"""Every version stands once, inside its range, with its reason; every import is pinned."""

import ast
import json
import re
import subprocess
import sys
import zipfile
from importlib.metadata import packages_distributions
from itertools import chain

import pins
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from setup import ROOT

COURSE, SITE, TESTS = pins.FILES
WHERE = packages_distributions()
REQUIREMENTS = [*pins.FILES, ROOT / "binder" / "requirements.txt"]


def lines(file) -> list[str]:
    """The lines of a requirements file that ask for something."""
    return [line for line in file.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]


def pinned(file) -> dict[str, str]:
    found = [Requirement(line.split("  #")[0]) for line in lines(file)]
    return {canonicalize_name(pin.name): str(pin.specifier) for pin in found}


def imported(sources) -> set[str]:
    """The distributions that these pieces of Python import."""
    nodes = chain.from_iterable(map(ast.walk, map(ast.parse, sources)))
    names = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(node.module.partition(".")[0])
    names -= sys.stdlib_module_names | {"reparam_utils"}
    return {canonicalize_name(WHERE[name][0]) for name in names}


def cells(notebook):
    content = json.loads(notebook.read_text(encoding="utf-8"))
    return ["".join(cell["source"]) for cell in content["cells"] if cell["cell_type"] == "code"]


@pytest.mark.parametrize("file", REQUIREMENTS, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_every_line_has_its_reason(file):
    assert lines(file)
    for line in lines(file):
        assert re.search(r"\S  # \w.{10,}", line), f"no reason: {line}"


@pytest.mark.parametrize("file", pins.FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_every_pin_is_exact_and_can_be_raised(file):
    assert all(version.startswith("==") for version in pinned(file).values())
    assert len(pins.PIN.findall(file.read_text(encoding="utf-8"))) == len(lines(file))


def test_every_pin_is_inside_its_range():
    ranges = pins.ranges()
    assert ranges.keys() == pinned(COURSE).keys()
    for name, version in pinned(COURSE).items():
        assert version.removeprefix("==") in ranges[name], f"{name}{version} is not in {ranges[name]}"


def test_no_version_stands_twice():
    names = [name for file in pins.FILES for name in pinned(file)]
    assert len(names) == len(set(names))
    assert "==" not in (ROOT / "binder" / "requirements.txt").read_text(encoding="utf-8")


def test_the_package_declares_what_it_imports():
    sources = [file.read_text(encoding="utf-8") for file in (ROOT / "reparam_utils").rglob("*.py")]
    declared = {canonicalize_name(Requirement(line).name) for line in pins.project()["dependencies"]}
    assert imported(sources) == declared


def test_every_import_of_a_notebook_is_pinned():
    notebooks = list((ROOT / "notebooks").rglob("*.ipynb"))
    assert notebooks
    for notebook in notebooks:
        missing = imported(cells(notebook)) - pinned(COURSE).keys()
        assert not missing, f"{notebook.name} imports {missing}"


def test_ci_runs_the_oldest_and_the_newest_python():
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    on_linux = re.findall(r'os: ubuntu-latest, python: "([\d.]+)"', workflow)
    assert tuple(on_linux) == pins.pythons()
    assert set(re.findall(r'python: "([\d.]+)"', workflow)) <= set(pins.pythons())


@pytest.mark.slow
def test_an_installed_copy_has_every_file_of_the_packages(tmp_path):
    """Also what is no Python; and what JupyterLab and its server read lies where they look."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", tmp_path, ROOT]
    subprocess.run(command, check=True, timeout=300)
    [wheel] = tmp_path.glob("*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    folders = [file for name in ("reparam_utils", "reparam_server") for file in (ROOT / name).rglob("*.*")]
    wanted = {file.relative_to(ROOT).as_posix() for file in folders if file.suffix != ".pyc"}
    assert wanted <= packed
    shared = {name.partition(".data/data/")[2] for name in packed} - {""}
    assert shared == {
        "share/jupyter/lab/settings/overrides.d/reparam-course.json",
        "etc/jupyter/jupyter_server_config.d/reparam-course.json",
    }


def test_raising_keeps_the_reasons_and_never_lowers(monkeypatch, tmp_path):
    offers = {"torch": {"2.13.0", "2.14.1", "3.0.0"}, "scipy": {"1.17.0"}}
    monkeypatch.setattr(pins, "available", lambda name, python: offers[name])
    monkeypatch.setattr(pins, "FILES", [tmp_path / "requirements.txt"])
    pins.FILES[0].write_text("torch==2.13.0  # the subject\nscipy==1.17.1  # reference\n")
    pins.main()
    assert pins.FILES[0].read_text() == "torch==2.14.1  # the subject\nscipy==1.17.1  # reference\n"


def test_a_version_must_suit_the_oldest_and_the_newest_python(monkeypatch):
    offers = {"3.11": {"1.8.0", "1.9.0", "1.10.0"}, "3.14": {"1.9.0", "1.10.0", "1.11.0"}}
    monkeypatch.setattr(pins, "available", lambda name, python: offers[python])
    assert pins.newest("packaging", "1.8.0") == "1.10.0"
