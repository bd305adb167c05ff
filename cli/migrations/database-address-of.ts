import { ConfigurationError } from '../../contract/errors.js';
import { givenDatabaseAddress, localDatabaseAddress } from '../../platforms/local/database-address.js';
import type { PostgresAddress } from '../../platforms/postgres/address.js';
import type { FoundEnvironment } from '../find-environment.js';

/** Where the environment's database is, for questions only. Throws ConfigurationError where that can't be told. */
export async function databaseAddressOf({
  name,
  configuration,
  directory,
  file,
}: FoundEnvironment): Promise<PostgresAddress> {
  if (configuration.platform !== 'local' || directory === undefined) {
    throw new ConfigurationError(`${file}: the database of ${name} can't be reached from its configuration`, {
      hint: 'name an environment variable that holds its URL: --database-url-from DATABASE_URL',
    });
  }
  if (configuration.database === null) throw new ConfigurationError(`${file}: ${name} has no database`);
  const { name: database, url, ownerUrl, readerUrl } = configuration.database;
  if (url === undefined) return localDatabaseAddress(directory, database, 'owner');
  const owner = ownerUrl ?? url;
  return givenDatabaseAddress(directory, database, { url, ownerUrl: owner, readerUrl: readerUrl ?? owner }, 'owner');
}
