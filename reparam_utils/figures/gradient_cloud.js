// Twin of `scene` in gradient_cloud.py, which integrates numerically; here the moments are in closed form.

// E[exp(-a z^2) h(z)] = weight * E[h] under a narrower normal with mean loc / q and variance v / q.
function tilt(a, loc, v) {
  const q = 1 + 2 * a * v;
  return { weight: Math.exp(-a * loc * loc / q) / Math.sqrt(q), mean: loc / q, variance: v / q };
}

// For each objective: its value f, its slope, and with v = scale^2 the moments of both estimators.
const OBJECTIVES = [
  {
    f: (z, k) => Math.exp(-k * z * z),
    slope: (z, k) => -2 * k * z * Math.exp(-k * z * z),
    moments(k, loc, v) {
      const [one, two] = [tilt(k, loc, v), tilt(2 * k, loc, v)];
      return {
        mean: -2 * k * one.weight * one.mean,
        pathwise: 4 * k * k * two.weight * (two.variance + two.mean ** 2),
        score: two.weight * (two.variance + (two.mean - loc) ** 2) / v ** 2,
      };
    },
  },
  {
    f: (z, k) => Math.cos(k * z),
    slope: (z, k) => -k * Math.sin(k * z),
    moments(k, loc, v) {
      const wave = Math.exp(-2 * k * k * v) * Math.cos(2 * k * loc);
      return {
        mean: -k * Math.exp(-k * k * v / 2) * Math.sin(k * loc),
        pathwise: k * k * (1 - wave) / 2,
        score: (1 + (1 - 4 * k * k * v) * wave) / (2 * v),
      };
    },
  },
  {
    f: (z, k) => (z - k) ** 2,
    slope: (z, k) => 2 * (z - k),
    moments(k, loc, v) {
      const d = loc - k;
      return {
        mean: 2 * d,
        pathwise: 4 * (d * d + v),
        score: d ** 4 / v + 18 * d * d + 15 * v,
      };
    },
  },
];

function scene({ objective, loc, scale, k, k_low, k_high }, [eps, shift]) {
  const { f, slope, moments } = OBJECTIVES[objective];
  const v = scale * scale;
  const ks = Array.from({ length: 61 }, (_, i) => (
    k_low > 0 ? k_low * (k_high / k_low) ** (i / 60) : k_low + (k_high - k_low) * (i / 60)));
  const variance = (name, at) => {
    const all = moments(at, loc, v);
    return all[name] - all.mean ** 2;
  };
  const exact = moments(k, loc, v).mean;
  const z = Array.from(eps, (point) => loc + scale * point);
  return {
    current: k,
    pathwise_cloud: [Array.from(shift), z.map((x) => slope(x, k))],
    pathwise_curve: [ks, ks.map((at) => variance("pathwise", at))],
    pathwise_variance: variance("pathwise", k),
    score_cloud: [Array.from(shift, (side) => 1 + side), z.map((x, i) => f(x, k) * eps[i] / scale)],
    score_curve: [ks, ks.map((at) => variance("score", at))],
    score_variance: variance("score", k),
    exact: [[-0.5, 1.5], [exact, exact]],
    exact_gradient: exact,
  };
}
