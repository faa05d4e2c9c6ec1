"""Chosen uniforms for the Gumbel sampler, so that its grid can be counted instead of simulated."""

import torch

from reparam_utils import sample_gumbel


class Feed:
    """Chosen uniforms in place of torch's: the sampler turns them into noise by its own code.

    `few` and `many` take what a source of float64 uniforms returns; `coarse` takes whole numbers below 2**24,
    and `fine`, the uniforms drawn for those of them that are small.
    """

    def __init__(self, monkeypatch):
        self.patch = monkeypatch

    def few(self, uniforms, dtype):
        # test_torch_makes_exponentials_from_float64_uniforms says why.
        exponentials = -torch.log1p(-uniforms)
        self.patch.setattr(torch.Tensor, "exponential_", lambda out, generator: out.copy_(exponentials))
        return sample_gumbel(len(uniforms), dtype=dtype)

    def many(self, uniforms):
        self.patch.setattr(torch.Tensor, "uniform_", lambda out, generator: out.copy_(uniforms))
        return sample_gumbel(len(uniforms), dtype=torch.float64)

    def coarse(self, numbers, fine, dtype=torch.float32):
        """Any bits may stand above the 24 that count; of an odd number the last half is not used."""
        words = numbers.to(torch.int32) | (torch.arange(len(numbers), dtype=torch.int32) << 24)
        pieces = iter(torch.nn.functional.pad(words, (0, len(words) % 2)).view(torch.int64).split(2**16))
        self.patch.setattr(torch.Tensor, "random_", lambda out, *_, generator: out.copy_(next(pieces)))
        self.patch.setattr(torch.Tensor, "uniform_", lambda out, generator: out.copy_(fine))
        return sample_gumbel(len(numbers), dtype=dtype)
