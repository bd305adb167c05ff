import { DriftError, FencedError } from '../contract/errors.js';
import type { EventBody, Outcome } from '../contract/event.js';
import type { Plan, PlannedStep } from '../contract/plan.js';
import { HeldError, Interruption, RecordError, Turn, VerdictError } from './endings.js';
import { failureOf } from './failure.js';
import { firedTurn } from './fired-turn.js';
import { withHeartbeat } from './heartbeat.js';
import { passGates } from './pass-gates.js';
import { recheck } from './recheck.js';
import { stepOf } from './registry.js';
import type { Turning } from './progress.js';
import { contextOf, Course, stopHere, type Session } from './session.js';
import { end, unwind } from './unwind.js';

export type Ended = Extract<EventBody, { kind: 'ended' }>;

/**
 * Executes what is left of a run and records how it ended. A run that has turned only goes back.
 * Throws FencedError when another process owns the environment now: nothing more is written then.
 */
export async function run(session: Session): Promise<Ended> {
  const course = new Course(session.progress);
  const decided = session.decided ?? session.clock.monotonic();
  const { turned } = session.progress;
  try {
    if (turned) return await unwind(session, course, turned);
    await recheck(session, course);
    // Once something was changed, gates about the time before it would answer wrongly; recheck() has looked at the world.
    const notBegun = course.began.length > 0 ? undefined : await passGates(session, course);
    if (notBegun) return await end(session, course, notBegun);
    for (const planned of course.plan.steps) {
      if (planned.gate || course.done.has(planned.id)) continue;
      await execute(session, course, planned, decided);
    }
  } catch (error) {
    return turnOrPark(session, course, error);
  }
  return end(session, course, { outcome: 'completed', because: doneOf(course.plan) });
}

function doneOf({ action, to }: Plan): string {
  if (action === 'retire') return `${to} is gone`;
  if (action === 'restore') return `${to} is live, on the restored database`;
  return action === 'create' ? `${to} stands, without traffic` : `${to} is live`;
}

async function execute(session: Session, course: Course, planned: PlannedStep, decided: number): Promise<void> {
  stopHere(session);
  if (planned.kind !== 'look') await session.ownership.check();
  const step = stepOf(planned);
  const fired = new AbortController();
  const context = contextOf(session, course, planned.id, fired.signal);
  try {
    const skipped = await step.skip?.(context);
    if (skipped !== undefined) {
      await session.record({ kind: 'skipped', step: planned.id, because: skipped });
      course.done.set(planned.id, {});
      return;
    }
    const recorded = session.record({ kind: 'began', step: planned.id });
    if (!course.began.includes(planned.id)) course.began.push(planned.id);
    // Users wait for the way back, not for a disk: a shift that no record knows of is found made by whoever goes on.
    const back = course.plan.action === 'rollback' && step.movesTraffic === true;
    if (back) recorded.catch(() => undefined);
    else await recorded;
    const beats = course.split() && step.movesTraffic !== true;
    const act = () => step.run(context);
    const { because = '', evidence } = await (beats ? withHeartbeat(context, fired, act) : act());
    if (back) course.backMilliseconds = session.clock.monotonic() - decided;
    await recorded;
    await session.record({ kind: 'passed', step: planned.id, because, evidence });
    course.done.set(planned.id, evidence);
  } catch (error) {
    throw await explained(session, planned, fired.signal, error);
  }
}

/** An aborted wait throws whatever its caller threw; what counts is why it was aborted. */
async function explained(session: Session, planned: PlannedStep, fired: AbortSignal, error: unknown): Promise<unknown> {
  if (session.ownership.lost.aborted) return session.ownership.lost.reason;
  if (fired.aborted) return fired.reason;
  if (session.turn.aborted) return session.turn.reason;
  if (
    error instanceof FencedError ||
    error instanceof RecordError ||
    error instanceof HeldError ||
    error instanceof Turn
  )
    return error;
  if (error instanceof DriftError) {
    // Weights that the switch has put back are no drift of somebody's making.
    const turn = await firedTurn(session, session.progress.plan.run);
    if (turn) return turn;
  } else if (session.interrupt.aborted) {
    return new Interruption();
  }
  return new FailedStep(planned, error);
}

/** Decides what a failure means: back, park, or stop without a word because somebody else owns the run. */
async function turnOrPark(session: Session, course: Course, error: unknown): Promise<Ended> {
  if (error instanceof FencedError) throw error;
  const outcome = parkedAs(session, course, error);
  const why = error instanceof FailedStep ? error.events : [];
  if (outcome === undefined) return unwind(session, course, turningOf(session, error), why);
  return end(session, course, { outcome, because: error instanceof Error ? error.message : String(error) }, why);
}

/** How the run ends for now without moving anything; undefined: it goes back. */
function parkedAs({ platform }: Session, course: Course, error: unknown): Outcome | undefined {
  const cause = error instanceof FailedStep ? error.cause : error;
  if (cause instanceof DriftError) return course.began.length === 0 ? 'refused' : 'held';
  // A rollback never goes back to what it is leaving.
  if (error instanceof FailedStep && course.plan.action === 'rollback') return 'held';
  if (error instanceof HeldError) return 'held';
  if (error instanceof RecordError && !course.split()) return 'held';
  const mayWait = platform.deadMansSwitch !== undefined || !course.split();
  return error instanceof Interruption && mayWait ? 'interrupted' : undefined;
}

function turningOf(session: Session, error: unknown): Turning {
  const because = error instanceof Error ? error.message : String(error);
  if (error instanceof Turn) {
    return { because, by: error.by, aborted: error.action === 'abort', blamesRelease: error.action === 'rollback' };
  }
  return { because, by: session.by, aborted: false, blamesRelease: error instanceof FailedStep && error.blamesRelease };
}

/** A step that said why it failed, with the step's own error as the cause. */
export class FailedStep extends Error {
  override readonly name = 'FailedStep';
  readonly blamesRelease: boolean;
  /** What the journal is still to be told. */
  readonly events: readonly EventBody[];

  constructor(planned: PlannedStep, cause: unknown) {
    const failure = failureOf(cause);
    super(`${planned.title}: ${failure.message}`, { cause });
    const { blamesRelease } = stepOf(planned);
    const no = cause instanceof VerdictError && cause.verdict.answer === 'no';
    this.blamesRelease = blamesRelease === 'by-no' ? no : blamesRelease === true;
    const step = planned.id;
    const judged: EventBody[] =
      cause instanceof VerdictError && cause.unrecorded ? [{ kind: 'judged', step, ...cause.verdict }] : [];
    this.events = [...judged, { kind: 'failed', step, failure }];
  }
}
