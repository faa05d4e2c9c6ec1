// Twin of `scene` in smooth_max_band.py.
function scene({ function: which, temperature, c, x }) {
  const pair = (at) => (which === 0 ? [at, c] : [at - c, c - at]);
  const largest = (at) => Math.max(...pair(at));
  const smooth = (at) => smoothMax(pair(at), temperature);
  const bound = temperature * Math.log(2);
  const xs = Array.from({ length: 81 }, (_, i) => (i - 40) / 20);
  return {
    bound_curve: [xs, xs.map((at) => largest(at) + bound)],
    smooth: [xs, xs.map(smooth)],
    maximum: [xs, xs.map(largest)],
    current: x,
    gap: smooth(x) - largest(x),
    bound,
  };
}

// reparam_utils.smooth_max over a list.
function smoothMax(values, temperature) {
  const largest = Math.max(...values);
  const total = values.reduce((sum, value) => sum + Math.exp((value - largest) / temperature), 0);
  return largest + temperature * Math.log(total);
}
