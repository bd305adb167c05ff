import { setTimeout } from 'node:timers/promises';
import type { Event, EventBody, EventKind } from '../contract/event.js';
import { readJournalIfAny } from '../journal/read-journal.js';
import type { Store } from '../journal/store.js';
import { weightsSchema } from '../contract/weights.js';

type BodyOf<Kind extends EventKind> = Extract<EventBody, { kind: Kind }>;

/** One run as its journal tells it. */
export class RunLog {
  readonly run: string;
  readonly events: readonly Event[];

  constructor(run: string, events: readonly Event[]) {
    this.run = run;
    this.events = events;
  }

  last<Kind extends EventKind>(kind: Kind): (BodyOf<Kind> & { readonly at: number }) | undefined {
    const event = this.events.findLast(({ body }) => body.kind === kind);
    return event && { ...(event.body as BodyOf<Kind>), at: Date.parse(event.at) };
  }

  /** How often this happened to this step. */
  count(kind: 'began' | 'passed' | 'failed' | 'skipped', step: string): number {
    return this.events.filter(({ body }) => body.kind === kind && body.step === step).length;
  }

  /** The shares of the traffic that the slot was given, in percent. */
  shares(): number[] {
    const first = this.events[0]?.body;
    const to = first?.kind === 'planned' ? first.plan.to : 'blue';
    return this.events.flatMap(({ body }) => {
      const weights = body.kind === 'passed' ? weightsSchema.safeParse(body.evidence['weights']).data : undefined;
      return weights === undefined ? [] : [weights[to]];
    });
  }
}

export async function runsIn(store: Store): Promise<ReadonlySet<string>> {
  return new Set(await store.list('journals'));
}

export async function readRun(store: Store, run: string): Promise<RunLog> {
  return new RunLog(run, (await readJournalIfAny(store, run))?.events ?? []);
}

/** The run that has begun since. Throws when there is none within the time. */
export async function newRun(store: Store, before: ReadonlySet<string>, withinMilliseconds: number): Promise<string> {
  const deadline = performance.now() + withinMilliseconds;
  for (;;) {
    const run = [...(await runsIn(store))].find((each) => !before.has(each));
    if (run !== undefined) return run;
    if (performance.now() > deadline) throw new Error('no run has begun');
    await setTimeout(50);
  }
}

/** Resolves when the run has begun this step; throws when it ends, or the time passes, before. */
export async function untilBegun(store: Store, run: string, step: string, withinMilliseconds: number): Promise<void> {
  const deadline = performance.now() + withinMilliseconds;
  for (;;) {
    const log = await readRun(store, run);
    if (log.count('began', step) > 0) return;
    if (log.last('ended') !== undefined) throw new Error(`run ${run} ended before it began ${step}`);
    if (performance.now() > deadline) throw new Error(`run ${run} did not begin ${step} in time`);
    await setTimeout(50);
  }
}
