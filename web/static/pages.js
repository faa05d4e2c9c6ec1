// What may scroll sideways on a page can be reached by the Tab key; scrolling.js comes from reparam_utils/live.
addEventListener("DOMContentLoaded", () => {
  for (const box of document.querySelectorAll("pre, .table-wrapper, .katex-display")) scrolling.observe(box);
});
