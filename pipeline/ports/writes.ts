import type { JsonObject } from '../../contract/json.js';

export type WriteMark = JsonObject;

export interface Writes {
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
}

export interface WritesSince {
  readonly seconds: number;
  /** Of all writes of the whole server, also those rolled back. */
  readonly walBytes: number;
  /** Per table that was written to. Undefined: it can't be counted, and `because` says why. */
  readonly tables: Readonly<Record<string, Writes>> | undefined;
  /** Migrations that were applied since. */
  readonly migrations: readonly string[];
  readonly because: string;
}
