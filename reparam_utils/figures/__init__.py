"""The live figures of the lessons.

Each is two files of one name: in `name.py` the scene in torch and the function `name(...)` that lays out the
picture; in `name.js` the twin of the scene, which moves it in the browser.
"""

from .digit_decoder import digit_decoder
from .estimator_errors import estimator_errors
from .exact_gradient_bars import exact_gradient_bars
from .frozen_noise import frozen_noise
from .gaussian_density import gaussian_density
from .gradient_cloud import gradient_cloud
from .hard_forward import hard_forward
from .perturbed_scores import perturbed_scores
from .relaxed_gradients import relaxed_gradients
from .relaxed_sample import relaxed_sample
from .simplex_cloud import simplex_cloud
from .smooth_max_band import smooth_max_band
from .soft_argmax_peaks import soft_argmax_peaks
from .toy_fixed_points import toy_fixed_points
from .winner_frequencies import winner_frequencies

__all__ = [
    "digit_decoder",
    "estimator_errors",
    "exact_gradient_bars",
    "frozen_noise",
    "gaussian_density",
    "gradient_cloud",
    "hard_forward",
    "perturbed_scores",
    "relaxed_gradients",
    "relaxed_sample",
    "simplex_cloud",
    "smooth_max_band",
    "soft_argmax_peaks",
    "toy_fixed_points",
    "winner_frequencies",
]
