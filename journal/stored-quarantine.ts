import { StoreError } from '../contract/errors.js';
import { canonicalJson } from '../contract/json.js';
import { quarantineLineSchema, type QuarantineLine } from '../contract/quarantine.js';
import type { Clock } from '../pipeline/ports/clock.js';
import type { Quarantine } from '../pipeline/ports/quarantine.js';
import { parseRecord } from './parse-record.js';
import type { Store } from './store.js';

const stream = 'quarantine';
const triesAtAppending = 20;

type Quarantined = Extract<QuarantineLine, { kind: 'quarantined' }>;

/** One list for all environments of a store: what was bad in staging does not belong in production either. */
export class StoredQuarantine implements Quarantine {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #by: string;

  constructor(store: Store, clock: Clock, by: string) {
    this.#store = store;
    this.#clock = clock;
    this.#by = by;
  }

  /** What is refused now, in the order in which it was quarantined. */
  async list(): Promise<readonly Quarantined[]> {
    const refused = new Map<string, Quarantined>();
    const { records } = await this.#store.read(stream);
    for (const { sequence, text } of records) {
      const line = parseRecord(quarantineLineSchema, text, `quarantine, line ${sequence}`);
      refused.delete(line.digest);
      if (line.kind === 'quarantined') refused.set(line.digest, line);
    }
    return [...refused.values()];
  }

  /** Nothing is written for a digest that the same run has quarantined before. */
  async add({ digest, because, run }: { digest: string; because: string; run: string }): Promise<void> {
    const known = (await this.list()).some((line) => line.digest === digest && line.run === run);
    if (!known) await this.#say({ format: 1, kind: 'quarantined', digest, because, run, ...this.#signature() });
  }

  /** Whoever does this says why; it stays on record. */
  async allow(digest: string, because: string): Promise<void> {
    await this.#say({ format: 1, kind: 'allowed', digest, because, ...this.#signature() });
  }

  #signature(): { by: string; at: string } {
    return { by: this.#by, at: this.#clock.now().toISOString() };
  }

  async #say(line: QuarantineLine): Promise<void> {
    await this.#store.mend(stream);
    for (let tried = 0; tried < triesAtAppending; tried += 1) {
      const sequence = ((await this.#store.last(stream)) ?? -1) + 1;
      if ((await this.#store.append(stream, sequence, canonicalJson(line))) === 'appended') return;
    }
    throw new StoreError('the quarantine list: others write to it faster than this process', { retryable: true });
  }
}
