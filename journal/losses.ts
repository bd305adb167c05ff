import type { RunState } from './run-state.js';

/** What going back does not bring back. */
export interface Losses {
  /** Applied to the database: the other slot's release runs on with them. */
  readonly migrations: readonly string[];
  /** Steps that cannot be undone, each with its reason. */
  readonly oneWay: readonly { readonly title: string; readonly because: string; readonly at: string | undefined }[];
  /** Taken before: restoring one loses what was written since. */
  readonly backups: readonly { readonly name: string; readonly at: string | undefined }[];
}

/** From one run's journal. Pure. */
export function lossesOf({ steps }: RunState): Losses {
  const passed = steps.filter(({ status, planned }) => status === 'passed' && !planned.gate);
  return {
    migrations: passed.flatMap(({ planned, evidence }) =>
      planned.use === 'migrate' || planned.use === 'contract'
        ? [...textsIn(evidence['appliedEarlier']), ...textsIn(evidence['applied'])]
        : [],
    ),
    oneWay: passed.flatMap(({ planned, ended }) =>
      planned.kind === 'one-way'
        ? [{ title: planned.title, because: planned.oneWayBecause ?? 'it cannot be put back', at: ended }]
        : [],
    ),
    backups: passed.flatMap(({ planned, evidence: { name }, ended }) =>
      planned.use === 'back-up' && typeof name === 'string' ? [{ name, at: ended }] : [],
    ),
  };
}

function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
