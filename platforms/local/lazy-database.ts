import type { Database } from '../../pipeline/ports/database.js';
import type { Restores } from '../../pipeline/ports/restores.js';

type WithRestores = Database & Required<Pick<Database, 'restores' | 'drill'>>;

/** Loads the database's own code when it is first asked: looking at traffic and moving it back must not pay for it. */
export function lazyDatabase(open: () => Promise<WithRestores>): WithRestores {
  let opened: Promise<WithRestores> | undefined;
  const database = (): Promise<WithRestores> => (opened ??= open());
  const restores = async (): Promise<Restores> => (await database()).restores;
  return {
    backUp: async (...asked) => (await database()).backUp(...asked),
    verifyBackup: async (...asked) => (await database()).verifyBackup(...asked),
    migrate: async (...asked) => (await database()).migrate(...asked),
    migrations: async (...asked) => (await database()).migrations(...asked),
    askRows: async (...asked) => (await database()).askRows(...asked),
    ask: async (...asked) => (await database()).ask(...asked),
    reachable: async (...asked) => (await database()).reachable(...asked),
    mark: async () => (await database()).mark(),
    writesSince: async (...asked) => (await database()).writesSince(...asked),
    drill: async (work) => (await database()).drill(work),
    restores: {
      list: async () => (await restores()).list(),
      beside: async (...asked) => (await restores()).beside(...asked),
      verify: async (...asked) => (await restores()).verify(...asked),
      inUse: async (...asked) => (await restores()).inUse(...asked),
      switchTo: async (...asked) => (await restores()).switchTo(...asked),
      switchBack: async (...asked) => (await restores()).switchBack(...asked),
      remove: async (...asked) => (await restores()).remove(...asked),
    },
  };
}
