// Functions that several scenes need; each is the twin of a torch function.

// torch.softmax over a list; the largest entry is taken off first, so that nothing overflows.
function softmax(logits) {
  const largest = Math.max(...logits);
  const weights = logits.map((logit) => Math.exp(logit - largest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

// As torch.sigmoid.
function sigmoid(x) {
  return 1 / (1 + Math.exp(-x));
}

// The nodes of two_class_moments in two_class.py: Gauss-Legendre, 16 in each of 60 panels of width 2.
const HALF_NODES = [0.09501250983763744, 0.2816035507792589, 0.45801677765722737, 0.6178762444026438,
  0.755404408355003, 0.8656312023878318, 0.9445750230732326, 0.9894009349916499];
const HALF_WEIGHTS = [0.18945061045506864, 0.18260341504492364, 0.16915651939500265, 0.1495959888165767,
  0.12462897125553407, 0.0951585116824926, 0.062253523938647456, 0.027152459411754176];
const NODES = Array.from({ length: 60 }, (_, panel) => 2 * panel - 59).flatMap((middle) => (
  HALF_NODES.flatMap((node, i) => [-node, node].map((side) => ({ node: middle + side, weight: HALF_WEIGHTS[i] })))));

// The relaxed sample y of two classes at each node, lent = dy/dlogit, and the node's weight before the noise's density.
// `away` is exp(-node): the density of a node at a logit is away u / (1 + away u)^2 with u = exp(logit).
function relaxedNodes(temperature) {
  const unit = Math.min(temperature, 1);
  return NODES.map(({ node, weight }) => {
    const y = sigmoid(node * unit / temperature);
    const lent = y * sigmoid(-node * unit / temperature) / temperature;
    return { y, hard: node > 0 ? 1 : 0, lent, weight: weight * unit, away: Math.exp(-node * unit) };
  });
}
