"""The live figures of the lessons.

Each is two files of one name: in `name.py` the scene in torch and the function `name(...)` that lays out the
picture; in `name.js` the twin of the scene, which moves it in the browser.
"""

from .exact_gradient_bars import exact_gradient_bars
from .frozen_noise import frozen_noise
from .gaussian_density import gaussian_density
from .gradient_cloud import gradient_cloud

__all__ = ["exact_gradient_bars", "frozen_noise", "gaussian_density", "gradient_cloud"]
