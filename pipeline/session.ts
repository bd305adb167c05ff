import type { JsonObject } from '../contract/json.js';
import type { Plan } from '../contract/plan.js';
import { weightsSchema, wholeColour, type Weights } from '../contract/weights.js';
import { Interruption } from './endings.js';
import type { People } from './people/people.js';
import type { Clock } from './ports/clock.js';
import type { Platform } from './ports/platform.js';
import type { Quarantine } from './ports/quarantine.js';
import type { Progress } from './progress.js';
import type { Flags } from './flags.js';
import type { Questions } from './questions.js';
import type { Append } from './record.js';
import type { Context } from './step.js';

export interface Waiver {
  readonly gate: string;
  readonly because: string;
  readonly by: string;
  /** What vouches for whoever waives it. */
  readonly evidence?: JsonObject;
}

/** The lease as the runner sees it. */
export interface Ownership {
  /** Right before an effect. Throws FencedError when it is lost, StoreError when that can't be told. */
  check(): Promise<void>;
  /** Before traffic goes back: content with a lease that was confirmed within its term, so that it costs no call. */
  checkLately?(): Promise<void>;
  /** Aborted with a FencedError once it is lost. */
  readonly lost: AbortSignal;
}

/** One process's work on a run: from the plan, or from wherever its journal says an earlier process came. */
export interface Session {
  readonly platform: Platform;
  readonly clock: Clock;
  readonly quarantine: Quarantine;
  /** Absent: items of a checklist are answered unknown. */
  readonly questions?: Questions;
  readonly flags?: Flags;
  /** Absent: nobody's decisions can be read. */
  readonly people?: People;
  /** How long it waits for people before the first change, and before a first release gets its users, in milliseconds; it parks then. Left out: not at all. */
  readonly waitForPeople?: number;
  readonly token: number;
  readonly ownership: Ownership;
  /** Who is running this, for the journal. */
  readonly by: string;
  readonly progress: Progress;
  readonly waivers: readonly Waiver[];
  /** One try. */
  readonly append: Append;
  /** Retried (record.ts). */
  readonly record: Append;
  /** When it was decided to go back, on the clock's monotonic hand; a rollback counts from here. Left out: now. */
  readonly decided?: number;
  /** A judgement that stays the same is recorded again after so many milliseconds, for whoever follows; left out: never. */
  readonly judgedAgainAfter?: number;
  /** Leave the weights to whoever moved them, and undo only the rest. */
  readonly keepWeights?: boolean;
  /** Aborted by Ctrl-C or SIGTERM: stop at the next safe point. */
  readonly interrupt: AbortSignal;
  /** Aborted with a Turn as its reason: go back now. */
  readonly turn: AbortSignal;
  say(line: string): void;
}

/** What has been done so far, by this process and those before it. */
export class Course {
  readonly done: Map<string, JsonObject>;
  readonly began: string[];
  readonly plan: Plan;
  /** A rollback's: from the decision to the read-back of the weights. Undefined where another process moved them. */
  backMilliseconds: number | undefined;

  constructor(progress: Progress) {
    this.done = new Map(progress.done);
    this.began = [...progress.began];
    this.plan = progress.plan;
  }

  /** The weights that the last finished step left behind. */
  weights(): Weights | null {
    let weights = this.plan.weightsBefore;
    for (const step of this.plan.steps) {
      const left = weightsSchema.safeParse(this.done.get(step.id)?.['weights']);
      if (left.success) weights = left.data;
    }
    return weights;
  }

  split(): boolean {
    const weights = this.weights();
    return weights !== null && wholeColour(weights) === undefined;
  }
}

/** Context of one step: its waits end with an interrupt, its running commands only with a turn. */
export function contextOf(session: Session, course: Course, step: string, ending?: AbortSignal): Context {
  const turning = [session.turn, session.ownership.lost, ...(ending ? [ending] : [])];
  return {
    ...base(session, course, step),
    signal: AbortSignal.any([session.interrupt, ...turning]),
    work: { signal: AbortSignal.any(turning), say: (line) => session.say(line) },
  };
}

/** Context of an undo, which nothing interrupts. */
export function undoContextOf(session: Session, course: Course, step: string): Context {
  const never = new AbortController().signal;
  return { ...base(session, course, step), signal: never, work: { signal: never, say: (line) => session.say(line) } };
}

function base(session: Session, course: Course, step: string): Omit<Context, 'signal' | 'work'> {
  return {
    step,
    begunBefore: session.progress.began.includes(step),
    plan: course.plan,
    platform: session.platform,
    clock: session.clock,
    quarantine: session.quarantine,
    ...(session.flags ? { flags: session.flags } : {}),
    ...(session.questions ? { questions: session.questions } : {}),
    waivers: session.waivers,
    ...(session.people === undefined ? {} : { people: session.people }),
    waitForPeople: session.waitForPeople ?? 0,
    token: session.token,
    judgedAgainAfter: session.judgedAgainAfter ?? Infinity,
    evidenceOf: (id) => course.done.get(id),
    record: (body) => session.record(body),
  };
}

/** Throws what ends this process's work on the run, where something has. */
export function stopHere(session: Session): void {
  session.ownership.lost.throwIfAborted();
  if (session.turn.aborted) throw session.turn.reason as unknown;
  if (session.interrupt.aborted) throw new Interruption();
}
