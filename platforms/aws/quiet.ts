import type { Colour } from '../../contract/colour.js';
import type { Clock } from '../../pipeline/ports/clock.js';
import type { Slots } from '../../pipeline/ports/slots.js';
import type { AlbApi } from './alb-api.js';
import { persist } from './persist.js';
import type { Route } from './route.js';

const lookBack = 3 * 3_600_000;
/** Requests of a minute that ended so recently may still be in flight, or not be counted yet. */
const recent = 3 * 60_000;
/** Until the minute of the last request is over and no longer recent. */
const lateMilliseconds = recent + 60_000 + 30_000;
const patience = 60_000;

/**
 * By the target groups' own counts. A load balancer on AWS tells nobody what is in flight: requests of the last
 * minutes are taken for it.
 */
export function quietOf(api: AlbApi, routes: readonly Route[], clock: Clock): Slots['quiet'] {
  return async (colour: Colour) => {
    const now = clock.now();
    const groups = routes.map((route) => route.targetGroups[colour]);
    const from = new Date(now.getTime() - lookBack);
    const ask = () => api.requestsPerMinute(groups, from, now);
    const counts = await persist(ask, { clock, within: patience });
    const minutes = [...counts.values()].flat().filter((count) => count.requests > 0);
    const last = Math.max(...minutes.map(({ minute }) => minute.getTime() + 60_000));
    const inFlight = sinceRecently(minutes, now);
    const idleMilliseconds = minutes.length === 0 ? undefined : Math.max(0, now.getTime() - last);
    return { inFlight, idleMilliseconds, lateMilliseconds };
  };
}

/** To target groups, in the minutes that may not be over yet. */
export async function recentRequests(
  api: Pick<AlbApi, 'requestsPerMinute'>,
  groups: readonly string[],
  clock: Clock,
): Promise<number> {
  const now = clock.now();
  const from = new Date(now.getTime() - recent - 2 * 60_000);
  const counts = await persist(() => api.requestsPerMinute(groups, from, now), { clock, within: patience });
  return sinceRecently([...counts.values()].flat(), now);
}

function sinceRecently(counts: readonly { readonly minute: Date; readonly requests: number }[], now: Date): number {
  return counts
    .filter(({ minute }) => now.getTime() - (minute.getTime() + 60_000) < recent)
    .reduce((total, { requests }) => total + requests, 0);
}
