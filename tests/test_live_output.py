"""Where a viewer of an executed copy has no widgets, the first picture is shown."""

import base64
import io

import ipywidgets.embed
import matplotlib.image
import nbconvert
import nbformat
import pytest
import torch

from reparam_server import STATE
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


def as_stored(bundle: dict) -> dict:
    """A bundle as a file holds it."""
    return {
        kind: base64.b64encode(value).decode() if isinstance(value, bytes) else value
        for kind, value in bundle.items()
    }


@pytest.mark.parametrize("kind", MAKERS)
def test_a_picture_goes_with_the_widget(kind):
    bundle, _ = MAKERS[kind]()._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    pixels = matplotlib.image.imread(io.BytesIO(bundle["image/png"]), format="png")
    assert pixels.shape[0] > 100 and pixels.std() > 0.01, "the picture is empty"


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("template", ["lab", "classic"])
def test_an_export_says_what_a_figure_shows(kind, template):
    """`nbconvert --to html`: with the widgets' state as JupyterLab saves it, and with the picture alone.

    The template "lab" takes no description from a picture's metadata, so there the state is needed.
    """
    figure = MAKERS[kind]()
    bundle, metadata = figure._repr_mimebundle_()
    notebook = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell(
                outputs=[nbformat.v4.new_output("display_data", data=as_stored(bundle), metadata=metadata)]
            )
        ]
    )
    if template == "lab":
        state = ipywidgets.embed.embed_data([figure])["manager_state"]
        notebook.metadata.widgets = {STATE: state}
    page, _ = nbconvert.HTMLExporter(template_name=template).from_notebook_node(notebook)
    assert "No description" not in page
    assert LABELS[kind] in page
