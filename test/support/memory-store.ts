import { IntegrityError, StoreError } from '../../contract/errors.js';
import { readStoreName, recordName } from '../../journal/store-name.js';
import type { ListedNames, Store, StreamReading } from '../../journal/store.js';

interface Fault {
  /** Whether the write happens before the failure is reported: a lost answer. */
  readonly afterwards: boolean;
  readonly error: Error;
}

/** A store that loses nothing but its process, with faults on demand. Every call yields, so that races show. */
export class MemoryStore implements Store {
  readonly place = 'memory';
  readonly #streams = new Map<string, Map<number, string>>();
  readonly #keys = new Map<string, string>();
  readonly #faults: Fault[] = [];
  #unreachable: Error | undefined;
  /** Every append that was tried, as `stream/sequence`. */
  readonly appends: string[] = [];

  /** The next append fails; with `afterwards` it fails only in what it says. */
  failNextAppend(options: { afterwards?: boolean; error?: Error } = {}): void {
    const error = options.error ?? new StoreError('cannot append: the disk is full (ENOSPC)', { retryable: true });
    this.#faults.push({ afterwards: options.afterwards ?? false, error });
  }

  /** Everything fails from now on, until called with undefined. */
  unreachable(error: Error | undefined = new StoreError('the store does not answer', { retryable: true })): void {
    this.#unreachable = error;
  }

  reachable(): void {
    this.#unreachable = undefined;
  }

  /** Cuts a record in half, as a power cut may. */
  tear(stream: string, sequence: number): void {
    this.alter(stream, sequence, (text) => text.slice(0, text.length / 2));
    this.#torn.add(`${stream}/${sequence}`);
  }

  alter(stream: string, sequence: number, change: (text: string) => string): void {
    const records = this.#streams.get(stream);
    const text = records?.get(sequence);
    if (!records || text === undefined) throw new Error(`no record ${sequence} in ${stream}`);
    records.set(sequence, change(text));
  }

  readonly #torn = new Set<string>();

  async append(stream: string, sequence: number, text: string): Promise<'appended' | 'exists'> {
    await this.#answer(stream);
    recordName(sequence);
    this.appends.push(`${stream}/${sequence}`);
    const fault = this.#faults.shift();
    if (fault && !fault.afterwards) throw fault.error;
    const records = this.#streams.get(stream) ?? new Map<number, string>();
    this.#streams.set(stream, records);
    const outcome = records.has(sequence) ? 'exists' : 'appended';
    if (outcome === 'appended') records.set(sequence, text);
    if (fault) throw fault.error;
    return outcome;
  }

  async read(stream: string, from = 0): Promise<StreamReading> {
    await this.#answer(stream);
    const sequences = this.#sequences(stream);
    const torn = sequences.filter((sequence) => this.#torn.has(`${stream}/${sequence}`));
    if (torn.some((sequence) => sequence !== sequences.at(-1) && sequence >= from))
      throw new IntegrityError(`${stream} is cut off in the middle`);
    const whole = sequences.filter((sequence) => sequence >= from && !torn.includes(sequence));
    const records = whole.map((sequence) => ({ sequence, text: this.#streams.get(stream)?.get(sequence) ?? '' }));
    return { records, torn: torn[0] };
  }

  async last(stream: string): Promise<number | undefined> {
    await this.#answer(stream);
    return this.#sequences(stream).at(-1);
  }

  async mend(stream: string): Promise<number | undefined> {
    await this.#answer(stream);
    const last = this.#sequences(stream).at(-1);
    if (last === undefined || !this.#torn.delete(`${stream}/${last}`)) return undefined;
    this.#streams.get(stream)?.delete(last);
    return last;
  }

  async remove(stream: string, sequence: number): Promise<void> {
    await this.#answer(stream);
    this.#streams.get(stream)?.delete(sequence);
  }

  async list(folder: string, { prefix = '', after = '' }: ListedNames = {}): Promise<readonly string[]> {
    await this.#answer(folder);
    const below = [...this.#streams.keys(), ...this.#keys.keys()].filter((name) => name.startsWith(`${folder}/`));
    const names = [...new Set(below.map((name) => name.slice(folder.length + 1).split('/')[0] ?? ''))];
    return names.filter((name) => name.startsWith(prefix) && name > after).sort();
  }

  async putOnce(key: string, content: string | Uint8Array): Promise<'written' | 'exists'> {
    await this.#answer(key);
    if (this.#keys.has(key)) return 'exists';
    this.#keys.set(key, Buffer.from(content).toString());
    return 'written';
  }

  async put(key: string, content: string | Uint8Array): Promise<void> {
    await this.#answer(key);
    this.#keys.set(key, Buffer.from(content).toString());
  }

  async get(key: string): Promise<string | undefined> {
    await this.#answer(key);
    return this.#keys.get(key);
  }

  #sequences(stream: string): number[] {
    return [...(this.#streams.get(stream)?.keys() ?? [])].sort((one, other) => one - other);
  }

  async #answer(name: string): Promise<void> {
    readStoreName(name);
    await Promise.resolve();
    if (this.#unreachable) throw this.#unreachable;
  }
}
