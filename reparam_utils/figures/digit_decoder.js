// Twin of `scene` in digit_decoder.py. The weights of the decoder's two layers come in one row.
const SIZE = 8;
const HIDDEN = 128;
const PIXELS = SIZE * SIZE;

function decode(code, weights) {
  const [first, second] = [PIXELS * HIDDEN, PIXELS * HIDDEN + HIDDEN];
  const last = second + HIDDEN * PIXELS;
  const hidden = Array.from({ length: HIDDEN }, (_, unit) => code.reduce(
    (sum, class_, latent) => sum + weights[(latent * SIZE + class_) * HIDDEN + unit], weights[first + unit]));
  const pixels = Array.from({ length: PIXELS }, (_, pixel) => sigmoid(hidden.reduce(
    (sum, value, unit) => (value > 0 ? sum + value * weights[second + unit * PIXELS + pixel] : sum),
    weights[last + pixel])));
  return Array.from({ length: SIZE }, (_, row) => pixels.slice(row * SIZE, (row + 1) * SIZE));
}

function scene({ walk, ...latents }, weights) {
  const code = Array.from({ length: SIZE }, (_, i) => latents[`latent_${i + 1}`] - 1);
  const digit = decode(code, weights);
  const shares = digit.flat();
  const result = {
    digit,
    ink: shares.reduce((sum, share) => sum + share, 0),
    doubt: shares.filter((share) => share > 0.1 && share < 0.9).length,
  };
  for (let class_ = 0; class_ < SIZE; class_++) {
    result[`walk_${class_ + 1}`] = decode(code.map((old, i) => (i === walk - 1 ? class_ : old)), weights);
  }
  return result;
}
