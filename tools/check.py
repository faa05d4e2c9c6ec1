"""Run checks one after the other, and end with a table of them.

Usage: check.py PART..., of those that `make test` has; check.py quick BASE; check.py one NN, for one lesson.
"""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import outputs
import runs

ROOT = runs.ROOT
INDEX = "web/index.ipynb"
# Two files at a time, each from its first test to its last in one process.
PAIRS = ("-n", "2", "--dist", "loadfile")
ONE_SITE = "build/one"


@dataclass(frozen=True)
class Part:
    """A check.

    Attributes:
        about: what it is about.
        commands: what Python is called with; tests have `pytest` for their first word.
        needs: the part without which it says nothing.
    """

    about: str
    commands: tuple[tuple[str, ...], ...]
    needs: str = ""


def notebooks() -> list[Path]:
    """Every notebook that runs. The last lessons train, and take longest: no core shall wait for them."""
    found = outputs.numbered(ROOT / "notebooks")
    solutions = [path for path in found if path.parent.name == "solutions"]
    lessons = [path for path in reversed(found) if path not in solutions]
    return [*lessons, *solutions, ROOT / INDEX]


def names(paths: list[Path]) -> list[str]:
    return [path.relative_to(ROOT).as_posix() for path in paths]


LINT = Part(
    "the style of modules and notebooks", (("-m", "ruff", "check"), ("-m", "ruff", "format", "--check"))
)
UNIT = ("pytest", *PAIRS, "tests", "--ignore", "tests/browser")
NBVAL = ("pytest", *PAIRS, "--no-loadscope-reorder", "--nbval-lax")
SITE = Part("the live page, built from the runs of the notebooks", (("web/make_site.py",),))
ALL = {
    "lint": LINT,
    "unit": Part("the package, the tools and the rules of the repository", (UNIT,)),
    "notebooks": Part(
        "every notebook runs, and shows what it stores",
        ((*NBVAL, *names(notebooks())),),
    ),
    "site": SITE,
    "browser": Part(
        "real browsers open every page and move every control",
        (("pytest", "-n", "2", "--durations", "12", "tests/browser"),),
        needs="site",
    ),
}
LEFT_OUT = """Left out, and part of `make test`: the unit tests marked slow (set-up, Binder, browsers), the
notebooks that are as in {base}, and everything in a browser; `make check ONE=03` has that for one lesson."""


def quick(base: str) -> dict[str, Part]:
    """What a change in the package or in a lesson can break, in a minute besides running the lesson."""
    unit = Part("as in `make test`, but for the slow ones", ((*UNIT, "-m", "not slow"),))
    found = {"lint": LINT, "unit": unit}
    if changed := names([path for path in notebooks() if differs(path, base)]):
        found["notebooks"] = Part(f"those that differ from {base}", ((*NBVAL, *changed),))
    return found


def differs(path: Path, base: str) -> bool:
    """Whether a file is not as it was in a revision; exit if git knows no such revision."""
    for command, wanted in [
        (["rev-parse", "--quiet", "--verify", f"{base}^{{commit}}"], (0,)),
        (["diff", "--quiet", base, "--", str(path)], (0, 1)),
        (["ls-files", "--error-unmatch", str(path)], (0, 1)),
    ]:
        code = subprocess.run(["git", *command], cwd=ROOT, capture_output=True).returncode
        if code not in wanted:
            sys.exit(f"error: BASE must be a revision of this repository, such as HEAD or main, got {base!r}")
        if code:
            return True
    return False


def one(number: str) -> dict[str, Part]:
    """Everything that is about one lesson, but for JupyterLab."""
    paths = names(outputs.of_lesson(number))
    text = (ROOT / paths[0]).read_text(encoding="utf-8")
    scenes = [file.stem for file in (ROOT / "reparam_utils" / "figures").glob("*.js") if file.stem in text]
    named = " or ".join([f"[{number}", f"notebooks/{number}", *(f"[{scene}]" for scene in scenes)])
    rules = ("pytest", "tests/test_notebooks.py", "tests/test_exercises.py", "-k", f"[{number}")
    browser = ("pytest", *PAIRS, "tests/browser", "--ignore", "tests/browser/test_lessons.py", "-k", named)
    return {
        "lint": LINT,
        "rules": Part("of its notebooks and its exercises", (rules,)),
        "notebooks": Part("it runs, and shows what it stores", ((*NBVAL, *paths),)),
        "site": Part(f"in {ONE_SITE}/, the other lessons as they ran last", (("web/make_site.py", number),)),
        "browser": Part("its page, and the twins of its figures", (browser,), needs="site"),
    }


def counted(command: tuple[str, ...]) -> tuple[int, int, int]:
    """Run a command; return its exit status and how many tests passed and failed, zeros if it has none."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.xml")
        if command[0] == "pytest":
            command = ("-m", *command, f"--junitxml={report}")
        paths = [str(ROOT / "tools"), *filter(None, [os.environ.get("PYTHONPATH")])]
        env = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
        code = subprocess.run([sys.executable, *command], cwd=ROOT, env=env).returncode
        if not report.exists():
            return code, 0, 0
        [suite] = ElementTree.parse(report).getroot().iter("testsuite")
    ran, failures, errors, skipped = (
        int(suite.get(name)) for name in ("tests", "failures", "errors", "skipped")
    )
    return code, ran - failures - errors - skipped, failures + errors


def run(parts: dict[str, Part]) -> bool:
    """Run parts, each under its name, and print the table; return whether all is well."""
    rows, failed = [], set()
    for name, part in parts.items():
        print(f"\n== {name}: {part.about}", flush=True)
        if part.needs in failed:
            print(f"not run: {part.needs} failed")
            failed.add(name)
            rows.append((name, "", "", "not run"))
            continue
        start = time.perf_counter()
        codes, passed, wrong = zip(*map(counted, part.commands), strict=True)
        if any(codes):
            failed.add(name)
        verdict = str(sum(wrong) or "failed") if any(codes) else "0"
        rows.append((name, f"{time.perf_counter() - start:.0f}", str(sum(passed) or ""), verdict))
    print(f"\n{'part':10} {'seconds':>8} {'passed':>8} {'failed':>8}")
    for name, seconds, passed, verdict in rows:
        print(f"{name:10} {seconds:>8} {passed:>8} {verdict:>8}")
    return not failed


def main(*arguments: str) -> None:
    match arguments:
        case ["quick", base]:
            well = run(quick(base))
            print("\n" + LEFT_OUT.format(base=base))
        case ["one", number]:
            os.environ["COURSE_SITE"] = ONE_SITE
            well = run(one(number))
        case _ if arguments and set(arguments) <= set(ALL):
            well = run({name: ALL[name] for name in arguments})
        case _:
            sys.exit(f"usage: check.py {'|'.join(ALL)}..., quick BASE or one NN, got {list(arguments)}")
    sys.exit(0 if well else "\nerror: not everything passed")


if __name__ == "__main__":
    main(*sys.argv[1:])
