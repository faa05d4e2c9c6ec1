"""Pictures that move: `LiveFigure` without a kernel, `explore` with one."""

from .controls import choice, slider
from .explore import explore
from .figure import LiveFigure

__all__ = ["LiveFigure", "choice", "explore", "slider"]
