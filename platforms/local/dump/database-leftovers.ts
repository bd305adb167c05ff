import type { Leftovers } from '../../../pipeline/ports/leftovers.js';
import type { PostgresAddress } from '../../postgres/address.js';
import { openMaintenance } from '../../postgres/aside-database.js';
import { leftDatabases, sweepDatabases } from '../../postgres/left-databases.js';
import type { Session } from '../../postgres/session.js';

/** Databases on the server of the one in use that checks, drills and rehearsals restore dumps to. */
export function databaseLeftovers(address: () => Promise<PostgresAddress>): Leftovers {
  async function onServer<Result>(act: (session: Session, of: string) => Promise<Result>): Promise<Result> {
    const found = await address();
    const session = await openMaintenance(found, 'crossfade backups');
    try {
      return await act(session, found.database);
    } finally {
      await session.close();
    }
  }
  return {
    list: () => onServer(leftDatabases),
    sweep: ({ gone }) =>
      onServer(async (session, of) => {
        const unused = (await leftDatabases(session, of)).filter(({ neededBecause }) => neededBecause === undefined);
        const names = unused.map(({ name }) => name);
        for (const name of await sweepDatabases(session, names)) gone(name);
      }),
  };
}
