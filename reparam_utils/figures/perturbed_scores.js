// Twin of `scene` in perturbed_scores.py.
function scene({ logit_0, logit_1, logit_2, draw }, rows) {
  const logits = [logit_0, logit_1, logit_2];
  const noise = [...rows[draw - 1]];
  const scores = logits.map((logit, i) => logit + noise[i]);
  const winner = scores.indexOf(Math.max(...scores));
  const top = scores[winner];
  const bestRival = scores.map((_, i) => Math.max(...scores.filter((_, j) => j !== i)));
  return {
    logits,
    noise,
    losers: scores.map((score, i) => (i === winner ? 0 : score)),
    winner: scores.map((score, i) => (i === winner ? score : 0)),
    top: [[-0.5, 2.5], [top, top]],
    change: [
      scores.flatMap((_, i) => [i - 0.4, i + 0.4, NaN]),
      scores.flatMap((_, i) => Array(3).fill(bestRival[i] - noise[i])),
    ],
    prob: softmax(logits)[winner],
    lead: top - bestRival[winner],
  };
}
