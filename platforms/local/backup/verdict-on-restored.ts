import type { Verdict } from '../../../contract/verdict.js';
import type { PostgresAddress } from '../../postgres/address.js';
import type { ContentsComparison } from '../../postgres/compare-contents.js';
import { openSession, type Session } from '../../postgres/session.js';
import { countTables, type TableCount } from '../../postgres/table-counts.js';

export interface RestoredBackup {
  readonly address: PostgresAddress;
  /** As people are told: 'restored aside', 'branched'. */
  readonly how: string;
  readonly milliseconds: number;
  readonly manifest: { readonly bytes: number; readonly tables: Readonly<Record<string, unknown>> };
}

export interface Compared {
  /** Tables with other numbers of rows than they must have. */
  readonly miscounted: readonly string[];
  readonly contents: ContentsComparison;
}

type Compare = (session: Session, counts: ReadonlyMap<string, TableCount>) => Promise<Compared>;

/** What of a backup's own notes a database that was made of it has, by one read-only session. */
export async function verdictOnRestored(
  { address, how, milliseconds, manifest }: RestoredBackup,
  compare: Compare,
): Promise<Verdict> {
  const session = await openSession(address, { applicationName: 'crossfade verify', readOnly: true });
  try {
    const counts = await countTables(session);
    const { miscounted, contents } = await compare(session, counts);
    const { wrong: other, ...compared } = contents;
    const wrong = [...new Set([...miscounted, ...other])];
    const tables = Object.keys(manifest.tables).length;
    const rows = [...counts.values()].reduce((sum, each) => sum + (each.rows ?? 0), 0);
    const evidence = { tables, rows, bytes: manifest.bytes, ...compared, restoreMilliseconds: milliseconds };
    if (wrong.length > 0) return { answer: 'no', because: wrong.slice(0, 20).join('; '), evidence };
    const because = `${how} in ${milliseconds} ms: ${tables} tables with ${rows} rows, ${compared.checksums} of them by checksum`;
    return { answer: 'yes', because, evidence };
  } finally {
    await session.close();
  }
}
