// Twin of `scene` in soft_argmax_peaks.py.
function scene({ x_0, x_1, x_2, x_3, x_4, temperature }) {
  const scores = [x_0, x_1, x_2, x_3, x_4];
  const probs = softmax(scores.map((score) => score / temperature));
  const [first, second] = [...scores].sort((a, b) => b - a);
  const hard = scores.indexOf(first);
  const soft = probs.reduce((sum, p, i) => sum + i * p, 0);
  const rest = 4 * Math.exp((second - first) / temperature);
  const bound = Math.max(hard, 4 - hard) * rest / (1 + rest);
  return { scores, probs, hard, soft, hard_index: hard, soft_index: soft, bound };
}
