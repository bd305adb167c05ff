import type { ClientConfig } from 'pg';
import { localDatabaseAddress } from '../../platforms/local/database-address.js';

/** As the owner of the tables: only the example that spoils them needs it. */
export async function ownerConnection(directory: string, database: string): Promise<ClientConfig> {
  const { host, port, user, password } = await localDatabaseAddress(directory, database, 'owner');
  return { host, port, user, database, password: await password() };
}
