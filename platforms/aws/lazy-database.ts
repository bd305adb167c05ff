import { RefusedError } from '../../contract/errors.js';
import type { Database } from '../../pipeline/ports/database.js';
import type { Restores } from '../../pipeline/ports/restores.js';

/**
 * Loads the database's own code when it is first asked: looking at traffic and moving it back must not pay for it.
 * `restorable`: whether it has restores, which has to be known before it is loaded.
 */
export function lazyDatabase(open: () => Promise<Database>, restorable: boolean): Database {
  let opened: Promise<Database> | undefined;
  const database = (): Promise<Database> => (opened ??= open());
  const restores = async (): Promise<Restores> => {
    const { restores: found } = await database();
    if (found) return found;
    throw new RefusedError('nothing can be restored beside this database');
  };
  return {
    backUp: async (...asked) => (await database()).backUp(...asked),
    verifyBackup: async (...asked) => (await database()).verifyBackup(...asked),
    migrate: async (...asked) => (await database()).migrate(...asked),
    migrations: async (...asked) => (await database()).migrations(...asked),
    ask: async (...asked) => (await database()).ask(...asked),
    askRows: async (...asked) => (await database()).askRows(...asked),
    reachable: async (...asked) => (await database()).reachable(...asked),
    mark: async (...asked) => (await database()).mark(...asked),
    writesSince: async (...asked) => (await database()).writesSince(...asked),
    prune: async (...asked) => {
      const known = await database();
      if (known.prune === undefined) throw new RefusedError('backups of this database are not pruned here');
      return known.prune(...asked);
    },
    ...(restorable
      ? {
          restores: {
            unableBecause: async () => (await restores()).unableBecause?.(),
            list: async () => (await restores()).list(),
            beside: async (...asked) => (await restores()).beside(...asked),
            verify: async (...asked) => (await restores()).verify(...asked),
            inUse: async (...asked) => (await restores()).inUse(...asked),
            switchTo: async (...asked) => (await restores()).switchTo(...asked),
            switchBack: async (...asked) => (await restores()).switchBack(...asked),
            remove: async (...asked) => (await restores()).remove(...asked),
          },
        }
      : {}),
  };
}
