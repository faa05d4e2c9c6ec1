"""From a matplotlib figure to what a page or a viewer without widgets shows."""

import io

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from matplotlib.text import Text

_SMALLEST_TEXT = 9  # CSS pixels, on any screen


def to_png(figure: Figure) -> bytes:
    """Return the figure as a PNG on white, readable in light and in dark pages."""
    return _save(figure, "png", facecolor="white")


def to_svg(figure: Figure) -> str:
    """Return the figure as an SVG element with real text, no background, and the page's own text colour."""
    with plt.rc_context({"svg.fonttype": "none", "path.simplify": False}):
        svg = _save(figure, "svg", transparent=True).decode()
    return svg[svg.index("<svg") :].replace("#000000", "currentColor")


def readable_width(figure: Figure) -> float:
    """Width in CSS pixels below which the figure's smallest text would be hard to read."""
    sizes = [text.get_fontsize() for text in figure.findobj(Text) if text.get_text() and text.get_visible()]
    return figure.get_figwidth() * 72 * _SMALLEST_TEXT / min(sizes, default=figure.get_figwidth() * 72)


def with_picture(bundle: dict, png: bytes) -> dict:
    """Add a still picture to a widget's output, for viewers that show no widgets."""
    return {**bundle, "image/png": png} if png else bundle


def _save(figure: Figure, format: str, **options) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format=format, **options)
    return buffer.getvalue()
