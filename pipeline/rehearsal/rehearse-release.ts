import { describeDuration } from '../../contract/duration.js';
import { OperatorError, PlatformError, RefusedError } from '../../contract/errors.js';
import type { JsonObject } from '../../contract/json.js';
import type { Service } from '../../contract/service.js';
import type { SlotInput } from '../../contract/slot-input.js';
import type { Verdict } from '../../contract/verdict.js';
import type { Clock } from '../ports/clock.js';
import type { MigrationOptions } from '../ports/migration-options.js';
import type { MigratedSince, Rehearsal, RehearsedApp, RehearsedMigration, Rehearsals } from '../ports/rehearsals.js';
import type { Work } from '../ports/work.js';
import { asJson, cellOf, checksOfRelease, failuresOf, said, type Cell } from './smoke-on-clone.js';

export interface Rehearsing {
  readonly rehearsals: Rehearsals;
  readonly clock: Clock;
  readonly work: Work;
  readonly services: Readonly<Record<string, Service>>;
  /** The database as it was at this one. */
  readonly backup: string;
  /** What the database has of the live release's migrations; left out where the backup was taken just now. */
  readonly since?: MigratedSince | undefined;
  readonly run: string;
  /** What is live; undefined before a first release, and where that can't be told. */
  readonly live: SlotInput | undefined;
  readonly next: SlotInput;
  readonly options: MigrationOptions;
}

/** How often the live release is asked while migrations run, in milliseconds. */
const askEvery = 100;

/**
 * Runs a release's migrations on a copy of the database, with the live release at work beside them, and asks the smoke
 * checks of each release on each schema. No where a migration fails, or where what users would meet does: the live
 * release on the new schema, and the next one on it. The next one on the old schema is told only: nobody is led there.
 * Where nothing can be started on copies, only the migrations run. Throws RefusedError before a copy is made.
 */
export async function rehearseRelease(rehearsing: Rehearsing): Promise<Verdict> {
  const { rehearsals, backup, since, run, work, clock, next } = rehearsing;
  const unable = await rehearsals.unableBecause?.(next);
  if (unable !== undefined) throw new RefusedError(unable);
  const began = clock.monotonic();
  const rehearsal = await rehearsals.open(backup, run, work, since);
  try {
    const { cells, migration, meanwhile } = canStart(rehearsal)
      ? await matrix(rehearsing, rehearsal)
      : { cells: [], ...(await migrating(rehearsing, rehearsal, undefined)) };
    const evidence: JsonObject = {
      backup,
      cloneMilliseconds: rehearsal.milliseconds,
      migrateMilliseconds: migration.milliseconds,
      // With nobody else on the copy there is nobody to wait.
      ...(cells.length === 0 ? {} : { waits: migration.waits.map((wait) => ({ ...wait })) }),
      ...(meanwhile === undefined ? {} : { meanwhile: { ...meanwhile } }),
      matrix: cells.map(asJson),
      milliseconds: Math.round(clock.monotonic() - began),
    };
    return { ...judged(cells, migration, meanwhile), evidence };
  } finally {
    await rehearsal.remove();
  }
}

interface Played {
  readonly cells: readonly Cell[];
  readonly migration: RehearsedMigration;
  readonly meanwhile: Meanwhile | undefined;
}

interface Meanwhile {
  readonly asked: number;
  readonly failed: number;
  readonly slowestMilliseconds: number;
}

type StartingRehearsal = Required<Rehearsal>;

function canStart(rehearsal: Rehearsal): rehearsal is StartingRehearsal {
  return rehearsal.start !== undefined;
}

async function matrix(rehearsing: Rehearsing, rehearsal: StartingRehearsal): Promise<Played> {
  const { live, next, services, work } = rehearsing;
  const { signal } = work;
  const checks = checksOfRelease(services, next.release);
  work.say('the next release on the schema as it is');
  const early = await cellOf(
    { app: 'next', schema: 'before' },
    () => rehearsal.start(next, 'before', work),
    checks,
    signal,
  );
  const beside = live === undefined ? undefined : await besides(rehearsing, rehearsal, live);
  const { migration, meanwhile } = await migrating(rehearsing, rehearsal, beside);
  const cells: Cell[] = [early];
  if (beside !== undefined) cells.push(await afterwards(beside, signal));
  work.say('the next release on the schema as it will be');
  cells.push(
    await cellOf({ app: 'next', schema: 'after' }, () => rehearsal.start(next, 'after', work), checks, signal),
  );
  return { cells, migration, meanwhile };
}

interface Beside {
  /** Undefined: it does not start on the copy, whatever the migrations do. */
  readonly app: RehearsedApp | undefined;
  readonly because: string;
  /** Those that it passes on the schema as it is: the checks of the next release may be about what it doesn't have. */
  readonly checks: ReturnType<typeof checksOfRelease>;
}

async function besides({ services, work }: Rehearsing, rehearsal: StartingRehearsal, live: SlotInput): Promise<Beside> {
  work.say('the live release beside the migrations');
  try {
    const app = await rehearsal.start(live, 'after', work);
    const checks = checksOfRelease(services, live.release);
    const failing = (await failuresOf(app, checks, work.signal)).map(({ check }) => check);
    return { app, because: '', checks: checks.filter((check) => !failing.includes(check)) };
  } catch (error) {
    work.signal.throwIfAborted();
    if (!(error instanceof OperatorError)) throw error;
    return { app: undefined, because: error.message, checks: [] };
  }
}

async function afterwards({ app, because, checks }: Beside, signal: AbortSignal): Promise<Cell> {
  const of = { app: 'live', schema: 'after' } as const;
  if (app === undefined) {
    return { ...of, answer: 'unknown', because: `it does not start on the copy, whatever its schema: ${because}` };
  }
  try {
    return { ...of, ...said(await failuresOf(app, checks, signal), checks.length) };
  } finally {
    await app.stop();
  }
}

/** The live release is asked all the while: what it waits for is what users would wait for. */
async function migrating(
  { clock, next, options, work }: Rehearsing,
  rehearsal: Rehearsal,
  beside: Beside | undefined,
): Promise<Pick<Played, 'migration' | 'meanwhile'>> {
  const over = new AbortController();
  const asking = beside?.app === undefined ? undefined : askMeanwhile(beside.app, beside.checks, clock, over.signal);
  try {
    const migration = await rehearsal.migrate(next, work, options);
    over.abort();
    return { migration, meanwhile: await asking };
  } catch (error) {
    over.abort();
    await asking;
    await beside?.app?.stop();
    work.signal.throwIfAborted();
    if (!(error instanceof OperatorError)) throw error;
    throw new PlatformError(`the migrations fail on a copy of the database: ${error.message}`, {
      cause: error,
      hint: 'nothing was changed but the copy, which is gone',
    });
  }
}

async function askMeanwhile(
  app: RehearsedApp,
  checks: Beside['checks'],
  clock: Clock,
  over: AbortSignal,
): Promise<Meanwhile> {
  const seen = { asked: 0, failed: 0, slowestMilliseconds: 0 };
  const never = new AbortController().signal;
  while (!over.aborted && checks.length > 0) {
    for (const check of checks) {
      const began = clock.monotonic();
      seen.failed += (await failuresOf(app, [check], never)).length;
      seen.asked += 1;
      seen.slowestMilliseconds = Math.max(seen.slowestMilliseconds, Math.round(clock.monotonic() - began));
    }
    await clock.sleep(askEvery, over).catch(() => undefined);
  }
  return seen;
}

function judged(
  cells: readonly Cell[],
  { milliseconds, waits, unseenBecause }: RehearsedMigration,
  meanwhile: Meanwhile | undefined,
): Pick<Verdict, 'answer' | 'because'> {
  const took = `on a copy the migrations took ${describeDuration(milliseconds)}`;
  if (cells.length === 0) {
    const because = `${took}; neither release was started on it: what they would wait for, and whether they work, is not known`;
    return { answer: 'yes', because };
  }
  const required = cells.filter(({ schema }) => schema === 'after');
  const bad = required.filter(({ answer }) => answer !== 'yes');
  if (bad.length > 0) {
    const answer = bad.some((cell) => cell.answer === 'no') ? 'no' : 'unknown';
    return { answer, because: bad.map((cell) => `${named(cell)}: ${cell.because}`).join('\n') };
  }
  if ((meanwhile?.failed ?? 0) > 0) {
    const because = `the live release failed ${meanwhile?.failed ?? 0} of ${meanwhile?.asked ?? 0} checks while the migrations ran`;
    return { answer: 'no', because };
  }
  const longest = Math.max(0, ...waits.map((wait) => wait.milliseconds));
  const seen = longest === 0 ? 'nobody waited for a lock' : `a lock was waited for ${describeDuration(longest)}`;
  const waited = unseenBecause === undefined ? seen : `who waited for locks was not seen (${unseenBecause})`;
  const early = cells.find(({ schema }) => schema === 'before');
  const told =
    early?.answer === 'yes' ? '' : `; for your knowledge, ${early ? `${named(early)}: ${early.because}` : ''}`;
  return {
    answer: 'yes',
    because: `${took}, ${waited}; ${required.map(named).join(' and ')} work${told}`,
  };
}

function named({ app, schema }: Cell): string {
  return `the ${app} release on the schema ${schema} them`;
}
