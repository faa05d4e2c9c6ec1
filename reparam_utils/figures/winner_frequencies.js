// Twin of `scene` in winner_frequencies.py.
const COUNTS = [10, 50, 100, 500, 1000, 5000];

function scene({ logit_0, logit_1, logit_2, draws }, [first, second, third]) {
  const logits = [logit_0, logit_1, logit_2];
  const count = COUNTS[draws];
  const probs = softmax(logits);
  const wins = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    const [a, b, c] = [logit_0 + first[i], logit_1 + second[i], logit_2 + third[i]];
    wins[a >= b && a >= c ? 0 : b >= c ? 1 : 2] += 1;
  }
  const frequencies = wins.map((number) => number / count);
  const half = (terms) => terms.reduce((sum, term) => sum + term, 0) / 2;
  return {
    probs,
    frequencies,
    distance: half(probs.map((p, i) => Math.abs(frequencies[i] - p))),
    typical: half(probs.map((p) => Math.sqrt(2 * p * (1 - p) / (Math.PI * count)))),
  };
}
