// A live figure: shows matplotlib's SVG and moves its marks to where the scene puts them.
// figure.py joins this file to maths.js, scrolling.js, controls.js and the figure's own scene.

const SCALES = {
  linear: (value) => value,
  log: (value) => Math.log10(value),
  asinh: (value, width) => width * Math.asinh(value / width),
};

function position({ scale, slope, offset, width }, value) {
  return offset + slope * SCALES[scale](value, width);
}

// Each entry returns the function that moves one mark; all look-ups are done before the first move.
const MARKS = {
  bars(elements, { edges, x, y }) {
    const paths = elements.map((element) => element.querySelector("path"));
    return (heights) => paths.forEach((path, i) => {
      const [left, right] = edges[i].map((edge) => position(x, edge));
      path.setAttribute("d", `M${left} ${position(y, 0)}V${position(y, heights[i])}H${right}V${position(y, 0)}Z`);
    });
  },
  // One path of round dots: two thousand points cost one change of the page.
  cloud([element], { diameter, x, y }) {
    const sample = element.querySelector("use");
    const dots = document.createElementNS("http://www.w3.org/2000/svg", "path");
    const { fill, fillOpacity } = sample.style;
    Object.assign(dots.style, { fill: "none", stroke: fill, strokeOpacity: fillOpacity, strokeWidth: diameter,
      strokeLinecap: "round" });
    sample.parentNode.replaceChildren(dots);
    return ([xs, ys]) => {
      let path = "";
      for (let i = 0; i < xs.length; i++) {
        path += `M${position(x, xs[i]).toFixed(2)} ${position(y, ys[i]).toFixed(2)}h0`;
      }
      dots.setAttribute("d", path);
    };
  },
  line([element], { x, y }) {
    const path = element.querySelector("path");
    return ([xs, ys]) => {
      let d = "";
      let pen = "M";
      for (let i = 0; i < xs.length; i++) {
        const [left, top] = [position(x, xs[i]), position(y, ys[i])];
        const drawn = Number.isFinite(left) && Number.isFinite(top);
        if (drawn) d += `${pen}${left.toFixed(2)} ${top.toFixed(2)}`;
        pen = drawn ? "L" : "M";
      }
      path.setAttribute("d", d);
    };
  },
  marker([element], { x, y }) {
    const path = element.querySelector("path");
    return (value) => path.setAttribute("d", `M${position(x, value)} ${y.ends[0]}V${y.ends[1]}`);
  },
  pixels([element]) {
    const paths = [...element.querySelectorAll("path")];
    // No seams between neighbours.
    for (const path of paths) Object.assign(path.style, { fill: "currentColor", shapeRendering: "crispEdges" });
    // To a hundredth, which nobody sees: most pixels then stay as they are, and cost nothing.
    const shown = [];
    return (rows) => rows.flatMap((row) => Array.from(row)).forEach((share, i) => {
      const opacity = share.toFixed(2);
      if (opacity !== shown[i]) paths[i].style.fillOpacity = shown[i] = opacity;
    });
  },
  number([element], { before, digits, after }) {
    const text = element.querySelector("text");
    return (value) => {
      const shown = value.toFixed(digits);
      const sign = Number(shown) < 0 ? "−" : ""; // none on 0.00
      text.textContent = `${before}${sign}${shown.replace("-", "")}${after}`;
    };
  },
};

const STYLE = "svg { display: block; width: 100%; height: auto } text { fill: currentColor }";

// Noise travels as raw float64 in little-endian order; a matrix becomes a list of rows.
function readNoise(view, shape) {
  const flat = new Float64Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
  if (shape.length < 2) return flat;
  const columns = shape[1];
  return Array.from({ length: shape[0] }, (_, row) => flat.subarray(row * columns, (row + 1) * columns));
}

async function render({ model, el }) {
  const names = model.get("parameters");
  const noise = readNoise(model.get("noise"), model.get("noise_shape"));
  el.classList.add("live-figure");
  el.innerHTML = `<div class="live-picture"></div><div class="live-status" role="status"></div>
    <pre class="live-error" role="alert" hidden></pre>`;
  const [box, status, error] = el.children;
  // A shadow tree has ids of its own, however often a page shows the figure, and the page's style sheets stop
  // outside: else each of their rules would be held against every mark that moves.
  const shadow = box.attachShadow({ mode: "open" });
  shadow.innerHTML = `<style>${STYLE}</style>${model.get("svg")}`;
  const find = (id) => shadow.getElementById(id);
  const picture = shadow.querySelector("svg");
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", model.get("label"));
  picture.style.minWidth = `${model.get("min_width")}px`;
  scrolling.observe(box);

  const specs = Object.entries(model.get("marks"));
  const moves = specs.map(([name, spec]) => [name, MARKS[spec.kind](spec.ids.map(find), spec)]);
  const numbers = specs.filter(([, spec]) => spec.kind === "number").map(([, spec]) => find(spec.ids[0]));

  function draw() {
    try {
      const parameters = Object.fromEntries(names.map((name) => [name, model.get(`value_${name}`)]));
      const values = scene(parameters, noise);
      for (const [name, move] of moves) move(values[name]);
      error.hidden = true;
    } catch (problem) {
      error.textContent = `This figure stopped: ${problem}`;
      error.hidden = false;
      throw problem; // into the console, where the tests look
    }
  }

  // A screen reader hears where a drag ended, not every step of it.
  let settled;
  const describing = nameControls(model);
  const speak = async () => {
    const settings = (await describing)().join(", ");
    status.textContent = `${settings}: ${numbers.map((number) => number.textContent.trim()).join(", ")}`;
  };
  let pending = false;
  const ask = () => {
    clearTimeout(settled);
    settled = setTimeout(speak, 300);
    if (pending) return;
    pending = true;
    requestAnimationFrame(() => {
      pending = false;
      draw();
    });
  };
  for (const name of names) model.on(`change:value_${name}`, ask);
  draw();
  await describing;
  return () => {
    clearTimeout(settled);
    scrolling.unobserve(box);
    for (const name of names) model.off(`change:value_${name}`, ask);
  };
}

export default { render };
