import type { SlotInput } from '../../contract/slot-input.js';
import type { MigrationOptions } from './migration-options.js';
import type { ProbeAnswer, ProbeRequest } from './probe.js';
import type { Work } from './work.js';

/** Copies of the database on which migrations are tried, with the product's own services beside them. */
export interface Rehearsals {
  /** Why this release can't be tried here; asked before a copy is made. Absent: all can. */
  unableBecause?(input: SlotInput): Promise<string | undefined>;
  /** As it was at this backup, and with what was migrated since; nobody else uses it. Throws PlatformError where it can't be made, RefusedError where another one is in the way. */
  open(backup: string, run: string, work: Work, since?: MigratedSince): Promise<Rehearsal>;
  /** Ends and removes what killed processes have left, and with `run` what that one has. Resolves to its names. */
  sweep(run?: string): Promise<readonly string[]>;
}

/** A release whose migrations the database was given after a backup was taken, or before: none runs twice. */
export interface MigratedSince {
  readonly input: SlotInput;
  readonly options: MigrationOptions;
}

export interface Rehearsal {
  /** It took to make the copy. */
  readonly milliseconds: number;
  /**
   * The routed services of an input, one replica each, on the copy that is migrated (`after`), or on the schema as it was:
   * of that there may be no copy any more once the migrations ran. One app at a time. Resolves once they are healthy;
   * throws PlatformError. Absent: nothing can be started on copies here.
   */
  start?(input: SlotInput, schema: 'before' | 'after', work: Work): Promise<RehearsedApp>;
  /** As on the database itself. Throws what that throws. */
  migrate(input: SlotInput, work: Work, options: MigrationOptions): Promise<RehearsedMigration>;
  /** Stops everything on it and removes it. Idempotent. */
  remove(): Promise<void>;
}

export interface RehearsedApp {
  probe(request: ProbeRequest, signal: AbortSignal): Promise<ProbeAnswer>;
  stop(): Promise<void>;
}

export interface RehearsedMigration {
  readonly milliseconds: number;
  /** Locks that somebody waited for meanwhile, the longest wait of each. */
  readonly waits: readonly {
    readonly relation: string;
    readonly mode: string;
    /** Whoever waited: the migration itself, or a service. */
    readonly who: 'migration' | 'service';
    readonly milliseconds: number;
  }[];
  /** Why nobody could look at them to the end; absent: they were seen. */
  readonly unseenBecause?: string;
}
