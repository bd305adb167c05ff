import type { Colour } from '../../contract/colour.js';

/** What all judgements of one observation share. */
export interface Circumstances {
  readonly to: Colour;
  readonly from: Colour | null;
  readonly complete: boolean;
  readonly minimumRequests: number;
  /** Chance of a false alarm of one test, 0 to 1. */
  readonly alarm: number;
}

/** Failures come in bursts, as when one client tries again: fewer than this are no pattern, whatever a test says. */
export const fewestEvents = 3;
