// Twin of `scene` in relaxed_gradients.py.
function scene({ temperature }, [first, second, shift]) {
  const estimates = Array.from(first, (gumbel, i) => {
    const gap = (-1 + second[i] - gumbel) / temperature;
    const small = Math.exp(-Math.abs(gap));
    const y = (gap > 0 ? 1 : small) / (1 + small);
    return 2 * (y - 0.3) * small / (1 + small) ** 2 / temperature;
  });
  const mean = estimates.reduce((sum, estimate) => sum + estimate, 0) / estimates.length;
  const small = 100 * estimates.filter((estimate) => Math.abs(estimate) < 0.001).length / estimates.length;
  return { estimates: [Array.from(shift), estimates], current: temperature, mean, small };
}
