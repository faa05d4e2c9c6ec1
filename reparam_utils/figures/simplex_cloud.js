// Twin of `scene` in simplex_cloud.py.
function scene({ logit_0, logit_1, logit_2, temperature }, gumbels) {
  const logits = [logit_0, logit_1, logit_2];
  const corners = [[0, 0], [1, 0], [0.5, Math.sqrt(0.75)]];
  const won = logits.map(() => [[], []]);
  const total = [0, 0, 0];
  for (let draw = 0; draw < gumbels[0].length; draw++) {
    const scores = logits.map((logit, i) => logit + gumbels[i][draw]);
    const shares = softmax(scores.map((score) => score / temperature));
    const cloud = won[scores.indexOf(Math.max(...scores))];
    for (const axis of [0, 1]) {
      cloud[axis].push(shares.reduce((sum, share, i) => sum + share * corners[i][axis], 0));
    }
    shares.forEach((share, i) => { total[i] += share; });
  }
  const probs = softmax(logits);
  const mean = total.map((sum) => sum / gumbels[0].length);
  const apart = Math.max(...mean.map((share, i) => Math.abs(share - probs[i])));
  return { won_0: won[0], won_1: won[1], won_2: won[2], probs, mean, apart };
}
