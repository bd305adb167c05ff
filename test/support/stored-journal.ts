import type { EventBody } from '../../contract/event.js';
import { planHash, type Plan } from '../../contract/plan.js';
import { Journal, type JournalOptions } from '../../journal/journal.js';
import type { Store } from '../../journal/store.js';
import { FakeClock } from './fake-clock.js';
import { FakeRun } from './fake-run.js';
import { someRelease } from './product.js';

export async function somePlan(changes: Partial<Plan> = {}): Promise<Plan> {
  return { ...(await new FakeRun().plan(someRelease('1.0.0'))), run: 'r', ...changes };
}

export function planned(plan: Plan): EventBody {
  return { kind: 'planned', plan, hash: planHash(plan) };
}

export function noted(message: string): EventBody {
  return { kind: 'noted', message, evidence: {} };
}

export function openJournal(store: Store, options: Partial<JournalOptions> = {}, run = 'r'): Promise<Journal> {
  return Journal.open(store, run, { clock: new FakeClock(), by: 'ada', token: 1, ...options });
}

/** A plan and as many notes: events 0 to `notes`. */
export async function someJournal(store: Store, notes: number, run = 'r'): Promise<Journal> {
  const journal = await openJournal(store, {}, run);
  await journal.append(planned(await somePlan({ run })));
  for (let note = 1; note <= notes; note += 1) await journal.append(noted(`note ${note}`));
  return journal;
}
