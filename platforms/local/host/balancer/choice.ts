import { otherColour } from '../../../../contract/colour.js';
import type { Colour } from '../../../../contract/colour.js';
import type { Weights } from '../../../../contract/weights.js';

export const cohortCookie = 'crossfade-cohort';
const buckets = 10_000;

export interface Choice {
  readonly colour: Colour;
  /** Drawn by lot for this request alone: such choices follow the binomial distribution. */
  readonly independent: boolean;
  /** The visitor's bucket where it was drawn just now and should be remembered. */
  readonly bucket: number | undefined;
}

/** Each request alone. `random` gives numbers from 0 up to, not including, 1. */
export function chooseByLot(weights: Weights, random: () => number): Choice {
  return { colour: random() * 100 < weights.blue ? 'blue' : 'green', independent: true, bucket: undefined };
}

/**
 * A visitor's bucket decides for all services alike: those below blue's share go to blue. A shift moves only the
 * buckets between the shares, and shifting back moves exactly these back.
 */
export function chooseByCohort(weights: Weights, remembered: number | undefined, random: () => number): Choice {
  const bucket = remembered ?? Math.floor(random() * buckets);
  const colour = bucket < (weights.blue / 100) * buckets ? 'blue' : 'green';
  return { colour, independent: remembered === undefined, bucket: remembered === undefined ? bucket : undefined };
}

export function cohortSetCookie(bucket: number): string {
  return `${cohortCookie}=${bucket}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax`;
}

/** Undefined when there is none, or none that the balancer would have set. */
export function readBucket(cookies: string | undefined): number | undefined {
  if (cookies === undefined || !cookies.includes(cohortCookie)) return undefined;
  for (const cookie of cookies.split(';')) {
    const match = /^\s*crossfade-cohort=(\d{1,4})\s*$/.exec(cookie);
    if (match !== null) return Number(match[1]);
  }
  return undefined;
}

/** The other slot, when it may take this request over: it has weight, and visitors need not stay with one slot. */
export function understudy(colour: Colour, weights: Weights, affinity: 'none' | 'cohort'): Colour | undefined {
  const other = otherColour(colour);
  return affinity === 'none' && weights[other] > 0 ? other : undefined;
}
