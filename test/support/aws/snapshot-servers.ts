import { openLocalDatabase } from '../../../platforms/local/database.js';
import type { PostgresAddress } from '../../../platforms/postgres/address.js';
import { startEmbedded, work, type Embedded } from '../../platforms/postgres/embedded.js';
import type { RigServers } from './rig-database.js';

/** Real servers for an environment in moto: of its instance, and of whatever is made of a snapshot from before the first release. */
export interface SnapshotServers {
  readonly servers: RigServers;
  readonly made: Embedded;
  /** As the superuser of the second one. */
  copied(): Promise<PostgresAddress>;
  close(): Promise<void>;
}

/** `sql` is what stands in both, by the superuser. */
export async function snapshotServers(sql: string): Promise<SnapshotServers> {
  const made = await startEmbedded();
  try {
    await made.query('superuser', sql);
    const { directory } = made;
    const { kind } = openLocalDatabase({ directory, name: 'shop', artifactFolder: () => directory });
    await kind.backUp('before-the-first', work());
    const copy = await kind.openClone('before-the-first', work());
    const { port } = await copy.address('superuser');
    return {
      servers: { made, restored: { ...made, port } },
      made,
      copied: () => copy.address('superuser'),
      async close() {
        await copy.remove();
        await made.stop();
      },
    };
  } catch (error) {
    await made.stop();
    throw error;
  }
}
