"""Fresh sizes and inputs for a check, so that no constant and no special case passes."""

from itertools import cycle

import torch
from torch import Tensor

from ..gumbel import sample_gumbel


class Draw:
    """A source of inputs: another one at each check, or a given generator in a test."""

    def __init__(self, generator: torch.Generator | None = None):
        self.generator = generator or torch.Generator()
        if generator is None:
            self.generator.seed()
        # In turn, so that a few inputs are sure to differ in size.
        self._rows, self._categories = (
            cycle((low + torch.randperm(3, generator=self.generator)).tolist()) for low in (2, 3)
        )

    def rows(self) -> int:
        """A number of rows: 2, 3 and 4, in turn."""
        return next(self._rows)

    def categories(self) -> int:
        """A number of categories: 3, 4 and 5, in turn. Two alone hide some mistakes."""
        return next(self._categories)

    def between(self, low: float, high: float) -> Tensor:
        """A number between `low` and `high`, shape ()."""
        return low + (high - low) * self.uniforms()

    def loc(self) -> Tensor:
        """A mean, positive or negative, at some distance from 0; shape ()."""
        return self.between(0.5, 2.0) * self.normals().sign()

    def scale(self) -> Tensor:
        """A standard deviation at some distance from 1, where a missing one could hide; shape ()."""
        return self.between(1.5, 3.0)

    def temperature(self) -> Tensor:
        """A temperature at some distance from 1, where a missing one could hide; shape ()."""
        return self.scale() if self.normals() > 0 else 1 / self.scale()

    def normals(self, *shape: int) -> Tensor:
        """Standard normal numbers, float64."""
        return torch.randn(shape, generator=self.generator, dtype=torch.float64)

    def logits(self, *shape: int) -> Tensor:
        """Logits of probabilities that are neither equal nor extreme, float64."""
        return 1.5 * self.normals(*shape)

    def uniforms(self, *shape: int) -> Tensor:
        """Uniform numbers between 0 and 1, float64."""
        return torch.rand(shape, generator=self.generator, dtype=torch.float64)

    def gumbels(self, *shape: int) -> Tensor:
        """Standard Gumbel noise, float64."""
        return sample_gumbel(shape, dtype=torch.float64, generator=self.generator)
