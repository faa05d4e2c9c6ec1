"""`progress`: which exercises of a lesson are done."""

from ipywidgets import HTML

from .judge import SIGNS, record, words_of


def progress(lesson: str) -> HTML:
    """A line with the state of every exercise of a lesson, such as "03", that keeps up with `check`.

    What is done is known to this kernel alone, and forgotten with it.

    Raises:
        ValueError: there is no such lesson.
    """
    numbers, line = list(words_of(lesson)), HTML()

    def show(change=None) -> None:
        states = [record.states.get(number, "not started yet") for number in numbers]
        signs = " · ".join(f"{number} {SIGNS[state]}" for number, state in zip(numbers, states, strict=True))
        line.value = f"{signs} — {states.count('right')} of {len(numbers)} right"

    record.observe(show, "states")
    show()
    return line
