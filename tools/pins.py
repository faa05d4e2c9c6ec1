"""Raise every pin to the newest version in its range that the oldest and the newest Python can install."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import version

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version
from setup import CPU_INDEX, ROOT

FILES = tuple(ROOT / name for name in ("requirements.txt", "web/requirements.txt", "tests/requirements.txt"))
PIN = re.compile(r"^([\w.-]+)==([\w.]+)", re.M)


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def ranges() -> dict[str, SpecifierSet]:
    """The range of each requirement in pyproject.toml, by its canonical name."""
    extras = project()["optional-dependencies"].values()
    found = map(Requirement, sum(extras, project()["dependencies"]))
    return {canonicalize_name(requirement.name): requirement.specifier for requirement in found}


def pythons() -> tuple[str, str]:
    """The oldest and the newest Python that the course supports."""
    low, high = re.findall(r"\d+\.(\d+)", project()["requires-python"])
    return f"3.{low}", f"3.{int(high) - 1}"


def available(name: str, python: str) -> set[str]:
    """Every final version that the package index offers to this Python."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--retries", "1"]
    command += ["index", "versions", name, "--python-version", python, "--only-binary", ":all:"]
    # Where torch is a CPU build it stays one, so only CPU builds count.
    cpu = name == "torch" and version(name).endswith("+cpu")
    if cpu:
        command += ["--extra-index-url", CPU_INDEX]
    answer = subprocess.run(command, timeout=120, capture_output=True, text=True)
    if answer.returncode:
        sys.exit(answer.stderr)
    versions = re.search("Available versions: (.*)", answer.stdout).group(1).split(", ")
    return {v.removesuffix("+cpu") for v in versions if v.endswith("+cpu")} if cpu else set(versions)


def newest(name: str, old: str) -> str:
    """The newest version in range that both the oldest and the newest Python can install, at least `old`."""
    oldest_python, newest_python = pythons()
    offered = available(name, oldest_python) & available(name, newest_python)
    in_range = ranges().get(canonicalize_name(name), SpecifierSet()).filter(offered)
    return max([old, *in_range], key=Version)


def raise_pin(match: re.Match) -> str:
    name, old = match.groups()
    new = newest(name, old)
    print(f"{name} {old}: nothing newer" if new == old else f"{name} {old} -> {new}", flush=True)
    return f"{name}=={new}"


def main() -> None:
    for file in FILES:
        raised = PIN.sub(raise_pin, file.read_text(encoding="utf-8"))
        file.write_text(raised, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
