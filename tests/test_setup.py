"""Set-up refuses a wrong Python, never hangs, and does nothing when nothing changed."""

import os
import shutil
import time
from pathlib import Path

import pins
import pytest
import setup

OLDEST, NEWEST = (int(python.removeprefix("3.")) for python in pins.pythons())

pytestmark = pytest.mark.slow


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of what set-up reads, without any pip configuration around it."""
    for name in setup.FILES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(setup.ROOT / name, tmp_path / name)
    monkeypatch.setattr(setup, "ROOT", tmp_path)
    for name in list(os.environ):
        if name.startswith("PIP_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return tmp_path


@pytest.fixture
def commands(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The commands that set-up would run, in an environment that always works."""
    ran: list[str] = []

    def pretend(command, seconds, env=None):
        ran.append(" ".join(command))

    (checkout / ".venv").mkdir()
    monkeypatch.setattr(setup, "run", pretend)
    monkeypatch.setattr(setup, "make_venv", lambda: None)
    monkeypatch.setattr(setup, "answers", lambda url, seconds: True)
    return ran


@pytest.mark.parametrize("version", [(3, OLDEST - 1, 13), (3, 6, 15), (3, NEWEST + 1, 0), (4, 0, 0)])
def test_refuses_a_python_outside_the_range(version):
    with pytest.raises(SystemExit) as refusal:
        setup.check_python(version, "/somewhere/python3")
    message = str(refusal.value)
    assert ".".join(map(str, version)) in message and "/somewhere/python3" in message
    assert pins.project()["requires-python"] in message
    assert f"make setup PYTHON=python3.{NEWEST}" in message


@pytest.mark.parametrize("version", [(3, OLDEST, 0), (3, NEWEST, 9)])
def test_accepts_the_oldest_and_the_newest_python(version):
    setup.check_python(version)


def test_gives_up_on_a_cpu_index_that_stalls(stalling_server):
    start = time.monotonic()
    assert not setup.answers(stalling_server, 0.5)
    assert time.monotonic() - start < 3


def test_a_refused_connection_is_no_answer(capsys):
    assert not setup.answers("http://127.0.0.1:9", 2)
    assert "http://127.0.0.1:9" in capsys.readouterr().out


@pytest.mark.parametrize("stalling_server", ["trickles its page"], indirect=True)
def test_set_up_ends_with_an_error_when_every_index_stalls(checkout, stalling_server, monkeypatch, capfd):
    monkeypatch.setattr(setup, "CUDA_BY_DEFAULT", True)
    monkeypatch.setattr(setup, "CPU_INDEX", stalling_server)
    monkeypatch.setattr(setup, "PROBE_SECONDS", 0.5)
    monkeypatch.setattr(setup, "INSTALL_SECONDS", 2)
    monkeypatch.setenv("PIP_INDEX_URL", stalling_server)
    start = time.monotonic()
    with pytest.raises(SystemExit, match=r"given up after 2 s: .*pip.* install torch=="):
        setup.main()
    assert time.monotonic() - start < 40  # most of it makes the environment
    printed = capfd.readouterr().out
    assert "several GB of CUDA libraries" in printed.split("warning:")[1]
    assert not (checkout / ".venv" / "installed").exists()


def test_pip_waits_for_a_silent_server_in_bounds_unless_the_user_says_otherwise(checkout, monkeypatch):
    seen = []
    monkeypatch.setattr(setup, "run", lambda command, seconds, env: seen.append((seconds, env)))
    setup.pip_install("x")
    monkeypatch.setenv("PIP_DEFAULT_TIMEOUT", "99")
    setup.pip_install("x")
    assert [seconds for seconds, _ in seen] == [setup.INSTALL_SECONDS] * 2
    assert [(env["PIP_DEFAULT_TIMEOUT"], env["PIP_RETRIES"]) for _, env in seen] == [("30", "3"), ("99", "3")]


def test_the_children_of_a_command_end_with_it(tmp_path):
    """A build that pip started must not go on after pip was given up."""
    mark = tmp_path / "mark"
    child = f"import time; time.sleep(2); open({str(mark)!r}, 'w')"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    with pytest.raises(SystemExit, match="given up"):
        setup.run([setup.sys.executable, "-c", parent], 1)
    time.sleep(2)
    assert not mark.exists()


def test_the_cpu_build_is_asked_for_by_name(commands, monkeypatch):
    monkeypatch.setattr(setup, "CUDA_BY_DEFAULT", True)
    setup.install_torch()
    assert len(commands) == 1 and "+cpu" in commands[0] and setup.CPU_INDEX in commands[0]


def test_falls_back_when_the_cpu_index_has_no_such_build(commands, monkeypatch, capsys):
    monkeypatch.setattr(setup, "CUDA_BY_DEFAULT", True)

    def without_cpu_builds(command, seconds, env):
        commands.append(" ".join(command))
        if "+cpu" in commands[-1]:
            setup.sys.exit("no matching distribution")

    monkeypatch.setattr(setup, "run", without_cpu_builds)
    setup.install_torch()
    assert len(commands) == 2 and "+cpu" not in commands[1] and "--extra-index-url" not in commands[1]
    assert "several GB" in capsys.readouterr().out


def test_a_torch_that_fits_is_not_installed_again(commands, monkeypatch):
    pin = setup.re.search(r"^torch==(\S+)", setup.read("requirements.txt"), setup.re.M).group(1)
    monkeypatch.setattr(setup, "in_venv", lambda code: pin)
    setup.install_torch()
    assert commands == []


def test_the_second_run_does_nothing(commands, capsys):
    setup.main("test")
    assert "tests/requirements.txt" in commands[-2] and "browser.py" in commands[-1]
    commands.clear()
    capsys.readouterr()
    start = time.monotonic()
    setup.main("test")
    setup.main("site")  # what the tests need contains what the live page needs
    setup.main()  # and what the course needs
    assert time.monotonic() - start < 0.5
    assert commands == []
    assert capsys.readouterr().out == "Set-up: nothing changed\n" * 3


def test_the_course_alone_does_not_stand_for_the_test_tools(commands):
    setup.main()
    assert not any("tests/requirements.txt" in command or "browser.py" in command for command in commands)
    commands.clear()
    setup.main("site")
    assert "web/requirements.txt" in commands[-1] and "tests/requirements.txt" not in commands[-1]
    setup.main("test")
    assert "browser.py" in commands[-1]


@pytest.mark.parametrize("name", setup.FILES)
def test_a_change_installs_again(name, commands, checkout):
    setup.main()
    commands.clear()
    with (checkout / name).open("a") as file:
        file.write("\n# changed\n")
    setup.main()
    assert commands


def test_another_python_installs_again(commands, monkeypatch):
    setup.main()
    commands.clear()
    monkeypatch.setattr(setup.sys, "version", "3.14.0 (another build)")
    setup.main()
    assert commands


def test_a_failed_install_is_not_remembered(commands, checkout, monkeypatch):
    setup.main()
    before = (checkout / "requirements.txt").read_text()
    (checkout / "requirements.txt").write_text(before + "# changed")
    with monkeypatch.context() as broken:
        broken.setattr(setup, "run", lambda *_: setup.sys.exit("broken"))
        for _ in range(2):
            with pytest.raises(SystemExit, match="broken"):
                setup.main()
    commands.clear()
    (checkout / "requirements.txt").write_text(before)  # what is installed now may be half of the change
    setup.main()
    assert commands
