"""The JavaScript twin of every scene, in a real browser, against the torch one."""

import base64
import importlib
import itertools
import json
from collections import defaultdict
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import runs
import torch
from ipywidgets import Dropdown, FloatLogSlider, IntSlider
from server import LESSONS, ROOT
from twins import Twin

from reparam_utils import figures
from reparam_utils.live.controls import ends

FOLDER = Path(figures.__file__).parent
# So many random settings of a scene, unless it returns many numbers at each: then so many numbers.
SETTINGS, FEWEST, NUMBERS = 100, 40, 150_000
MODULES = {
    path.stem: importlib.import_module(f"reparam_utils.figures.{path.stem}")
    for path in sorted(FOLDER.glob("*.py"))
    if path.stem != "__init__"
}
SCENES = [name for name, module in MODULES.items() if hasattr(module, "scene")]

# Runs the module that the figure itself sends to the page; text, because JSON knows neither NaN nor infinity.
EVALUATE = """async ([source, noiseBase64, shape, settings]) => {
  const module = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  const bytes = Uint8Array.from(atob(noiseBase64), (letter) => letter.charCodeAt(0));
  const noise = module.readNoise(new DataView(bytes.buffer), shape);
  return JSON.stringify(settings.map((setting) => module.scene(setting, noise)), (key, value) => {
    if (ArrayBuffer.isView(value)) return Array.from(value);
    return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
  });
}"""


@cache
def figures_by_scene() -> dict[Callable, list[Twin]]:
    """The live figures as the lessons build them."""
    found = defaultdict(list)
    for lesson in LESSONS:
        for figure in filter(None, runs.twins_of(ROOT / "notebooks" / lesson)):
            found[figure.scene].append(figure)
    return found


def draw(control, generator: torch.Generator) -> float:
    """A random value that a control can take."""
    low, high = ends(control)
    if isinstance(control, IntSlider | Dropdown):
        return int(torch.randint(int(low), int(high) + 1, (), generator=generator))
    share = torch.rand((), generator=generator, dtype=torch.float64).item()
    if isinstance(control, FloatLogSlider):
        return low * (high / low) ** share
    return low + (high - low) * share


def settings_of(figure: Twin) -> list[dict[str, float]]:
    """Every combination of the ends, and random settings."""
    generator = torch.Generator().manual_seed(0)
    size = sum(tensor.numel() for tensor in figure.evaluate().values())
    count = min(SETTINGS, max(FEWEST, NUMBERS // size))
    corners = itertools.product(*map(ends, figure.controls.values()))
    inside = [[draw(control, generator) for control in figure.controls.values()] for _ in range(count)]
    return [
        {**dict(zip(figure.controls, values, strict=True)), **figure.fixed} for values in [*corners, *inside]
    ]


@pytest.fixture(scope="module")
def blank(chromium):
    page = chromium.new_page()
    yield page
    page.close()


def test_every_scene_has_its_two_files():
    assert SCENES, "no scene was found"
    assert sorted(path.stem for path in FOLDER.glob("*.js")) == SCENES


@pytest.mark.parametrize("scene", SCENES)
def test_javascript_is_the_twin_of_torch(scene, blank):
    found = figures_by_scene()[MODULES[scene].scene]
    assert found, f"no lesson shows a figure with the scene of {scene}.py"
    for figure in found:
        settings, canvas = settings_of(figure), figure.canvas
        source = f"{canvas._esm}\nexport {{ readNoise, scene }};"
        noise = base64.b64encode(canvas.noise).decode()
        answers = json.loads(blank.evaluate(EVALUATE, [source, noise, canvas.noise_shape, settings]))
        assert len(answers) == len(settings) >= FEWEST
        for setting, answer in zip(settings, answers, strict=True):
            truth = figure.evaluate(setting)
            assert set(answer) == set(truth)
            for name, tensor in truth.items():
                got = np.array(answer[name], dtype=np.float64)
                assert got.shape == tensor.shape, f"{name} at {setting}"
                np.testing.assert_allclose(
                    got, tensor.numpy(), rtol=0, atol=1e-9, equal_nan=True, err_msg=f"{name} at {setting}"
                )
