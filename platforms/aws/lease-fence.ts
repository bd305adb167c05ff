import { FencedError } from '../../contract/errors.js';
import type { Clock } from '../../pipeline/ports.js';
import type { Fence } from './fence.js';

export interface LeaseFenceParts {
  /** The highest token that was ever given out, as the store has it now; 0 before the first. */
  readonly highest: () => Promise<number>;
  readonly clock: Clock;
  /** Milliseconds for which a token that was confirmed still counts as held: a lease's term. */
  readonly term: number;
}

/** The lease in the store as the fence: whoever took it later has a higher token. */
export function leaseFence({ highest, clock, term }: LeaseFenceParts): Fence {
  let confirmed: { readonly token: number; readonly at: number } | undefined;

  async function ask(token: number): Promise<void> {
    const at = clock.monotonic();
    const given = await highest();
    if (given > token)
      throw new FencedError(`token ${given} was given out after ${token}: somebody else has the traffic`);
    confirmed = { token, at };
  }

  return {
    async admit(token, asked, signal) {
      signal?.throwIfAborted();
      const lately = confirmed?.token === token && clock.monotonic() - confirmed.at < term;
      if (asked === 'now' || !lately) await ask(token);
    },
  };
}
