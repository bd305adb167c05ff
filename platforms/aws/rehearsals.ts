import { PlatformError, RefusedError } from '../../contract/errors.js';
import type { AwsOutputs } from '../../contract/outputs.js';
import type { SlotInput } from '../../contract/slot-input.js';
import type { Rehearsal, RehearsedApp, Rehearsals } from '../../pipeline/ports/rehearsals.js';
import type { Work } from '../../pipeline/ports/work.js';
import { watchLockWaits } from '../postgres/lock-waits.js';
import { rdsCopies, type CopiesParts, type Copy } from './copies.js';
import { instanceInUse } from './instance-in-use.js';
import type { OneOffParts } from './one-off-task.js';
import { sweepCopies } from './left-copies.js';
import { reachedDatabase } from './reached-database.js';
import { clearStage, refuseOthers } from './rehearsal-stage.js';
import { startRehearsedApp } from './rehearsed-app.js';
import { rehearsedCopy, type RehearsedCopy } from './rehearsed-copy.js';
import { deafToCopyBecause } from './rehearsed-task.js';
import type { TargetsApi } from './targets-api.js';

export interface AwsRehearsalsParts extends Omit<CopiesParts, 'database' | 'restore'> {
  readonly tasks: OneOffParts;
  readonly targets: TargetsApi;
  /** Hears of an instance that is left: it costs money. */
  readonly tell: (line: string) => void;
}

type Database = NonNullable<AwsOutputs['database']>;
type Parts = AwsRehearsalsParts & Pick<CopiesParts, 'database' | 'restore'>;

/**
 * Migrations on a temporary instance made of a snapshot, for a runner that reaches the database's network. Where the
 * program made what tasks on a copy need (`database.rehearsals`), releases are started beside them, one rehearsal at a
 * time; elsewhere SQL is applied, and that is all.
 */
export function awsRehearsals(given: AwsRehearsalsParts): Rehearsals {
  const parts = { ...given, ...besideWhich(given.outputs) };
  const { database, clock, outputs, targets, tasks, tell } = parts;
  const { rehearsal } = database;
  const copies = rdsCopies(parts, 'rehearsal');
  const { reached } = reachedDatabase({ ...parts, inUse: () => instanceInUse(parts) });
  const stage = rehearsal ? { outputs, routes: rehearsal.routes, ecs: tasks.ecs, targets, clock } : undefined;

  /** Nobody else's copy stands; of `own` that it was the first. */
  async function alone(own?: string): Promise<void> {
    if (rehearsal === null) return;
    const standing = await copies.standing();
    refuseOthers(
      standing,
      standing.find(({ identifier }) => identifier === own),
    );
  }

  return {
    unableBecause: (input) => Promise.resolve(unableBecause(database, input)),

    async open(backup, run, work, since) {
      // Before anything is paid for: the copy lies in the same network.
      await reached('a rehearsal', 'owner');
      const unable = since && toolUnableBecause(database, since.input);
      if (unable !== undefined) throw new RefusedError(unable);
      for (const gone of await copies.sweep({ run, say: tell }))
        work.say(`removed ${gone}, which an earlier process had left`);
      await alone();
      const copy = await copies.open(backup, run, work);
      try {
        await alone(copy.identifier);
        const gone = stage ? await clearStage(stage) : [];
        for (const task of gone) work.say(`stopped ${task}, which an earlier process had left`);
        const on = rehearsedCopy(parts, copy, run);
        if (since) await on.apply(since.input, work, since.options);
        await on.warm(work);
        return rehearsalOn(parts, copy, on);
      } catch (error) {
        await removeOrTell(copy, tell);
        throw error;
      }
    },

    async sweep(run) {
      const gone: string[] = [];
      await sweepCopies({ copies, stage }, { run, gone: (name) => gone.push(name), say: tell });
      return gone;
    },
  };
}

function unableBecause(database: Database, input: SlotInput): string | undefined {
  const { version, migrations, migrate: tool } = input.release;
  if (tool === undefined && migrations.length === 0) return `release ${version} has no migrations to rehearse`;
  return database.rehearsal === null ? toolUnableBecause(database, input) : deafToCopyBecause(database, input);
}

/** A tool that finds the database by another way than its login would migrate the one in use. */
function toolUnableBecause(database: Database, input: SlotInput): string | undefined {
  const { version, migrate: tool } = input.release;
  if (tool === undefined) return undefined;
  if (database.rehearsal !== null) return deafToCopyBecause(database, input);
  return `release ${version} migrates by its own command: that is rehearsed where database.rehearsals is on (a deploy that asks for it takes --waive rehearsed="reason")`;
}

function rehearsalOn({ database, outputs, tasks, targets, tell }: Parts, copy: Copy, on: RehearsedCopy): Rehearsal {
  const { rehearsal } = database;
  const apps: RehearsedApp[] = [];
  let migrated = false;

  async function start(input: SlotInput, schema: 'before' | 'after', work: Work): Promise<RehearsedApp> {
    if (schema === 'before' && migrated) throw new Error('the only copy is migrated');
    const deaf = deafToCopyBecause(database, input);
    if (deaf !== undefined) throw new RefusedError(deaf);
    const routes = rehearsal?.routes ?? {};
    const app = await startRehearsedApp({ outputs, routes, copy: await on.login(), tasks, targets }, input, copy, work);
    apps.push(app);
    return app;
  }

  return {
    milliseconds: copy.milliseconds,
    ...(rehearsal === null ? {} : { start }),
    async migrate(input, work, options) {
      migrated = true;
      const waits = await watchLockWaits(await copy.address('owner'));
      const began = performance.now();
      try {
        await on.apply(input, work, options);
      } catch (error) {
        await waits.stop();
        throw error;
      }
      return { milliseconds: Math.round(performance.now() - began), ...(await waits.stop()) };
    },
    async remove() {
      for (const app of apps.splice(0)) await app.stop();
      await removeOrTell(copy, tell);
    },
  };
}

/** What is left says nothing of the migrations; a later sweep tries again. */
async function removeOrTell(copy: Copy, tell: (line: string) => void): Promise<void> {
  try {
    await copy.remove();
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    tell(`${error.message}; ${error.hint ?? ''}`);
  }
}

function besideWhich({ database }: AwsOutputs): Pick<Parts, 'database' | 'restore'> {
  if (database?.restore) return { database, restore: database.restore };
  throw new RefusedError('beside this database no instance can be made to rehearse on');
}
