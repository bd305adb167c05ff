import type { Colour } from '../contract/colour.js';
import type { RunState } from './run-state.js';

/** Who put what live, as the journals tell it. */
export interface LiveRecord {
  readonly colour: Colour;
  /** Undefined where the run did not know what stood there. */
  readonly version: string | undefined;
  readonly since: string;
  readonly by: string;
  readonly run: string;
}

/** The newest change of the live slot; undefined when none of these runs, newest first, made one. Pure. */
export function liveRecord(runs: readonly RunState[]): LiveRecord | undefined {
  for (const { run, plan, lived } of runs) {
    const last = lived.at(-1);
    if (!last) continue;
    const version = last.colour === plan.to ? plan.release?.version : plan.previous?.version;
    return { colour: last.colour, version, since: last.at, by: last.by, run };
  }
  return undefined;
}

/** The newest run that put this slot live, and so what going back from it would undo. */
export function runThatPutLive(runs: readonly RunState[], colour: Colour): RunState | undefined {
  return runs.find(({ plan, lived }) => plan.to === colour && lived.at(-1)?.colour === colour);
}
