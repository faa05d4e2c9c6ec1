// anywidget's front end, as its Python package ships it, calls `define` with the function that makes its classes.
export const made = [];
globalThis.define = (needs, make) => made.push(make);
