// Brings the widgets of a page to life from the state that nbclient stored, with no kernel.
//
// html-manager would do it too, but carries a second version of every control, a schema compiler and a renderer
// for outputs: four times the weight, and `unsafe-eval`. This is its part that the lessons need.
import * as base from "@jupyter-widgets/base";
import { ManagerBase } from "@jupyter-widgets/base-manager";
import * as controls from "@jupyter-widgets/controls";
import "@jupyter-widgets/controls/css/labvariables.css";
import "@jupyter-widgets/controls/css/widgets-base.css";
import { Widget } from "@lumino/widgets";
import "@lumino/widgets/style/index.css";
import { made } from "./amd.js";
import "anywidget-of-the-wheel";

const [makeAnywidget] = made;
const MODULES = {
  "@jupyter-widgets/base": base,
  "@jupyter-widgets/controls": controls,
  "anywidget": makeAnywidget(base),
};

class Manager extends ManagerBase {
  // What it throws is shown in the figure's place by the manager itself, and told in the console.
  async loadClass(name, module) {
    const found = MODULES[module]?.[name];
    if (!found) throw Error(`this page does not know the widget ${name} of ${module}`);
    return found;
  }

  // Nobody listens: there is no kernel.
  async _get_comm_info() {
    return {};
  }
}

const STATE = 'script[type="application/vnd.jupyter.widget-state+json"]';
const VIEW = 'script[type="application/vnd.jupyter.widget-view+json"]';

const nextFrame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));

// Whoever comes for an anchor is kept there while the page grows, until they move on. Whoever comes back finds the
// page where they left it.
const [{ type: arrival }] = performance.getEntriesByType("navigation");
let anchor = null;
for (const move of ["wheel", "touchmove", "keydown", "pointerdown"]) {
  addEventListener(move, () => { anchor = null; }, { passive: true });
}
addEventListener("hashchange", () => { anchor = document.querySelector(":target"); });
const stay = () => anchor?.scrollIntoView({ behavior: "instant" });

async function show() {
  const state = document.querySelector(STATE);
  if (!state) return;
  await nextFrame(); // the browser knows the anchor by then
  if (arrival === "navigate") anchor = document.querySelector(":target");
  const manager = new Manager();
  await manager.set_state(JSON.parse(state.textContent));
  for (const place of document.querySelectorAll(VIEW)) {
    const model = await manager.get_model(JSON.parse(place.textContent).model_id);
    const view = await manager.create_view(model);
    Widget.attach(view.luminoWidget, place.parentElement, place);
    await nextFrame(); // this figure is seen before the next one is made
    stay();
  }
  // course.css lets what is far from view wait. Now it is laid out, a section a frame.
  for (const section of document.querySelectorAll("section section")) {
    section.style.contentVisibility = "visible";
    await nextFrame();
    stay();
  }
  document.documentElement.classList.remove("starting");
  await document.fonts.ready;
  stay();
}

show();
