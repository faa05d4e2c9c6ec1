// Twin of `scene` in gaussian_density.py.
function scene({ loc, scale }, [eps, height]) {
  const move = (points) => Array.from(points, (point) => loc + scale * point);
  const density = (steps) => Array.from(steps, (step) => Math.exp(-step * step / 2) / (scale * Math.sqrt(2 * Math.PI)));
  const steps = Array.from({ length: 81 }, (_, i) => -4 + i / 10);
  const z = move(eps);
  const mean = z.reduce((sum, x) => sum + x, 0) / z.length;
  const squares = z.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  return {
    density: [move(steps), density(steps)],
    samples: [z, Array.from(height, (share) => -0.3 * share)],
    middle: loc,
    mean,
    spread: Math.sqrt(squares / (z.length - 1)),
  };
}
