/** PostgreSQL's table locks, weakest first (PostgreSQL 15, 13.3.1). */
export const lockModes = [
  'ACCESS SHARE',
  'ROW SHARE',
  'ROW EXCLUSIVE',
  'SHARE UPDATE EXCLUSIVE',
  'SHARE',
  'SHARE ROW EXCLUSIVE',
  'EXCLUSIVE',
  'ACCESS EXCLUSIVE',
] as const;

export type LockMode = (typeof lockModes)[number];

/** On a table, and unless the statement says ONLY on its partitions and children too. */
export interface Lock {
  /** As the statement names it, or `table of x` for an index x. */
  readonly relation: string;
  readonly mode: LockMode;
}

export function strongestMode(modes: readonly LockMode[]): LockMode | undefined {
  return lockModes.findLast((mode) => modes.includes(mode));
}

/** What an application can't do on the table while somebody holds the lock, or waits for it. */
export function blockedBy(mode: LockMode): 'nothing' | 'writes' | 'reads and writes' {
  if (mode === 'ACCESS EXCLUSIVE') return 'reads and writes';
  return lockModes.indexOf(mode) >= lockModes.indexOf('SHARE') ? 'writes' : 'nothing';
}
