"""LiveFigure and its controls, as far as Python goes; tests/browser moves them."""

import math
from pathlib import Path

import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from scipy.stats import binom

from reparam_utils import figures, reinforce_gradient
from reparam_utils.figures import (
    exact_gradient_bars,
    frozen_noise,
    gaussian_density,
    gradient_cloud,
    soft_argmax_peaks,
)
from reparam_utils.figures.estimator_errors import moments_of
from reparam_utils.live import LiveFigure, choice, slider
from reparam_utils.live.controls import ends
from reparam_utils.live.marks import INK, make_mark


def scene(scale, noise):
    if not scale > 0:
        raise ValueError(f"scale must be positive, got {scale}")
    return {"points": torch.stack([noise, scale * noise]), "largest": scale * noise.max()}


def parts():
    """The arguments of a small live figure."""
    figure, axes = plt.subplots()
    marks = {"points": axes.scatter([], []), "largest": axes.text(0, 0, "largest {:.1f} so far")}
    return {
        "figure": figure,
        "scene": scene,
        "javascript": Path(__file__),
        "marks": marks,
        "controls": {"scale": slider("scale", 0.5, 4.0, value=2.0, step=0.5)},
        "noise": torch.tensor([-1.0, 3.0], dtype=torch.float64),
        "label": "two points",
    }


@pytest.fixture(autouse=True)
def no_figure_is_left_open():
    yield
    plt.close("all")


class TestFirstPicture:
    def test_the_scene_fills_the_marks(self):
        live = LiveFigure(**parts())
        assert live.settings() == {"scale": 2.0}
        assert live.marks[1].artists[0].get_text() == "largest 6.0 so far"
        assert live.canvas.value_scale == 2.0
        assert np.frombuffer(live.canvas.noise, "<f8").tolist() == [-1.0, 3.0]
        assert live.canvas.noise_shape == [2]

    def test_pyplot_forgets_the_figure_so_that_it_is_not_shown_twice(self):
        LiveFigure(**parts())
        assert plt.get_fignums() == []

    def test_the_svg_has_real_text_ids_and_the_colour_of_the_page(self):
        svg = LiveFigure(**parts()).canvas.svg
        assert svg.startswith("<svg") and 'id="points-0"' in svg
        assert ">largest 6.0 so far</text>" in svg
        assert "currentColor" in svg and "#000000" not in svg

    def test_the_narrowest_width_keeps_the_smallest_text_at_nine_pixels(self):
        given = parts()
        given["figure"].set_size_inches(8, 3)
        given["figure"].axes[0].set_title("small", fontsize=6)
        # 576 points wide: at 864 pixels a point is 1.5 pixels, and 6 points are 9.
        assert LiveFigure(**given).canvas.min_width == pytest.approx(864)


class TestRefusals:
    """Each wrong argument raises at once, with the value in the message."""

    @pytest.mark.parametrize(
        "change, error, message",
        [
            ({"controls": {"scale": 3}}, TypeError, "control 'scale' .* got 3"),
            ({"controls": {"scale": ipywidgets.Text("a")}}, TypeError, "control 'scale' .* got Text"),
            ({"controls": {}}, ValueError, r"parameters are \['scale'\], got controls \[\]"),
            ({"fixed": {"loc": 1.0}}, ValueError, r"fixed \['loc'\]"),
            ({"fixed": {"scale": 1.0}}, ValueError, r"controls \['scale'\] and fixed \['scale'\]"),
            ({"controls": {"scale": slider("s", 0.0, 1.0, value=1.0, step=0.5)}}, ValueError, r"got 0\.0"),
            ({"controls": {"scale": slider("s", -1.0, 1.0, value=1.0, step=0.5)}}, ValueError, r"got -1\.0"),
            ({"marks": {}}, ValueError, r"needs a number to read aloud, got marks \[\]"),
            ({"noise": torch.zeros(2)}, ValueError, "mark 'points' must be float64, got torch.float32"),
        ],
    )
    def test_arguments(self, change, error, message):
        with pytest.raises(error, match=message):
            LiveFigure(**{**parts(), **change})

    def test_a_mark_that_the_scene_does_not_move(self):
        given = parts()
        given["marks"]["other"] = given["figure"].axes[0].scatter([], [])
        with pytest.raises(ValueError, match=r"but the marks are .*'other'"):
            LiveFigure(**given)

    def test_a_mark_that_the_layout_lacks(self):
        given = parts()
        del given["marks"]["points"]
        with pytest.raises(ValueError, match=r"the scene moves .*'points'"):
            LiveFigure(**given)

    def test_an_artist_that_no_mark_moves(self):
        given = parts()
        given["marks"]["points"] = given["figure"].axes[0].fill_between([0, 1], [0, 1])
        with pytest.raises(TypeError, match=r"no mark moves .* \(mark 'points'\)"):
            LiveFigure(**given)

    @pytest.mark.parametrize("text", ["no field", "{:.2f} and {:.2f}", "{:d}", "{name}"])
    def test_a_number_without_its_field(self, text):
        with pytest.raises(ValueError, match="needs one field such as"):
            make_mark("number", plt.figure().text(0, 0, text))

    def test_a_tensor_that_does_not_fit_its_mark(self):
        axes = plt.figure().subplots()
        bars = make_mark("bars", axes.bar(["a", "b"], [0, 0]))
        with pytest.raises(ValueError, match=r"mark 'bars' \(bars\) takes shape \(2,\), got \(3,\)"):
            bars.fill(torch.zeros(3))
        cloud = make_mark("cloud", axes.scatter([], []))
        with pytest.raises(ValueError, match=r"takes shape \(2, -1\), got \(3, 2\)"):
            cloud.fill(torch.zeros(3, 2))

    def test_a_scale_of_the_axis_that_figure_js_does_not_know(self):
        given = parts()
        given["figure"].axes[0].set_yscale("symlog")
        with pytest.raises(ValueError, match="got 'symlog'"):
            LiveFigure(**given)


class TestMarks:
    def test_each_artist_has_its_kind_and_takes_its_tensor(self):
        axes = plt.figure().subplots()
        bars, cloud = make_mark("b", axes.bar(["x", "y"], [0, 0])), make_mark("c", axes.scatter([], []))
        line, marker = make_mark("l", axes.plot([], [])[0]), make_mark("m", axes.axvline(0))
        number = make_mark("n", axes.text(0, 0, "mean {:.1f} m"))
        assert [mark.kind for mark in (bars, cloud, line, marker, number)] == [
            "bars", "cloud", "line", "marker", "number"]  # fmt: skip
        bars.fill(torch.tensor([1.0, -2.0]))
        assert [bar.get_height() for bar in bars.artists] == [1.0, -2.0]
        cloud.fill(torch.tensor([[1.0, 2.0], [3.0, 4.0]]))
        assert cloud.artists[0].get_offsets().tolist() == [[1.0, 3.0], [2.0, 4.0]]
        line.fill(torch.tensor([[1.0, 2.0], [3.0, 4.0]]))
        assert line.artists[0].get_ydata().tolist() == [3.0, 4.0]
        marker.fill(torch.tensor(5.0))
        assert list(marker.artists[0].get_xdata()) == [5.0, 5.0]
        number.fill(torch.tensor(-0.26))
        assert number.artists[0].get_text() == "mean −0.3 m"
        number.fill(torch.tensor(-0.04))
        assert number.artists[0].get_text() == "mean 0.0 m", "a zero has no sign"
        hyphen = make_mark("h", axes.text(0, 0, "Gumbel-Softmax {:.1f}"))
        hyphen.fill(torch.tensor(-2.0))
        assert hyphen.artists[0].get_text() == "Gumbel-Softmax −2.0"

    def test_pixels_take_shares_of_ink_row_by_row(self):
        mesh = plt.figure().subplots().pcolormesh(np.zeros((2, 3)), cmap=INK, vmin=0, vmax=1)
        pixels = make_mark("p", mesh)
        assert pixels.spec() == {"kind": "pixels", "ids": ["p-0"]}
        shares = torch.tensor([[0.0, 0.5, 1.0], [1.0, 0.25, 0.0]])
        pixels.fill(shares)
        assert mesh.get_array().tolist() == shares.tolist()
        # The ink is black, and as dense as the share says.
        assert mesh.to_rgba(shares.numpy())[0].tolist() == [[0, 0, 0, pytest.approx(share, abs=0.003)]
                                                            for share in (0.0, 0.5, 1.0)]  # fmt: skip
        with pytest.raises(ValueError, match=r"\(pixels\) takes shape \(2, 3\), got \(3, 2\)"):
            pixels.fill(shares.T)

    @pytest.mark.parametrize("scale, options", [("linear", {}), ("log", {}), ("asinh", {"linear_width": 3})])
    def test_coordinates_are_those_of_matplotlib(self, scale, options):
        figure, axes = plt.subplots(figsize=(5, 4))
        axes.set_yscale(scale, **options)
        axes.set(xlim=(-2, 7), ylim=(0.1, 40))
        line = make_mark("line", axes.plot([0], [1])[0])
        for point in [(-2.0, 0.1), (3.3, 7.0), (7.0, 40.0)]:
            x, y = axes.transData.transform(point) * 72 / figure.dpi
            spec = line.spec()
            forward = {"linear": float, "log": math.log10, "asinh": lambda v: 3 * math.asinh(v / 3)}[scale]
            assert spec["x"]["offset"] + spec["x"]["slope"] * point[0] == pytest.approx(x, abs=1e-9)
            drawn = spec["y"]["offset"] + spec["y"]["slope"] * forward(point[1])
            assert drawn == pytest.approx(4 * 72 - y, abs=1e-9)


class TestControls:
    def test_whole_numbers_make_a_slider_of_whole_numbers(self):
        assert isinstance(slider("draw", 1, 10, value=1, step=1), ipywidgets.IntSlider)
        assert isinstance(slider("draw", 1, 10, value=1, step=0.5), ipywidgets.FloatSlider)

    def test_a_control_says_its_label_and_not_null_under_the_mouse(self):
        assert slider("draw", 1, 10, value=1, step=1).tooltip == "draw"
        assert choice("noise", ["a", "b"], value="a").tooltip == "noise"

    def test_a_log_slider_takes_its_ends_as_values(self):
        control = slider("temperature", 0.01, 100.0, value=1.0, step=0.1, log=True)
        assert ends(control) == pytest.approx((0.01, 100.0))

    def test_a_choice_gives_indices(self):
        assert ends(choice("objective", ["a", "b", "c"], value="b")) == (0, 2)

    @pytest.mark.parametrize(
        "low, high, value, step, log",
        [(1, 0, 0, 1, False), (0, 1, 2, 1, False), (0, 1, 0, 0, False), (0, 1, 0, 5, False),
         (math.nan, 1, 0, 1, False), (0, 1, math.nan, 1, False), (0.0, 1, 0.5, 0.1, True)],
    )  # fmt: skip
    def test_ends_that_do_not_fit_are_refused(self, low, high, value, step, log):
        with pytest.raises(ValueError, match=f"slider 'x': low {low}, high {high}"):
            slider("x", low, high, value=value, step=step, log=log)

    @pytest.mark.parametrize(
        "low, high, value, step, log",
        [(0.0, 1.0, 0.25, 0.1, False), (0.0, 1.0, 0.3, 0.3, False), (0.05, 10.0, 1.0, 0.05, True)],
    )
    def test_a_value_between_two_steps_is_refused(self, low, high, value, step, log):
        """The page would move it to the nearest step."""
        with pytest.raises(
            ValueError, match=f"whole steps of {step} from {low} must reach {value} and {high}"
        ):
            slider("x", low, high, value=value, step=step, log=log)


class TestLessonFigures:
    """The figures of the lessons, with other arguments than the lessons'."""

    def test_they_build(self):
        generator = torch.Generator().manual_seed(0)
        frozen_noise(generator)
        gradient_cloud(generator, quadratic=False, samples=2000)
        assert gaussian_density(generator, samples=7).canvas.noise_shape == [2, 7]

    def test_the_bars_need_three_words(self):
        with pytest.raises(ValueError, match="got 2 words and objective of shape"):
            exact_gradient_bars(["cat", "dog"], torch.tensor([1.0, 2.0]))

    @pytest.mark.parametrize("x", [[1.0, 2.0], [0.0, 1.0, 2.0, 3.0, 6.5], [0.0, 1.0, 2.0, 3.0, math.nan]])
    def test_the_peaks_need_five_scores_in_range(self, x):
        with pytest.raises(ValueError, match=f"five scores from 0 to 6, got .*{x[-1]}"):
            soft_argmax_peaks(x)

    @pytest.mark.parametrize("logits", [[1.0, 0.0, -1.0], [3.0, -3.0, 0.5]])
    def test_luck_gives_the_mean_distance_of_binomial_counts(self, logits):
        settings = {f"logit_{i}": logit for i, logit in enumerate(logits)} | {"draws": 5}
        figure = figures.winner_frequencies(["a", "b", "c"], torch.Generator().manual_seed(0))
        counts = np.arange(5001)
        shares = torch.softmax(torch.tensor(logits, dtype=torch.float64), dim=-1).tolist()
        exact = sum((binom.pmf(counts, 5000, p) * abs(counts / 5000 - p)).sum() for p in shares) / 2
        assert figure.evaluate(settings)["typical"].item() == pytest.approx(exact, rel=0.01)

    @pytest.mark.parametrize(
        "name", ["perturbed_scores", "winner_frequencies", "relaxed_sample", "simplex_cloud"]
    )
    def test_the_draws_of_a_word_need_three_words(self, name):
        with pytest.raises(ValueError, match=r"^three words, got 2: \['cat', 'dog'\]$"):
            getattr(figures, name)(["cat", "dog"], torch.Generator())

    @pytest.mark.parametrize(
        "words, size, target, message",
        [
            (["cat", "dog"], [1.0, 2.0, 0.0], 0.8, r"got 2 words and size of shape \(3,\)"),
            (["cat", "dog", "fish"], [1.0, 2.0], 0.8, r"got 3 words and size of shape \(2,\)"),
            (["cat", "dog", "fish"], [1.0, 2.5, 0.0], 0.8, r"between 0 and 2, got .*2\.5.* and 0\.8"),
            (["cat", "dog", "fish"], [1.0, 2.0, 0.0], -1.0, r"between 0 and 2, got .* and -1\.0"),
            (["cat", "dog", "fish"], [1.0, math.nan, 0.0], 0.8, "between 0 and 2, got .*nan"),
        ],
    )
    def test_the_hard_sample_needs_three_words_and_sizes_in_range(self, words, size, target, message):
        with pytest.raises(ValueError, match=message):
            figures.hard_forward(words, torch.tensor(size), target, torch.Generator())

    def test_the_decoder_is_its_two_layers(self):
        """Against torch's own layers, for a code and for one step of a walk."""
        generator = torch.Generator().manual_seed(0)
        first, second = torch.nn.Linear(64, 128).double(), torch.nn.Linear(128, 64).double()
        layers = [first.weight.T, first.bias, second.weight.T, second.bias]
        code = torch.randint(8, (8,), generator=generator)
        figure = figures.digit_decoder(layers, [c + 1 for c in code.tolist()], walk=2)

        def decoded(code):
            rows = torch.nn.functional.one_hot(code, 8).double().flatten()
            return torch.sigmoid(second(torch.relu(first(rows)))).view(8, 8)

        shown = figure.evaluate({"walk": 3})
        torch.testing.assert_close(shown["digit"], decoded(code))
        code[2] = 4
        torch.testing.assert_close(shown["walk_5"], decoded(code))
        digit = shown["digit"]
        assert shown["ink"].item() == pytest.approx(digit.sum().item())
        assert shown["doubt"].item() == ((digit - 0.5).abs() < 0.4).sum().item() > 0

    def test_the_decoder_needs_layers_of_its_shapes(self):
        with pytest.raises(ValueError, match=r"layers must have shapes .*\(64, 128\).*, got \(\(2, 3\),\)"):
            figures.digit_decoder([torch.zeros(2, 3)], [1] * 8, walk=1)

    @pytest.mark.parametrize("draws", [2, 3, 10])
    @pytest.mark.parametrize("logit", [0.0, -1.1])
    def test_leave_one_out_has_the_moments_of_every_outcome(self, draws, logit):
        """Enumerated with the estimator itself, by how many of the draws are 1."""
        logits = torch.tensor([0.0, logit], dtype=torch.float64)
        p, values = torch.sigmoid(logits[1]).item(), []
        for ones in range(draws + 1):
            noise = 100 * torch.nn.functional.one_hot((torch.arange(draws) < ones).long(), 2).double()
            rows = reinforce_gradient(lambda rows: rows[:, 1] ** 3, logits, noise, baseline="leave-one-out")
            values.append(rows.mean(dim=0)[1].item())
        weights = binom.pmf(np.arange(draws + 1), draws, p)
        mean = weights @ np.array(values)
        moments = moments_of(2, logit, 1.0, draws)["leave"]
        change = 1 - 0.4  # of y^3 - 0.4 y, beside 1 for y^3
        assert moments.mean.item() == pytest.approx(change * mean)
        assert moments.variance.item() == pytest.approx(
            change**2 * (weights @ (np.array(values) - mean) ** 2)
        )
