"""From a notebook to a page: what is added, what is left out, and which faults stop the build."""

import base64
import io
import re

import anchors
import finish
import lessons
import make_site
import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

LAUNCH = "https://mybinder.org/v2/gh/a/b/HEAD?urlpath=lab/tree/notebooks/00_x.ipynb"
FIRST = f"# 00 · X\n\n[read it live](https://a.github.io/b/00_x.html) ·\n[launch on Binder]({LAUNCH})"
SHOWS = "**What the figure shows.** A *curve* that `f` draws; it rises."


def png(noise: int = 40) -> str:
    """A picture with many colours, in base64."""
    pixels = np.random.default_rng(0).integers(0, noise, (40, 60, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "png")
    return base64.b64encode(buffer.getvalue()).decode()


def notebook(*cells) -> nbformat.NotebookNode:
    """A run of a notebook with one figure of `explore` ("box"), one live figure and one progress bar."""
    state = {
        "box": {"model_name": "VBoxModel", "state": {"children": ["IPY_MODEL_slider", "IPY_MODEL_picture"]}},
        "slider": {"model_name": "FloatSliderModel", "state": {"value": 1.0}},
        "picture": {
            "model_name": "AnyModel",
            "state": {"printed": "", "controls": ["IPY_MODEL_slider"], "_css": "a {}"},
            "buffers": [{"path": ["png"], "data": png(), "encoding": "base64"}],
        },
        "live": {"model_name": "VBoxModel", "state": {"children": ["IPY_MODEL_free"]}},
        "free": {"model_name": "FloatSliderModel", "state": {}},
        "bar": {"model_name": "HBoxModel", "state": {"children": ["IPY_MODEL_progress"]}},
        "progress": {"model_name": "FloatProgressModel", "state": {}},
    }
    made = new_notebook(cells=[new_markdown_cell(FIRST), *cells])
    made.metadata["widgets"] = {lessons.STATE: {"state": state}}
    return made


def shown(source: str, **data) -> nbformat.NotebookNode:
    return new_code_cell(source, outputs=[new_output("display_data", data={"text/plain": "x", **data})])


def widget(source: str, model: str) -> nbformat.NotebookNode:
    return shown(source, **{lessons.VIEW: {"model_id": model}, "image/png": png()})


def prepared(*cells) -> nbformat.NotebookNode:
    return lessons.prepare(notebook(*cells), "00_x.ipynb")


def state_of(page: nbformat.NotebookNode) -> dict:
    return page.metadata["widgets"][lessons.STATE]["state"]


def test_the_page_offers_the_notebook_instead_of_itself():
    first = prepared().cells[0].source
    assert "read it live" not in first and LAUNCH in first
    assert "{download}`download the notebook <../downloads/00_x.ipynb>`" in first


def test_explore_is_held_still_and_says_why():
    page = prepared(widget("explore(draw)", "box"), new_markdown_cell(SHOWS))
    _, _, note, following = page.cells
    assert following.source == SHOWS
    assert note.source.startswith("```{container} needs-kernel\n") and note.source.endswith("\n```")
    assert f"]({LAUNCH})" in note.source and "needs a kernel" in note.source
    assert state_of(page)["slider"]["state"]["disabled"]
    assert "disabled" not in state_of(page)["free"]["state"]


def test_a_live_figure_is_left_alone():
    page = prepared(widget("figure", "live"))
    assert len(page.cells) == 2 and "disabled" not in state_of(page)["free"]["state"]


def test_an_exercise_says_what_it_needs():
    page = prepared(new_code_cell('answer = ...\ncheck("00.1", answer)'), new_code_cell("uncheck()"))
    assert [cell.cell_type for cell in page.cells] == ["markdown", "code", "markdown", "code"]
    assert LAUNCH in page.cells[2].source


def test_progress_bars_are_left_out():
    page = prepared(widget("train()", "bar"))
    assert page.cells[1].outputs == []


def test_styles_come_from_the_page():
    assert state_of(prepared())["picture"]["state"]["_css"] == ""


def test_a_picture_is_described_and_lighter():
    page = prepared(shown("plt.show()", **{"image/png": png(250)}), new_markdown_cell(SHOWS))
    [output] = page.cells[1].outputs
    assert page.cells[1].metadata["mystnb"] == {"image": {"alt": "A curve that f draws; it rises."}}
    assert len(output.data["image/png"]) < len(png(250)) / 2


def test_a_picture_without_a_description_is_refused():
    for following in ([], [new_markdown_cell("Something else.")]):
        with pytest.raises(ValueError, match=r"00_x\.ipynb: a picture must be followed"):
            prepared(shown("plt.show()", **{"image/png": png()}), *following)


@pytest.mark.parametrize(
    "text, wanted",
    [
        ("Short.", "Short."),
        ("Short. Then more.", "Short. Then more."),
        (f"{'long ' * 20}sentence. Not this.", f"{'long ' * 20}sentence."),
        ("p = 2.5 holds\nhere. " + "x" * 60 + ". No.", "p = 2.5 holds here. " + "x" * 60 + "."),
    ],
)
def test_a_description_is_the_first_sentences(text, wanted):
    assert lessons.description(new_markdown_cell(f"**What the figure shows.** {text}"), "x") == wanted


def test_a_lighter_picture_has_the_same_colours_but_for_a_little():
    before, after = (
        np.asarray(Image.open(io.BytesIO(base64.b64decode(picture))).convert("RGB"), dtype=float)
        for picture in (png(), lessons.lighter(png()))
    )
    assert before.shape == after.shape and np.abs(before - after).mean() < 5


def test_anchors_are_those_of_jupyterlab():
    assert anchors.jupyter_anchor("Exercise 03.2 · Complete: it") == "Exercise-03.2-·-Complete:-it"


@pytest.fixture
def site(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "index.html").write_text(
        '<head></head><a href="sub/page.html#here">x</a><a href="https://example.org">y</a><p id="top">'
        '<a href="#top">z</a><script>first()</script><script src="sub/s.js"></script>'
    )
    (tmp_path / "sub" / "page.html").write_text('<head></head><p id="here"><a href="../index.html">x</a>')
    (tmp_path / "sub" / "s.js").touch()
    return tmp_path


def test_a_whole_site_gets_its_policies(site):
    finish.main(site)
    pages = [(site / name).read_text() for name in ("index.html", "sub/page.html")]
    policies = [re.search('content="([^"]*)"', page)[1] for page in pages]
    # echo -n 'first()' | openssl dgst -sha256 -binary | base64
    assert (
        "'sha256-fDYmfWjvur9AxjhDbjHe6RvExc05MbXhhrbgz2vvy/A='" in policies[0] and "sha256" not in policies[1]
    )
    assert all("default-src 'self'" in policy and "unsafe-eval" not in policy for policy in policies)
    assert all(page.startswith('<head><meta http-equiv="Content-Security-Policy"') for page in pages)


@pytest.mark.parametrize("link", ["gone.html", "sub/page.html#gone", "#gone", "sub/gone.js"])
def test_a_broken_link_stops_the_build(link, site):
    (site / "index.html").write_text(f'<head></head><a href="{link}">x</a>')
    with pytest.raises(SystemExit, match=rf"index\.html links to {re.escape(link)}"):
        finish.main(site)


def test_a_broken_formula_stops_the_build(site):
    (site / "index.html").write_text('<head></head><span class="katex-error">x</span>')
    with pytest.raises(SystemExit, match=r"index\.html: a formula could not be set"):
        finish.main(site)


def test_what_the_theme_leaves_out_is_mended():
    page = finish.finished('<head></head><aside class="sidebar-drawer"><p class="caption" role="heading">')
    assert 'aria-level="2"' in page and 'aria-label="Pages"' in page


def test_a_page_with_widgets_asks_for_their_script_early_and_lets_the_rest_wait():
    page = finish.finished(
        '<html class="no-js" lang="en"><head></head><script defer src="../_static/widgets.js?v=1"></script>'
    )
    assert page.index('<link rel="preload" as="script" href="../_static/widgets.js?v=1">') < page.index(
        "</head>"
    )
    assert page.startswith('<html class="no-js starting" lang="en">')
    without = '<html class="no-js"><head></head><script src="../_static/furo.js"></script>'
    assert "preload" not in finish.finished(without) and "starting" not in finish.finished(without)


def test_the_formulas_style_sheet_fits_the_program_that_sets_them():
    from sphinxcontrib.katex import katex_version

    wanted = re.search(r'"katex": "([\d.]+)"', (make_site.WEB / "package.json").read_text())[1]
    assert wanted == katex_version


def test_modules_are_fetched_again_only_when_the_lock_changes(tmp_path, monkeypatch):
    ran = []

    def npm(arguments, cwd):
        ran.append(arguments)
        return 1 if len(ran) == 3 else 0

    monkeypatch.setattr(make_site, "BUILD", tmp_path)
    monkeypatch.setattr(make_site, "WEB", tmp_path)
    monkeypatch.setattr(make_site, "npm", npm)
    for name in ("package.json", "package-lock.json"):
        (tmp_path / name).write_text("one")
    make_site.fetch_modules()
    make_site.fetch_modules()
    assert ran == [["ci", "--ignore-scripts", "--no-audit", "--no-fund"]]
    (tmp_path / "package-lock.json").write_text("two")
    make_site.fetch_modules()
    (tmp_path / "package-lock.json").write_text("three")
    with pytest.raises(SystemExit, match="npm ended with exit status 1"):
        make_site.fetch_modules()
    make_site.fetch_modules()
    assert len(ran) == 4, "a failed fetch was remembered"


def test_no_registry_is_named_in_the_lock():
    lock = (make_site.WEB / "package-lock.json").read_text()
    assert "integrity" in lock and '"resolved"' not in lock
