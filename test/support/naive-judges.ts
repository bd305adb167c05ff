/** Requests and failures of one slot so far. */
export interface Count {
  readonly requests: number;
  readonly errors: number;
}

/** One-sided z of two proportions, pooled: what a spreadsheet would do, each time anew. */
export function zOfTwoProportions(slot: Count, live: Count): number {
  const requests = slot.requests + live.requests;
  const pooled = (slot.errors + live.errors) / requests;
  const spread = Math.sqrt(pooled * (1 - pooled) * (1 / slot.requests + 1 / live.requests));
  return spread > 0 ? (slot.errors / slot.requests - live.errors / live.requests) / spread : 0;
}

/** z from which a one-sided test at 1 % says no. */
export const zOfOnePercent = 2.326;

/** The usual rule: no when any whole minute had a share of errors above the line, in percent. */
export class MinuteRule {
  readonly #linePercent: number;
  #start: Count = { requests: 0, errors: 0 };
  #seconds = 0;

  constructor(linePercent: number) {
    this.#linePercent = linePercent;
  }

  /** To be called each second with the counts so far. */
  saysNo({ requests, errors }: Count): boolean {
    this.#seconds += 1;
    if (this.#seconds % 60 !== 0) return false;
    const inMinute = { requests: requests - this.#start.requests, errors: errors - this.#start.errors };
    this.#start = { requests, errors };
    return inMinute.requests > 0 && (100 * inMinute.errors) / inMinute.requests > this.#linePercent;
  }
}
