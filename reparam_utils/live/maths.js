// Functions that several scenes need; each is the twin of a torch function.

// torch.softmax over a list; the largest entry is taken off first, so that nothing overflows.
function softmax(logits) {
  const largest = Math.max(...logits);
  const weights = logits.map((logit) => Math.exp(logit - largest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
