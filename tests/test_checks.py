"""What is refused at the door, and how numbers of several kinds are brought together."""

import math
import re

import pytest
import torch

from reparam_utils.checks import check_finite, check_positive, check_scores
from reparam_utils.fits import check_broadcast, check_temperature
from reparam_utils.precision import over_temperature, widen

HALF, BRAIN, SINGLE, DOUBLE = DTYPES = [torch.float16, torch.bfloat16, torch.float32, torch.float64]


@pytest.mark.parametrize("dtype", DTYPES)
class TestValues:
    def test_what_is_right_passes(self, dtype):
        least, most = torch.finfo(dtype).tiny, torch.finfo(dtype).max
        check_finite("x", torch.tensor([-most, 0, most], dtype=dtype))
        check_positive("x", torch.tensor([least, 1, most], dtype=dtype))
        check_scores("x", torch.tensor([[-math.inf, 0.0], [most, -most]], dtype=dtype))
        check_scores("x", torch.zeros(0, 3, dtype=dtype))
        check_finite("x", torch.full((9,), most, dtype=dtype))  # their sum can overflow
        check_scores("x", torch.full((9,), -most, dtype=dtype))

    @pytest.mark.parametrize("wrong", [math.nan, math.inf, -math.inf])
    def test_what_is_not_finite_is_named(self, dtype, wrong):
        value = torch.tensor([[0.0, 1.0], [wrong, 2.0]], dtype=dtype)
        with pytest.raises(ValueError, match=rf"^shift must be finite, got {wrong}$"):
            check_finite("shift", value)
        with pytest.raises(ValueError, match=rf"^spread must be finite, got {wrong}$"):
            check_positive("spread", value)

    @pytest.mark.parametrize("wrong", [0.0, -0.5])
    def test_what_is_not_positive_is_named(self, dtype, wrong):
        with pytest.raises(ValueError, match=rf"^spread must be positive, got {wrong}$"):
            check_positive("spread", torch.tensor([1.0, wrong], dtype=dtype))

    def test_scores_that_are_none(self, dtype):
        with pytest.raises(
            ValueError, match=r"^x must have categories in its last axis, got shape \(2, 0\)$"
        ):
            check_scores("x", torch.zeros(2, 0, dtype=dtype))
        with pytest.raises(ValueError, match=r"last axis, got shape \(\)$"):
            check_scores("x", torch.tensor(0.0, dtype=dtype))
        for wrong in (math.nan, math.inf):
            with pytest.raises(
                ValueError, match=f"^x must be finite, or -inf to mask a category, got {wrong}$"
            ):
                check_scores("x", torch.tensor([0.0, wrong, -math.inf], dtype=dtype))
        with pytest.raises(
            ValueError, match="x must leave a category unmasked, got a row with nothing but -inf"
        ):
            check_scores("x", torch.tensor([[0.0, 1.0], [-math.inf, -math.inf]], dtype=dtype))


def test_of_several_wrong_entries_the_first_is_named():
    with pytest.raises(ValueError, match=r"^x must be positive, got -2\.0$"):
        check_positive("x", torch.tensor([1.0, -2.0, -3.0]))
    with pytest.raises(ValueError, match=r"range of torch\.float32, got 1e-60$"):
        check_temperature(torch.tensor([[1e-60], [1e-70]], dtype=DOUBLE), torch.zeros(2, 3))


def test_a_python_number_is_judged_in_double_precision():
    check_positive("x", 1e-300)
    check_finite("x", 1e300)
    with pytest.raises(ValueError, match=r"^x must be positive, got -0\.1$"):
        check_positive("x", -0.1)


class TestShapes:
    def test_the_common_shape(self):
        one, two = torch.zeros(3), torch.zeros(4, 1, 3)
        assert check_broadcast(logits=one, gumbels=two) == (4, 1, 3)
        assert check_broadcast(categories=False, x=torch.zeros(2, 1), loc=0.5, scale=torch.zeros(3)) == (2, 3)

    def test_categories_are_never_stretched(self):
        with pytest.raises(
            ValueError, match=r"^a and b must have as many categories, got shapes \(3,\), \(2, 1\)$"
        ):
            check_broadcast(a=torch.zeros(3), b=torch.zeros(2, 1))

    def test_shapes_that_do_not_fit_are_shown(self):
        with pytest.raises(ValueError, match=r"^a, b and c must broadcast, got shapes \(2,\), \(3,\), \(\)$"):
            check_broadcast(categories=False, a=torch.zeros(2), b=torch.zeros(3), c=1.0)
        with pytest.raises(ValueError, match=r"^a and b must broadcast, got shapes \(2, 3\), \(4, 3\)$"):
            check_broadcast(a=torch.zeros(2, 3), b=torch.zeros(4, 3))

    def test_a_temperature_is_one_number_for_a_row(self):
        scores = torch.zeros(4, 3)
        for shape in [(), (1,), (4, 1), (5, 1, 1)]:
            check_temperature(torch.ones(shape), scores)
        with pytest.raises(ValueError, match=r"one number for all categories of a row, got shape \(4, 3\)$"):
            check_temperature(torch.ones(4, 3), scores)
        with pytest.raises(
            ValueError, match=r"scores and temperature must broadcast, got shapes .*\(5, 1\)$"
        ):
            check_temperature(torch.ones(5, 1), scores)
        with pytest.raises(ValueError, match=r"^temperature must be positive, got 0\.0$"):
            check_temperature(torch.zeros(()), scores)

    @pytest.mark.parametrize("dtype, outside", [(SINGLE, (1e-46, 1e39)), (DOUBLE, ())])
    def test_a_temperature_fits_the_dtype_of_the_scores(self, dtype, outside):
        scores = torch.zeros(4, 3, dtype=dtype)
        assert check_temperature(0.5, scores) == 0.5
        for given in ([0.5], torch.full((4, 1), 0.5, dtype=DOUBLE), torch.tensor(0.5, dtype=HALF)):
            cast = check_temperature(given, scores)
            assert cast.dtype == dtype and (cast == 0.5).all()
        for value in outside:
            for given in (value, torch.tensor([[1.0], [1.0], [value], [1.0]], dtype=DOUBLE)):
                with pytest.raises(ValueError, match=f"range of torch.float32, got {re.escape(str(value))}$"):
                    check_temperature(given, scores)


class TestWiden:
    @pytest.mark.parametrize(
        "kinds, result, compute",
        [
            ([HALF], HALF, SINGLE),
            ([BRAIN], BRAIN, SINGLE),
            ([HALF, BRAIN], SINGLE, SINGLE),
            ([SINGLE, HALF], SINGLE, SINGLE),
            ([HALF, DOUBLE], DOUBLE, DOUBLE),
            ([torch.int64], SINGLE, DOUBLE),
            ([torch.int64, HALF], HALF, DOUBLE),
        ],
    )
    def test_dtypes(self, kinds, result, compute):
        dtype, values = widen(*(torch.ones(2, dtype=kind) for kind in kinds), 0.1)
        assert dtype == result
        assert [value.dtype for value in values] == [compute] * (len(kinds) + 1)

    def test_a_number_keeps_its_digits(self):
        assert widen(torch.zeros(1, dtype=DOUBLE), 0.1)[1][1].item() == 0.1

    def test_numbers_alone_take_the_default_dtype(self):
        dtype, values = widen(0.5, 2)
        assert dtype == SINGLE and [(each.dtype, each.item()) for each in values] == [
            (SINGLE, 0.5),
            (SINGLE, 2.0),
        ]


class TestOverTemperature:
    def test_hand_picked_values(self):
        scores = torch.tensor([[1.0, 4.0, -math.inf], [0.5, 0.5, 0.0]])
        scaled, temperature = over_temperature(scores, 0.5)
        assert temperature == 0.5
        assert scaled.tolist() == [[-6.0, 0.0, -math.inf], [0.0, 0.0, -1.0]]

    def test_a_mask_has_no_slope(self):
        scores = torch.tensor([1.0, 4.0, -math.inf], requires_grad=True)
        temperature = torch.tensor(0.5, requires_grad=True)
        scaled, _ = over_temperature(scores.clone(), temperature)
        slopes = torch.autograd.grad(scaled[:2].sum(), [scores, temperature], retain_graph=True)
        assert [slope.tolist() for slope in slopes] == [[2.0, 2.0, 0.0], 12.0]
        slopes = torch.autograd.grad(scaled[2], [scores, temperature])
        assert [slope.tolist() for slope in slopes] == [[0.0, 0.0, 0.0], 0.0]

    @pytest.mark.parametrize("dtype", [SINGLE, DOUBLE])
    def test_a_score_too_low_for_the_dtype_is_a_mask(self, dtype):
        """The usual stand-in for -inf overflows when it is divided by a temperature below 1."""
        scores = torch.tensor([1.0, 2.0, torch.finfo(dtype).min], dtype=dtype)
        temperature = torch.tensor(0.5, dtype=dtype, requires_grad=True)
        scaled, _ = over_temperature(scores, temperature)
        assert scaled.tolist() == [-2.0, 0.0, -math.inf]
        assert torch.autograd.grad(scaled[:2].sum(), temperature)[0] == 4

    def test_a_mask_has_no_slope_in_forward_mode(self):
        def scaled(temperature):
            return over_temperature(torch.tensor([1.0, 4.0, -math.inf]), temperature)[0]

        slope = torch.func.jvp(scaled, (torch.tensor(0.5),), (torch.tensor(1.0),))[1]
        assert slope.tolist() == [12.0, 0.0, 0.0]

    def test_the_temperature_does_not_decide_the_dtype(self):
        scaled, _ = over_temperature(torch.zeros(2, 3), torch.ones(2, 1, dtype=DOUBLE))
        assert scaled.dtype == SINGLE

    def test_several_temperatures_for_the_same_scores(self):
        scaled, _ = over_temperature(torch.tensor([1.0, 2.0]), torch.tensor([[1.0], [0.5]]))
        assert scaled.tolist() == [[-1.0, 0.0], [-2.0, 0.0]]
