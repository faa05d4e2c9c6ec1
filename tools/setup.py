"""Make `.venv` and install the course in it; `--site` adds what makes the live page, `--test` all else.

Needs only Python, and does nothing when nothing changed. The syntax stays old, so that an old Python
gets as far as the message that refuses it.
"""

import functools
import hashlib
import http.client
import os
import platform
import re
import signal
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
# Only on Linux does the plain index hold a CUDA build.
CUDA_BY_DEFAULT = platform.system() == "Linux"
PROBE_SECONDS = 8
INSTALL_SECONDS = 3600  # several GB on a slow line
QUICK_SECONDS = 120
# What decides about `.venv`; pip copies the last two into it.
FILES = [
    "pyproject.toml",
    "requirements.txt",
    "web/requirements.txt",
    "tests/requirements.txt",
    "reparam_server/overrides.json",
    "reparam_server/server.json",
]
# Each has what the ones before it have.
LEVELS = ("course", "site", "test")
TOOLS = {
    "course": [],
    "site": ["-r", "web/requirements.txt"],
    "test": ["-r", "web/requirements.txt", "-r", "tests/requirements.txt"],
}
say = functools.partial(print, flush=True)  # in order with what pip prints, also in a log


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def venv_python():
    return str(ROOT / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))


def check_python(version=sys.version_info, executable=sys.executable):
    """Stop unless this Python is in the range of pyproject.toml."""
    wanted = re.search(r'^requires-python = "(.+)"', read("pyproject.toml"), re.M).group(1)
    low, high = (tuple(map(int, bound.split("."))) for bound in re.findall(r"\d+\.\d+", wanted))
    if not low <= tuple(version[:2]) < high:
        found = ".".join(map(str, version[:3]))
        example = f"{high[0]}.{high[1] - 1}"
        sys.exit(
            f"error: this is Python {found} ({executable}), but the course needs Python {wanted}.\n"
            f"Install Python {example} (https://www.python.org/downloads/) "
            f"and name it: make setup PYTHON=python{example}"
        )


def run(command, seconds, env=None):
    """Run a command, and kill it with its children when it takes too long."""
    process = subprocess.Popen(command, cwd=str(ROOT), env=env, start_new_session=True)
    try:
        code = process.wait(seconds)
    except BaseException as stop:
        if os.name == "nt":
            subprocess.call(["taskkill", "/F", "/T", "/PID", str(process.pid)])
        else:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if not isinstance(stop, subprocess.TimeoutExpired):
            raise
        sys.exit(f"error: given up after {seconds} s: {' '.join(command)}")
    if code:
        sys.exit(f"error: exit status {code}: {' '.join(command)}")


def pip_install(*arguments):
    """Install with pip, whose waits for a silent server are bounded unless the user has set them."""
    env = {"PIP_DEFAULT_TIMEOUT": "30", "PIP_RETRIES": "3"}
    env.update(os.environ)
    command = [venv_python(), "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
    run(command + list(arguments), INSTALL_SECONDS, env)


def in_venv(code):
    """What a line of Python prints in `.venv`, or None when it fails there."""
    try:
        return subprocess.check_output(
            [venv_python(), "-c", code], stderr=subprocess.DEVNULL, timeout=QUICK_SECONDS, text=True
        ).strip()
    except (OSError, subprocess.SubprocessError):
        return None


def make_venv():
    """Make `.venv`, unless it holds pip and this very version of Python."""
    if in_venv("import pip, sys; print(sys.version)") == sys.version:
        return
    say("Making .venv with Python", platform.python_version())
    run([sys.executable, "-m", "venv", "--clear", str(ROOT / ".venv")], QUICK_SECONDS)


def answers(url, seconds):
    """Whether the whole page at `url` arrives in time."""
    pages = []

    def fetch():
        try:
            pages.append(urllib.request.urlopen(url, timeout=seconds).read())
        except (OSError, http.client.HTTPException) as failure:
            say(f"{url}: {failure}")

    # In a thread: the library's time-out begins anew with every byte, and does not hold for the name look-up.
    thread = threading.Thread(target=fetch, daemon=True)
    thread.start()
    thread.join(seconds)
    return bool(pages)


def install_torch():
    """Install the pinned torch, as a CPU build wherever one can be had."""
    pin = re.search(r"^torch==(\S+)", read("requirements.txt"), re.M).group(1)
    if in_venv("from importlib.metadata import version; print(version('torch').split('+')[0])") == pin:
        return
    if CUDA_BY_DEFAULT:
        say(f"Asking PyTorch's CPU index for torch {pin} (at most {PROBE_SECONDS} s)")
        if answers(f"{CPU_INDEX}/torch/", PROBE_SECONDS):
            try:
                return pip_install(f"torch=={pin}+cpu", "--extra-index-url", CPU_INDEX)
            except SystemExit as failure:
                say(failure)
        say(
            "warning: no CPU build from PyTorch's own index; taking torch from the plain package index. "
            "Unless pip is set up to find a CPU build, it brings several GB of CUDA libraries. "
            "Ctrl-C stops it, and the same command tries again."
        )
    say(f"Installing torch {pin}")
    pip_install(f"torch=={pin}")


def main(level="course"):
    check_python()
    facts = [sys.version, str(ROOT)] + [read(file) for file in FILES]
    digest = hashlib.sha256("\n".join(facts).encode()).hexdigest()
    wanted = LEVELS.index(level)
    done = ROOT / ".venv" / "installed"
    if done.exists() and done.read_text() in [f"{name} {digest}" for name in LEVELS[wanted:]]:
        say("Set-up: nothing changed")
        return
    # Written only at the end, so that an interrupted install is not taken as done.
    done.unlink(missing_ok=True)
    make_venv()
    install_torch()
    also = f" and the {level} tools" if wanted else ""
    say(f"Installing the course{also} (a few minutes the first time)")
    pip_install("--quiet", "-r", "requirements.txt", "-e", ".", *TOOLS[level])
    if level == "test":
        run([venv_python(), "tools/browser.py"], INSTALL_SECONDS)
    done.write_text(f"{level} {digest}")
    say("Set-up: done")


if __name__ == "__main__":
    main(*(argument[2:] for argument in sys.argv[1:]))
