// Twin of `scene` in exact_gradient_bars.py.
function scene({ logit_0, logit_1, logit_2, objective_0, objective_1, objective_2 }) {
  const objective = [objective_0, objective_1, objective_2];
  const probs = softmax([logit_0, logit_1, logit_2]);
  const expected = probs.reduce((sum, p, i) => sum + p * objective[i], 0);
  return { probs, gradient: probs.map((p, i) => p * (objective[i] - expected)), expected };
}
