"""The density of the Gumbel-Softmax sample: torch's own, by hand, and as a density."""

import math

import pytest
import torch
from torch.distributions import RelaxedOneHotCategorical

from reparam_utils import concrete_log_prob, gumbel_softmax, sample_gumbel

DTYPES = [torch.float16, torch.bfloat16, torch.float32, torch.float64]
LOGITS = torch.tensor([2.0, 1.0, -0.5], dtype=torch.float64)
INF = math.inf


def points(n, temperature=1.0, logits=LOGITS):
    noise = sample_gumbel((n, len(logits)), dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    return gumbel_softmax(logits, noise, temperature)


def test_hand_picked_values():
    even = torch.full((3,), 1 / 3, dtype=torch.float64)
    # At temperature 1 with even logits the density is constant: 2!, one over the area of the simplex.
    assert concrete_log_prob(even, torch.zeros(3), 1.0).item() == pytest.approx(math.log(2))
    y, odds = torch.tensor([[0.2, 0.8], [3.0, 1.0]], dtype=torch.float64)
    by_hand = 2 * 3 * 0.2**-3 * 0.8**-3 / (3 * 0.2**-2 + 0.8**-2) ** 2
    assert concrete_log_prob(y, odds.log(), 2.0).item() == pytest.approx(math.log(by_hand))


@pytest.mark.parametrize("temperature", [0.1, 1.0, 7.0])
def test_torch_agrees(temperature):
    y = points(200, temperature).clamp(min=1e-30)
    reference = RelaxedOneHotCategorical(LOGITS.new_tensor(temperature), logits=LOGITS).log_prob(y)
    torch.testing.assert_close(concrete_log_prob(y, LOGITS, temperature), reference, rtol=1e-10, atol=1e-9)
    torch.testing.assert_close(
        concrete_log_prob(y, LOGITS + 9, temperature), reference, rtol=1e-10, atol=1e-9
    )


@pytest.mark.parametrize("temperature", [0.8, 1.0, 2.0])
def test_it_integrates_to_one(temperature):
    # With y = softmax(u, v, 0), dy1 dy2 = y1 y2 y3 du dv, and the trapezoid rule is exact to all digits.
    axis = torch.arange(-60 / temperature, 60 / temperature, 0.25 / temperature, dtype=torch.float64)
    u, v = torch.meshgrid(axis, axis, indexing="ij")
    log_y = torch.log_softmax(torch.stack([u, v, torch.zeros_like(u)], dim=-1), dim=-1)
    density = concrete_log_prob(log_y.exp(), LOGITS, temperature)
    area = (density + log_y.sum(dim=-1)).exp().sum() * (0.25 / temperature) ** 2
    assert area.item() == pytest.approx(1, rel=1e-9)


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_high_temperature_costs_no_digits(dtype):
    """Its terms are then large and cancel; computed in single precision, the slopes have no right digit."""
    y = points(20, 100.0).to(dtype)
    wide = points(20, 100.0).to(dtype).double()
    logits = LOGITS.to(dtype).requires_grad_()
    temperature = torch.tensor(1e4, dtype=torch.float32, requires_grad=True)
    value = concrete_log_prob(y, logits, temperature)
    # The same density by the distance of log y from its largest entry, where nothing cancels.
    below = torch.log1p((wide - wide.amax(dim=-1, keepdim=True)) / wide.amax(dim=-1, keepdim=True))
    x, t = (
        LOGITS.to(dtype).double().requires_grad_(),
        torch.tensor(1e4, dtype=torch.float64, requires_grad=True),
    )
    terms = (x - (t + 1) * below).sum(dim=-1) - 3 * torch.logsumexp(x - t * below, dim=-1)
    exact = math.log(2) + 2 * t.log() + terms - 3 * wide.amax(dim=-1).log()
    eps = torch.finfo(dtype).eps if dtype != torch.float64 else 1e-9
    torch.testing.assert_close(value.double(), exact, rtol=eps, atol=0)
    slopes = torch.autograd.grad(value.double().sum(), [logits, temperature])
    truth = torch.autograd.grad(exact.sum(), [x, t])
    torch.testing.assert_close(slopes[0].double(), truth[0], rtol=eps, atol=20 * eps)
    assert slopes[1].item() == pytest.approx(truth[1].item(), rel=1e-5)


def test_gradients():
    y, logits = points(3).requires_grad_(), LOGITS.clone().requires_grad_()
    temperature = torch.tensor([[0.5], [1.0], [3.0]], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(concrete_log_prob, (y, logits, temperature))


def test_a_masked_category_does_not_count():
    logits = torch.tensor([2.0, -INF, 1.0, -0.5], dtype=torch.float64, requires_grad=True)
    y, temperature = points(5)[:, [0, 0, 1, 2]], torch.tensor(0.7, dtype=torch.float64, requires_grad=True)
    y[:, 1] = 0
    density = concrete_log_prob(y.requires_grad_(), logits, temperature)
    torch.testing.assert_close(density, concrete_log_prob(y[:, [0, 2, 3]], LOGITS, 0.7))
    slopes = torch.autograd.grad(density.sum(), [y, logits, temperature])
    assert all(torch.isfinite(slope).all() for slope in slopes)
    assert slopes[1][1] == 0 and (slopes[0][:, 1] == 0).all()
    off = torch.tensor([0.2, 0.1, 0.3, 0.4], dtype=torch.float64)
    assert concrete_log_prob(off, logits, temperature).item() == -INF
    low = torch.tensor([0.0, -INF, -3e38, -3e38])
    assert concrete_log_prob(torch.full((4,), 0.25), low, temperature).item() == -INF
    both = concrete_log_prob(torch.stack([y[0].detach(), off]), logits, temperature)
    assert both[0] == concrete_log_prob(y[0], logits, temperature) and both[1] == -INF
    assert concrete_log_prob(torch.tensor([0.0, 1.0]), torch.tensor([-INF, 3.0]), 2.0).item() == 0.0


@pytest.mark.parametrize("dtype", DTYPES)
def test_every_dtype_and_extremes(dtype):
    y = torch.tensor([0.25, 0.25, 0.5], dtype=dtype)
    logits = torch.tensor([1e4, 0.0, -1e4], dtype=dtype)
    for temperature in (1e-6, 1.0, 1e3):
        ours = concrete_log_prob(y, logits, temperature)
        exact = concrete_log_prob(y.double(), logits.double(), temperature)
        assert ours.dtype == dtype
        torch.testing.assert_close(ours, exact.to(dtype), rtol=2 * torch.finfo(dtype).eps, atol=1e-2)
    # Rounding is no reason to refuse, and no excuse for a sum of two percent too much.
    rounded = torch.softmax(torch.linspace(0, 3, 300), dim=-1).to(dtype)
    for y in (rounded, torch.full((300,), 1 / 300, dtype=dtype)):
        assert torch.isfinite(concrete_log_prob(y, torch.zeros(300), 1.0))
        with pytest.raises(ValueError, match=r"rows of y must sum to one, got 1\.0"):
            concrete_log_prob(y * 1.025, torch.zeros(300), 1.0)


def test_each_row_has_its_own_logits_and_temperature():
    y, temperature = points(4), torch.tensor([[0.5], [1.0], [2.0], [3.0]], dtype=torch.float64)
    logits = torch.stack([LOGITS, -LOGITS, 2 * LOGITS, LOGITS.flip(0)])
    rows = [concrete_log_prob(*row) for row in zip(y, logits, temperature, strict=True)]
    torch.testing.assert_close(concrete_log_prob(y, logits, temperature), torch.stack(rows))


def test_shapes():
    y, temperature = points(4), torch.ones(5, 1, 1, dtype=torch.float64)
    assert concrete_log_prob(y, LOGITS, temperature).shape == (5, 4)
    assert concrete_log_prob(y[0], LOGITS.expand(2, 3), 1).shape == (2,)
    assert concrete_log_prob(y[:0], LOGITS, 1.0).shape == (0,)
    with torch.device("meta"):
        assert concrete_log_prob(y, LOGITS, temperature).device.type == "cpu"


def test_what_is_refused():
    logits = torch.tensor([0.0, 1.0, -INF])
    for wrong, message in [
        ([-0.5, 1.5, 0.0], r"y must not be negative, got -0\.5"),
        ([0.0, 1.0, 0.0], r"y must be above zero where the logit is finite, got 0\.0"),
        ([0.5, 0.498, 0.0], r"rows of y must sum to one, got 0\.998"),
        ([0.5, 0.502, 0.0], r"rows of y must sum to one, got 1\.00"),
        ([math.nan, 1.0, 0.0], "y must be finite, got nan"),
    ]:
        with pytest.raises(ValueError, match=message):
            concrete_log_prob(torch.tensor(wrong), logits, 1.0)
    y = torch.tensor([0.5, 0.5, 0.0])
    with pytest.raises(ValueError, match="logits must leave a category unmasked"):
        concrete_log_prob(y, torch.full((3,), -INF), 1.0)
    with pytest.raises(ValueError, match=r"as many categories, got shapes \(3,\), \(2,\)"):
        concrete_log_prob(y, torch.zeros(2), 1.0)
    with pytest.raises(ValueError, match=r"must broadcast, got shapes \(4, 3\), \(5, 1\)"):
        concrete_log_prob(y, torch.zeros(4, 3), torch.ones(5, 1))


def test_single_precision_is_rounded_last():
    """Large terms cancel here, and the differences of these logits are not exact in single precision."""
    logits, y = torch.tensor([10_000.123, -0.3777]), torch.softmax(torch.tensor([2.0, -0.0003]), dim=-1)
    wanted = concrete_log_prob(y.double(), logits.double(), 5000.0)
    torch.testing.assert_close(concrete_log_prob(y, logits, 5000.0).double(), wanted, rtol=1e-6, atol=0)
