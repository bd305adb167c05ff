import { setTimeout } from 'node:timers/promises';

/**
 * Calls `act` at a constant rate whatever became of the calls before (an open loop: a slow server gets no fewer).
 * Resolves, once aborted, to the most milliseconds that any call was behind its time.
 */
export async function pace(perSecond: number, act: () => void, signal: AbortSignal): Promise<number> {
  const began = performance.now();
  let acted = 0;
  let latest = 0;
  while (!signal.aborted) {
    const now = performance.now() - began;
    for (; (acted * 1_000) / perSecond <= now; acted += 1) {
      latest = Math.max(latest, now - (acted * 1_000) / perSecond);
      act();
    }
    await setTimeout(1);
  }
  return latest;
}
