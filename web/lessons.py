"""From the run of a notebook to what Sphinx reads: it says what a page without a kernel can't do."""

import base64
import io
import re
import tomllib
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from PIL import Image

from reparam_server import STATE, VIEW

ROOT = Path(__file__).parents[1]
WORDS = tomllib.loads((ROOT / "web" / "words.toml").read_text(encoding="utf-8"))
MODEL = "IPY_MODEL_"
ENOUGH = 60  # characters of a description, or the end of its first sentence beyond them
SHOWS = "**What the figure shows.**"


def description(text: NotebookNode | None, name: str) -> str:
    """What stands for a picture where it can't be seen: the first sentences of the cell after it."""
    if text is None or not text.source.startswith(SHOWS):
        raise ValueError(f"{name}: a picture must be followed by a cell that starts with {SHOWS}")
    plain = re.sub(r"[*`$]", "", " ".join(text.source.removeprefix(SHOWS).split()))
    return re.match(rf".{{0,{ENOUGH}}}.*?(?:\.(?= |$)|$)", plain)[0]


def lighter(png: str) -> str:
    """A picture in base64 with 256 colours: a third of the bytes, and no difference in a plot to the eye."""
    picture, smaller = Image.open(io.BytesIO(base64.b64decode(png))), io.BytesIO()
    palette = picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    palette.save(smaller, "png", optimize=True)
    return base64.b64encode(smaller.getvalue()).decode()


def parts(view: str, widgets: dict) -> list[dict]:
    """The widgets that stand in another one, from the stored state."""
    return [widgets[name.removeprefix(MODEL)] for name in widgets[view]["state"].get("children", [])]


def of_progress(output: NotebookNode, widgets: dict) -> bool:
    """Whether an output is a progress bar of tqdm: of no use when all has been run."""
    view = output.get("data", {}).get(VIEW)
    return bool(view) and any(
        part["model_name"] == "FloatProgressModel" for part in parts(view["model_id"], widgets)
    )


def hold_still(view: str, widgets: dict) -> bool:
    """Disable the controls of an `explore` in the stored state, and make its picture lighter.

    Return whether the view is one.
    """
    pictures = [part for part in parts(view, widgets) if "printed" in part["state"]]
    for picture in pictures:
        for control in picture["state"]["controls"]:
            widgets[control.removeprefix(MODEL)]["state"]["disabled"] = True
        for buffer in picture["buffers"]:
            buffer["data"] = lighter(buffer["data"])
    return bool(pictures)


def summary(notebook: NotebookNode) -> str:
    """What a learner will do in a lesson, in plain words."""
    [words] = re.findall(r"^\*\*What you'll do:\*\* (.+)$", notebook.cells[0].source, re.M)
    return re.sub(r"[*`$]", "", words[0].upper() + words[1:])


def preview(run: NotebookNode) -> bytes | None:
    """The picture of the first live figure, as a PNG; None if nothing has run."""
    outputs = [output for cell in run.cells for output in cell.get("outputs", [])]
    for data in (output.data for output in outputs if VIEW in output.get("data", {})):
        if "image/png" in data:
            return base64.b64decode(lighter(data["image/png"]))
    return None


def note(words: str, first: NotebookNode) -> NotebookNode:
    """A cell that says what needs a kernel, with the lesson's launch link."""
    launch = re.search(r"\[launch on Binder\]\((\S+)\)", first.source)[1]
    return nbformat.v4.new_markdown_cell(
        f"```{{container}} needs-kernel\n{words.replace('LAUNCH', launch)}```"
    )


def prepare(notebook: NotebookNode, name: str) -> NotebookNode:
    """Make a lesson's run into a page: a download link, notes where a kernel is missing, pictures described.

    Raises:
        ValueError: a picture without the sentence that describes it.
    """
    cells = notebook.cells
    widgets = notebook.metadata.get("widgets", {}).get(STATE, {}).get("state", {})
    for widget in widgets.values():
        if "_css" in widget["state"]:
            widget["state"]["_css"] = ""  # the page has live.css; each copy would have all of it styled anew
    download = WORDS["download"].replace("NAME", name)
    cells[0].source = re.sub(r"\[read it live\]\(\S+\)", download, cells[0].source)
    prepared = []
    for cell, following in zip(cells, [*cells[1:], None], strict=True):
        prepared.append(cell)
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if not of_progress(output, widgets)]
        shown = [output.data for output in cell.get("outputs", []) if "data" in output]
        for data in shown:
            if "image/png" in data and VIEW not in data:
                data["image/png"] = lighter(data["image/png"])
                cell.metadata["mystnb"] = {"image": {"alt": description(following, name)}}
        views = [data[VIEW]["model_id"] for data in shown if VIEW in data]
        if any([hold_still(view, widgets) for view in views]):
            prepared.append(note(WORDS["explore"], cells[0]))
        if re.search(r'^check\("', cell.source, re.M):
            prepared.append(note(WORDS["exercise"], cells[0]))
    notebook.cells = prepared
    return notebook
