/** Each tail of a two-sided 99.9 % interval. */
const tail = 0.0005;

/**
 * Could so many of `all` requests have been drawn for a share of `percent`? The exact binomial test: neither so few nor
 * so many may be less likely than 0.05 %. Of no requests nothing can be said: they fit.
 */
export function shareFits(requests: number, all: number, percent: number): boolean {
  const share = percent / 100;
  if (share <= 0) return requests === 0;
  if (share >= 1) return requests === all;
  return atMost(requests, all, share) >= tail && atMost(all - requests, all, 1 - share) >= tail;
}

/** P(X ≤ k) for X binomial(n, p), summed from the largest term downwards in logarithms so that nothing underflows. */
function atMost(k: number, n: number, p: number): number {
  if (k >= n) return 1;
  let logChoose = 0;
  let sum = 0;
  for (let successes = 0; successes <= k; successes += 1) {
    if (successes > 0) logChoose += Math.log((n - successes + 1) / successes);
    sum += Math.exp(logChoose + successes * Math.log(p) + (n - successes) * Math.log1p(-p));
  }
  return Math.min(1, sum);
}
