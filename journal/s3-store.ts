import { atMost } from './at-most.js';
import { S3Bucket, type S3Place } from './s3-bucket.js';
import { readRecordName, readStoreName, recordName } from './store-name.js';
import type { ListedNames, Store, StreamReading } from './store.js';

/** Of all streams together: fewer than the SDK's connections. */
const readsAtOnce = 32;

/**
 * One object per record, written with `IfNoneMatch: *`: an append is one request. A stream is only ever appended to, but
 * for renewals of a lease, and S3 writes an object whole or not at all, so no record is ever cut off.
 */
export class S3Store implements Store {
  readonly place: string;
  readonly #bucket: S3Bucket;
  readonly #turn = atMost(readsAtOnce);
  /** The highest sequence seen of each stream: what lies before need not be listed again. */
  readonly #seen = new Map<string, number>();

  constructor(place: S3Place) {
    this.#bucket = new S3Bucket(place);
    this.place = this.#bucket.address;
  }

  async append(stream: string, sequence: number, text: string): Promise<'appended' | 'exists'> {
    const key = keyOf(stream, sequence);
    const locked = stream.startsWith('journals/');
    return (await this.#bucket.create(key, `${text}\n`, { locked })) === 'created' ? 'appended' : 'exists';
  }

  async read(stream: string, from = 0): Promise<StreamReading> {
    const wanted = await this.#sequences(stream, from);
    const reads = wanted.map((sequence) => this.#turn(() => this.#bucket.get(keyOf(stream, sequence))));
    const texts = await Promise.all(reads);
    const records = wanted.flatMap((sequence, index) => {
      const text = texts[index];
      // Listed, and removed before it could be read: a renewal that was superseded.
      return text === undefined ? [] : [{ sequence, text: text.replace(/\n$/, '') }];
    });
    return { records, torn: undefined };
  }

  async last(stream: string): Promise<number | undefined> {
    const seen = this.#seen.get(stream) ?? 0;
    const last = (await this.#sequences(stream, seen)).at(-1);
    if (last !== undefined || seen === 0) return last;
    this.#seen.delete(stream);
    return this.last(stream);
  }

  /** S3 leaves nothing half written. */
  mend(stream: string): Promise<undefined> {
    readStoreName(stream);
    return Promise.resolve(undefined);
  }

  remove(stream: string, sequence: number): Promise<void> {
    return this.#bucket.remove(keyOf(stream, sequence));
  }

  async list(folder: string, wanted?: ListedNames): Promise<readonly string[]> {
    return [...new Set(await this.#bucket.list(checked(folder), wanted))].sort();
  }

  async putOnce(key: string, content: string | Uint8Array): Promise<'written' | 'exists'> {
    return (await this.#bucket.create(checked(key), content)) === 'created' ? 'written' : 'exists';
  }

  async put(key: string, content: string | Uint8Array): Promise<void> {
    await this.#bucket.replace(checked(key), content);
  }

  async get(key: string): Promise<string | undefined> {
    return this.#bucket.get(checked(key));
  }

  /** From this one on, ascending. */
  async #sequences(stream: string, from: number): Promise<number[]> {
    const after = from === 0 ? {} : { after: recordName(from - 1) };
    const sequences = (await this.#bucket.list(checked(stream), after))
      .map(readRecordName)
      .filter((sequence) => sequence !== undefined);
    const last = sequences.at(-1);
    if (last !== undefined && last > (this.#seen.get(stream) ?? 0)) this.#seen.set(stream, last);
    return sequences;
  }
}

function keyOf(stream: string, sequence: number): string {
  return `${checked(stream)}/${recordName(sequence)}`;
}

function checked(name: string): string {
  return readStoreName(name).join('/');
}
