"""Fresh sizes and inputs for a check, so that no constant and no special case passes."""

import torch
from torch import Tensor

from ..gumbel import sample_gumbel


class Draw:
    """A source of inputs: another one at each check, or a given generator in a test."""

    def __init__(self, generator: torch.Generator | None = None):
        self.generator = generator or torch.Generator()
        if generator is None:
            self.generator.seed()

    def whole(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return int(torch.randint(low, high + 1, (), generator=self.generator))

    def between(self, low: float, high: float) -> Tensor:
        """A number between `low` and `high`, shape ()."""
        return low + (high - low) * self.uniforms()

    def rows(self) -> int:
        """A number of rows, 2 to 4."""
        return self.whole(2, 4)

    def categories(self) -> int:
        """A number of categories, 3 to 5: two alone hide some mistakes."""
        return self.whole(3, 5)

    def loc(self) -> Tensor:
        """A mean at some distance from 0, shape ()."""
        return self.between(0.5, 2.0)

    def scale(self) -> Tensor:
        """A standard deviation at some distance from 1, where a missing one could hide; shape ()."""
        return self.between(1.5, 3.0)

    def logits(self, *shape: int) -> Tensor:
        """Logits of probabilities that are neither equal nor extreme, float64."""
        return 1.5 * self.normals(*shape)

    def temperature(self) -> Tensor:
        """A temperature at some distance from 1, where a missing one could hide; shape ()."""
        return self.between(0.3, 0.7) if self.whole(0, 1) else self.between(1.5, 3.0)

    def normals(self, *shape: int) -> Tensor:
        """Standard normal numbers, float64."""
        return torch.randn(shape, generator=self.generator, dtype=torch.float64)

    def uniforms(self, *shape: int) -> Tensor:
        """Uniform numbers between 0 and 1, float64."""
        return torch.rand(shape, generator=self.generator, dtype=torch.float64)

    def gumbels(self, *shape: int) -> Tensor:
        """Standard Gumbel noise, float64."""
        return sample_gumbel(shape, dtype=torch.float64, generator=self.generator)
