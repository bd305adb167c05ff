import { RefusedError } from '../contract/errors.js';
import type { Database } from '../pipeline/ports/database.js';
import type { Restores } from '../pipeline/ports/restores.js';

/** What a database can, which has to be known before it is loaded. */
export interface DatabaseAbilities {
  readonly restores: boolean;
  readonly drill: boolean;
  /** Deletes what restores have left beside. */
  readonly drop: boolean;
}

/** Loads the database's own code when it is first asked: looking at traffic and moving it back must not pay for it. */
export function lazyDatabase(open: () => Promise<Database>, can: DatabaseAbilities): Database {
  let opened: Promise<Database> | undefined;
  const database = (): Promise<Database> => (opened ??= open());
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
    prune: lazyPrune(database),
    leftovers: {
      list: async () => (await (await database()).leftovers?.list()) ?? [],
      sweep: async (swept) => (await database()).leftovers?.sweep(swept),
    },
    ...(can.restores ? { restores: lazyRestores(database, can.drop) } : {}),
    ...(can.drill ? { drill: lazyDrill(database) } : {}),
  };
}

function lazyRestores(database: () => Promise<Database>, canDrop: boolean): Restores {
  const restores = async (): Promise<Restores> => {
    const { restores: found } = await database();
    if (found) return found;
    throw new RefusedError('nothing can be restored beside this database');
  };
  return {
    unableBecause: async () => (await restores()).unableBecause?.(),
    list: async () => (await restores()).list(),
    beside: async (...asked) => (await restores()).beside(...asked),
    verify: async (...asked) => (await restores()).verify(...asked),
    inUse: async (...asked) => (await restores()).inUse(...asked),
    switchTo: async (...asked) => (await restores()).switchTo(...asked),
    switchBack: async (...asked) => (await restores()).switchBack(...asked),
    remove: async (...asked) => (await restores()).remove(...asked),
    kept: async () => (await (await restores()).kept?.()) ?? [],
    ...(canDrop ? { drop: async (...asked) => (await restores()).drop?.(...asked) } : {}),
  };
}

function lazyPrune(database: () => Promise<Database>): NonNullable<Database['prune']> {
  return async (...asked) => {
    const known = await database();
    if (known.prune) return known.prune(...asked);
    throw new RefusedError('backups of this database are not pruned here');
  };
}

function lazyDrill(database: () => Promise<Database>): NonNullable<Database['drill']> {
  return async (work) => {
    const known = await database();
    if (known.drill) return known.drill(work);
    throw new RefusedError('backups of this database are not drilled here');
  };
}
