import { PlatformError } from '../../contract/errors.js';
import type { PostgresAddress } from '../postgres/address.js';
import { readServerRecord, serverFolder } from './host/postgres-files.js';
import { postgresRoles, readPassword, type PostgresRole } from './host/postgres-roles.js';

/** Where the environment's own server listens, as one of its roles. Throws PlatformError before it was created. */
export async function localDatabaseAddress(
  directory: string,
  database: string,
  role: PostgresRole,
): Promise<PostgresAddress> {
  const record = await readServerRecord(directory);
  if (record === undefined) {
    throw new PlatformError(`no PostgreSQL was created in ${directory}`, {
      hint: 'bring the environment up: pulumi up',
    });
  }
  const password = () => Promise.resolve(readPassword(serverFolder(directory), role));
  return { host: '127.0.0.1', port: record.port, database, user: postgresRoles[role], password, tls: 'off' };
}
