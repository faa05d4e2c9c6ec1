// The picture that `explore` replaces in place; explore.py joins this file to scrolling.js and controls.js.

async function render({ model, el }) {
  el.classList.add("live-figure");
  el.innerHTML = `<div class="live-picture"><img></div><pre class="live-printed" hidden></pre>
    <pre class="live-error" role="alert" hidden></pre><div class="live-status" role="status"></div>`;
  const box = el.firstChild;
  scrolling.observe(box);
  const [image, printed, error, status] = ["img", ".live-printed", ".live-error", ".live-status"].map(
    (selector) => el.querySelector(selector));
  image.alt = model.get("label");
  image.decoding = "sync"; // the old picture stays until the new one is ready, and no empty frame comes between

  const showPicture = () => {
    const png = model.get("png");
    if (png.byteLength === 0) return; // the first call failed: there is nothing to show yet
    URL.revokeObjectURL(image.src);
    image.style.minWidth = `${model.get("min_width")}px`;
    image.src = URL.createObjectURL(new Blob([png], { type: "image/png" }));
  };
  const showText = () => {
    for (const [element, text] of [[printed, model.get("printed")], [error, model.get("error")]]) {
      element.textContent = text;
      element.hidden = text === "";
    }
  };
  const describing = nameControls(model);
  let settled;
  const speak = () => {
    clearTimeout(settled);
    settled = setTimeout(async () => {
      status.textContent = `${(await describing)().join(", ")}: picture drawn`;
    }, 300);
  };
  const listeners = { "change:png": () => { showPicture(); speak(); }, "change:printed change:error": showText };
  for (const [event, listener] of Object.entries(listeners)) model.on(event, listener);
  showText();
  showPicture();
  await describing;
  return () => {
    clearTimeout(settled);
    scrolling.unobserve(box);
    for (const [event, listener] of Object.entries(listeners)) model.off(event, listener);
    URL.revokeObjectURL(image.src);
  };
}

export default { render };
