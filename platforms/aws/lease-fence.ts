import { FencedError } from '../../contract/errors.js';
import type { Fence } from './fence.js';

export interface LeaseFenceParts {
  /** The highest token that was ever given out, as the store has it now; 0 before the first. */
  readonly highest: () => Promise<number>;
}

/** The lease in the store as the fence: whoever took it later has a higher token. */
export function leaseFence({ highest }: LeaseFenceParts): Fence {
  let seen = 0;
  return {
    async admit(token, asked, signal) {
      signal?.throwIfAborted();
      // Before it puts traffic back the pipeline has made sure of its lease; a store that is slow must not stand there.
      if (asked === 'now') seen = Math.max(seen, await highest());
      if (seen > token) {
        throw new FencedError(`token ${seen} was given out after ${token}: somebody else has the traffic`);
      }
    },
  };
}
