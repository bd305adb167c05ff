import type { Migration } from '../../contract/release.js';
import type { LedgerEntry } from './ledger.js';

export interface Comparison {
  /** All that the database has, of this release or another. */
  readonly applied: readonly string[];
  /** Of the release, not in or only half in. */
  readonly missing: readonly string[];
  /** Of the release, in or half in with another content. */
  readonly differing: readonly string[];
  /** In, not of the release, and taking away what it may use. */
  readonly contracted: readonly string[];
}

export function compareLedger(migrations: readonly Migration[], ledger: ReadonlyMap<string, LedgerEntry>): Comparison {
  return {
    applied: [...ledger.values()].filter((entry) => entry.applied).map((entry) => entry.id),
    missing: migrations.filter(({ id }) => ledger.get(id)?.applied !== true).map(({ id }) => id),
    differing: migrations
      .filter(({ id, checksum }) => {
        const entry = ledger.get(id);
        return entry !== undefined && entry.checksum !== checksum;
      })
      .map(({ id }) => id),
    contracted: [...ledger.values()]
      .filter(({ applied, phase, id }) => applied && phase === 'contract' && migrations.every((each) => each.id !== id))
      .map(({ id }) => id),
  };
}
