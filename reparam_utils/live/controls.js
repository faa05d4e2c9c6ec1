// Gives the controls of a figure the names that ipywidgets leaves out, and reads what they show.

// Returns a function that lists the settings in words, such as ["scale 0.50"].
async function nameControls(model) {
  const controls = await Promise.all(model.get("controls").map(
    (id) => model.widget_manager.get_model(id.replace("IPY_MODEL_", ""))));
  const views = [];
  for (const control of controls) {
    for (const waiting of Object.values(control.views)) {
      const view = await waiting;
      views.push(view);
      for (const handle of view.el.querySelectorAll(".noUi-handle")) {
        handle.setAttribute("aria-label", control.get("description"));
        handle.dataset.lmSuppressShortcuts = "true"; // Notebook 7 would take the arrow keys to select cells
      }
    }
  }
  return () => controls.map((control) => {
    const view = views.find((candidate) => candidate.model === control && candidate.el.isConnected);
    const readout = view?.el.querySelector(".widget-readout")?.textContent ?? control.get("value");
    const option = control.get("_options_labels")?.[control.get("index")];
    return `${control.get("description")} ${option ?? readout}`;
  });
}
