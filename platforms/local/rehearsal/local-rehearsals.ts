import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LocalOutputs } from '../../../contract/outputs.js';
import type { Leftovers } from '../../../pipeline/ports/leftovers.js';
import type { MigratedSince, Rehearsal, Rehearsals, RehearsedApp } from '../../../pipeline/ports/rehearsals.js';
import type { Work } from '../../../pipeline/ports/work.js';
import { postgresUrl, type PostgresAddress } from '../../postgres/address.js';
import { openAsideDatabase, type AsideDatabase } from '../../postgres/aside-database.js';
import { watchLockWaits } from '../../postgres/lock-waits.js';
import type { BackupKind, Clone } from '../backup/backup-kind.js';
import { migrateAt, type MigrateAtOptions } from '../migrate-at.js';
import { leftRehearsals, makeRehearsalFolder } from './left-rehearsals.js';
import { startRehearsed } from './rehearsed-services.js';

export interface LocalRehearsalsOptions {
  readonly outputs: LocalOutputs;
  readonly migrating: MigrateAtOptions;
  readonly kind: () => Promise<BackupKind>;
}

export interface LocalRehearsals extends Rehearsals {
  /** Services that they have left running; copies of the database are the database's. */
  readonly leftovers: Leftovers;
}

/**
 * The database as it was at a backup, twice: one copy is migrated, the other stays as it was. Services find a copy by a
 * URL in a file that only their owner can read.
 */
export function localRehearsals({ outputs, migrating, kind }: LocalRehearsalsOptions): LocalRehearsals {
  const parent = join(outputs.directory, 'rehearsals');
  const leftovers = leftRehearsals(parent);

  async function sweep(): Promise<readonly string[]> {
    const gone: string[] = [];
    await leftovers.sweep({ gone: (name) => gone.push(name), say: () => undefined });
    return gone;
  }

  async function open(backup: string, run: string, work: Work, since?: MigratedSince): Promise<Rehearsal> {
    await sweep();
    const folder = await makeRehearsalFolder(parent, run);
    let clone: Clone | undefined;
    try {
      clone = await (await kind()).openClone(backup, work);
      if (since) {
        const { input, options } = since;
        const owner = await clone.address('owner');
        await migrateAt(owner, input.release, { ...input, run }, work, migrating, options);
      }
      const whole = await clone.address('superuser');
      const before = await openAsideDatabase(whole, {
        purpose: 'before',
        madeBy: `a rehearsal of run ${run}`,
        template: whole.database,
        of: outputs.database?.name ?? whole.database,
      });
      return rehearsalOn({ clone, before, folder, run, outputs, migrating });
    } catch (error) {
      await clone?.remove();
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  return { open, sweep, leftovers };
}

interface Parts {
  readonly clone: Clone;
  readonly before: AsideDatabase;
  readonly folder: string;
  readonly run: string;
  readonly outputs: LocalOutputs;
  readonly migrating: MigrateAtOptions;
}

function rehearsalOn({ clone, before, folder, run, outputs, migrating }: Parts): Rehearsal {
  const apps: RehearsedApp[] = [];
  const remove = async (): Promise<void> => {
    for (const app of apps.splice(0)) await app.stop();
    await before.remove();
    await clone.remove();
    await rm(folder, { recursive: true, force: true });
  };
  let removed: Promise<void> | undefined;
  return {
    milliseconds: clone.milliseconds,
    async start(input, schema, work) {
      work.signal.throwIfAborted();
      const address = await clone.address('app');
      const copy: PostgresAddress = schema === 'after' ? address : { ...address, database: before.address.database };
      const own = join(folder, `${schema}-${input.release.version}-${apps.length}`);
      await mkdir(own, { mode: 0o700 });
      const file = join(own, 'database.url');
      await writeFile(file, await postgresUrl(copy), { mode: 0o600 });
      const connection = { name: copy.database, url: `file:${file}` };
      const app = await startRehearsed({ outputs, folder: own, input, connection });
      apps.push(app);
      return app;
    },
    async migrate(input, work, options) {
      const owner = await clone.address('owner');
      const waits = await watchLockWaits(await clone.address('superuser'));
      const began = performance.now();
      try {
        await migrateAt(owner, input.release, { ...input, run }, work, migrating, options);
      } catch (error) {
        await waits.stop();
        throw error;
      }
      return { milliseconds: Math.round(performance.now() - began), ...(await waits.stop()) };
    },
    remove: () => (removed ??= remove()),
  };
}
