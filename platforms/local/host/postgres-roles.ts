import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, DatabaseError, escapeIdentifier, escapeLiteral } from 'pg';
import { PlatformError } from '../../../contract/errors.js';
import { describeFailure } from '../../postgres/session.js';
import { scramVerifier } from './postgres-password.js';

/** Superuser for backups; owner of the database and its migrations; the services' own, without DDL; reads only. */
export const postgresRoles = {
  superuser: 'crossfade',
  owner: 'crossfade_owner',
  app: 'crossfade_app',
  reader: 'crossfade_reader',
} as const;

export type PostgresRole = keyof typeof postgresRoles;

export function passwordFile(folder: string, role: PostgresRole): string {
  return join(folder, `${role}.password`);
}

export function readPassword(folder: string, role: PostgresRole): string {
  return readFileSync(passwordFile(folder, role), 'utf8').trim();
}

/** Of the advisory lock under which rights are settled: any number that nobody else uses. */
const settling = 7_265_001;

/** Creates what is missing of roles, database and rights. Idempotent; run at each start. */
export async function settleRoles(folder: string, port: number, database: string): Promise<void> {
  await withSuperuser(folder, port, 'postgres', async (client) => {
    for (const role of ['owner', 'app', 'reader'] as const) await settleRole(client, folder, role);
    await settleDatabase(client, database);
  });
  await withSuperuser(folder, port, database, async (client) => {
    // Two starts at once would change the same catalogue rows; the lock goes with the connection.
    await client.query('SELECT pg_advisory_lock($1)', [settling]);
    await client.query(rights(database));
  });
}

async function settleRole(client: Client, folder: string, role: 'owner' | 'app' | 'reader'): Promise<void> {
  const name = postgresRoles[role];
  const found = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [name]);
  if (found.rowCount !== 0) return;
  const verifier = escapeLiteral(scramVerifier(readPassword(folder, role)));
  await unless('42710', () => client.query(`CREATE ROLE ${name} LOGIN PASSWORD ${verifier}`));
}

async function settleDatabase(client: Client, database: string): Promise<void> {
  const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
  if (found.rowCount !== 0) return;
  await unless('42P04', () =>
    client.query(`CREATE DATABASE ${escapeIdentifier(database)} OWNER ${postgresRoles.owner}`),
  );
}

/** What the owner creates later, services may change and the reader may read. */
function rights(database: string): string {
  const { owner, app, reader } = postgresRoles;
  const name = escapeIdentifier(database);
  const byDefault = `ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} GRANT`;
  return `
    REVOKE ALL ON DATABASE ${name} FROM PUBLIC;
    GRANT CONNECT, TEMPORARY ON DATABASE ${name} TO ${app};
    GRANT CONNECT ON DATABASE ${name} TO ${reader};
    ALTER SCHEMA public OWNER TO ${owner};
    GRANT USAGE ON SCHEMA public TO ${app}, ${reader};
    ${byDefault} USAGE ON SCHEMAS TO ${app}, ${reader};
    ${byDefault} SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${app};
    ${byDefault} USAGE, SELECT, UPDATE ON SEQUENCES TO ${app};
    ${byDefault} SELECT ON TABLES TO ${reader};
    ${byDefault} SELECT ON SEQUENCES TO ${reader};
    ALTER ROLE ${reader} SET default_transaction_read_only = on;
    GRANT pg_monitor TO ${owner}, ${reader};
    GRANT pg_signal_backend TO ${owner};
  `;
}

async function withSuperuser(
  folder: string,
  port: number,
  database: string,
  use: (client: Client) => Promise<unknown>,
): Promise<void> {
  const client = new Client({
    host: '127.0.0.1',
    port,
    database,
    user: postgresRoles.superuser,
    password: readPassword(folder, 'superuser'),
    ssl: false,
    application_name: 'crossfade set-up',
    connectionTimeoutMillis: 30_000,
    statement_timeout: 120_000,
  });
  // A connection that ends between two statements is told by the next one; unheard, it would end this process.
  const connection = { lost: false };
  client.on('error', () => (connection.lost = true));
  try {
    await client.connect();
    await use(client);
  } catch (cause) {
    if (!connection.lost && !(cause instanceof DatabaseError) && !(cause instanceof Error && 'code' in cause))
      throw cause;
    throw new PlatformError(`PostgreSQL on port ${port} could not be set up: ${describeFailure(cause)}`, { cause });
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Two starts at once may both create the same. */
async function unless(state: string, act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof DatabaseError && error.code === state)) throw error;
  }
}
