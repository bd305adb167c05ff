import { z } from 'zod';
import type { Migration } from '../../contract/release.js';
import type { Session } from './session.js';

/** The version table. A row without `applied_at` is a migration outside a transaction that has begun and not ended. */
export const ledgerTable = 'public.crossfade_migrations';

const entrySchema = z.strictObject({
  id: z.string(),
  checksum: z.string(),
  /** That began it. */
  run: z.string(),
  applied: z.boolean(),
  phase: z.enum(['expand', 'contract']),
  /** Statements of a migration outside a transaction that were begun, and that came to their end. */
  begun: z.int(),
  finished: z.int(),
});

export type LedgerEntry = z.infer<typeof entrySchema>;

/** Creates the table where it is missing; those whom default rights let write to it may not. */
export async function createLedger(session: Session): Promise<void> {
  await session.run(`CREATE TABLE IF NOT EXISTS ${ledgerTable} (
    id text PRIMARY KEY,
    checksum text NOT NULL,
    applied_at timestamptz,
    release text NOT NULL,
    run text NOT NULL,
    milliseconds bigint NOT NULL,
    begun integer NOT NULL DEFAULT 0,
    finished integer NOT NULL DEFAULT 0,
    phase text NOT NULL DEFAULT 'expand'
  )`);
  // Of a table from before there was this column.
  await session.run(`ALTER TABLE ${ledgerTable} ADD COLUMN IF NOT EXISTS phase text NOT NULL DEFAULT 'expand'`);
  const writers = await session.rows(
    z.object({ grantee: z.string() }),
    `SELECT DISTINCT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END AS grantee
       FROM pg_class, aclexplode(relacl)
      WHERE oid = $1::regclass AND grantee <> relowner AND privilege_type IN ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE')`,
    [ledgerTable],
  );
  for (const { grantee } of writers)
    await session.run(`REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON ${ledgerTable} FROM ${grantee}`);
}

/** By id; empty where the table doesn't exist. */
export async function readLedger(session: Session): Promise<Map<string, LedgerEntry>> {
  const [found] = await session.rows(
    z.object({ exists: z.boolean() }),
    'SELECT to_regclass($1) IS NOT NULL AS exists',
    [ledgerTable],
  );
  if (found?.exists !== true) return new Map();
  const entries = await session.rows(
    entrySchema,
    `SELECT id, checksum, run, applied_at IS NOT NULL AS applied, begun, finished, coalesce(to_jsonb(entry)->>'phase', 'expand') AS phase
       FROM ${ledgerTable} AS entry ORDER BY id`,
  );
  return new Map(entries.map((entry) => [entry.id, entry]));
}

export interface LedgerNote {
  readonly migration: Migration;
  readonly release: string;
  readonly run: string;
  readonly milliseconds: number;
}

/** Inside the migration's own transaction, so that both are in or neither. */
export async function noteApplied(session: Session, note: LedgerNote): Promise<void> {
  await session.rows(
    z.unknown(),
    `INSERT INTO ${ledgerTable} (id, checksum, applied_at, release, run, milliseconds, phase) VALUES ($1, $2, clock_timestamp(), $3, $4, $5, $6)
     ON CONFLICT (id) DO UPDATE SET applied_at = excluded.applied_at, milliseconds = ${ledgerTable.split('.')[1] ?? ''}.milliseconds + excluded.milliseconds`,
    [
      note.migration.id,
      note.migration.checksum,
      note.release,
      note.run,
      Math.round(note.milliseconds),
      note.migration.phase,
    ],
  );
}

/** How far a migration outside a transaction has come. */
export async function noteProgress(session: Session, note: LedgerNote, begun: number, finished: number): Promise<void> {
  await session.rows(
    z.unknown(),
    `INSERT INTO ${ledgerTable} (id, checksum, release, run, milliseconds, begun, finished, phase) VALUES ($1, $2, $3, $4, 0, $5, $6, $7)
     ON CONFLICT (id) DO UPDATE SET begun = excluded.begun, finished = excluded.finished`,
    [note.migration.id, note.migration.checksum, note.release, note.run, begun, finished, note.migration.phase],
  );
}
