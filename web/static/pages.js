// What may scroll sideways on a page can be reached by the Tab key; scrolling.js comes from reparam_utils/live.

// Code that is not in view yet has not been laid out, so the length of its lines must do: rather too long.
const CHARACTER = 8; // CSS pixels
const lines = new ResizeObserver((entries) => {
  for (const { target, contentRect } of entries) {
    const code = target.querySelector("pre");
    const longest = Math.max(...code.textContent.split("\n").map((line) => line.length));
    if ((longest + 4) * CHARACTER > contentRect.width) code.tabIndex = 0;
    else code.removeAttribute("tabindex");
  }
});

addEventListener("DOMContentLoaded", () => {
  for (const input of document.querySelectorAll(".cell_input")) lines.observe(input);
  const boxes = "pre, .table-wrapper, .katex-display";
  for (const box of document.querySelectorAll(boxes)) if (!box.closest(".cell_input")) scrolling.observe(box);
});
