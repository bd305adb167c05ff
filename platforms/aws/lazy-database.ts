import type { Database } from '../../pipeline/ports.js';

/** Loads the database's own code when it is first asked: looking at traffic and moving it back must not pay for it. */
export function lazyDatabase(open: () => Promise<Database>): Database {
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
  };
}
