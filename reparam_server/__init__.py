"""What a saved notebook keeps of its widgets: all that an output shows, and nothing else.

JupyterLab and Notebook 7 store the state of widgets in the file if a setting asks for it, as overrides.json
does. But they store all that the running kernel has ever made, and nothing that it has not: a notebook that
was opened and saved before it ran would lose its figures. So this extension of the server, which server.json
switches on, looks at each notebook on its way to the file.
"""

import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
# They join two widgets, and no widget names them.
LINKS = ("LinkModel", "DirectionalLinkModel")

Notebook = dict[str, Any]
Models = dict[str, dict[str, Any]]


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "reparam_server"}]


def _load_jupyter_server_extension(app: Any) -> None:
    contents = app.contents_manager
    keeper = Keeper(contents.root_dir)
    contents.register_pre_save_hook(keeper.before_saving)
    contents.event_logger.add_listener(schema_id=contents.event_schema_id, listener=keeper.on_event)


class Keeper:
    """Knows the widgets of all notebooks that its server has opened or saved.

    So they are not lost where the front end has forgotten them: in a copy under another name, or in a cell
    that was cut when the notebook was saved, and is pasted later.

    Args:
        root: the folder that the server's paths begin at.
    """

    def __init__(self, root: str):
        self.root = Path(root)
        self.known: Models = {}

    async def on_event(self, logger: Any, schema_id: str, data: dict[str, Any]) -> None:
        """Remember what a notebook's file holds when somebody asks for it; a listener of Jupyter's events."""
        if data["action"] == "get" and data["path"].endswith(".ipynb"):
            state = state_of(json.loads((self.root / data["path"]).read_text(encoding="utf-8")))
            if state is not None:
                self.known |= state["state"]

    def before_saving(self, model: dict[str, Any], path: str, contents_manager: Any) -> None:
        """Make a notebook's widget state what its outputs show; a hook of Jupyter's contents manager.

        Args:
            model: what is to be saved; a notebook's content is changed in place. One without a stored state
                stays as it is: the setting is off.
            path: not used, and neither is the manager.
        """
        if model.get("type") != "notebook" or not model.get("content"):
            return
        state = state_of(model["content"])
        if state is not None:
            models = self.known | state["state"]
            kept = reached(shown_by(model["content"]), models)
            state["state"] = {name: each for name, each in models.items() if name in kept}
            self.known |= state["state"]


def state_of(notebook: Notebook) -> dict[str, Any] | None:
    """The state of widgets that a notebook holds."""
    return notebook.get("metadata", {}).get("widgets", {}).get(STATE)


def shown_by(notebook: Notebook) -> set[str]:
    """The names of the widgets that outputs show."""
    outputs = [output for cell in notebook.get("cells", []) for output in cell.get("outputs", [])]
    return {output["data"][VIEW]["model_id"] for output in outputs if VIEW in output.get("data", {})}


def reached(roots: set[str], models: Models) -> set[str]:
    """The names of the widgets that these are made of, and of what links those with one another."""
    found = parts(roots, models)
    return parts(found | links_between(found, models), models)


def parts(names: set[str], models: Models) -> set[str]:
    """These widgets, those that their states name, those that these name, and so on."""
    found, waiting = set(), names & models.keys()
    while waiting:
        name = waiting.pop()
        found.add(name)
        # However it names them: "IPY_MODEL_name", "anywidget:name", or as "model_id" in an Output's outputs.
        words = re.findall(r"[\w-]+", json.dumps(models[name]["state"]).replace("IPY_MODEL_", ""))
        waiting |= (models.keys() & set(words)) - found
    return found


def links_between(found: set[str], models: Models) -> set[str]:
    """The names of the links that join two of these widgets, or several in a row that do."""
    ends, at = {}, defaultdict(set)
    for name, model in models.items():
        if model["model_name"] in LINKS:
            named = {model["state"][side][0].removeprefix("IPY_MODEL_") for side in ("source", "target")}
            if named <= models.keys():  # none was closed
                ends[name] = named
                for end in named:
                    at[end].add(name)
    kept = set()
    for first in ends:
        # All links that hang together by widgets other than those found.
        row, waiting = set(), {first}
        while waiting:
            name = waiting.pop()
            row.add(name)
            waiting |= {other for end in ends[name] - found for other in at[end]} - row
        joined = set().union(*(ends[name] for name in row))
        if joined <= found or len(joined & found) > 1:
            kept.add(first)
    return kept
