// The boxes of a page that may scroll sideways; scrolling.js comes from reparam_utils/live.
addEventListener("DOMContentLoaded", () => {
  for (const box of document.querySelectorAll("pre, .table-wrapper, .katex-display")) scrolling.observe(box);
});
