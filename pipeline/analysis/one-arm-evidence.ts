import { logMean, logSpaced } from './likelihood-mixture.js';

/** A line of exactly zero would be broken by any event at all; this is as good as zero. */
const smallestRate = 1e-6;
const alternatives = 24;

/**
 * Natural log of an e-process against "events happen at a rate of at most `line`" (0 to 1), from counts so far.
 *
 * Likelihood ratio of Bernoulli trials, averaged over alternatives whose odds lie between 1.5 times those of the line
 * and 50 times (at least 19 : 1). For every rate at or below the line each factor has expectation at most 1, so by
 * Ville's inequality the e-value ever reaches 1/alpha with probability at most alpha, however often one looks
 * (Ramdas, Grünwald, Vovk, Shafer: Game-theoretic statistics and safe anytime-valid inference, 2023; Robbins' method
 * of mixtures, 1970).
 */
export function oneArmEvidence(trials: number, events: number, line: number): number {
  if (line >= 1) return 0;
  const rate = Math.max(line, smallestRate);
  const odds = rate / (1 - rate);
  return logMean(
    logSpaced(1.5 * odds, Math.max(50 * odds, 19), alternatives).map((alternative) => {
      const worse = alternative / (1 + alternative);
      return events * Math.log(worse / rate) + (trials - events) * Math.log((1 - worse) / (1 - rate));
    }),
  );
}
