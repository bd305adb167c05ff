import type { Rehearsals } from '../pipeline/ports/rehearsals.js';

/** Loads what makes copies and starts services on them when something is first rehearsed. */
export function lazyRehearsals(load: () => Promise<Rehearsals>): Rehearsals {
  let loaded: Promise<Rehearsals> | undefined;
  const rehearsals = (): Promise<Rehearsals> => (loaded ??= load());
  return {
    unableBecause: async (input) => (await rehearsals()).unableBecause?.(input),
    open: async (...asked) => (await rehearsals()).open(...asked),
    sweep: async (run) => (await rehearsals()).sweep(run),
  };
}
