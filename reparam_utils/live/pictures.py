"""From a matplotlib figure to what a page or a viewer without widgets shows."""

import io

import matplotlib.pyplot as plt
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

_SMALLEST_TEXT = 9  # CSS pixels, on any screen


def to_png(figure: Figure) -> bytes:
    """Return the figure as a PNG on its own background, readable in light and in dark pages."""
    canvas = figure.canvas if isinstance(figure.canvas, FigureCanvasAgg) else FigureCanvasAgg(figure)
    buffer = io.BytesIO()
    # savefig would walk through the figure twice; and a picture for one look needs no strong compression.
    canvas.print_png(buffer, pil_kwargs={"compress_level": 1})
    return buffer.getvalue()


def to_svg(figure: Figure) -> str:
    """Return the figure as an SVG element with real text, no background, and the page's own text colour."""
    buffer = io.StringIO()
    with plt.rc_context({"svg.fonttype": "none", "path.simplify": False}):
        figure.savefig(buffer, format="svg", transparent=True)
    svg = buffer.getvalue()
    return svg[svg.index("<svg") :].replace("#000000", "currentColor")


def readable_width(figure: Figure) -> float:
    """Width in CSS pixels below which the figure's smallest text would be hard to read."""
    sizes = [text.get_fontsize() for text in figure.findobj(Text) if text.get_text() and text.get_visible()]
    return figure.get_figwidth() * 72 * _SMALLEST_TEXT / min(sizes, default=figure.get_figwidth() * 72)


def with_picture(bundle: dict, png: bytes, label: str) -> tuple[dict, dict]:
    """Add a still picture to a widget's output, for viewers that show no widgets; its label is metadata."""
    return ({**bundle, "image/png": png}, {"image/png": {"alt": label}}) if png else (bundle, {})
