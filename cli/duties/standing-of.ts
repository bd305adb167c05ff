import type { RunState } from '../../journal/run-state.js';
import type { Standing } from './duty.js';

/** What has become of what this run put live, by the runs after it. `newer`: any order. Pure. */
export function standingOf(state: RunState, newer: readonly RunState[]): Standing {
  const last = newer
    .filter(({ token, lived }) => token > state.token && lived.length > 0)
    .toSorted((one, other) => one.token - other.token);
  const [next] = last;
  if (next === undefined) return 'live';
  // A deploy that went back has left what it found.
  const moved = next.lived.at(-1)?.colour === state.plan.to;
  if (moved) return standingOf(state, last.slice(1));
  return next.plan.action === 'deploy' && next.lived.at(-1)?.colour === next.plan.to ? 'replaced' : 'gone';
}
