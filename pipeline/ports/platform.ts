import type { Alarms } from './alarms.js';
import type { Artifacts } from './artifacts.js';
import type { Background } from './background.js';
import type { Database } from './database.js';
import type { DeadMansSwitch } from './dead-mans-switch.js';
import type { Maintenance } from './maintenance.js';
import type { Metrics } from './metrics.js';
import type { MigrationReview } from './migration-review.js';
import type { Proofs } from './proofs.js';
import type { Rehearsals } from './rehearsals.js';
import type { Secrets } from './secrets.js';
import type { Slots } from './slots.js';
import type { Traffic } from './traffic.js';

/** What the pipeline needs of the world. Platforms translate these; nothing here knows a cloud. */
export interface Platform {
  readonly name: string;
  readonly abilities: {
    /** Can keep a visitor with one slot for all services. */
    readonly cohort: boolean;
    /** `shift` refuses by itself when the weights are not the expected ones or the token is too small. */
    readonly compareAndSet: boolean;
    /** `verifyBackup` restores a backup aside and counts, rather than only looking at it. */
    readonly triesBackups: boolean;
    /** Slots scale by themselves, so a run keeps the one that users would go back to from shrinking. */
    readonly scales: boolean;
  };
  readonly traffic: Traffic;
  readonly slots: Slots;
  readonly metrics: Metrics;
  readonly background: Background;
  readonly artifacts: Artifacts;
  /** Absent: a run may not park while traffic is split. */
  readonly deadMansSwitch?: DeadMansSwitch;
  /** Absent: users can't be told to wait, so nothing is restored under them. */
  readonly maintenance?: Maintenance;
  readonly database?: Database;
  /** Absent where whoever releases may not read any. */
  readonly secrets?: Secrets;
  /** When whoever runs this may do nothing here any more, for good; absent: never. Throws PlatformError. */
  readonly credentialsEnd?: () => Promise<{ readonly at: Date | undefined; readonly because: string }>;
  /** Absent: nobody is paged by this platform. */
  readonly alarms?: Alarms;
  /** Absent: nobody can say what migrations would do, so a release that has some is asked about. */
  readonly migrationReview?: MigrationReview;
  /** Absent: migrations can't be tried on a copy of the database here. */
  readonly rehearsals?: Rehearsals;
  /** Absent: nothing is known of drills and rehearsals. */
  readonly proofs?: Proofs;
}
