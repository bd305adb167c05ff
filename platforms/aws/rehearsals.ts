import { randomUUID } from 'node:crypto';
import { rehearsalFamily } from '../../contract/aws-names.js';
import { counted } from '../../contract/counted.js';
import { describeDuration } from '../../contract/duration.js';
import { PlatformError, RefusedError } from '../../contract/errors.js';
import type { AwsOutputs } from '../../contract/outputs.js';
import type { SlotInput } from '../../contract/slot-input.js';
import type { MigrationOptions } from '../../pipeline/ports/migration-options.js';
import type { Rehearsal, RehearsedApp, Rehearsals } from '../../pipeline/ports/rehearsals.js';
import type { Work } from '../../pipeline/ports/work.js';
import { watchLockWaits } from '../postgres/lock-waits.js';
import { migrate } from '../postgres/migrate.js';
import { warmTables } from '../postgres/warm-tables.js';
import { rdsCopies, type CopiesParts, type Copy } from './copies.js';
import { loginText } from './database-login.js';
import { instanceInUse } from './instance-in-use.js';
import { migratesWithin, migrationTask } from './migration-task.js';
import { runOneOff, type OneOffParts } from './one-off-task.js';
import { persist } from './persist.js';
import { reachedDatabase } from './reached-database.js';
import { clearStage, refuseOthers } from './rehearsal-stage.js';
import { startRehearsedApp } from './rehearsed-app.js';
import { deafToCopyBecause, onCopy, type CopyLogin } from './rehearsed-task.js';
import type { TargetsApi } from './targets-api.js';

export interface AwsRehearsalsParts extends Omit<CopiesParts, 'database' | 'restore'> {
  readonly tasks: OneOffParts;
  readonly targets: TargetsApi;
  /** Hears of an instance that is left: it costs money. */
  readonly tell: (line: string) => void;
}

type Database = NonNullable<AwsOutputs['database']>;

interface Beside extends AwsRehearsalsParts {
  readonly database: Database;
  readonly restore: CopiesParts['restore'];
}

const patience = 60_000;
const warmWithin = 20 * 60_000;

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
  const clear = async (): Promise<readonly string[]> =>
    rehearsal ? clearStage({ outputs, routes: rehearsal.routes, ecs: tasks.ecs, targets, clock }) : [];

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
        for (const task of await clear()) work.say(`stopped ${task}, which an earlier process had left`);
        const on = copyOf(parts, copy, run);
        if (since) await on.apply(since.input, work, since.options);
        await warm(copy, work);
        return rehearsalOn(parts, copy, on);
      } catch (error) {
        await removeOrTell(copy, tell);
        throw error;
      }
    },

    async sweep(run) {
      const gone = await copies.sweep({ ...(run === undefined ? {} : { run }), say: tell });
      return (await copies.standing()).length > 0 ? gone : [...gone, ...(await clear())];
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

interface OnCopy {
  login(): Promise<CopyLogin>;
  /** As on the database itself. */
  apply(input: SlotInput, work: Work, options: MigrationOptions): Promise<void>;
}

function copyOf(parts: Beside, copy: Copy, run: string): OnCopy {
  let written: Promise<CopyLogin> | undefined;
  const login = (): Promise<CopyLogin> => (written ??= loginAt(parts, copy));
  return {
    login,
    async apply(input, work, options) {
      const { release } = input;
      if (release.migrations.length > 0) {
        await migrate(await copy.address('owner'), release, { ...options, run }, work);
      }
      if (release.migrate) await migrateByTool(parts, copy, await login(), input, work);
    },
  };
}

function rehearsalOn(parts: Beside, copy: Copy, on: OnCopy): Rehearsal {
  const { database, outputs, tasks, targets, tell } = parts;
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

/** The release's own tool, as the owner of the copy. */
async function migrateByTool(
  { outputs, database, tasks }: Beside,
  { instance, endpoint }: Copy,
  login: CopyLogin,
  input: SlotInput,
  work: Work,
): Promise<void> {
  const { name, migration } = database;
  const place = { ...endpoint, name, loginArn: instance.masterSecret?.arn ?? '', migration };
  const task = onCopy(login, migrationTask(outputs, place, input.release, input), input);
  const definition = { ...task, family: rehearsalFamily(outputs.cluster.name) };
  // Another copy is another task, whatever its run is called.
  await runOneOff(tasks, { definition, token: `rehearse-${randomUUID()}`, within: migratesWithin }, work);
}

/** The application's login with the copy's place, where tasks may read it. */
async function loginAt({ secrets, clock, database }: Beside, { endpoint }: Copy): Promise<CopyLogin> {
  const { applicationSecretArn, rehearsal } = database;
  const reference = rehearsal?.loginSecretArn ?? '';
  const persistently = <Value>(call: () => Promise<Value>) => persist(call, { clock, within: patience });
  const text = await persistently(() => secrets.value(applicationSecretArn));
  const version = await persistently(() => secrets.put(reference, loginText(text, endpoint, applicationSecretArn)));
  return { database, login: { reference, version } };
}

/** So that times are those of a volume in use, as far as that is worth waiting for. */
async function warm(copy: Copy, work: Work): Promise<void> {
  const { signal } = work;
  const { tables, of, bytes } = await warmTables(await copy.address('owner'), {
    withinMilliseconds: warmWithin,
    signal,
  });
  const rest = tables < of ? `; ${of - tables} larger ones were not read within ${describeDuration(warmWithin)}` : '';
  work.say(`read ${counted(tables, 'table')} of the copy, ${Math.round(bytes / 2 ** 20)} MiB${rest}`);
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

function besideWhich({ database }: AwsOutputs): Pick<Beside, 'database' | 'restore'> {
  if (database?.restore) return { database, restore: database.restore };
  throw new RefusedError('beside this database no instance can be made to rehearse on');
}
