// Twin of `scene` in estimator_errors.py.
const OBJECTIVES = [
  [(y) => y, () => 1],
  [(y) => (y - 0.45) ** 2, (y) => 2 * (y - 0.45)],
  [(y) => y ** 3 - 0.4 * y, (y) => 3 * y * y - 0.4],
  [(y) => y ** 4, (y) => 4 * y ** 3],
];
const DRAWS = [2, 10, 100, 1000];
const NAMES = ["reinforce", "leave", "straight", "relaxed", "hard", "rao", "reinmax"];
const RAO_SAMPLES = 10;

// Mean and variance of a number that is `zero` with probability 1 - p and `one` with probability p.
function ofTwo(p, zero, one) {
  return { mean: (1 - p) * zero + p * one, variance: p * (1 - p) * (one - zero) ** 2 };
}

function moments(f, slope, logit, temperature, draws) {
  const p = sigmoid(logit);
  const q = sigmoid(-logit);
  const [low, high] = [slope(0), slope(1)];
  // With leave-one-out the average is this change times the sample variance of n bits.
  const change = f(1) - f(0);
  const scatter = (p * q * (1 - 3 * p * q) - (p * q) ** 2 * (draws - 3) / (draws - 1)) / draws;
  // First and second moments: of the relaxed estimate, and of what is lent to each of the two hard samples.
  const sums = { relaxed: [0, 0], zero: [0, 0], one: [0, 0] };
  for (const { y, hard, lent, weight, away } of relaxedNodes(temperature)) {
    const u = away * Math.exp(logit);
    const mass = weight * u / (1 + u) ** 2;
    const relaxed = slope(y) * lent;
    const side = sums[hard ? "one" : "zero"];
    side[0] += mass * lent;
    side[1] += mass * lent * lent;
    sums.relaxed[0] += mass * relaxed;
    sums.relaxed[1] += mass * relaxed * relaxed;
  }
  const hard = { mean: high * sums.one[0] + low * sums.zero[0] };
  hard.variance = high * high * sums.one[1] + low * low * sums.zero[1] - hard.mean ** 2;
  const between = ofTwo(p, low * sums.zero[0] / q, high * sums.one[0] / p).variance;
  const each = {
    reinforce: ofTwo(p, -p * f(0), q * f(1)),
    straight: ofTwo(p, p * q * low, p * q * high),
    relaxed: { mean: sums.relaxed[0], variance: sums.relaxed[1] - sums.relaxed[0] ** 2 },
    hard,
    rao: { mean: hard.mean, variance: between + (hard.variance - between) / RAO_SAMPLES },
    reinmax: ofTwo(p, p / 2 * low, q / 2 * high),
  };
  for (const moment of Object.values(each)) moment.variance /= draws;
  return { ...each, leave: { mean: p * q * change, variance: change ** 2 * scatter } };
}

function scene({ objective, logit, temperature, draws }) {
  const [f, slope] = OBJECTIVES[objective];
  const exact = sigmoid(logit) * sigmoid(-logit) * (f(1) - f(0));
  const each = moments(f, slope, logit, temperature, DRAWS[draws]);
  const bias = NAMES.map((name) => each[name].mean - exact);
  const variance = NAMES.map((name) => each[name].variance);
  const result = { bias, spread: variance.map(Math.sqrt), exact };
  NAMES.forEach((name, i) => {
    result[`${name}_error`] = Math.sqrt(bias[i] ** 2 + variance[i]);
  });
  return result;
}
