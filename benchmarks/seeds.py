"""The polynomial programming task of lesson 06 with ten seeds, beside where it is predicted to stop."""

from dataclasses import dataclass

import torch
from scipy.optimize import brentq

from reparam_utils import polynomial, two_class_moments

POWERS = (1.5, 2.0, 3.0)
STEPS, LAST = 8000, 200
SEEDS = 10


@dataclass(frozen=True)
class Run:
    """One estimator and power: costs and mean probabilities of a 1 over the last steps, one for each seed."""

    estimator: str
    power: float
    costs: torch.Tensor
    means: torch.Tensor
    predicted: float  # where the mean gradient is zero; NaN if nowhere but at 0


def measure_seeds() -> list[Run]:
    """Train with every estimator, power and seed."""
    costs, means = [], []
    for seed in range(SEEDS):
        print(f"polynomial programming, seed {seed + 1} of {SEEDS}", flush=True)
        trained = polynomial.train(range(STEPS), POWERS, torch.Generator().manual_seed(seed))
        for values, kept in zip(trained, (costs, means), strict=True):
            kept.append(values[-LAST:].mean(dim=0))
    costs, means = torch.stack(costs), torch.stack(means)
    return [
        Run(name, power, costs[:, i, j], means[:, i, j], predict(name, power))
        for i, name in enumerate(polynomial.ESTIMATORS)
        for j, power in enumerate(POWERS)
    ]


def predict(name: str, power: float) -> float:
    """The probability of a 1 at which the mean gradient of an estimator is zero, at temperature 1."""
    exponent = torch.tensor(power, dtype=torch.float64)

    def slope(bit):
        return polynomial.slope(bit, exponent)

    def mean(logit):
        return two_class_moments(slope, logit, 1.0, hard=name != "GS")[0].item()

    if name == "ST":
        low, high = slope(torch.tensor([0.0, 1.0], dtype=torch.float64))
        return (-low / (high - low)).item()
    if name not in ("ST-GS", "GR", "GS"):
        return float("nan")
    return torch.sigmoid(torch.tensor(brentq(mean, -3.0, 1.0))).item()
