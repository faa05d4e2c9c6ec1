"""An error in a learner's function, told so that the learner finds it."""

import traceback
from pathlib import Path

_PACKAGE = str(Path(__file__).parent)


def learner_error(problem: Exception) -> str:
    """The traceback of an error that a learner's function raised, without the lines of this package above it.

    Lines of the package that the learner's own code calls stay: they say what was refused.
    """
    frames = problem.__traceback__
    while frames.tb_next and frames.tb_frame.f_code.co_filename.startswith(_PACKAGE):
        frames = frames.tb_next
    return "".join(traceback.format_exception(type(problem), problem, frames))
