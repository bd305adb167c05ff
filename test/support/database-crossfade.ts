import { join } from 'node:path';
import { parsedDatabaseBackupsSchema, type DatabaseBackups } from '../../contract/database-backups.js';
import { digestOf } from '../../contract/json.js';
import type { Release } from '../../contract/release.js';
import { FolderStore } from '../../journal/folder-store.js';
import type { Store } from '../../journal/store.js';
import { openLocalDatabase, type LocalDatabase } from '../../platforms/local/database.js';
import { FakeCrossfade } from './fake-crossfade.js';
import { someRelease } from './product.js';
import { QuickClock } from './quick-clock.js';
import { openWorldFile } from './world-file.js';

/** So many of a run's seconds are one real one: all it waits for but the database is fake. */
const speed = 20;

/** Crossfade's commands on a world that is fake but for its database: a real PostgreSQL, in the folder. */
export function databaseCrossfade(
  folder: string,
  kind: DatabaseBackups['kind'],
  store: Store = new FolderStore(join(folder, 'store')),
): FakeCrossfade {
  const database = databaseIn(folder, kind);
  return new FakeCrossfade(folder, store, (file) => {
    const { platform } = openWorldFile(file);
    const clock = new QuickClock(platform.world.time, speed, (time) => platform.advanceTo(time));
    return { platform: { ...platform, database }, clock };
  });
}

export function databaseIn(folder: string, kind: DatabaseBackups['kind']): LocalDatabase {
  return openLocalDatabase({
    directory: folder,
    name: 'shop',
    artifactFolder: () => '/nonexistent',
    backups: parsedDatabaseBackupsSchema.parse({ kind, keep: 2, lockTimeout: 5_000 }),
    migrate: { readStateWithinMilliseconds: 300, lockAttempts: 1 },
  });
}

/** The n-th release after the first: one file in a transaction, and one statement by statement; each notes that it ran. */
export function databaseRelease(number: number): Release {
  const sql = {
    [`${number}-a.sql`]: `ALTER TABLE orders ADD COLUMN c${number} text;
      INSERT INTO ran (migration) VALUES ('${number}-a.sql');
      SELECT pg_sleep(0.15);`,
    [`${number}-b.sql`]: `-- crossfade: no-transaction
      CREATE INDEX CONCURRENTLY i${number} ON orders (c${number});
      INSERT INTO ran (migration) VALUES ('${number}-b.sql');`,
  };
  return someRelease(`1.${number}.0`, {
    migrations: Object.entries(sql).map(([id, text]) => ({
      id,
      checksum: digestOf(text),
      phase: 'expand' as const,
      sql: text,
    })),
  });
}
