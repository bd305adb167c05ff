import { z } from 'zod';
import { PlatformError } from '../../contract/errors.js';
import { colourSchema } from '../../contract/colour.js';
import { jsonObjectSchema, type JsonObject } from '../../contract/json.js';
import { parse } from '../../contract/parse.js';
import { VerdictError } from '../endings.js';
import { describeLoss, lossOf, unacknowledgedBecause } from '../loss.js';
import type { Database } from '../ports/database.js';
import type { Restores } from '../ports/restores.js';
import type { Context, Passed, Step } from '../step.js';
import { behindMaintenance, letInBecause } from './maintenance.js';

/** `page` and `mark` are the ids of the steps that switched the page on and took the final mark. */
const page = z.string().min(1);

export const finalMarkArguments = z.strictObject({
  page,
  backup: z.string().min(1),
  /** Null: rows that can't be counted. */
  acknowledgedRows: z.int().nonnegative().nullable(),
});
export const restoreArguments = z.strictObject({ page, backup: z.string().min(1) });
export const switchArguments = z.strictObject({ page, mark: z.string().min(1), colours: z.array(colourSchema) });
export const restartArguments = z.strictObject({ page, colours: z.array(colourSchema) });

/** A PostgreSQL session that falls idle reports its counters up to 10 s later (PGSTAT_IDLE_INTERVAL in pgstat.c). */
const countersLag = 11_000;
const settledAfter = 1_500;
const settledWithin = 60_000;

/** The last count before anything is lost: what was typed must still fit it. */
export function finalMark(options: z.infer<typeof finalMarkArguments>): Step {
  const { backup, acknowledgedRows } = options;
  return {
    kind: 'look',
    run: (context) =>
      behindMaintenance(context, options.page, async (): Promise<Passed> => {
        const database = databaseOf(context);
        const mark = await settledMark(context, database);
        const loss = lossOf(await database.writesSince({ backup }));
        const because = unacknowledgedBecause({ rows: acknowledgedRows }, loss);
        if (because !== undefined) throw new VerdictError({ answer: 'no', because, evidence: {} });
        const { rows = null, minutes, walBytes } = loss;
        return { because: `lost: ${describeLoss(loss)}`, evidence: { mark, rows, minutes, walBytes } };
      }),
  };
}

/** A mark behind which nothing comes any more. */
async function settledMark({ clock, signal, work }: Context, database: Database): Promise<JsonObject> {
  work.say('waiting until every session has reported what it wrote');
  await clock.sleep(countersLag, signal);
  const began = clock.monotonic();
  for (;;) {
    const mark = await database.mark();
    await clock.sleep(settledAfter, signal);
    const since = lossOf(await database.writesSince({ mark }));
    if (since.rows === 0) return mark;
    const written = since.tables.map(({ name, rows }) => `${name} (${rows})`).join(', ');
    const still = since.rows === undefined ? since.because : `still written to: ${written}`;
    if (clock.monotonic() - began > settledWithin) {
      throw new PlatformError(
        `writes did not end within ${settledWithin / 1_000} s behind the maintenance page: ${still}`,
        {
          hint: 'stop whatever else writes to this database, then try again',
        },
      );
    }
    work.say(still);
  }
}

export function restoreBeside(options: z.infer<typeof restoreArguments>): Step {
  return {
    kind: 'change',
    run: (context) =>
      behindMaintenance(context, options.page, async () => ({
        evidence: await restoresOf(context).beside(options.backup, context.plan.run, context.work),
      })),
    undo: (context) => restoresOf(context).remove(context.plan.run),
  };
}

export function verifyRestored(options: z.infer<typeof restoreArguments>): Step {
  return {
    kind: 'look',
    run: (context) =>
      behindMaintenance(context, options.page, async () => {
        const { plan, work } = context;
        const verdict = await restoresOf(context).verify(options.backup, plan.run, plan.input?.release, work);
        if (verdict.answer !== 'yes') throw new VerdictError(verdict);
        return verdict;
      }),
  };
}

/**
 * What slots connect to, changed as one step; back by another, which the slots follow too. Rows that were written in
 * between are kept with what was restored, and as long as it isn't back the page stays where it is.
 */
export function switchDatabase(options: z.infer<typeof switchArguments>): Step {
  return {
    kind: 'change',
    // Whatever keeps it from being told, nobody is let onto it.
    stopsWayBack: async (context) =>
      restoresOf(context)
        .inUse(context.plan.run)
        .catch(() => true),
    run: (context) =>
      behindMaintenance(context, options.page, async () => {
        // After a crash in its middle it is the restored database that would be asked.
        if (!(await restoresOf(context).inUse(context.plan.run))) await refuseLateWrites(context, options.mark);
        const evidence = await restoresOf(context).switchTo(context.plan.run, context.work);
        return { evidence: { ...evidence, mark: await markIfAny(databaseOf(context)) } };
      }),
    async undo(context) {
      if (context.evidenceOf('maintenance-off') !== undefined) {
        throw new PlatformError('users write to the restored database by now, so it stays the one in use', {
          hint: 'finish the run: crossfade resume',
        });
      }
      const { plan, work } = context;
      const restores = restoresOf(context);
      const written = (await restores.inUse(plan.run)) ? await writtenBecause(context, options.page) : undefined;
      if (written !== undefined) work.say(`what was restored is kept: ${written}`);
      const back = await restores.switchBack(plan.run, work, { keep: written !== undefined });
      const restarted = await restartAll(context, options.colours);
      return { ...back, restarted, ...(written === undefined ? {} : { keptBecause: written }) };
    },
  };
}

/** Going back matters more than counting: where it can't be told, the page tells whether anybody may have written. */
async function markIfAny(database: Database): Promise<JsonObject | null> {
  return untilPlatformFails(() => database.mark(), null);
}

/** What somebody has written to the restored database by now, as far as anybody can tell. */
async function writtenBecause(context: Context, step: string): Promise<string | undefined> {
  const letIn = await letInBecause(context, step);
  if (letIn !== undefined) return letIn;
  const mark = jsonObjectSchema.safeParse(context.evidenceOf(context.step)?.['mark']);
  if (!mark.success) return undefined;
  const database = databaseOf(context);
  const since = await untilPlatformFails(
    async () => lossOf(await database.writesSince({ mark: mark.data })),
    undefined,
  );
  return since?.rows === undefined || since.rows === 0 ? undefined : `${describeLoss(since)} since the switch`;
}

async function untilPlatformFails<Value, Other>(ask: () => Promise<Value>, otherwise: Other): Promise<Value | Other> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    return otherwise;
  }
}

async function refuseLateWrites(context: Context, step: string): Promise<void> {
  const mark = parse(jsonObjectSchema, context.evidenceOf(step)?.['mark'], `evidence of ${step}`);
  const late = lossOf(await databaseOf(context).writesSince({ mark }));
  if (late.rows === 0) return;
  const what =
    late.rows === undefined ? late.because : late.tables.map(({ name, rows }) => `${name} (${rows})`).join(', ');
  throw new PlatformError(`something was written behind the maintenance page, after the last count: ${what}`);
}

export function restartSlots({ page: behind, colours }: z.infer<typeof restartArguments>): Step {
  return {
    kind: 'change',
    run: (context) =>
      behindMaintenance(context, behind, async () => ({ evidence: { restarted: await restartAll(context, colours) } })),
    // The database's own way back restarts them.
    undo: () => Promise.resolve({}),
  };
}

async function restartAll(
  { platform, work }: Context,
  colours: z.infer<typeof restartArguments>['colours'],
): Promise<JsonObject> {
  const restarted: Record<string, JsonObject> = {};
  for (const colour of colours) {
    const evidence = await platform.slots.restart?.(colour, work);
    if (evidence !== undefined) restarted[colour] = evidence;
  }
  return restarted;
}

function databaseOf({ platform }: Context): Database {
  if (platform.database) return platform.database;
  throw new PlatformError(`the ${platform.name} platform has no database in this environment`);
}

function restoresOf(context: Context): Restores {
  const { restores } = databaseOf(context);
  if (restores) return restores;
  throw new PlatformError(`the ${context.platform.name} platform can't restore a backup beside its database`);
}
