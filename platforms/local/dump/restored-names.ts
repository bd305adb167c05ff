import { createHash } from 'node:crypto';

/** PostgreSQL cuts names after 63 bytes: long ids are told apart by a hash. */
export function namesOf(run: string): {
  readonly restored: string;
  readonly kept: string;
  /** What was restored and written to, and is not in use any more. */
  readonly keptAfter: string;
} {
  const hash = createHash('sha256').update(run).digest('hex').slice(0, 10);
  const id = run.length <= 36 ? run : `${run.slice(0, 25)}_${hash}`;
  return { restored: `restored-${id}`, kept: `kept-before-${id}`, keptAfter: `kept-after-${id}` };
}
