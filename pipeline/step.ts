import type { EventBody } from '../contract/event.js';
import type { JsonObject } from '../contract/json.js';
import type { Plan, StepKind } from '../contract/plan.js';
import type { Verdict } from '../contract/verdict.js';
import type { People } from './people/people.js';
import type { Clock } from './ports/clock.js';
import type { Platform } from './ports/platform.js';
import type { Quarantine } from './ports/quarantine.js';
import type { Work } from './ports/work.js';
import type { Flags } from './flags.js';
import type { Questions } from './questions.js';
import type { Waiver } from './session.js';

/** What a step may use. Everything else it needs stands in the plan. */
export interface Context {
  /** Id of the step that this context is for. */
  readonly step: string;
  /** An earlier process began it, and nobody knows how far it came. */
  readonly begunBefore: boolean;
  readonly plan: Plan;
  readonly platform: Platform;
  readonly clock: Clock;
  readonly quarantine: Quarantine;
  /** Absent: nobody here can ask the items of a checklist. */
  readonly questions?: Questions;
  /** Absent where no flag service is configured. */
  readonly flags?: Flags;
  readonly waivers: readonly Waiver[];
  /** Absent: nobody's decisions can be read, so whatever asks for one waits. */
  readonly people?: People;
  /** How long people are waited for where nothing has to be watched meanwhile, in milliseconds. */
  readonly waitForPeople: number;
  /** Fencing token of the lease that this run holds. */
  readonly token: number;
  /** Milliseconds after which a judgement that stays the same is recorded again; Infinity: never. */
  readonly judgedAgainAfter: number;
  /** Aborted by an interrupt and by a turn: for waits. */
  readonly signal: AbortSignal;
  /** For running commands: aborted by a turn only, never by an interrupt. */
  readonly work: Work;
  /** Evidence of a step that has passed, also in an earlier process. */
  evidenceOf(step: string): JsonObject | undefined;
  /** Adds to the journal what happens in the middle of a step. */
  record(body: EventBody): Promise<void>;
}

export interface Passed {
  readonly because?: string;
  readonly evidence: JsonObject;
}

export interface Step {
  readonly kind: StepKind;
  /** A failure of this step speaks against the release, so its digests are quarantined; `by-no`: only an answer no does. */
  readonly blamesRelease?: boolean | 'by-no';
  /** Puts users' traffic back, so it is undone before everything else. */
  readonly movesTraffic?: boolean;
  /**
   * Asked where its undo has failed: whether nothing before it may be undone, since users must not meet what it has left.
   * The run is then held. Left out: it may.
   */
  stopsWayBack?(context: Context): Promise<boolean>;
  /** Resolves to the reason, or undefined to run. */
  skip?(context: Context): Promise<string | undefined>;
  /** Idempotent: it may have run before without that being recorded. Throws to fail. */
  run(context: Context): Promise<Passed>;
  /** Of a change only. Idempotent, due from the moment the step began; its signal is never aborted by an interrupt. */
  undo?(context: Context): Promise<JsonObject>;
}

/** Asks, never touches. */
export interface Gate {
  /** Milliseconds that an answer may take; 30 s when left out. */
  within?(context: Context): number;
  /** Unknown means that nobody has decided yet: the run waits or parks instead of failing, and it can't be waived. */
  readonly waitsForPeople?: true;
  ask(context: Context): Promise<Verdict>;
}
