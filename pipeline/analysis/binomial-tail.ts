/** Probability of at least this many successes in so many independent trials. */
export function binomialTail(atLeast: number, trials: number, probability: number): number {
  if (atLeast <= 0) return 1;
  if (atLeast > trials || probability <= 0) return 0;
  if (probability >= 1) return 1;
  const odds = probability / (1 - probability);
  const mean = trials * probability;
  const upwards = atLeast > mean;
  const start = upwards ? atLeast : atLeast - 1;
  let term = Math.exp(
    logChoose(trials, start) + start * Math.log(probability) + (trials - start) * Math.log1p(-probability),
  );
  let sum = 0;
  // away from the mean the terms only shrink: summing the far side keeps small tails exact
  for (let count = start; term > sum * 1e-16 && count >= 0 && count <= trials; count += upwards ? 1 : -1) {
    sum += term;
    term *= upwards ? ((trials - count) / (count + 1)) * odds : count / (trials - count + 1) / odds;
  }
  return upwards ? Math.min(1, sum) : Math.max(0, 1 - sum);
}

function logChoose(all: number, some: number): number {
  return logFactorial(all) - logFactorial(some) - logFactorial(all - some);
}

/** Stirling's series, exact to 1e-10 from 10 on. */
function logFactorial(count: number): number {
  if (count < 10) return Math.log([1, 1, 2, 6, 24, 120, 720, 5040, 40_320, 362_880][count] ?? 1);
  const inverse = 1 / count;
  const series = inverse / 12 - inverse ** 3 / 360 + inverse ** 5 / 1260;
  return count * Math.log(count) - count + Math.log(2 * Math.PI * count) / 2 + series;
}
