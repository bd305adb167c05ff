import type { Migration } from '../../../contract/release.js';
import type { RunnerName } from './runner.js';

/** A migration as it is reviewed, whoever runs it. */
export interface Script {
  /** What findings name: a path, or the id of a migration. */
  readonly id: string;
  readonly sql: string;
  readonly phase: Migration['phase'];
  readonly runner: RunnerName;
}

/** A migration of a release, which Crossfade itself runs. */
export function ownScript({ id, sql, phase }: Migration): Script {
  return { id, sql, phase, runner: 'crossfade' };
}
