export interface StoredRecord {
  readonly sequence: number;
  readonly text: string;
}

export interface StreamReading {
  /** By sequence, ascending. Gaps are the reader's to judge. */
  readonly records: readonly StoredRecord[];
  /** Sequence of a last record that was cut off by a crash and is not among the records. */
  readonly torn: number | undefined;
}

/** Of what is listed, what is wanted: a store that holds years is asked for weeks. */
export interface ListedNames {
  readonly prefix?: string;
  /** Only names that sort after this one. */
  readonly after?: string;
}

/**
 * Where journals, leases and releases live. A folder does it with link(2), S3 with `IfNoneMatch: *`.
 * Streams and keys are names joined by `/` (see store-name.ts). Every method may throw StoreError.
 */
export interface Store {
  /** For people: the folder's path, or the bucket's address. */
  readonly place: string;
  /** Durable once resolved. `exists` leaves what is there untouched: of any number of writers one gets `appended`. That is the fence. */
  append(stream: string, sequence: number, text: string): Promise<'appended' | 'exists'>;
  /** Empty for a stream that does not exist. Throws IntegrityError when a record that is not the last is cut off. */
  read(stream: string, from?: number): Promise<StreamReading>;
  /** The highest sequence, cut off or not; undefined for an empty stream. */
  last(stream: string): Promise<number | undefined>;
  /** Sets a cut-off last record aside, kept but no longer part of the stream; its sequence, or undefined when all is whole. */
  mend(stream: string): Promise<number | undefined>;
  /** For superseded renewals of a lease only. Nothing happens when it is gone already. */
  remove(stream: string, sequence: number): Promise<void>;
  /** Names directly below, sorted: of streams, and of keys. */
  list(folder: string, wanted?: ListedNames): Promise<readonly string[]>;
  putOnce(key: string, content: string | Uint8Array): Promise<'written' | 'exists'>;
  /** Replaces as a whole or not at all. */
  put(key: string, content: string | Uint8Array): Promise<void>;
  get(key: string): Promise<string | undefined>;
}
