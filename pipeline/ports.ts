import type { Severity } from '../contract/severity.js';
import type { Colour } from '../contract/colour.js';
import type { DrillRecord, RehearsalRecord } from '../contract/database-proofs.js';
import type { JsonObject } from '../contract/json.js';
import type { Release } from '../contract/release.js';
import type { Settings } from '../contract/settings.js';
import type { SlotInput } from '../contract/slot-input.js';
import type { Verdict } from '../contract/verdict.js';
import type { Weights } from '../contract/weights.js';

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

/** A moment on the platform's own clock; only the platform that gave it can read it. */
export type Mark = string;

export interface Reading {
  /** Weights per routed service that is open. */
  readonly services: Readonly<Record<string, Weights>>;
  /** The weights that all open services share, or undefined when they are mixed (or none is open). */
  readonly weights: Weights | undefined;
  /** Routed services that exist but answer the test route only. */
  readonly dark: readonly string[];
  /** The highest fencing token that the balancer has seen; 0 where it keeps none. */
  readonly token: number;
}

export interface Traffic {
  read(signal?: AbortSignal): Promise<Reading>;
  /**
   * Writes every open route at once and resolves once read back. Throws DriftError when the weights were not
   * `expected` (undefined: whatever they are), FencedError when a higher token was seen.
   */
  shift(weights: Weights, options: ShiftOptions): Promise<{ readonly mark: Mark; readonly reading: Reading }>;
  /** Opens dark routes with these weights. Idempotent. */
  open(services: readonly string[], weights: Weights, options: ShiftOptions): Promise<Reading>;
  /** Makes routes dark again: the undo of `open`. Idempotent. */
  close(services: readonly string[], options: ShiftOptions): Promise<Reading>;
  /**
   * One bounded look at whether the data plane does what the weights say: agreeing reads, share of requests
   * per slot inside its interval, targets healthy. Unknown when there was too little to see.
   */
  converged(weights: Weights, since: Mark, signal: AbortSignal): Promise<Verdict>;
}

export interface ShiftOptions {
  readonly expected: Weights | undefined;
  readonly token: number;
  readonly signal?: AbortSignal;
}

export interface Replica {
  readonly service: string;
  readonly id: string;
  /** Of what really runs, seen on the platform, not what was asked for. */
  readonly digest: string;
  readonly healthy: boolean;
  readonly because?: string;
}

export interface SlotState {
  readonly colour: Colour;
  /** False: the slot's stack does not exist or is empty. */
  readonly standing: boolean;
  /** What its last run put there; undefined before the first, or when it can't be told. */
  readonly input: SlotInput | undefined;
  readonly replicas: readonly Replica[];
}

export interface ProbeRequest {
  readonly service: string;
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMilliseconds?: number;
}

export interface ProbeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** At most 64 KiB. */
  readonly body: string;
  readonly milliseconds: number;
}

export interface Work {
  readonly signal: AbortSignal;
  /** Progress for people; not journalled. */
  say(line: string): void;
}

export interface Slots {
  state(colour: Colour, signal?: AbortSignal): Promise<SlotState>;
  /** `pulumi up` of the slot with this input; resolves when the platform says all replicas are healthy. */
  provision(colour: Colour, input: SlotInput, work: Work): Promise<JsonObject>;
  /** Refused (RefusedError) before anything is touched when the slot has weight, or requests in flight. */
  destroy(colour: Colour, work: Work): Promise<JsonObject>;
  /** Through the slot's own test route, which users don't get. Throws PlatformError when nothing answers. */
  probe(colour: Colour, request: ProbeRequest, signal: AbortSignal): Promise<ProbeAnswer>;
  /**
   * Lets a slot shrink by itself again, which `provision` keeps the other one from. Resolves to how it went and never
   * throws for the platform's sake: too many replicas harm nobody. Absent: slots do not scale by themselves. Idempotent.
   */
  letShrink?(colour: Colour, work: Work): Promise<JsonObject>;
  /** Replicas again, with new connections, after the database that they use was exchanged. Idempotent. */
  restart?(colour: Colour, work: Work): Promise<JsonObject>;
  /** From the slot's own counters. */
  quiet(colour: Colour): Promise<Quiet>;
}

export interface Quiet {
  readonly inFlight: number;
  /** Since the last request began; undefined: there was none as far as anybody can tell. */
  readonly idleMilliseconds: number | undefined;
  /** For so long after its end a request may still be taken for one in flight; left out: not at all. */
  readonly lateMilliseconds?: number;
}

/** Upper bounds in milliseconds with a count each, cumulative not: `counts[i]` lie at or below `bounds[i]` and above the bound before. */
export interface Histogram {
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
}

export interface ServiceSample {
  readonly requests: number;
  /** Answers 5xx, and requests that got no answer from the slot. */
  readonly errors: number;
  /** Undefined: the platform has no latencies for this time. */
  readonly latency: Histogram | undefined;
}

export interface Observation {
  /** What the platform can vouch for since the mark; `false` when counters were lost in between. */
  readonly complete: boolean;
  readonly seconds: number;
  /** Per slot and service. A service without an entry has no data, which is not the same as zero requests. */
  readonly samples: Readonly<Record<Colour, Readonly<Record<string, ServiceSample>>>>;
}

export interface Metrics {
  mark(): Promise<Mark>;
  /** Users' requests only, since the mark. */
  observe(since: Mark, signal?: AbortSignal): Promise<Observation>;
}

export interface Background {
  /** Which slot does each background or singleton service's work; undefined: none. */
  owner(): Promise<Readonly<Record<string, Colour | undefined>>>;
  /** Stops the services in the other slot (waiting until what they have begun is finished), then starts them in `to`. Idempotent. */
  handOver(services: readonly string[], to: Colour, token: number, work: Work): Promise<JsonObject>;
  /** Stops them in this slot, for the undo before a first release. Idempotent. */
  stop(services: readonly string[], colour: Colour, token: number, work: Work): Promise<JsonObject>;
}

export interface Artifacts {
  /** Present and with the digest of the manifest? */
  check(release: Release, signal?: AbortSignal): Promise<Verdict>;
}

export interface ArmedSwitch {
  readonly run: string;
  readonly returnTo: Weights;
  readonly token: number;
  readonly remainingMilliseconds: number;
}

export interface FiredSwitch {
  readonly run: string;
  readonly returnTo: Weights;
  /** The token it took: the next above the armed one. */
  readonly token: number;
  readonly at: string;
}

export interface DeadMansSwitch {
  /** Arms, or moves the deadline. Throws FencedError when it has fired or a higher token was seen. */
  arm(options: { run: string; returnTo: Weights; token: number; deadlineMilliseconds: number }): Promise<void>;
  disarm(token: number): Promise<void>;
  read(): Promise<{ readonly armed: ArmedSwitch | undefined; readonly fired: FiredSwitch | undefined }>;
}

export interface Secrets {
  /** What must never be recorded or printed: of these settings' secrets and of the platform's own. Never throws. */
  values(settings: readonly Settings[]): Promise<readonly string[]>;
  /**
   * Where each secret lies and in which version it is now, so that a run means the same one from its plan to its end.
   * Reads no value. Throws RefusedError for one that can't be used, ConfigurationError for one that nobody knows.
   * Absent: secrets are named by their versions already.
   */
  pin?(secrets: Settings['secrets']): Promise<Settings['secrets']>;
  /** One secret of these settings, for a question about it; undefined when it can't be read. Absent: nobody may. */
  read?(setting: string, secret: Settings['secrets'][string]): Promise<ReadSecret | undefined>;
}

export interface ReadSecret {
  readonly value: string;
  /** When it was last changed, ISO; undefined where nothing tells. */
  readonly since: string | undefined;
}

export interface MaintenanceState {
  /** Id of the run, or the name of whoever typed the command. */
  readonly owner: string;
  readonly because: string;
  readonly since: string;
  readonly remainingMilliseconds: number;
}

/** A fixed page with 503 and Retry-After for users, on every route. The test route goes on. */
export interface Maintenance {
  /**
   * On until `off`, or until the time is over, which the platform sees to by itself. Again by the same owner: moves the
   * end. Throws RefusedError while another owner's is on.
   */
  on(options: {
    readonly owner: string;
    readonly because: string;
    readonly forMilliseconds: number;
  }): Promise<MaintenanceState>;
  /** Ends this owner's; whoever's when left out. Idempotent. Resolves to what was ended. */
  off(owner?: string): Promise<MaintenanceState | undefined>;
  read(signal?: AbortSignal): Promise<MaintenanceState | undefined>;
}

export interface Alarms {
  /** Fires the alarm that exists to be fired, sees whether its receivers' topic has taken the page, and puts it back. */
  fire(severity: Severity, because: string): Promise<Verdict>;
}

/** What was proven about the database outside of any run. Every method may throw StoreError. */
export interface Proofs {
  lastGoodDrill(): Promise<DrillRecord | undefined>;
  /** The newest that was good, of the same migrations and releases. */
  goodRehearsal(digest: string): Promise<RehearsalRecord | undefined>;
  noteRehearsal(record: RehearsalRecord): Promise<void>;
}

export interface Drilled {
  readonly backup: string;
  readonly backupCreatedAt: string;
  /** From the beginning until everything was compared. */
  readonly milliseconds: number;
  readonly verdict: Verdict;
}

/** Copies of the database on which migrations are tried, with the product's own services beside them. */
export interface Rehearsals {
  /** As it was at this backup; nobody else uses it. Throws PlatformError where it can't be made. */
  open(backup: string, run: string, work: Work): Promise<Rehearsal>;
  /** Ends and removes what killed processes have left. Resolves to its names. */
  sweep(): Promise<readonly string[]>;
}

export interface Rehearsal {
  /** It took to make the copy. */
  readonly milliseconds: number;
  /**
   * The routed services of an input, one replica each, on the copy that is migrated (`after`) or on one that stays as it
   * was. Resolves once they are healthy; throws PlatformError.
   */
  start(input: SlotInput, schema: 'before' | 'after', work: Work): Promise<RehearsedApp>;
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
}

export interface Backup {
  readonly name: string;
  readonly bytes: number;
  readonly evidence: JsonObject;
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
   * standing slot needs. Absent: that happens when one is taken.
   */
  prune?(
    needed: readonly string[],
    options: { readonly dryRun: boolean },
  ): Promise<{ readonly removed: readonly string[]; readonly kept: number }>;
  /** Absent: a backup can't be restored beside the database here. */
  readonly restores?: Restores;
  /**
   * Restores the newest backup aside, compares it and removes it again; the database in use isn't touched. Throws
   * RefusedError where there is no backup. Absent: nothing can be restored aside here.
   */
  readonly drill?: (work: Work) => Promise<Drilled>;
}

export interface MigrationOptions {
  /** Ids that are not applied now. */
  readonly hold?: readonly string[];
  /** Ids that remove what an earlier release may use, declared or recognised; noted as such. */
  readonly contracting?: readonly string[];
  /** How long anybody may wait for what a migration holds, before it is stopped. */
  readonly blockAtMostMilliseconds?: number;
  /** Why those that are not held may run; left out, they are refused. */
  readonly contractBecause?: string;
}

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

export interface StandingBackup {
  readonly name: string;
  readonly createdAt: string;
  readonly bytes: number;
  /** It was restored aside and counted. */
  readonly verified: boolean;
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
  /** The undo of `switchTo`, whether it came to its end or not. Idempotent. */
  switchBack(run: string, work: Work): Promise<JsonObject>;
  /** Whether slots connect to this run's database. */
  inUse(run: string): Promise<boolean>;
  /** Deletes what `beside` made. Refused (RefusedError) while slots connect to it. Idempotent. */
  remove(run: string): Promise<JsonObject>;
}

export interface ReviewLimits {
  /** The longest that users' statements may wait. */
  readonly longestBlockMilliseconds: number;
  /** Ids of the migrations that the live release brought; undefined where none is live or that can't be told. */
  readonly liveMigrations: readonly string[] | undefined;
}

export interface MigrationReview {
  /**
   * What the release's migrations that the database doesn't have yet would do to those who use it: no with every reason,
   * unknown when SQL or sizes can't be read. Changes nothing; its evidence is a `migrationReviewSchema`.
   */
  review(release: Release, limits: ReviewLimits, signal: AbortSignal): Promise<Verdict>;
}

/** Wall time for people and records, monotonic time for every decision. */
export interface Clock {
  now(): Date;
  /** Milliseconds that never go backwards. */
  monotonic(): number;
  /** Rejects with the signal's reason when aborted. */
  sleep(duration: number, signal?: AbortSignal): Promise<void>;
}

/** Digests that were rolled back; refused until somebody releases them with a reason. */
export interface Quarantine {
  list(): Promise<readonly { readonly digest: string; readonly because: string; readonly run: string }[]>;
  add(entry: { digest: string; because: string; run: string }): Promise<void>;
}
