// Twin of `scene` in toy_fixed_points.py.
function scene({ temperature, target }) {
  // All that doesn't change with the logit.
  const table = relaxedNodes(temperature).map(({ y, hard, lent, weight, away }) => (
    { away, hard: 2 * (hard - target) * lent * weight, relaxed: 2 * (y - target) * lent * weight }));
  const gradient = (logit, name) => {
    const shift = Math.exp(logit);
    return table.reduce((sum, each) => {
      const u = each.away * shift;
      return sum + each[name] * u / ((1 + u) * (1 + u));
    }, 0);
  };
  const logits = Array.from({ length: 41 }, (_, i) => -4 + i / 5);
  const probs = logits.map(sigmoid);
  const curve = (name) => [probs, logits.map((logit, i) => gradient(logit, name) / (probs[i] * (1 - probs[i])))];
  const rest = (name) => {
    let [low, high] = [-12, 0];
    if (gradient(low, name) >= 0) return 0;
    for (let i = 0; i < 40; i++) {
      const middle = (low + high) / 2;
      if (gradient(middle, name) < 0) low = middle;
      else high = middle;
    }
    return sigmoid((low + high) / 2);
  };
  const [hard, relaxed] = [rest("hard"), rest("relaxed")];
  return {
    exact_curve: [[0, 1], [1 - 2 * target, 1 - 2 * target]],
    straight_curve: [probs, probs.map((p) => 2 * (p - target))],
    straight_point: [[target], [0]],
    straight_rest: target,
    hard_curve: curve("hard"),
    hard_point: [[hard], [0]],
    hard_rest: hard,
    relaxed_curve: curve("relaxed"),
    relaxed_point: [[relaxed], [0]],
    relaxed_rest: relaxed,
  };
}
