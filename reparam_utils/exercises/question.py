"""A question with lettered answers: one is right, and each of the others is wrong for a reason of its own."""

import reprlib
from collections.abc import Mapping
from typing import Any

from .observe import Wrong


def examine_letter(answer: Any, letter: str, reasons: Mapping[str, str]) -> None:
    """Raise Wrong, with the reason, unless `answer` is `letter`; `reasons` has the other letters."""
    given = answer.strip().lower() if isinstance(answer, str) else ""
    if given in reasons:
        raise Wrong(reasons[given])
    if given != letter:
        letters = ", ".join(sorted([letter, *reasons]))
        raise Wrong(f"The answer is one letter in quotes, one of {letters}. Got `{reprlib.repr(answer)}`.")
