import { randomUUID } from 'node:crypto';
import { rehearsalFamily } from '../../contract/aws-names.js';
import { counted } from '../../contract/counted.js';
import { describeDuration } from '../../contract/duration.js';
import type { SlotInput } from '../../contract/slot-input.js';
import type { MigrationOptions } from '../../pipeline/ports/migration-options.js';
import type { Work } from '../../pipeline/ports/work.js';
import { migrate } from '../postgres/migrate.js';
import { warmTables } from '../postgres/warm-tables.js';
import type { CopiesParts, Copy } from './copies.js';
import { loginText } from './database-login.js';
import { migratesWithin, migrationTask } from './migration-task.js';
import { runOneOff, type OneOffParts } from './one-off-task.js';
import { persist } from './persist.js';
import { onCopy, type CopyLogin } from './rehearsed-task.js';

export interface RehearsedCopyParts extends Pick<CopiesParts, 'outputs' | 'database' | 'secrets' | 'clock'> {
  readonly tasks: OneOffParts;
}

const patience = 60_000;
const warmWithin = 20 * 60_000;

/** A copy of the database, and what a rehearsal does to it. */
export interface RehearsedCopy {
  /** For the application's tasks; written once, when it is first asked for. */
  login(): Promise<CopyLogin>;
  /** As on the database itself. */
  apply(input: SlotInput, work: Work, options: MigrationOptions): Promise<void>;
  /** So that times are those of a volume in use, as far as that is worth waiting for. */
  warm(work: Work): Promise<void>;
}

export function rehearsedCopy(parts: RehearsedCopyParts, copy: Copy, run: string): RehearsedCopy {
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
    warm: (work) => warm(copy, work),
  };
}

/** The release's own tool, as the owner of the copy. */
async function migrateByTool(
  { outputs, database, tasks }: RehearsedCopyParts,
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
async function loginAt({ secrets, clock, database }: RehearsedCopyParts, { endpoint }: Copy): Promise<CopyLogin> {
  const { applicationSecretArn, rehearsal } = database;
  const reference = rehearsal?.loginSecretArn ?? '';
  const persistently = <Value>(call: () => Promise<Value>) => persist(call, { clock, within: patience });
  const text = await persistently(() => secrets.value(applicationSecretArn));
  const version = await persistently(() => secrets.put(reference, loginText(text, endpoint, applicationSecretArn)));
  return { database, login: { reference, version } };
}

async function warm(copy: Copy, work: Work): Promise<void> {
  const { signal } = work;
  const { tables, of, bytes } = await warmTables(await copy.address('owner'), {
    withinMilliseconds: warmWithin,
    signal,
  });
  const rest = tables < of ? `; ${of - tables} larger ones were not read within ${describeDuration(warmWithin)}` : '';
  work.say(`read ${counted(tables, 'table')} of the copy, ${Math.round(bytes / 2 ** 20)} MiB${rest}`);
}
