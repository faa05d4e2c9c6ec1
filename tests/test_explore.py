"""explore, as far as Python goes; tests/browser moves it."""

import ipywidgets
import matplotlib.pyplot as plt
import pytest
from matplotlib.figure import Figure

from reparam_utils.live import choice, explore, slider


def fill(figure, height):
    figure.subplots().plot([0, 1], [0, height])


def make(height):
    figure, axes = plt.subplots()
    axes.plot([0, 1], [0, height])
    return figure


def height_slider(**options):
    return slider("height", 0.0, 2.0, **{"value": 1.0, "step": 0.5, **options})


@pytest.mark.parametrize("draw", [fill, make])
def test_both_forms_draw_again_when_the_slider_moves(draw):
    control = height_slider()
    shown = explore(draw, height=control)
    first = shown.picture.png
    assert first.startswith(b"\x89PNG") and shown.picture.error == ""
    control.value = 2.0
    assert shown.picture.png != first
    control.value = 1.0
    assert shown.picture.png == first
    assert plt.get_fignums() == []


def test_a_selection_gives_its_value():
    seen = []
    control = choice("form", ["line", "dots"], value="line")
    explore(lambda figure, form: seen.append(form), form=control)
    control.value = "dots"
    assert seen == ["line", "dots"]


def test_an_error_shows_the_learners_line_keeps_the_picture_and_goes_away():
    def draw(figure, height):
        assert height < 2, "too high"  # the learner's line

    control = height_slider()
    shown = explore(draw, height=control)
    picture = shown.picture.png
    control.value = 2.0
    assert "AssertionError: too high" in shown.picture.error
    assert "the learner's line" in shown.picture.error
    assert "_update" not in shown.picture.error
    assert shown.picture.png == picture
    control.value = 1.5
    assert shown.picture.error == ""


def test_a_first_call_that_fails_still_gives_the_controls():
    shown = explore(lambda figure, height: 1 / 0, height=height_slider())
    assert "ZeroDivisionError" in shown.picture.error and shown.picture.png == b""
    bundle, metadata = shown._repr_mimebundle_()
    assert "image/png" not in bundle and metadata == {}


def test_an_error_leaves_no_figure_open():
    def draw(height):
        make(height)
        raise RuntimeError("after opening one")

    explore(draw, height=height_slider())
    assert plt.get_fignums() == []


def test_a_figure_that_was_open_before_stays_open():
    mine = plt.figure()
    explore(make, height=height_slider())
    assert plt.get_fignums() == [mine.number]
    plt.close(mine)


def test_what_the_function_prints_is_shown_and_replaced():
    control = height_slider()
    shown = explore(lambda figure, height: print("height", height), height=control)
    assert shown.picture.printed == "height 1.0\n"
    control.value = 2.0
    assert shown.picture.printed == "height 2.0\n"


def test_a_function_that_returns_no_figure_is_told_so():
    shown = explore(lambda height: None, height=height_slider())
    assert "must return a matplotlib figure, got None" in shown.picture.error


def test_small_text_asks_for_width():
    def draw(figure, height):
        figure.set_size_inches(8, 3)
        figure.text(0, 0, "small", fontsize=6)

    assert explore(draw, height=height_slider()).picture.min_width == pytest.approx(864)


def test_a_default_argument_needs_no_control():
    def draw(figure, height, color="C1"):
        fill(figure, height)

    assert explore(draw, height=height_slider()).picture.error == ""


@pytest.mark.parametrize(
    "draw, controls, error, message",
    [
        (3, {}, TypeError, "draw must be a function, got 3"),
        (fill, {"height": 3}, TypeError, "control 'height' .* got 3"),
        (fill, {"height": ipywidgets.Text("a")}, TypeError, "control 'height' .* got Text"),
        (fill, {"width": height_slider()}, ValueError, r"\['figure', 'height'\], got controls \['width'\]"),
        (lambda height, figure: None, {"height": height_slider()}, ValueError, "takes"),
        (lambda figure, a, b: None, {"b": height_slider()}, ValueError, "takes"),
    ],
)
def test_wrong_arguments_raise_at_once(draw, controls, error, message):
    with pytest.raises(error, match=message):
        explore(draw, **controls)


def test_the_given_figure_is_unknown_to_pyplot():
    given = []
    explore(lambda figure, height: given.append(figure), height=height_slider())
    assert isinstance(given[0], Figure) and plt.get_fignums() == []
