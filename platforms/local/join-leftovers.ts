import type { Leftovers } from '../../pipeline/ports/leftovers.js';

/** Of several kinds as of one. */
export function joinLeftovers(all: readonly Leftovers[]): Leftovers {
  return {
    list: async () => (await Promise.all(all.map((each) => each.list()))).flat(),
    async sweep(swept) {
      for (const each of all) await each.sweep(swept);
    },
  };
}
