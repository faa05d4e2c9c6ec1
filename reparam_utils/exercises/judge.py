"""`check`: hold an answer against its exercise, say what came out, and remember it while the kernel lives."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import torch
import traitlets
from IPython.display import display

from ..learner_error import learner_error
from .draw import Draw
from .observe import NotStarted, Raised, Wrong
from .question import examine_letter

_HERE = Path(__file__).parent

# A sign for each state, which a reader without colours sees as well.
SIGNS = {"right": "✓", "not right yet": "✗", "not started yet": "○"}


@dataclass(frozen=True)
class Verdict:
    """What a check says.

    Attributes:
        exercise: its number, such as "03.2".
        state: a key of SIGNS.
        words: why, in Markdown.
    """

    exercise: str
    state: str
    words: str

    def __str__(self) -> str:
        return f"**{SIGNS[self.state]} {self.exercise} is {self.state}.** {self.words}"


class _Record(traitlets.HasTraits):
    """The state of every exercise that was checked in this kernel, by number."""

    states = traitlets.Dict()


record = _Record()


@cache
def words_of(lesson: str) -> dict[str, dict]:
    """What the checks of a lesson, such as "03", say, by exercise; ValueError if there is no such lesson."""
    known = {path.stem.removeprefix("lesson_"): path for path in sorted(_HERE.glob("lesson_*.toml"))}
    if lesson not in known:
        raise ValueError(f"lesson must be one of {list(known)}, got {lesson!r}")
    return tomllib.loads(known[lesson].read_text(encoding="utf-8"))


def judge(exercise: str, answer: Any, generator: torch.Generator | None = None) -> Verdict:
    """Hold an answer against an exercise.

    Args:
        exercise: its number, such as "03.2".
        answer: a letter in quotes, or a function. `...` means that it is not started.
        generator: of the inputs; without it they are fresh at each call.

    Raises:
        ValueError: there is no such exercise.
    """
    known = words_of(exercise[:2])
    if exercise not in known:
        raise ValueError(f"exercise must be one of {list(known)}, got {exercise!r}")
    state, words = _examine(exercise, answer, known[exercise], Draw(generator))
    return Verdict(exercise, state, words)


def _examine(exercise: str, answer: Any, words: dict, draw: Draw) -> tuple[str, str]:
    """The state of an answer and why, in Markdown; `words` is what the lesson has to say."""
    try:
        if answer is ...:
            raise NotStarted
        if "letter" in words:
            examine_letter(answer, words["letter"], words["wrong"])
        else:
            task = import_module(f"{__package__}.lesson_{exercise[:2]}").TASKS[exercise]
            task.examine(answer, words["slips"], draw)
    except NotStarted:
        return "not started yet", "Put your answer in place of `...`, and run the cell again."
    except Wrong as wrong:
        return "not right yet", str(wrong)
    except Raised as raised:
        told = learner_error(raised.__cause__)
        return "not right yet", f"Your function raised an error.\n\n```\n{told}```\n\n{raised}"
    return "right", words["right"]


def check(exercise: str, answer: Any) -> None:
    """Show whether an answer is right and, if it is not, what fails and on what input.

    The inputs are fresh at each call. A function is called many times; what it prints is seen once. An error
    in it is shown and stops nothing.

    Args:
        exercise: its number, such as "03.2".
        answer: a letter in quotes, or a function. `...` means that it is not started.

    Raises:
        ValueError: there is no such exercise.

    Every lesson ends with some.
    """
    verdict = judge(exercise, answer)
    record.states = {**record.states, exercise: verdict.state}
    display({"text/markdown": str(verdict), "text/plain": str(verdict)}, raw=True)
