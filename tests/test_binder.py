"""What Binder would make of this checkout, and whether it works."""

import os
import re
import shutil
import subprocess
import sys
import venv
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pins
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from setup import ROOT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="Binder and repo2docker are for Linux"),
]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what git has or would have."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    copy = tmp_path / "checkout"
    for name in subprocess.check_output(command, cwd=ROOT, text=True).splitlines():
        if (ROOT / name).exists():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy / name)
    return copy


def repo2docker(checkout: Path) -> str:
    """The log and the Dockerfile that repo2docker makes of the checkout."""
    # The user stands in the command because repo2docker refuses root.
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug"]
    command += ["--user-id", "1000", "--user-name", "learner", str(checkout)]
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120)
    assert result.returncode == 0, result.stdout
    return result.stdout


def installs(output: str) -> list[str]:
    return re.findall(r"\S*pip install .*", output)


def test_runtime_txt_alone_installs_nothing(checkout):
    (checkout / "binder" / "requirements.txt").unlink()
    assert installs(repo2docker(checkout)) == []


def distributions() -> dict[str, Distribution]:
    """What the course's pins and all that they ask for are in this environment, by name."""
    pinned = pins.PIN.findall((ROOT / "requirements.txt").read_text(encoding="utf-8"))
    found, waiting = {}, [Requirement(name) for name, _ in pinned]
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        if name not in found and (wanted.marker is None or wanted.marker.evaluate({"extra": ""})):
            found[name] = distribution(name)
            waiting += map(Requirement, found[name].requires or [])
    return found


def test_binder_installs_the_course_on_a_python_of_the_range(checkout, tmp_path):
    output = repo2docker(checkout)
    python = re.search(r"Building conda environment for python=(\S+)", output).group(1)
    assert (checkout / "binder" / "runtime.txt").read_text().strip() == f"python-{python}"
    assert int(pins.pythons()[0][2:]) <= int(python[2:]) <= int(pins.pythons()[1][2:])
    (command,) = installs(output)
    assert command.endswith('-r "binder/requirements.txt"')
    # A local file is needed, so the whole checkout must be there before pip runs.
    assert output.index("COPY --chown=1000:1000 src/ ${REPO_DIR}/") < output.index(command)

    # Now run it, where nothing else is installed but the course's pins: set-up has installed those from the
    # same list, and a second time would cost a minute. Whatever they lack, pip installs.
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=True)
    [packages] = environment.glob("lib/*/site-packages")
    for each in distributions().values():
        for name in {file.parts[0] for file in each.files} - {"..", "__pycache__"}:
            if not (packages / name).exists():
                (packages / name).symlink_to(each.locate_file(name))
    env = {"PIP_RETRIES": "1", **os.environ, "KERNEL_PYTHON_PREFIX": str(environment)}
    subprocess.run(command, shell=True, cwd=checkout, env=env, check=True, timeout=900)
    code = "import jupyterlab, reparam_utils, torch; print(reparam_utils.__file__, torch.__version__)"
    command = [environment / "bin" / "python", "-c", code]
    answer = subprocess.check_output(command, cwd=tmp_path, text=True, timeout=120)
    file, version = answer.split()
    assert Path(file).is_relative_to(checkout)
    assert f"torch=={version.partition('+')[0]} " in (checkout / "requirements.txt").read_text()
    # Its JupyterLab saves a lesson with its figures.
    settings = environment / "share" / "jupyter" / "lab" / "settings" / "overrides.d" / "reparam-course.json"
    assert '"saveState": true' in settings.read_text()
    command = [environment / "bin" / "python", "-m", "jupyter_server.extension.serverextension", "list"]
    listed = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=tmp_path)
    assert re.search("reparam_server .*enabled", listed.stdout + listed.stderr)
