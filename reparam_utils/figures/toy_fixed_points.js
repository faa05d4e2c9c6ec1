// Twin of `scene` in toy_fixed_points.py, with the nodes of two_class_moments: Gauss-Legendre, 16 in each of 60 panels.
const HALF_NODES = [0.09501250983763744, 0.2816035507792589, 0.45801677765722737, 0.6178762444026438,
  0.755404408355003, 0.8656312023878318, 0.9445750230732326, 0.9894009349916499];
const HALF_WEIGHTS = [0.18945061045506864, 0.18260341504492364, 0.16915651939500265, 0.1495959888165767,
  0.12462897125553407, 0.0951585116824926, 0.062253523938647456, 0.027152459411754176];
const NODES = Array.from({ length: 60 }, (_, panel) => 2 * panel - 59).flatMap((middle) => (
  HALF_NODES.flatMap((node, i) => [-node, node].map((side) => ({ node: middle + side, weight: HALF_WEIGHTS[i] })))));

function sigmoid(x) {
  return 1 / (1 + Math.exp(-x));
}

function scene({ temperature, target }) {
  const unit = Math.min(temperature, 1);
  // All that doesn't change with the logit. The logistic density is u / (1 + u)^2 with u = exp(logit - node).
  const table = NODES.map(({ node, weight }) => {
    const y = sigmoid(node * unit / temperature);
    const lent = 2 * y * sigmoid(-node * unit / temperature) / temperature * unit * weight;
    const hard = ((node > 0 ? 1 : 0) - target) * lent;
    return { away: Math.exp(-node * unit), hard, relaxed: (y - target) * lent };
  });
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
