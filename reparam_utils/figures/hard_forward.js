// Twin of `scene` in hard_forward.py; the gradient of the straight-through sample is written out.
function scene({ logit_0, logit_1, logit_2, temperature, draw, size_0, size_1, size_2, target }, noise) {
  const logits = [logit_0, logit_1, logit_2];
  const size = [size_0, size_1, size_2];
  const dot = (a, b) => a.reduce((sum, x, i) => sum + x * b[i], 0);
  const both = noise.map((gumbels) => {
    const scores = logits.map((logit, i) => logit + gumbels[i]);
    const winner = scores.indexOf(Math.max(...scores));
    const relaxed = softmax(scores.map((score) => score / temperature));
    const [mean, slope] = [dot(relaxed, size), 2 * (size[winner] - target)];
    return { winner, relaxed, gradient: relaxed.map((y, i) => slope * y * (size[i] - mean) / temperature) };
  });
  const here = both[draw - 1];
  const objective = size.map((each) => (each - target) ** 2);
  const probs = softmax(logits);
  const expected = dot(probs, objective);
  const column = (row) => 0.2 + 0.2 * row / (noise.length - 1);
  const largest = both.map(({ gradient }) => Math.max(...gradient.map(Math.abs)));
  return {
    forward: logits.map((_, i) => (i === here.winner ? 1 : 0)),
    backward: here.relaxed,
    share: Math.max(...here.relaxed),
    exact: probs.map((p, i) => p * (objective[i] - expected)),
    gradient: here.gradient,
    cloud: [both.flatMap((_, row) => [0, 1, 2].map((i) => i + column(row))), both.flatMap(({ gradient }) => gradient)],
    quiet: 100 * largest.filter((each) => each < 0.01).length / largest.length,
    largest: Math.max(...largest),
  };
}
