"""What a saved notebook keeps of its widgets: all that an output shows, and nothing else.

JupyterLab and Notebook 7 store the state of widgets in the file if a setting asks for it, as overrides.json
does. But they store all that the running kernel has ever made, and nothing that it has not: a notebook that
was opened and saved before it ran would lose its figures. So this extension of the server, which server.json
switches on, looks at each notebook on its way to the file.
"""

import json
import re
from pathlib import Path
from typing import Any

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
NAMED = re.compile(r'"IPY_MODEL_([^"]+)"|"model_id": "([^"]+)"')
# They join two widgets, and no widget names them.
LINKS = ("LinkModel", "DirectionalLinkModel")

Notebook = dict[str, Any]
Models = dict[str, dict[str, Any]]


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "reparam_server"}]


def _load_jupyter_server_extension(app: Any) -> None:
    app.contents_manager.register_pre_save_hook(before_saving)


def before_saving(model: dict[str, Any], path: str, contents_manager: Any) -> None:
    """Make a notebook's widget state what its outputs show; a hook of Jupyter's contents manager.

    Args:
        model: what is to be saved; a notebook's content is changed in place.
        path: where, as the server counts it: from its root, with slashes.
        contents_manager: knows the root.
    """
    if model.get("type") != "notebook" or not model.get("content"):
        return
    root = getattr(contents_manager, "root_dir", None)
    keep_shown(model["content"], Path(root, path.strip("/")) if root else None)


def keep_shown(notebook: Notebook, file: Path | None) -> None:
    """Leave those widgets in a notebook's state that an output shows, with all that they are made of.

    Args:
        notebook: changed in place. Without a stored state nothing is done: the setting is off.
        file: where the notebook was last saved. What an output shows and the state lacks comes from there.
    """
    state = notebook.get("metadata", {}).get("widgets", {}).get(STATE)
    if state is None:
        return
    models, roots = state["state"], shown_by(notebook)
    if roots - models.keys() and file and file.exists():
        models = {**stored_in(file), **models}
    kept = reached(roots, models)
    state["state"] = {name: model for name, model in models.items() if name in kept}


def shown_by(notebook: Notebook) -> set[str]:
    """The names of the widgets that outputs show."""
    outputs = [output for cell in notebook.get("cells", []) for output in cell.get("outputs", [])]
    return {output["data"][VIEW]["model_id"] for output in outputs if VIEW in output.get("data", {})}


def stored_in(file: Path) -> Models:
    """The widgets in the state of a notebook's file, by name."""
    notebook = json.loads(file.read_text(encoding="utf-8"))
    return notebook.get("metadata", {}).get("widgets", {}).get(STATE, {}).get("state", {})


def reached(roots: set[str], models: Models) -> set[str]:
    """The names of the widgets that these are made of, and of the links between any two of those."""
    found, waiting = set(), roots & models.keys()
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting |= named_in(models[name], models) - found
    links = {name: named_in(model, models) for name, model in models.items() if model["model_name"] in LINKS}
    return found | {name for name, ends in links.items() if ends <= found}


def named_in(model: dict[str, Any], models: Models) -> set[str]:
    """The widgets that a widget's state names: as a part of it, or in what an Output widget holds."""
    found = NAMED.findall(json.dumps(model["state"]))
    return models.keys() & {part or held for part, held in found}
