"""How long the checks of the exercises take."""

import time
from importlib import import_module

from reparam_utils.exercises.judge import judge, words_of

REPEATS = 3


def slowest_checks(lessons: list[str]) -> dict[str, tuple[str, float]]:
    """The exercise of each lesson whose check takes longest, and its seconds.

    A check takes longest where it tries every input, for a right answer, or goes through the list of slips.
    """
    slowest = {}
    for lesson in lessons:
        number = lesson[:2]
        tasks = import_module(f"reparam_utils.exercises.lesson_{number}").TASKS
        answers = [(name, task.right) for name, task in tasks.items()]
        answers += [(name, slip) for name, task in tasks.items() for _, slip in task.every_slip()]
        answers += [(name, words["letter"]) for name, words in words_of(number).items() if "letter" in words]
        times = [(seconds_of(name, answer), name) for name, answer in answers for _ in range(REPEATS)]
        seconds, name = max(times)
        slowest[lesson] = name, seconds
    return slowest


def seconds_of(name: str, answer: object) -> float:
    began = time.perf_counter()
    judge(name, answer)
    return time.perf_counter() - began
