import { StoreError } from '../contract/errors.js';
import {
  drillRecordSchema,
  rehearsalRecordSchema,
  type DrillRecord,
  type RehearsalRecord,
} from '../contract/database-proofs.js';
import { canonicalJson, type Json } from '../contract/json.js';
import { parseRecord } from './parse-record.js';
import type { Store } from './store.js';

const triesAtAppending = 20;
/** A gate looks for a recent one: what lies further back is too old anyway. */
const lookedAt = 200;

/** What drills and rehearsals have shown, a stream of each per environment. Every method may throw StoreError. */
export class StoredProofs {
  readonly #store: Store;
  readonly #environment: string;

  constructor(store: Store, environment: string) {
    this.#store = store;
    this.#environment = environment;
  }

  async noteDrill(record: DrillRecord): Promise<void> {
    await this.#append(`drills/${this.#environment}`, record);
  }

  async noteRehearsal(record: RehearsalRecord): Promise<void> {
    await this.#append(`rehearsals/${this.#environment}`, record);
  }

  /** The newest of all. */
  async lastDrill(): Promise<DrillRecord | undefined> {
    return (await this.#drills()).at(-1);
  }

  async lastGoodDrill(): Promise<DrillRecord | undefined> {
    return (await this.#drills()).findLast(({ answer }) => answer === 'yes');
  }

  /** The newest that was good, of these migrations and releases. */
  async goodRehearsal(digest: string): Promise<RehearsalRecord | undefined> {
    const stream = `rehearsals/${this.#environment}`;
    const records = (await this.#read(stream)).map(({ text, where }) =>
      parseRecord(rehearsalRecordSchema, text, where),
    );
    return records.findLast((each) => each.answer === 'yes' && each.digest === digest);
  }

  async #drills(): Promise<DrillRecord[]> {
    const lines = await this.#read(`drills/${this.#environment}`);
    return lines.map(({ text, where }) => parseRecord(drillRecordSchema, text, where));
  }

  async #read(stream: string): Promise<readonly { readonly text: string; readonly where: string }[]> {
    const last = await this.#store.last(stream);
    if (last === undefined) return [];
    const { records } = await this.#store.read(stream, Math.max(0, last - lookedAt));
    return records.map(({ sequence, text }) => ({
      text,
      where: `${stream}, line ${sequence} in ${this.#store.place}`,
    }));
  }

  async #append(stream: string, record: Json): Promise<void> {
    for (let tries = 0; tries < triesAtAppending; tries += 1) {
      const sequence = ((await this.#store.last(stream)) ?? -1) + 1;
      if ((await this.#store.append(stream, sequence, canonicalJson(record))) === 'appended') return;
    }
    throw new StoreError(`${stream} can't be written: somebody else always is first`, { retryable: true });
  }
}
