"""Axes that stay in their places from one picture to the next, as long as no label is cut off."""

import matplotlib.pyplot as plt
import pytest
from matplotlib.figure import Figure

from reparam_utils.live import layout
from reparam_utils.live.layout import SteadyLayout
from reparam_utils.live.pictures import to_png


@pytest.fixture(autouse=True)
def course_style():
    with plt.style.context("reparam_utils.course"):
        yield


@pytest.fixture
def drawn(monkeypatch):
    """The figures that were drawn, once for each time."""
    figures = []

    def draw(figure):
        figures.append(figure)
        return to_png(figure)

    monkeypatch.setattr(layout, "to_png", draw)
    return figures


def picture(top, *, label="height", axes=1, side="left"):
    figure = Figure()
    for panel in figure.subplots(1, axes, squeeze=False)[0]:
        panel.plot([0, 1], [0, top])
        panel.set_ylabel(label)
        panel.yaxis.set_ticks_position(side)
        panel.yaxis.set_label_position(side)
    return figure


def left(figure):
    return figure.axes[0].get_position().x0


def width(figure):
    return figure.axes[0].get_position().width


def test_the_first_picture_is_matplotlibs_own():
    assert SteadyLayout().to_png(picture(1)) == to_png(picture(1))


def test_the_next_one_keeps_the_places_and_is_drawn_once(drawn):
    steady = SteadyLayout()
    wide, narrow = picture(100), picture(1, label="")
    steady.to_png(wide)
    assert steady.to_png(narrow).startswith(b"\x89PNG")
    assert drawn == [wide, narrow]
    assert left(narrow) == left(wide)


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("label", ["height", ""])
def test_a_label_that_would_be_cut_off_makes_a_new_layout(label, side, drawn):
    look = {"label": label, "side": side}
    steady = SteadyLayout()
    narrow, wide = picture(1, **look), picture(99_999, **look)
    steady.to_png(narrow)
    assert steady.to_png(wide) == to_png(picture(99_999, **look))
    assert drawn == [narrow, wide, wide]
    assert width(wide) < width(narrow)
    again = picture(88_888, **look)
    steady.to_png(again)
    assert drawn[3:] == [again] and width(again) == width(wide)


def test_another_arrangement_or_size_makes_a_new_layout(drawn):
    steady = SteadyLayout()
    small = picture(1)
    small.set_size_inches(3, 2)
    for figure, same in [(picture(1), picture(1)), (picture(1, axes=2), picture(1, axes=2))]:
        assert steady.to_png(figure) == to_png(same)
    steady.to_png(picture(1))
    steady.to_png(small)
    assert left(small) > left(picture(1))


@pytest.mark.filterwarnings("ignore:There are no gridspecs:UserWarning")  # what matplotlib says of such axes
def test_axes_that_the_learner_placed_stay_there():
    steady = SteadyLayout()
    for place in (0.1, 0.5):
        figure = Figure()
        figure.add_axes([place, 0.1, 0.3, 0.3])
        steady.to_png(figure)
        assert left(figure) == place


def test_another_layout_engine_is_left_alone():
    steady = SteadyLayout()
    for adjusted in (0.2, 0.4):
        figure = Figure(layout="none")
        figure.subplots_adjust(left=adjusted)
        figure.subplots()
        steady.to_png(figure)
        assert left(figure) == adjusted


def test_a_figure_without_axes_is_drawn():
    assert SteadyLayout().to_png(Figure()).startswith(b"\x89PNG")
