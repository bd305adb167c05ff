import { z } from 'zod';
import { digestOf } from '../../contract/json.js';
import type { PostgresAddress } from './address.js';
import { ledgerTable } from './ledger.js';
import { openSession } from './session.js';

/**
 * Whether an earlier run of this release's own command has changed something; noted once one has, so that a run that is
 * gone on with after a crash is not taken for a command that does nothing. No file of migrations has a colon in its name.
 */
export async function noteOwnCommand(
  owner: PostgresAddress,
  { release, run, changed }: { readonly release: string; readonly run: string; readonly changed: boolean },
): Promise<boolean> {
  const id = `own-command:${release}`;
  const session = await openSession(owner, { applicationName: `crossfade migrate ${run}` });
  try {
    const found = await session.rows(z.object({ id: z.string() }), `SELECT id FROM ${ledgerTable} WHERE id = $1`, [id]);
    if (changed && found.length === 0) {
      await session.rows(
        z.unknown(),
        `INSERT INTO ${ledgerTable} (id, checksum, applied_at, release, run, milliseconds) VALUES ($1, $2, clock_timestamp(), $3, $4, 0)
         ON CONFLICT (id) DO NOTHING`,
        [id, digestOf(id), release, run],
      );
    }
    return found.length > 0;
  } finally {
    await session.close();
  }
}
