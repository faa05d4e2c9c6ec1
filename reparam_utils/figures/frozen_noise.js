// Twin of `scene` in frozen_noise.py.
function scene({ loc, scale, draw }, noise) {
  const POINTS = 8;
  const row = noise[draw - 1];
  const frozen = [...row.subarray(0, POINTS)];
  const move = (points, mean) => points.map((eps) => mean + scale * eps);
  const average = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const z = move(frozen, loc);
  const locs = Array.from({ length: 41 }, (_, i) => -2 + i / 10);
  const objectiveCurve = (points) => [locs, locs.map((mean, i) => average(move(points(i), mean).map((x) => x * x)))];
  return {
    noise_points: [frozen, frozen.map(() => 1)],
    samples: [z, z.map(() => 0)],
    strings: [frozen.flatMap((eps, i) => [eps, z[i], NaN]), frozen.flatMap(() => [1, 0, 1])],
    frozen: objectiveCurve(() => frozen),
    fresh: objectiveCurve((i) => [...row.subarray(POINTS * (i + 1), POINTS * (i + 2))]),
    exact: [locs, locs.map((mean) => mean * mean + scale * scale)],
    current: loc,
    slope: 2 * average(z),
    exact_slope: 2 * loc,
  };
}
