import { ConfigurationError, PlatformError } from '../../contract/errors.js';
import { readPostgresUrl, type PostgresAddress } from '../postgres/address.js';
import { readServerRecord, serverFolder } from './host/postgres-files.js';
import { postgresRoles, readPassword, type PostgresRole } from './host/postgres-roles.js';
import { resolveSecret } from './host/processes/replica-environment.js';

/** Where the URLs of a database lie that somebody else serves. */
export interface GivenDatabase {
  readonly url: string;
  readonly ownerUrl: string;
  readonly readerUrl: string;
}

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

/** Of a server of somebody else's. Throws ConfigurationError for a URL of another database than the one that is named. */
export async function givenDatabaseAddress(
  directory: string,
  database: string,
  given: GivenDatabase,
  role: PostgresRole,
): Promise<PostgresAddress> {
  const reference = { app: given.url, owner: given.ownerUrl, superuser: given.ownerUrl, reader: given.readerUrl }[role];
  const key = { app: 'url', owner: 'ownerUrl', superuser: 'ownerUrl', reader: 'readerUrl' }[role];
  const where = `database.${key}`;
  const address = readPostgresUrl(await resolveSecret(where, reference, directory), where);
  if (address.database === database) return address;
  throw new ConfigurationError(`${where} leads to another database than ${database}, which the stack file names`);
}
