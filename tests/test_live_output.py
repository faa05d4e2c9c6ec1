"""Where a viewer of an executed copy has no widgets, the first picture is shown."""

import io

import matplotlib.image
import pytest
import torch

from reparam_utils.figures import frozen_noise
from reparam_utils.live import explore, slider


def draw(figure, scale):
    figure.subplots().plot([0, scale])


MAKERS = {
    "LiveFigure": lambda: frozen_noise(torch.Generator().manual_seed(0)),
    "explore": lambda: explore(draw, scale=slider("scale", 0.1, 1.0, value=0.5, step=0.1)),
}
LABELS = {
    "LiveFigure": "Frozen noise points joined by strings to the samples; mean of z squared against loc",
    "explore": "picture drawn by draw",
}


@pytest.mark.parametrize("kind", MAKERS)
def test_a_picture_goes_with_the_widget(kind):
    bundle, metadata = MAKERS[kind]()._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    pixels = matplotlib.image.imread(io.BytesIO(bundle["image/png"]), format="png")
    assert pixels.shape[0] > 100 and pixels.std() > 0.01, "the picture is empty"
    assert metadata == {"image/png": {"alt": LABELS[kind]}}, "the picture has no description"
