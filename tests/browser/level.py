"""The scene of a figure with one number, in a file: its twin in the test's own process imports it too."""

import torch


def scene(level):
    """Below zero at the left end, by less than the number shows."""
    return {"number": torch.tensor(level - 0.004, dtype=torch.float64)}
