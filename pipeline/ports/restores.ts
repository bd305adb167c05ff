import type { JsonObject } from '../../contract/json.js';
import type { Release } from '../../contract/release.js';
import type { Verdict } from '../../contract/verdict.js';
import type { Work } from './work.js';

export interface StandingBackup {
  readonly name: string;
  readonly createdAt: string;
  readonly bytes: number;
  /** It was restored aside and counted. */
  readonly verified: boolean;
}

/** A database that a restore, or a backup that was cut short, has left beside the one in use. */
export interface KeptDatabase {
  readonly name: string;
  /** The restore, or whose backup it was to be. */
  readonly run: string;
  /**
   * `before`: in use before it. `after`: restored, written to, and left again. `restored`: made beside and never used.
   * `stray`: made as a backup of which nothing is noted here.
   */
  readonly was: 'before' | 'after' | 'restored' | 'stray';
  /** ISO, when it went out of use; undefined where nothing tells. */
  readonly since: string | undefined;
  readonly bytes: number | undefined;
  /** Where it lies, for people. */
  readonly place: string;
}

/** Nothing here touches the database that works, but for the one step that changes what slots connect to. */
export interface Restores {
  /** Why none could come to its end from here, asked before anything is changed; left out: there is no such reason. */
  unableBecause?(): Promise<string | undefined>;
  /** Newest first. */
  list(): Promise<readonly StandingBackup[]>;
  /** Makes a database of this backup beside the one that works, once per run: asked again it is the same. */
  beside(backup: string, run: string, work: Work): Promise<JsonObject>;
  /** Complete, with the rows that the backup must have, and with every expanding migration of the release. */
  verify(backup: string, run: string, release: Release | undefined, work: Work): Promise<Verdict>;
  /** Slots connect to the run's database from here on; the one before is kept, and marked. Idempotent. */
  switchTo(run: string, work: Work): Promise<JsonObject>;
  /**
   * The undo of `switchTo`, whether it came to its end or not. With `keep` what slots have used meanwhile is kept where
   * `remove` leaves it alone. Idempotent.
   */
  switchBack(run: string, work: Work, options?: { readonly keep: boolean }): Promise<JsonObject>;
  /** Whether slots connect to this run's database. */
  inUse(run: string): Promise<boolean>;
  /** Deletes what `beside` made. Refused (RefusedError) while slots connect to it. Idempotent. */
  remove(run: string): Promise<JsonObject>;
  /** What earlier restores have left beside. Absent: nothing is told of it here. */
  kept?(): Promise<readonly KeptDatabase[]>;
  /** Deletes one of them for good. Refused (RefusedError) while slots connect to it. Idempotent. Absent: only by hand. */
  drop?(name: string): Promise<void>;
}
