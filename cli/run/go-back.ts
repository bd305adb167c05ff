import { IntegrityError, StoreError, type ExitCode } from '../../contract/errors.js';
import { readLease } from '../../journal/lease.js';
import { followRequest, makeRequest } from '../../journal/requests.js';
import { readJournal } from '../../journal/read-journal.js';
import type { Turn } from '../../pipeline/endings.js';
import { isFinal, progressOf } from '../../pipeline/progress.js';
import type { OpenEnvironment } from '../open-environment.js';
import type { RunPrinter } from '../print/run-printer.js';
import { exitOfBack } from './outcome-exit.js';
import { perform, printerFor } from './perform.js';
import type { KnownRun } from './runs-of.js';

/** How long a living holder of the run has to take the request before this process takes the run from it. */
const obeyWithin = 2_000;
const lookEvery = 100;
/** How long it may then take to have traffic back, before this process does it. */
const backWithin = 30_000;

/** Turns an unfinished run: by its own process when that listens, by this one otherwise. */
export async function goBack(
  environment: OpenEnvironment,
  unfinished: KnownRun,
  turn: Turn,
  options: { readonly json: boolean; readonly keepWeights: boolean },
): Promise<ExitCode> {
  const obeyed = options.keepWeights ? undefined : await askTheHolder(environment, unfinished, turn, options.json);
  if (obeyed !== undefined) return obeyed;
  const platform = await environment.platform(unfinished.progress.plan.outputs);
  // A rollback that was begun is finished, not undone.
  const goesOn = unfinished.progress.plan.action === 'rollback' && turn.action === 'rollback';
  return perform({
    environment,
    platform,
    json: options.json,
    known: unfinished.progress.plan,
    exitOf: exitOfBack,
    conducting: {
      run: unfinished.run,
      preempt: true,
      keepWeights: options.keepWeights,
      ...(goesOn ? {} : { turn }),
    },
    unrecorded: () => Promise.resolve(unfinished.progress),
  });
}

/** Undefined when nobody holds the run, or its holder does not listen, or nothing can be written. */
async function askTheHolder(
  environment: OpenEnvironment,
  { run, progress }: KnownRun,
  turn: Turn,
  json: boolean,
): Promise<ExitCode | undefined> {
  const { store, clock, name } = environment;
  if (turn.action !== 'rollback' && turn.action !== 'abort') return undefined;
  try {
    const held = await readLease(store, name);
    if (held?.lease.holder?.run !== run) return undefined;
    const request = { action: turn.action, run, by: turn.by, because: turn.message, at: clock.now().toISOString() };
    const sequence = await makeRequest(store, name, { format: 1, ...request });
    const began = clock.monotonic();
    for (;;) {
      const { taken } = await followRequest(store, name, run, sequence);
      if (taken) return await follow(environment, run, printerFor(json, progress.plan));
      if (clock.monotonic() - began > obeyWithin) return undefined;
      await clock.sleep(lookEvery);
    }
  } catch (error) {
    if (!(error instanceof StoreError) && !(error instanceof IntegrityError)) throw error;
    return undefined;
  }
}

/** Prints what the run's own process records until it has ended; undefined when it takes too long. */
async function follow(
  { store, clock }: OpenEnvironment,
  run: string,
  printer: RunPrinter,
): Promise<ExitCode | undefined> {
  const began = clock.monotonic();
  let seen = -1;
  while (clock.monotonic() - began < backWithin) {
    const { events } = await readJournal(store, run);
    const turned = events.findIndex(({ body }) => body.kind === 'turned');
    for (const event of turned < 0 ? [] : events.slice(turned)) {
      if (event.sequence <= seen) continue;
      printer.event(event);
      seen = event.sequence;
    }
    const progress = progressOf(events);
    if (isFinal(progress) && progress.ended) return exitOfBack(progress.ended.outcome);
    await clock.sleep(lookEvery);
  }
  return undefined;
}
