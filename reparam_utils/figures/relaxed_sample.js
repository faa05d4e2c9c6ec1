// Twin of `scene` in relaxed_sample.py.
function scene({ temperature, draw }, noise) {
  const corners = [[0, 0], [1, 0], [0.5, Math.sqrt(0.75)]];
  const scores = [1, 0, -1].map((logit, i) => logit + noise[draw - 1][i]);
  const sharesAt = (heat) => softmax(scores.map((score) => score / heat));
  const mix = (shares) => [0, 1].map((axis) => shares.reduce((sum, share, i) => sum + share * corners[i][axis], 0));
  const shares = sharesAt(temperature);
  const mixture = mix(shares);
  const word = corners[scores.indexOf(Math.max(...scores))];
  const way = Array.from({ length: 81 }, (_, i) => mix(sharesAt(10 ** (-2 + i / 20))));
  return {
    shares,
    way: [0, 1].map((axis) => way.map((point) => point[axis])),
    word: word.map((value) => [value]),
    mixture: mixture.map((value) => [value]),
    largest: Math.max(...shares),
    distance: Math.hypot(mixture[0] - word[0], mixture[1] - word[1]),
  };
}
