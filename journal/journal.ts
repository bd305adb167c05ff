import { FencedError, RefusedError, StoreError } from '../contract/errors.js';
import { eventSchema, type Event, type EventBody } from '../contract/event.js';
import { canonicalJson, digestOf } from '../contract/json.js';
import type { Clock } from '../pipeline/ports/clock.js';
import { beginning, type Head } from './chain.js';
import { readJournalIfAny, streamOf } from './read-journal.js';
import type { Store } from './store.js';

export interface JournalOptions {
  readonly clock: Clock;
  /** Who writes: what becomes `by` of every event. */
  readonly by: string;
  /** Fencing token of the lease. */
  readonly token: number;
  /** Takes secrets out of free text and evidence; see redact-event.ts. */
  readonly redact?: (body: EventBody) => EventBody;
}

interface Draft {
  readonly event: Event;
  readonly text: string;
}

/** One run's journal, open for writing. Appends happen one after the other, in the order of the calls. */
export class Journal {
  readonly run: string;
  /** Sequence of a last line that a crash had cut off, and that was set aside when this journal was opened. */
  readonly torn: number | undefined;
  readonly #store: Store;
  readonly #options: JournalOptions;
  readonly #events: Event[];
  #head: Head | undefined;
  /** Written perhaps: the store failed before it said so. */
  #unsure: Draft[] = [];
  #fenced: FencedError | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  /** Also for a run that has no journal yet. Throws IntegrityError where the chain is broken. */
  static async open(store: Store, run: string, options: JournalOptions): Promise<Journal> {
    const torn = await store.mend(streamOf(run));
    const reading = await readJournalIfAny(store, run);
    return new Journal(store, run, options, reading?.events ?? [], reading?.head, torn);
  }

  private constructor(
    store: Store,
    run: string,
    options: JournalOptions,
    events: readonly Event[],
    head: Head | undefined,
    torn: number | undefined,
  ) {
    this.run = run;
    this.torn = torn;
    this.#store = store;
    this.#options = options;
    this.#events = [...events];
    this.#head = head;
  }

  get events(): readonly Event[] {
    return this.#events;
  }

  /** Null before the first event: the shape that a lease carries. */
  get head(): Head | null {
    return this.#head ?? null;
  }

  /**
   * Durable once resolved. Throws StoreError (try the same body again) and FencedError (somebody else continues
   * this journal: nothing more can be written by this object).
   */
  append(body: EventBody): Promise<Event> {
    const result = this.#queue.then(() => this.#append(body));
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async #append(asked: EventBody): Promise<Event> {
    const body = this.#redacted(asked);
    const same = this.#unsure.find((draft) => canonicalJson(draft.event.body) === canonicalJson(body));
    let draft = same ?? this.#draft(body);
    for (;;) {
      if (this.#fenced) throw this.#fenced;
      const { sequence } = draft.event;
      if ((await this.#write(draft)) === 'appended') return this.#accept(draft);
      const found = await this.#find(sequence);
      if (found === draft.text) return this.#accept(draft);
      const landed = this.#unsure.find(({ text }) => text === found);
      if (!landed) {
        this.#fenced = new FencedError(`run ${this.run}: event ${sequence} was written by another process`, {
          hint: "'crossfade status' shows who has the environment now",
        });
        continue;
      }
      this.#accept(landed);
      draft = this.#draft(body);
    }
  }

  async #write(draft: Draft): Promise<'appended' | 'exists'> {
    try {
      return await this.#store.append(streamOf(this.run), draft.event.sequence, draft.text);
    } catch (error) {
      if (!this.#unsure.includes(draft)) this.#unsure.push(draft);
      throw error;
    }
  }

  async #find(sequence: number): Promise<string> {
    const { records } = await this.#store.read(streamOf(this.run), sequence);
    const record = records.find((candidate) => candidate.sequence === sequence);
    if (record) return record.text;
    throw new StoreError(`run ${this.run}: event ${sequence} is there and cannot be read`, { retryable: true });
  }

  #accept({ event, text }: Draft): Event {
    this.#events.push(event);
    this.#head = { run: this.run, sequence: event.sequence, hash: digestOf(text) };
    this.#unsure = [];
    return event;
  }

  #draft(body: EventBody): Draft {
    const text = canonicalJson({
      format: 1,
      run: this.run,
      sequence: this.#head === undefined ? 0 : this.#head.sequence + 1,
      at: this.#options.clock.now().toISOString(),
      token: this.#options.token,
      by: this.#options.by,
      previous: this.#head?.hash ?? beginning,
      body,
    });
    // What is kept in memory is what a reader will find.
    return { event: eventSchema.parse(JSON.parse(text)), text };
  }

  #redacted(body: EventBody): EventBody {
    const redacted = this.#options.redact?.(body) ?? body;
    if (body.kind === 'planned' && canonicalJson(redacted) !== canonicalJson(body)) {
      throw new RefusedError('the plan contains the value of a secret', {
        hint: 'a secret belongs under `secrets`, by reference; look for it among settings, commands and paths',
      });
    }
    return redacted;
  }
}
