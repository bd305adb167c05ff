import { OperatorError } from '../contract/errors.js';
import { describeDuration } from '../contract/duration.js';
import type { Message, OutboxLine } from '../contract/outbox.js';
import { addOutboxLine, readOutbox, takeLetter, type OutboxReading } from '../journal/outbox.js';
import { dueAt, type Letter } from '../journal/outbox-state.js';
import type { Store } from '../journal/store.js';
import type { Clock } from '../pipeline/ports/clock.js';
import type { Receiver } from './receiver.js';

/** Milliseconds for which a letter belongs to the process that sends it: longer than any exchange may last. */
const takenFor = 60_000;
/** After this time on the wall clock a letter is given up: a day-old line helps nobody, and its loss is on record. */
const triedFor = 86_400_000;

export interface Delivering {
  readonly store: Store;
  readonly environment: string;
  /** The run, or the day of an announcement. */
  readonly outbox: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly by: string;
  /** Throws OperatorError for a receiver that isn't configured any more, or whose secret can't be found. */
  readonly receiver: (name: string) => Promise<Receiver>;
  /** Whether what this one is told opens something that others link to. */
  readonly opensIssue: (name: string) => boolean;
  readonly signal: AbortSignal;
}

/**
 * One pass over what is due: each receiver in its own order, one that hangs beside the others, issues before what links
 * to them. Safe beside other processes. Throws StoreError.
 */
export async function deliver(delivering: Delivering): Promise<OutboxReading> {
  const { letters } = await readOutbox(delivering.store, delivering.environment, delivering.outbox);
  const names = [...new Set(letters.filter((letter) => letter.status === 'waiting').map(receiverOf))];
  const [first, then] = [names.filter(delivering.opensIssue), names.filter((name) => !delivering.opensIssue(name))];
  for (const among of [first, then]) await settled(among.map((name) => deliverTo(delivering, name)));
  return readOutbox(delivering.store, delivering.environment, delivering.outbox);
}

/** All of them, also when one throws. */
async function settled(work: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(work)) if (result.status === 'rejected') throw result.reason;
}

function receiverOf({ message }: Letter): string {
  return message.receiver;
}

async function deliverTo(delivering: Delivering, receiver: string): Promise<void> {
  const { store, environment, outbox, clock, by, signal } = delivering;
  while (!signal.aborted) {
    const reading = await readOutbox(store, environment, outbox);
    const now = clock.now();
    const waiting = reading.letters.filter((letter) => letter.status === 'waiting' && receiverOf(letter) === receiver);
    const [letter] = waiting;
    if (letter === undefined || dueAt(letter) > now.getTime()) return;
    if (isTooOld(letter, now)) {
      await giveUp(delivering, letter, now);
      continue;
    }
    const taking = { next: reading.next, of: letter.sequence, by, at: now, for: takenFor };
    if (!(await takeLetter(store, environment, outbox, taking))) continue;
    if (!(await send(delivering, letter, reading.letters))) return;
  }
}

function isTooOld(letter: Letter, now: Date): boolean {
  return letter.attempts > 0 && now.getTime() - Date.parse(letter.queuedAt) > triedFor;
}

async function giveUp({ store, environment, outbox }: Delivering, letter: Letter, now: Date): Promise<void> {
  const says = `given up after ${letter.attempts} tries in ${describeDuration(triedFor)}: ${letter.says ?? 'no answer'}`;
  const line: OutboxLine = { format: 1, kind: 'given-up', at: now.toISOString(), of: letter.sequence, says };
  await addOutboxLine(store, environment, outbox, line);
}

/** Whether it was taken; what follows to the same receiver waits when it was not. */
async function send(delivering: Delivering, letter: Letter, letters: readonly Letter[]): Promise<boolean> {
  const { store, environment, outbox, clock, by, signal } = delivering;
  const common = { format: 1, of: letter.sequence, by } as const;
  let result: OutboxLine;
  try {
    const receiver = await delivering.receiver(letter.message.receiver);
    const { reference } = await receiver.send(withIssue(letter.message, letters), threadOf(letter, letters), signal);
    const at = clock.now().toISOString();
    result = { ...common, kind: 'delivered', at, ...(reference === undefined ? {} : { reference }) };
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    result = { ...common, kind: 'failed', at: clock.now().toISOString(), says: error.message };
  }
  await addOutboxLine(store, environment, outbox, result);
  return result.kind === 'delivered';
}

/** What the same receiver called an earlier message about this run. */
function threadOf({ message }: Letter, letters: readonly Letter[]): string | undefined {
  return letters.find((other) => other.message.receiver === message.receiver && other.reference !== undefined)
    ?.reference;
}

export const issueMark = '{{issue}}';

/** The issue is known only once it is open, so its address is filled in when the message is sent. */
function withIssue(message: Message, letters: readonly Letter[]): Message {
  const issue = letters.find(({ reference }) => reference !== undefined)?.reference ?? 'no issue is open';
  const filled = (text: string): string => text.replaceAll(issueMark, () => issue);
  return { ...message, title: filled(message.title), text: filled(message.text), facts: { ...message.facts, issue } };
}
