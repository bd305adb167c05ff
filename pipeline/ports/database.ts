import type { JsonObject } from '../../contract/json.js';
import type { Release } from '../../contract/release.js';
import type { NeededBackup, Retention } from '../../contract/retention.js';
import type { SlotInput } from '../../contract/slot-input.js';
import type { Verdict } from '../../contract/verdict.js';
import type { Leftovers } from './leftovers.js';
import type { MigrationOptions } from './migration-options.js';
import type { Restores } from './restores.js';
import type { Work } from './work.js';
import type { WriteMark, WritesSince } from './writes.js';

export interface Backup {
  readonly name: string;
  readonly bytes: number;
  readonly evidence: JsonObject;
}

export interface PruneOptions {
  /** Only says what would go. */
  readonly dryRun: boolean;
  /** Told of each once it has gone: what fails in its middle has deleted others. */
  readonly gone?: ((name: string) => void) | undefined;
}

export interface Drilled {
  readonly backup: string;
  readonly backupCreatedAt: string;
  /** From the beginning until everything was compared. */
  readonly milliseconds: number;
  readonly verdict: Verdict;
}

export interface Database {
  /** Named once by the caller, waited for. */
  backUp(name: string, work: Work): Promise<Backup>;
  /** Available, complete, plausible, and where the platform can: restored aside and counted. */
  verifyBackup(name: string, work: Work): Promise<Verdict>;
  /** Applies what is missing, under an advisory lock; throws PlatformError saying what is in, what isn't, and how to go on. */
  migrate(release: Release, input: SlotInput, work: Work, options?: MigrationOptions): Promise<JsonObject>;
  /**
   * Applied migrations by id, those of the release that are missing or differ, and those that contracted and that the
   * release doesn't know.
   */
  migrations(release: Release): Promise<{
    readonly applied: readonly string[];
    readonly missing: readonly string[];
    readonly differing: readonly string[];
    readonly contracted: readonly string[];
  }>;
  /** In a read-only transaction; the first column of the first row, or null. */
  ask(sql: string, signal?: AbortSignal): Promise<string | null>;
  /** The same, but every row, each value as PostgreSQL writes it. */
  askRows(sql: string, signal?: AbortSignal): Promise<readonly (readonly (string | null)[])[]>;
  /** Whether it answers at all. */
  reachable(): Promise<Verdict>;
  /** High-water marks of what has been written; only the platform that gave it can read it. */
  mark(): Promise<WriteMark>;
  /** What was written since a backup or a mark. Throws PlatformError when there is no such backup. */
  writesSince(since: { readonly backup: string } | { readonly mark: WriteMark }): Promise<WritesSince>;
  /**
   * Deletes backups of releases beyond the number to keep, oldest first, and neither one of `needed` nor one that a
   * standing slot needs: what a deploy does once its own is good, where its role may. Absent: nothing is deleted here.
   */
  prune?(needed: readonly NeededBackup[], options: PruneOptions): Promise<Retention>;
  /** What rehearsals, drills and checks have left beside. Absent: nothing is told of it here. */
  readonly leftovers?: Leftovers;
  /** Absent: a backup can't be restored beside the database here. */
  readonly restores?: Restores;
  /**
   * Restores the newest backup aside, compares it and removes it again; the database in use isn't touched. Throws
   * RefusedError where there is no backup. Absent: nothing can be restored aside here.
   */
  readonly drill?: (work: Work) => Promise<Drilled>;
}
