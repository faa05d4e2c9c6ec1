"""What a server of the course keeps of a notebook's widgets when it is saved."""

import json
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from types import SimpleNamespace

import pytest

import reparam_server
from reparam_server import STATE, VIEW, before_saving, keep_shown


def model(name="IntSliderModel", **state):
    return {"model_name": name, "model_module": "@jupyter-widgets/controls", "state": state}


# A box of a slider and a canvas that a link joins; and the same, from a run before.
MODELS = {
    "box": model("VBoxModel", children=["IPY_MODEL_slider", "IPY_MODEL_canvas"], layout="IPY_MODEL_layout"),
    "slider": model(),
    "canvas": model("AnyModel", svg="<text>old-box and IPY_MODEL_old-box, in words</text>"),
    "layout": model("LayoutModel"),
    "link": model("LinkModel", source=["IPY_MODEL_slider", "value"], target=["IPY_MODEL_canvas", "loc"]),
    "old-box": model("VBoxModel", children=["IPY_MODEL_old-slider", "IPY_MODEL_slider"]),
    "old-slider": model(),
    "old-link": model(
        "LinkModel", source=["IPY_MODEL_old-slider", "max"], target=["IPY_MODEL_slider", "max"]
    ),
    "held": model("OutputModel", outputs=[{"data": {VIEW: {"model_id": "in-output"}}}]),
    "in-output": model(),
}
SHOWN = {"box", "slider", "canvas", "layout", "link"}


def notebook(*shown, models=MODELS):
    outputs = [{"output_type": "execute_result", "data": {VIEW: {"model_id": name}}} for name in shown]
    outputs.append({"output_type": "stream", "name": "stdout", "text": "box"})
    cells = [{"cell_type": "markdown", "source": "held"}, {"cell_type": "code", "outputs": outputs}]
    state = {"version_major": 2, "version_minor": 0, "state": deepcopy(models)}
    return {"cells": cells, "metadata": {"widgets": {STATE: state}}}


def kept(made, file=None):
    keep_shown(made, file)
    return made["metadata"]["widgets"][STATE]["state"]


@pytest.fixture
def stored(tmp_path):
    """The file of a notebook that showed the box."""
    file = tmp_path / "lesson.ipynb"
    file.write_text(json.dumps(notebook("box")), encoding="utf-8")
    return file


def test_what_an_output_shows_is_kept_with_its_parts_and_links():
    assert kept(notebook("box")) == {name: MODELS[name] for name in SHOWN}
    assert kept(notebook("held")).keys() == {"held", "in-output"}
    assert kept(notebook()).keys() == set()
    both = kept(notebook("box", "old-box")).keys()
    assert both == SHOWN | {"old-box", "old-slider", "old-link"}, "each link whose two ends are kept"


def test_what_the_front_end_forgot_comes_from_the_file(stored):
    assert kept(notebook("box", models={}), stored) == {name: MODELS[name] for name in SHOWN}
    fresh = {"new": model(value=3), "slider": model(value=5)}
    half = kept(notebook("box", "new", models=fresh), stored)
    assert half.keys() == SHOWN | {"new"} and half["slider"] == model(value=5), "the newer state counts"
    assert kept(notebook("gone", models={}), stored) == {}
    assert kept(notebook("box", models={}), stored.with_name("another.ipynb")) == {}


def test_a_file_is_not_read_for_nothing(stored):
    stored.write_text("no notebook")
    assert kept(notebook("box"), stored).keys() == SHOWN
    with pytest.raises(json.JSONDecodeError):
        kept(notebook("box", models={}), stored)


@pytest.mark.parametrize("metadata", [{}, {"widgets": {}}, {"widgets": {"another": {"state": {}}}}])
def test_without_a_state_nothing_changes(metadata, stored):
    made = notebook("box") | {"metadata": metadata}
    before = deepcopy(made)
    keep_shown(made, stored)
    assert made == before
    stored.write_text(json.dumps(made))
    assert kept(notebook("box", models={}), stored) == {}


def test_the_hook_finds_the_file_and_leaves_what_is_no_notebook_alone(stored):
    manager = SimpleNamespace(root_dir=str(stored.parent))
    made = {"type": "notebook", "content": notebook("box", models={})}
    before_saving(model=made, path="/lesson.ipynb", contents_manager=manager)
    assert made["content"] == notebook("box", models={name: MODELS[name] for name in MODELS if name in SHOWN})
    elsewhere = {"type": "notebook", "content": notebook("box", models={})}
    before_saving(model=elsewhere, path="lesson.ipynb", contents_manager=SimpleNamespace())
    assert elsewhere["content"] == notebook("box", models={})
    for other in ({"type": "file", "content": "text"}, {"type": "notebook"}, {"type": "directory"}):
        same = deepcopy(other)
        before_saving(model=same, path="lesson.ipynb", contents_manager=manager)
        assert same == other


def test_the_environment_switches_it_on():
    """In JupyterLab's settings and the server's, as pip installed them with the course."""
    folder = Path(reparam_server.__file__).parent
    for own, installed in [
        ("overrides.json", "share/jupyter/lab/settings/overrides.d/reparam-course.json"),
        ("server.json", "etc/jupyter/jupyter_server_config.d/reparam-course.json"),
    ]:
        assert (Path(sys.prefix) / installed).read_bytes() == (folder / own).read_bytes(), "make setup"
    registered = []
    manager = SimpleNamespace(register_pre_save_hook=registered.append)
    [point] = reparam_server._jupyter_server_extension_points()
    sys.modules[point["module"]]._load_jupyter_server_extension(SimpleNamespace(contents_manager=manager))
    assert registered == [before_saving]


def test_a_server_does_not_load_torch_for_it():
    code = "import reparam_server, sys; print('torch' in sys.modules, 'numpy' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).split() == ["False", "False"]
