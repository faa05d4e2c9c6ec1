"""The reparameterized normal sample."""

import math

import pytest
import torch
from scipy import stats

from reparam_utils import reparameterize_gaussian


def test_hand_picked_values_are_exact():
    noise = torch.tensor([-2.0, 0.0, 0.5])
    assert reparameterize_gaussian(1.0, 4.0, noise).tolist() == [-7.0, 1.0, 3.0]


def test_a_python_number_keeps_its_double_precision():
    z = reparameterize_gaussian(0.1, 0.3, torch.tensor([0.7], dtype=torch.float64))
    assert z.item() == 0.1 + 0.3 * 0.7


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_the_dtype_is_that_of_the_noise(dtype):
    assert reparameterize_gaussian(0.0, 2.0, torch.ones(3, dtype=dtype)).dtype == dtype


def test_torch_gives_the_same_sample_on_the_same_noise():
    loc, scale = torch.randn(4, 1, generator=torch.Generator().manual_seed(3)), torch.tensor([0.5, 2.0, 7.0])
    with torch.random.fork_rng():
        torch.manual_seed(5)
        noise = torch.randn(4, 3)
        torch.manual_seed(5)
        reference = torch.distributions.Normal(loc, scale).rsample()
    torch.testing.assert_close(reparameterize_gaussian(loc, scale, noise), reference, rtol=0, atol=0)


def test_the_gradient_is_one_in_loc_and_the_noise_in_scale():
    loc = torch.tensor([0.3, -1.0], dtype=torch.float64, requires_grad=True)
    scale = torch.tensor([0.5, 2.0], dtype=torch.float64, requires_grad=True)
    noise = torch.tensor([1.5, -0.25], dtype=torch.float64)
    slopes = torch.autograd.grad(reparameterize_gaussian(loc, scale, noise).sum(), [loc, scale])
    assert slopes[0].tolist() == [1.0, 1.0]
    assert slopes[1].tolist() == noise.tolist()
    assert torch.autograd.gradcheck(reparameterize_gaussian, (loc, scale, noise))


def p_value(z, loc, scale):
    return stats.kstest(z.numpy(), stats.norm(loc, scale).cdf).pvalue


def test_samples_are_normal_and_the_common_bug_is_not():
    """False alarm: below 1e-7 for a new seed. Power: the wrong sampler (noise + loc) * scale is rejected."""
    noise = torch.randn(100_000, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    assert p_value(reparameterize_gaussian(1.0, 0.5, noise), 1.0, 0.5) > 1e-7
    assert p_value((noise + 1.0) * 0.5, 1.0, 0.5) < 1e-7
    variance_as_scale = reparameterize_gaussian(1.0, 0.5**2, noise)
    assert p_value(variance_as_scale, 1.0, 0.5) < 1e-7


@pytest.mark.parametrize("scale", [0.0, -1.0, math.nan, math.inf])
def test_a_scale_that_is_no_scale_is_refused_with_its_value(scale):
    with pytest.raises(ValueError, match=f"scale must be (positive|finite), got {scale}"):
        reparameterize_gaussian(0.0, torch.tensor([1.0, scale]), torch.zeros(2))


def test_nan_and_infinity_are_refused_by_name():
    with pytest.raises(ValueError, match="loc must be finite, got nan"):
        reparameterize_gaussian(math.nan, 1.0, torch.zeros(2))
    with pytest.raises(ValueError, match="noise must be finite, got inf"):
        reparameterize_gaussian(0.0, 1.0, torch.tensor([0.0, math.inf]))


def test_shapes_that_do_not_broadcast_are_refused_with_the_shapes():
    with pytest.raises(ValueError, match=r"\(2,\), \(3,\), \(4,\)"):
        reparameterize_gaussian(torch.zeros(2), torch.ones(3), torch.zeros(4))
