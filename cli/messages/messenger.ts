import { OperatorError } from '../../contract/errors.js';
import type { Event } from '../../contract/event.js';
import type { Message, Tell } from '../../contract/outbox.js';
import { openOutbox, queueMessages } from '../../journal/outbox.js';
import { dueAt, type Letter } from '../../journal/outbox-state.js';
import { readJournalIfAny } from '../../journal/read-journal.js';
import { deliver, type Delivering } from '../../messages/deliver.js';
import type { Clock } from '../../pipeline/ports/clock.js';
import { Bell } from './bell.js';
import { dueMessages, progressMessages } from './due-messages.js';

export interface MessengerOptions extends Omit<Delivering, 'outbox' | 'signal' | 'clock'> {
  readonly run: string;
  readonly clock: Clock;
  readonly product: string;
  /** Milliseconds between two lines of progress. */
  readonly every: number;
  /** Whom the run tells what, by today's configuration and the plan's checklist. */
  readonly tells: (events: readonly Event[]) => readonly Tell[];
  /** For the operator: what could not be queued or sent. */
  readonly say: (line: string) => void;
}

/** How long a message that is not on its way yet may keep a process that has nothing else to do. */
const graceMilliseconds = 3_000;
const leastPause = 500;
const failedPause = 2_000;
const noHurry = 3_600_000;

/**
 * Tells people what a run's events say, beside the run: nobody waits for it, and nothing that goes wrong here reaches the
 * run. A receiver that hangs keeps nothing from being queued. What can't be told stays in the outbox for whoever comes next.
 */
export class Messenger {
  readonly #options: MessengerOptions;
  readonly #stop = new AbortController();
  readonly #toQueue = new Bell();
  readonly #toSend = new Bell();
  readonly #queued = new Set<string>();
  #events: readonly Event[] = [];
  #tells: readonly Tell[] | undefined;
  #progress: readonly Message[] = [];
  #waiting: readonly Letter[] = [];
  #finishing = false;
  #allQueued = false;
  #working: Promise<unknown> | undefined;

  constructor(options: MessengerOptions) {
    this.#options = options;
  }

  /** Returns at once. */
  event(event: Event): void {
    this.#events = [...this.#events, event];
    if (this.#working === undefined) {
      this.#working = Promise.all([this.#keepQueueing(), this.#keepSending()]);
      void this.#keepTelling();
    }
    this.#toQueue.ring();
  }

  /** Milliseconds at most: the grace. Says what is left for later. */
  async finish(grace = graceMilliseconds): Promise<void> {
    if (this.#working === undefined) return;
    this.#finishing = true;
    this.#toQueue.ring();
    const enough = new AbortController();
    const patience = (milliseconds: number) =>
      this.#options.clock.sleep(milliseconds, enough.signal).catch(() => undefined);
    await Promise.race([this.#working, patience(grace)]);
    this.#stop.abort();
    // What was being sent is given the moment that it takes to write down how far it came.
    await Promise.race([this.#working, patience(leastPause)]);
    enough.abort();
    for (const { message, says = 'not tried yet' } of this.#waiting) {
      this.#options.say(`${message.receiver} was not told yet that '${message.title}': ${says}`);
    }
  }

  async #keepQueueing(): Promise<void> {
    const { clock } = this.#options;
    while (!this.#stop.signal.aborted) {
      const finishing = this.#finishing;
      const done = await this.#quietly(() => this.#queue());
      this.#toSend.ring();
      // All that there was to tell when the end was called for.
      if (finishing) break;
      await this.#toQueue.wait(clock, done ? noHurry : failedPause, this.#stop.signal);
    }
    this.#allQueued = true;
    this.#toSend.ring();
  }

  async #keepSending(): Promise<void> {
    const { clock } = this.#options;
    while (!this.#stop.signal.aborted) {
      const all = this.#allQueued;
      const done = await this.#quietly(() => this.#send());
      // Whatever was tried once waits for whoever comes next.
      if (all && (!done || this.#waiting.every(({ attempts }) => attempts > 0))) return;
      const next = Math.min(...this.#waiting.map(dueAt), Infinity) - clock.now().getTime();
      const pause = done ? Math.min(noHurry, Math.max(leastPause, next)) : failedPause;
      await this.#toSend.wait(clock, pause, this.#stop.signal);
    }
  }

  /** Whether it went well. A store may come back; a bug is not tried again and again. */
  async #quietly(act: () => Promise<void>): Promise<boolean> {
    try {
      await act();
      return true;
    } catch (error) {
      this.#options.say(`messages: ${error instanceof Error ? error.message : String(error)}`);
      if (!(error instanceof OperatorError)) this.#stop.abort();
      return false;
    }
  }

  async #send(): Promise<void> {
    const { letters } = await deliver({ ...this.#options, outbox: this.#options.run, signal: this.#stop.signal });
    this.#waiting = letters.filter((letter) => letter.status === 'waiting');
  }

  async #queue(): Promise<void> {
    const { store, environment, run, clock, product } = this.#options;
    await this.#readBeginning();
    this.#tells ??= await openOutbox(store, environment, run, this.#options.tells(this.#events), clock.now());
    const due = [...dueMessages(this.#events, this.#tells, product), ...this.#progress].filter(
      (message) => !this.#queued.has(keyOf(message)),
    );
    if (due.length === 0) return;
    const { leftOut } = await queueMessages(store, environment, run, due, clock.now());
    for (const message of due) this.#queued.add(keyOf(message));
    this.#progress = this.#progress.filter((message) => !due.includes(message));
    if (leftOut > 0) this.#options.say(`messages: ${leftOut} are not told: this run has told too much already`);
  }

  /** Of a run that is gone on with, which another process began. */
  async #readBeginning(): Promise<void> {
    const [first] = this.#events;
    if (first === undefined || first.sequence === 0) return;
    const reading = await readJournalIfAny(this.#options.store, this.#options.run);
    const before = (reading?.events ?? []).filter(({ sequence }) => sequence < first.sequence);
    this.#events = [...before, ...this.#events];
  }

  async #keepTelling(): Promise<void> {
    const { clock, every, product } = this.#options;
    for (;;) {
      await clock.sleep(every, this.#stop.signal).catch(() => undefined);
      if (this.#stop.signal.aborted || this.#finishing) return;
      const [first] = this.#events;
      if (this.#tells === undefined || first?.sequence !== 0) continue;
      // The same for every process of this run, so that none repeats what another has told.
      const count = Math.round((clock.now().getTime() - Date.parse(first.at)) / every);
      this.#progress = progressMessages(this.#events, this.#tells, product, count);
      this.#toQueue.ring();
    }
  }
}

function keyOf({ id, receiver }: Message): string {
  return `${id} ${receiver}`;
}
