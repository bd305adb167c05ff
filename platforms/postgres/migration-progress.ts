import { z } from 'zod';
import type { Session } from './session.js';

const progressSchema = z.object({
  what: z.string(),
  phase: z.string().nullable(),
  done: z.coerce.number(),
  total: z.coerce.number(),
});

/** How far what takes long has come, by the server's own progress views; empty where nothing reports any. */
export async function describeProgress(session: Session, pids: readonly number[]): Promise<string> {
  const rows = await session.rows(
    progressSchema,
    `SELECT 'building an index of ' || coalesce(relid::regclass::text, '?') AS what, phase,
            CASE WHEN blocks_total > 0 THEN blocks_done WHEN tuples_total > 0 THEN tuples_done ELSE lockers_done END AS done,
            CASE WHEN blocks_total > 0 THEN blocks_total WHEN tuples_total > 0 THEN tuples_total ELSE lockers_total END AS total
       FROM pg_stat_progress_create_index WHERE pid = ANY ($1::int[])
      UNION ALL
     SELECT 'writing ' || coalesce(relid::regclass::text, '?') || ' anew', phase, heap_blks_scanned, heap_blks_total
       FROM pg_stat_progress_cluster WHERE pid = ANY ($1::int[])
      UNION ALL
     SELECT 'vacuuming ' || coalesce(relid::regclass::text, '?'), phase, heap_blks_scanned, heap_blks_total
       FROM pg_stat_progress_vacuum WHERE pid = ANY ($1::int[])
      UNION ALL
     SELECT 'analyzing ' || coalesce(relid::regclass::text, '?'), phase, sample_blks_scanned, sample_blks_total
       FROM pg_stat_progress_analyze WHERE pid = ANY ($1::int[])
      UNION ALL
     SELECT 'copying ' || coalesce(relid::regclass::text, '?'), NULL, bytes_processed, bytes_total
       FROM pg_stat_progress_copy WHERE pid = ANY ($1::int[])`,
    [pids],
  );
  return rows
    .map(({ what, phase, done, total }) => {
      const share = total > 0 ? `${Math.min(100, Math.floor((done / total) * 100))} %` : undefined;
      return [what, phase, share].filter((part) => part !== undefined && part !== null).join(': ');
    })
    .join('; ');
}
