"""What a server of the course keeps of a notebook's widgets when it is saved."""

import asyncio
import json
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from types import SimpleNamespace

import pytest

import reparam_server
from reparam_server import STATE, VIEW, Keeper


def model(name="IntSliderModel", **state):
    return {"model_name": name, "model_module": "@jupyter-widgets/controls", "state": state}


def link(one, other, kind="LinkModel"):
    return model(kind, source=[f"IPY_MODEL_{one}", "value"], target=[f"IPY_MODEL_{other}", "value"])


# A box of a slider and a canvas that a link joins; and the same, from a run before.
MODELS = {
    "box": model("VBoxModel", children=["IPY_MODEL_slider", "IPY_MODEL_canvas"], layout="IPY_MODEL_layout"),
    "slider": model(),
    "canvas": model("AnyModel", own="anywidget:part", nested=[{"deep": "IPY_MODEL_slider"}]),
    "part": model("AnyModel", canvas="anywidget:canvas"),
    "layout": model("LayoutModel"),
    "link": link("slider", "canvas"),
    "old-box": model("VBoxModel", children=["IPY_MODEL_old-slider", "IPY_MODEL_slider"]),
    "old-slider": model(),
    "old-link": link("old-slider", "slider", "DirectionalLinkModel"),
    "held": model("OutputModel", outputs=[{"data": {VIEW: {"model_id": "in-output"}}}]),
    "in-output": model(),
}
SHOWN = {"box", "slider", "canvas", "part", "layout", "link"}
BOX = {name: each for name, each in MODELS.items() if name in SHOWN}


def notebook(*shown, models=MODELS):
    outputs = [{"output_type": "execute_result", "data": {VIEW: {"model_id": name}}} for name in shown]
    outputs.append({"output_type": "stream", "name": "stdout", "text": "box"})
    cells = [{"cell_type": "markdown", "source": "held"}, {"cell_type": "code", "outputs": outputs}]
    state = {"version_major": 2, "version_minor": 0, "state": deepcopy(models)}
    return {"cells": cells, "metadata": {"widgets": {STATE: state}}}


@pytest.fixture
def keeper(tmp_path):
    return Keeper(str(tmp_path))


def kept(keeper, made):
    """The widgets of a notebook after it was saved."""
    keeper.before_saving(model={"type": "notebook", "content": made}, path="any.ipynb", contents_manager=None)
    return made["metadata"]["widgets"][STATE]["state"]


def opened(keeper, name, made, action="get"):
    """Have the server asked for a notebook's file."""
    (keeper.root / name).write_text(json.dumps(made), encoding="utf-8")
    asyncio.run(keeper.on_event(logger=None, schema_id="", data={"action": action, "path": name}))


def test_what_an_output_shows_is_kept_with_its_parts_and_links(keeper):
    assert kept(keeper, notebook("box")) == BOX
    assert kept(keeper, notebook("held")).keys() == {"held", "in-output"}
    assert kept(keeper, notebook()).keys() == set()
    both = kept(keeper, notebook("box", "old-box")).keys()
    assert both == SHOWN | {"old-box", "old-slider", "old-link"}, "each link whose two ends are kept"


def test_links_count_where_they_join_what_is_shown(keeper):
    ends = {name: model(layout=f"IPY_MODEL_{name}-layout") for name in "abcdef"}
    layouts = {f"{name}-layout": model("LayoutModel") for name in ends}
    # a is joined to b through c, and to itself. From d there is a way to b only; e, f hang on nothing shown.
    links = {pair: link(*pair) for pair in ("ac", "bc", "aa", "bd", "ef", "fe", "cx", "xy")}
    result = kept(keeper, notebook("a", "b", models=ends | layouts | links)).keys()
    assert result == {"a", "b", "c", "a-layout", "b-layout", "c-layout", "ac", "bc", "aa"}


def test_what_the_front_end_forgot_is_what_was_opened_or_saved(keeper):
    opened(keeper, "lesson.ipynb", notebook("box"))
    assert kept(keeper, notebook("box", models={})) == BOX, "also in a copy of another name"
    fresh = {"new": model(value=3), "slider": model(value=5)}
    half = kept(keeper, notebook("box", "new", models=fresh))
    assert half.keys() == SHOWN | {"new"} and half["slider"] == model(value=5), "the newer state counts"
    assert kept(keeper, notebook(models={})) == {}, "a cell was cut"
    assert kept(keeper, notebook("new", models={})) == {"new": model(value=3)}, "and is pasted"
    assert kept(keeper, notebook("gone", models={})) == {}
    box_alone = notebook("box", models={"box": MODELS["box"]})
    assert kept(keeper, box_alone).keys() == SHOWN, "also a part that is missing"


def test_only_notebooks_are_read_and_only_when_they_are_asked_for(keeper):
    opened(keeper, "lesson.ipynb", notebook("box"), action="delete")
    opened(keeper, "lesson.json", notebook("box"))
    for metadata in ({}, {"widgets": {}}, {"widgets": {"another": {"state": MODELS}}}):
        opened(keeper, "plain.ipynb", notebook("box") | {"metadata": metadata})
    assert keeper.known == {}


@pytest.mark.parametrize("metadata", [{}, {"widgets": {}}, {"widgets": {"another": {"state": {}}}}])
def test_without_a_state_nothing_changes(metadata, keeper):
    opened(keeper, "lesson.ipynb", notebook("box"))
    made = notebook("box") | {"metadata": metadata}
    before = deepcopy(made)
    keeper.before_saving(model={"type": "notebook", "content": made}, path="a.ipynb", contents_manager=None)
    assert made == before


@pytest.mark.parametrize(
    "other",
    [{"type": "file", "content": "text"}, {"type": "notebook"}, {"type": "directory", "content": [{}]}],
)
def test_what_is_no_notebook_is_left_alone(other, keeper):
    same = deepcopy(other)
    keeper.before_saving(model=same, path="lesson.ipynb", contents_manager=None)
    assert same == other


def test_the_environment_switches_it_on(tmp_path):
    """In JupyterLab's settings and the server's, as pip installed them with the course."""
    folder = Path(reparam_server.__file__).parent
    for own, installed in [
        ("overrides.json", "share/jupyter/lab/settings/overrides.d/reparam-course.json"),
        ("server.json", "etc/jupyter/jupyter_server_config.d/reparam-course.json"),
    ]:
        assert (Path(sys.prefix) / installed).read_bytes() == (folder / own).read_bytes(), "make setup"
    hooks, listeners = [], {}
    contents = SimpleNamespace(
        root_dir=str(tmp_path),
        register_pre_save_hook=hooks.append,
        event_schema_id="contents",
        event_logger=SimpleNamespace(
            add_listener=lambda schema_id, listener: listeners.update({schema_id: listener})
        ),
    )
    [point] = reparam_server._jupyter_server_extension_points()
    sys.modules[point["module"]]._load_jupyter_server_extension(SimpleNamespace(contents_manager=contents))
    keeper = hooks[0].__self__
    assert hooks == [keeper.before_saving] and listeners == {"contents": keeper.on_event}
    assert keeper.root == tmp_path


def test_a_server_does_not_load_torch_for_it():
    code = "import reparam_server, sys; print('torch' in sys.modules, 'numpy' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).split() == ["False", "False"]
