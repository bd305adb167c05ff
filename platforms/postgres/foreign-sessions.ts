import { z } from 'zod';
import type { Session } from './session.js';

/** Another program that migrates as the same role. */
export interface ForeignTool {
  /** Sessions of the role from before it began: services that use the role as well, or a person. */
  readonly before: readonly number[];
}

/** What sessions of another program are called where it heeds PGAPPNAME, as libpq and node-postgres do. */
export const toolName = 'crossfade-tool';

/**
 * A program's own sessions: it migrates under the lock that a session of ours holds. Where the role is somebody else's as
 * well, only the name tells them apart: what a service does is never stopped.
 */
export async function foreignSessions(session: Session, { before }: ForeignTool): Promise<number[]> {
  const found = await sessionsOfRole(session);
  return found.flatMap(({ pid, application }) =>
    before.includes(pid) || (before.length > 0 && application !== toolName) ? [] : [pid],
  );
}

/** Of the role of this session in this database, but none of ours. */
export async function sessionsOfRole(
  session: Session,
): Promise<readonly { readonly pid: number; readonly application: string | null }[]> {
  return session.rows(
    z.object({ pid: z.int(), application: z.string().nullable() }),
    `SELECT pid, application_name AS application FROM pg_stat_activity
      WHERE usename = current_user AND datname = current_database() AND application_name NOT LIKE 'crossfade %'`,
  );
}
