import { logMean, logSpaced } from './likelihood-mixture.js';

const ratios = logSpaced(1.5, 50, 24);

/** Requests of one slot, and how many of them were events: failed, or slow. */
export interface Arm {
  readonly requests: number;
  readonly events: number;
}

/**
 * Natural log of an e-process against "the slot has events no more often than the live slot", from the counts so far
 * of both over the same seconds.
 *
 * Looks only at which slot each event fell into: if the slot is `ratio` times as bad and gets the share s of the
 * requests, that is a coin with odds ratio * s : (1 - s), whatever the base rate is and however it moves; so an outage
 * that hits both slots says nothing. The likelihood ratio against the fair coin s is averaged over ratios of 1.5 to 50.
 * Conditional binomial test: Przyborowski and Wilenski, 1940; made always-valid for canaries by Lindon and Malek,
 * Anytime-valid inference for multinomial count data, 2022. Their share is the planned one, here it is the observed
 * one, which simulation shows to keep the error rate.
 */
export function twoArmEvidence(slot: Arm, live: Arm): number {
  const requests = slot.requests + live.requests;
  const events = slot.events + live.events;
  if (requests === 0 || events === 0) return 0;
  const share = slot.requests / requests;
  return logMean(ratios.map((ratio) => slot.events * Math.log(ratio) - events * Math.log1p((ratio - 1) * share)));
}
