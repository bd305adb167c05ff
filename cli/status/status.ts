import type { Announcement } from '../../contract/announcement.js';
import type { Colour } from '../../contract/colour.js';
import type { DrillRecord } from '../../contract/database-proofs.js';
import type { Lease } from '../../contract/lease.js';
import type { Weights } from '../../contract/weights.js';
import type { HistoryEntry } from '../../journal/history.js';
import type { LiveRecord } from '../../journal/live-record.js';
import type { Losses } from '../../journal/losses.js';
import type { Letter } from '../../journal/outbox-state.js';
import type { RunState } from '../../journal/run-state.js';
import type { Duty } from '../duties/duty.js';
import type { Loss } from '../../pipeline/loss.js';
import type { ArmedSwitch, FiredSwitch } from '../../pipeline/ports/dead-mans-switch.js';
import type { MaintenanceState } from '../../pipeline/ports/maintenance.js';
import type { SlotState } from '../../pipeline/ports/slots.js';
import type { Reading } from '../../pipeline/ports/traffic.js';

/** What was asked of the platform, or why there is no answer. */
export type Answered<Value> = { readonly value: Value } | Unanswered;

export interface Unanswered {
  readonly problem: string;
  readonly hint: string | undefined;
  /** A plain `pulumi up` of the environment starts again what did not answer. */
  readonly mendedByUp?: true;
}

/** All that status is computed from; gathered in one look. */
export interface Facts {
  readonly environment: string;
  readonly now: Date;
  /** False before the environment's first `up`. */
  readonly known: boolean;
  readonly reading: Answered<Reading>;
  readonly slots: Answered<Readonly<Record<Colour, SlotState>>>;
  readonly deadMan: Answered<{ readonly armed: ArmedSwitch | undefined; readonly fired: FiredSwitch | undefined }>;
  readonly maintenance: Answered<MaintenanceState | undefined>;
  /** What restoring the newest backup of what is live would lose; undefined: there is none. */
  readonly price: { readonly backup: string; readonly loss: Answered<Loss> } | undefined;
  /** Why traffic must not simply go to what stands in a slot; undefined: it may. */
  readonly unproven: Readonly<Record<Colour, string | undefined>>;
  /** Undefined also where it can't be read. */
  readonly lease: Lease | undefined;
  /** What of the store can't be read, and why. */
  readonly unread: readonly string[];
  /** Messages that nobody has got. */
  readonly untold: readonly Letter[];
  /** What was said of releases that are still to come. */
  readonly announced: readonly Announced[];
  /** Whom the newest run waits for; empty where it is over. */
  readonly waits: readonly Waiting[];
  /** What stays to be done after releases, done or not. */
  readonly duties: readonly Duty[];
  /** The last restore drill, good or not; undefined: there was none. */
  readonly drill: DrillRecord | undefined;
  /** Of the lease's holder. */
  readonly holder: 'alive' | 'dead' | 'unknown';
  /** Newest first, as far back as it takes to know what is live. */
  readonly history: readonly HistoryEntry[];
  /** Milliseconds it took runs before those to go back. */
  readonly olderTimesBack: readonly number[];
}

/** The 3 a.m. view. */
export interface Status {
  readonly environment: string;
  readonly at: string;
  /** Null: the balancer doesn't answer, or no route is open. */
  readonly weights: Weights | null;
  /** Why the balancer says nothing. */
  readonly unanswered: string | undefined;
  readonly routes: { readonly open: readonly string[]; readonly dark: readonly string[] };
  readonly live: Live | null;
  /** The slot that traffic could go back to. */
  readonly beside: Beside | null;
  /** Both slots while traffic is split between them, the one first that was live before; else none. */
  readonly split: readonly SplitSlot[];
  /** The release that was live before this one. */
  readonly before: string | undefined;
  readonly inFlight: InFlight | null;
  readonly deadMan: { readonly armed: ArmedSwitch | null; readonly fired: FiredSwitch | null };
  /** Milliseconds it took to have traffic back, newest first. */
  readonly timesBack: readonly number[];
  readonly losses: Losses | null;
  /** Null: there is no backup, or the database doesn't tell. */
  readonly price: (Loss & { readonly backup: string }) | null;
  readonly maintenance: MaintenanceState | null;
  readonly untold: readonly Untold[];
  /** Releases that are still to come, by when they begin. */
  readonly announced: readonly Announced[];
  /** That are open. */
  readonly duties: readonly Duty[];
  /** The last restore drill; null: there was none. */
  readonly drill: Pick<DrillRecord, 'backup' | 'at' | 'milliseconds' | 'answer' | 'because'> | null;
  readonly warnings: readonly string[];
  readonly advice: Advice;
}

export interface Live extends Pick<LiveRecord, 'colour' | 'version'> {
  readonly since: string | undefined;
  readonly by: string | undefined;
  readonly run: string | undefined;
}

export interface Beside {
  readonly colour: Colour;
  readonly version: string | undefined;
  readonly standing: boolean;
  readonly healthy: number;
  readonly replicas: number;
  /** Why it can't simply have the traffic; undefined: it can. */
  readonly unfit: string | undefined;
}

export interface SplitSlot extends Beside {
  /** By the records. */
  readonly wasLive: boolean;
}

export interface InFlight {
  readonly run: string;
  readonly action: RunState['plan']['action'];
  readonly version: string | undefined;
  readonly by: string;
  readonly started: string;
  readonly to: Colour;
  /** Title of what was begun and has not ended. */
  readonly step: string | undefined;
  readonly stepBegan: string | undefined;
  readonly turned: { readonly because: string; readonly by: string } | undefined;
  /** Why nobody is at work on it; undefined: somebody is, or may be. */
  readonly parked: string | undefined;
  /** Whose decisions are missing. */
  readonly waitsFor: readonly Waiting[];
  readonly holder: NonNullable<Lease['holder']> | undefined;
  readonly holderIs: 'alive' | 'dead' | 'unknown' | 'gone';
}

/** A decision that a run waits for. */
export interface Waiting {
  readonly item: string;
  readonly title: string;
  readonly asks: 'approval' | 'sign-off';
  readonly role: string;
  /** How many are asked for, and how many of them are missing. */
  readonly count: number;
  readonly missing: number;
  /** Who has said yes. */
  readonly said: readonly string[];
  /** Who may say it. */
  readonly open: readonly string[];
  readonly since: string;
  /** When something else becomes of the run; null: it waits for as long as it takes. */
  readonly until: string | null;
  /** What whoever decides types. */
  readonly type: string;
}

/** The one command to type, and what for. */
export interface Advice {
  readonly type: string | undefined;
  readonly because: string;
}

/** What was said of when a release comes. */
export type Announced = Pick<Announcement, 'version' | 'by' | 'at' | 'begins' | 'ends'>;

/** A message that a receiver has not got. */
export interface Untold {
  readonly receiver: string;
  readonly title: string;
  readonly since: string;
  readonly tries: number;
  /** What the newest try came to. */
  readonly says: string | undefined;
  /** Not tried any more. */
  readonly givenUp: boolean;
}
