import { outboxLineSchema, type Message, type OutboxLine, type Tell } from '../contract/outbox.js';
import { appendLine, appendLineAt } from './append-line.js';
import { foldOutbox, type OutboxState } from './outbox-state.js';
import { parseRecord } from './parse-record.js';
import { runTime } from './run-id.js';
import type { Store } from './store.js';

/** So many messages wait or have waited in one outbox; what comes after is not told. */
export const mostLetters = 500;

export interface OutboxReading extends OutboxState {
  /** Where the next line goes when nobody has written meanwhile. */
  readonly next: number;
}

/** A stream a run, so that it is read fast; one a day for what is announced before runs. */
function streamOf(environment: string, name: string): string {
  return `outbox/${environment}/${name}`;
}

/** Also of an outbox that doesn't exist. Throws StoreError and IntegrityError. */
export async function readOutbox(store: Store, environment: string, name: string): Promise<OutboxReading> {
  const stream = streamOf(environment, name);
  const { records, torn } = await store.read(stream);
  const lines = records.map(({ sequence, text }) => ({
    sequence,
    line: parseRecord(outboxLineSchema, text, `${stream}, line ${sequence} in ${store.place}`),
  }));
  // A line that a crash has cut off was never said.
  if (torn !== undefined) await store.mend(stream);
  return { ...foldOutbox(lines), next: (lines.at(-1)?.sequence ?? -1) + 1 };
}

/** Says whom this run tells what; the first word counts. Returns what counts. */
export async function openOutbox(
  store: Store,
  environment: string,
  name: string,
  tells: readonly Tell[],
  at: Date,
): Promise<readonly Tell[]> {
  const line: OutboxLine = { format: 1, kind: 'opened', at: at.toISOString(), tells: [...tells] };
  await addOutboxLine(store, environment, name, line);
  return (await readOutbox(store, environment, name)).tells ?? tells;
}

/** Each once, by id and receiver, however often it is asked for; says how many were left out because there are too many. */
export async function queueMessages(
  store: Store,
  environment: string,
  name: string,
  messages: readonly Message[],
  at: Date,
): Promise<{ readonly leftOut: number }> {
  let leftOut = 0;
  let { letters, next } = await readOutbox(store, environment, name);
  let known = letters.length;
  for (const message of messages) {
    for (;;) {
      if (letters.some((letter) => isSame(letter.message, message))) break;
      if (known >= mostLetters) {
        leftOut += 1;
        break;
      }
      const line: OutboxLine = { format: 1, kind: 'queued', at: at.toISOString(), message };
      const queued = await appendLineAt(store, streamOf(environment, name), next, line);
      if (queued) {
        next += 1;
        known += 1;
        break;
      }
      ({ letters, next } = await readOutbox(store, environment, name));
      known = letters.length;
    }
  }
  await supersede(store, environment, name, messages, at);
  return { leftOut };
}

function isSame(one: Message, other: Message): boolean {
  return one.id === other.id && one.receiver === other.receiver;
}

/** Of lines of progress only the newest is worth the wait. */
async function supersede(
  store: Store,
  environment: string,
  name: string,
  messages: readonly Message[],
  at: Date,
): Promise<void> {
  const receivers = messages.flatMap(({ moment, receiver }) => (moment === 'progress' ? [receiver] : []));
  if (receivers.length === 0) return;
  const { letters } = await readOutbox(store, environment, name);
  for (const receiver of new Set(receivers)) {
    const waiting = letters.filter(
      ({ message, status, takenUntil }) =>
        message.receiver === receiver &&
        message.moment === 'progress' &&
        status === 'waiting' &&
        takenUntil === undefined,
    );
    for (const { sequence } of waiting.slice(0, -1)) {
      const line = { format: 1, kind: 'superseded', at: at.toISOString(), of: sequence } as const;
      await addOutboxLine(store, environment, name, line);
    }
  }
}

/** Throws StoreError. */
export async function addOutboxLine(
  store: Store,
  environment: string,
  name: string,
  line: OutboxLine,
): Promise<number> {
  return appendLine(store, streamOf(environment, name), line);
}

/** Takes a letter for this process, if nothing was said since the reading; false: look again. */
export async function takeLetter(
  store: Store,
  environment: string,
  name: string,
  taking: { readonly next: number; readonly of: number; readonly by: string; readonly at: Date; readonly for: number },
): Promise<boolean> {
  const { next, of, by, at } = taking;
  const until = new Date(at.getTime() + taking.for).toISOString();
  const line: OutboxLine = { format: 1, kind: 'taken', at: at.toISOString(), of, by, until };
  return appendLineAt(store, streamOf(environment, name), next, line);
}

/** Outboxes of runs that began after `since`, newest first, and before them those of days since then. */
export async function outboxNames(store: Store, environment: string, since: Date): Promise<readonly string[]> {
  const folder = `outbox/${environment}`;
  const dayBefore = runTime(new Date(since.getTime() - 86_400_000)).slice(0, 8);
  const [runs, others] = await Promise.all([
    store.list(folder, { prefix: `${environment}-2`, after: `${environment}-${runTime(since)}` }),
    store.list(folder, { prefix: 'announcements-', after: `announcements-${dayBefore}` }),
  ]);
  return [...others, ...[...runs].sort().reverse()];
}
