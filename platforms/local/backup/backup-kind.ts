import type { NeededBackup, Retention } from '../../../contract/retention.js';
import type { Verdict } from '../../../contract/verdict.js';
import type { Backup, PruneOptions } from '../../../pipeline/ports/database.js';
import type { Leftovers } from '../../../pipeline/ports/leftovers.js';
import type { Restores } from '../../../pipeline/ports/restores.js';
import type { Work } from '../../../pipeline/ports/work.js';
import type { PostgresAddress } from '../../postgres/address.js';
import type { WriteMark } from '../../postgres/write-mark.js';
import type { PostgresRole } from '../host/postgres-roles.js';

/** One way to back a database up: a copy of the server's folder, or a dump. */
export interface BackupKind {
  /** Named once: asked for again it is the same one. */
  backUp(name: string, work: Work): Promise<Backup>;
  /** Whole and plausible, and restored aside, where it is compared with what was noted when it was taken. */
  check(name: string, work: Work): Promise<Verdict>;
  /** Removes what the policy no longer keeps. Beside `needed`, what standing slots need stays. */
  prune(needed: readonly NeededBackup[], options: PruneOptions, work: Work): Promise<Retention>;
  /** How much had been written when it was taken. Throws PlatformError where that can't be told. */
  markOf(name: string): Promise<WriteMark>;
  readonly restores: Restores;
  /** What checks, drills and rehearsals have left beside. */
  readonly leftovers: Leftovers;
  /** The database as it was at this backup, beside the one that works, for as long as nobody removes it. */
  openClone(name: string, work: Work): Promise<Clone>;
}

export interface Clone {
  /** From the beginning until it could be used. */
  readonly milliseconds: number;
  address(role: PostgresRole): Promise<PostgresAddress>;
  remove(): Promise<void>;
}
