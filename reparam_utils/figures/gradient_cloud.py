"""Two unbiased estimators of one gradient, draw by draw, and their exact variances (lesson 01)."""

from pathlib import Path

import matplotlib.pyplot as plt
import torch
from torch import Tensor

from ..estimators import gradient_moments, pathwise_gradient, score_function_gradient
from ..live import LiveFigure, choice, slider

# The quadratic comes last: the list that a learner chooses from has the first two.
OBJECTIVES = {
    "exp(−k z²)": lambda z, k: torch.exp(-k * z**2),
    "cos(k z)": lambda z, k: torch.cos(k * z),
    "(z − k)²": lambda z, k: (z - k) ** 2,
}
_ESTIMATORS = {"pathwise": pathwise_gradient, "score": score_function_gradient}
_CURVE = 61


def scene(
    objective: float, loc: float, scale: float, k: float, k_low: float, k_high: float, noise: Tensor
) -> dict[str, Tensor]:
    """Gradient estimates in loc from each draw, and both variances against k.

    Args:
        objective: index into OBJECTIVES.
        loc, scale: of the normal distribution; `scale` above zero.
        k: parameter of the objective.
        k_low, k_high: ends of the variance curves; above zero they are spaced evenly in log k.
        noise: shape (2, n): standard normal draws, and sideways shifts within a column.
    """
    eps, shift = noise
    function = list(OBJECTIVES.values())[int(objective)]
    ks = torch.linspace(0, 1, _CURVE, dtype=torch.float64)
    ks = k_low * (k_high / k_low) ** ks if k_low > 0 else k_low + (k_high - k_low) * ks

    def moments(estimator, k):
        means, variances = gradient_moments(estimator, lambda z: function(z, k), loc, scale)
        return means[0], variances[0]

    result = {"current": torch.tensor(k, dtype=torch.float64)}
    for column, (name, estimator) in enumerate(_ESTIMATORS.items()):
        mean, variance = moments(estimator, k)
        gradients = estimator(lambda z: function(z, k), loc, scale, eps)[0]
        result |= {
            f"{name}_cloud": torch.stack([column + shift, gradients]),
            f"{name}_curve": torch.stack(
                [ks, torch.stack([moments(estimator, each)[1] for each in ks.tolist()])]
            ),
            f"{name}_variance": variance,
        }
    middle = torch.tensor([-0.5, 1.5], dtype=torch.float64)
    return result | {"exact": torch.stack([middle, mean.expand(2)]), "exact_gradient": mean}


def gradient_cloud(generator: torch.Generator, *, quadratic: bool, samples: int = 500) -> LiveFigure:
    """Live figure: gradient estimates in loc as two columns of points, and their variance against k.

    Args:
        generator: draws the noise, once.
        quadratic: the objective is (z - k)**2, with sliders for k, loc and scale. Otherwise there is a list
            with exp(-k z**2) and cos(k z), k on a log slider, and loc = scale = 1.
        samples: points in each column.
    """
    eps = torch.randn(samples, generator=generator, dtype=torch.float64)
    shift = 0.7 * torch.rand(samples, generator=generator, dtype=torch.float64) - 0.35
    with plt.style.context("reparam_utils.course"):
        figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.8))
        marks = {
            "pathwise_cloud": left.scatter([], [], s=9, color="#0072B2"),
            "score_cloud": left.scatter([], [], s=9, color="#D55E00"),
            "exact": left.plot([], [], color="#000000", linewidth=1.5, linestyle="-")[0],
            "pathwise_curve": right.plot([], [], color="#0072B2", linestyle="-", label="pathwise")[0],
            "score_curve": right.plot([], [], color="#D55E00", linestyle="--", label="score function")[0],
            "current": right.axvline(1, color="#888888", linewidth=1.5, linestyle=":"),
        }
        left.set(
            xlim=(-0.5, 1.5),
            xticks=[0, 1],
            xticklabels=["pathwise", "score function"],
            ylabel="gradient in loc",
        )
        right.set(xlabel="k", ylabel="variance", yscale="log")
        right.legend(loc="lower right")
        fixed, controls = _layout(left, right, quadratic)
        digits = "{:.1f}" if quadratic else "{:.4f}"
        numbers = {
            "exact_gradient": (left, 0.5, f"exact gradient {digits}", "center"),
            "pathwise_variance": (right, 0.0, f"pathwise {digits}", "left"),
            "score_variance": (right, 1.0, f"score function {digits}", "right"),
        }
        for name, (axes, x, text, align) in numbers.items():
            marks[name] = axes.text(x, 1.04, text, transform=axes.transAxes, ha=align)
        return LiveFigure(
            figure, scene, Path(__file__).with_suffix(".js"), marks, controls,
            noise=torch.stack([eps, shift]), fixed=fixed,
            label="Gradient estimates of two estimators, and their exact variances against k",
        )  # fmt: skip


def _layout(left, right, quadratic):
    if quadratic:
        left.set_yscale("asinh", linear_width=5)
        left.set(ylim=(-700, 700), yticks=[-100, -10, 0, 10, 100])
        right.set(xlim=(-3, 3), ylim=(1e-3, 1e5))
        controls = {
            "k": slider("k (target)", -3.0, 3.0, value=-1.0, step=0.1),
            "loc": slider("loc (mean)", -2.0, 2.0, value=1.0, step=0.1),
            "scale": slider("scale (spread)", 0.2, 2.0, value=1.0, step=0.1),
        }
        return {"objective": 2, "k_low": -3.0, "k_high": 3.0}, controls
    left.set_yscale("asinh", linear_width=0.5)
    left.set(ylim=(-12, 12), yticks=[-10, -1, 0, 1, 10])
    right.set(xscale="log", xlim=(0.1, 10), ylim=(5e-5, 1e2))
    controls = {
        "objective": choice("objective f(z)", list(OBJECTIVES)[:2], value="exp(−k z²)"),
        "k": slider("k (sharpness)", 0.1, 10.0, value=1.0, step=0.05, log=True),
    }
    return {"loc": 1.0, "scale": 1.0, "k_low": 0.1, "k_high": 10.0}, controls
