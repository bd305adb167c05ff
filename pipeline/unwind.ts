import { FencedError, StoreError } from '../contract/errors.js';
import type { EventBody, Outcome } from '../contract/event.js';
import type { PlannedStep } from '../contract/plan.js';
import { wholeColour } from '../contract/weights.js';
import { failureOf } from './failure.js';
import { minutesOf, type Minutes } from './minutes.js';
import type { Turning } from './progress.js';
import { quarantineRelease } from './quarantine-release.js';
import { RecordError } from './endings.js';
import { stepOf } from './registry.js';
import { undoContextOf, type Course, type Session } from './session.js';

type Ended = Extract<EventBody, { kind: 'ended' }>;

/** How long putting traffic back is tried before the run says that it could not; everything else gets a few tries only. */
const trafficWithin = 300_000;
const firstPause = 100;
const longestPause = 5_000;
const otherTries = 3;
/** The same for a step that stops the way back, before the run is held. */
const stoppingWithin = 60_000;

/**
 * Undoes what began: users' traffic first, then the rest, newest first. `why` is what led here and stands in no journal
 * yet; it is written while the traffic goes back, not before. Throws FencedError when somebody else owns the traffic.
 */
export async function unwind(
  session: Session,
  course: Course,
  turning: Turning,
  why: readonly EventBody[] = [],
): Promise<Ended> {
  const decided = session.clock.monotonic();
  const minutes = minutesOf(session);
  for (const body of why) minutes.note(body);
  minutes.note({ kind: 'turned', ...turning });
  const due = changesBegun(session, course);
  const notBack: string[] = [];
  const traffic = due.filter(movesTraffic);
  for (const planned of session.keepWeights === true ? [] : traffic) {
    notBack.push(...(await undo(session, course, planned, minutes, { within: trafficWithin })));
  }
  const back =
    traffic.length > 0 && notBack.length === 0 ? { backMilliseconds: session.clock.monotonic() - decided } : {};
  const left: string[] = [];
  for (const planned of due.filter((step) => !movesTraffic(step))) {
    const step = stepOf(planned);
    const limit = step.stopsWayBack === undefined ? { tries: otherTries } : { within: stoppingWithin };
    const failed = await undo(session, course, planned, minutes, limit);
    left.push(...failed);
    if (failed.length === 0 || !(await step.stopsWayBack?.(undoContextOf(session, course, planned.id)))) continue;
    await minutes.settled();
    const because = `${turning.because}\nnot put back yet, and nothing before it: ${[...notBack, ...left].join('; ')}`;
    return end(session, course, { outcome: 'held', because, ...back });
  }
  if (turning.blamesRelease && due.length > 0) await quarantineRelease(session, course, turning.because);
  await minutes.settled();
  const failures = [...notBack, ...left];
  const because = failures.length === 0 ? turning.because : `${turning.because}\nnot put back: ${failures.join('; ')}`;
  return end(session, course, { outcome: outcomeOf(turning, due.length, notBack.length), because, ...back });
}

/** Records the end with the weights as the balancer reports them, after what led to it and stands in no journal yet. */
export async function end(
  session: Session,
  course: Course,
  ending: { outcome: Outcome; because: string; backMilliseconds?: number },
  why: readonly EventBody[] = [],
): Promise<Ended> {
  const weights = await session.platform.traffic.read().then(
    (reading) => reading.weights ?? null,
    () => course.weights(),
  );
  const live = weights === null ? null : (wholeColour(weights) ?? null);
  const { backMilliseconds } = course;
  const back = backMilliseconds === undefined ? {} : { backMilliseconds };
  const ended: Ended = { kind: 'ended', ...back, ...ending, weights, live };
  try {
    for (const body of [...why, ended]) await session.record(body);
  } catch (error) {
    if (!(error instanceof RecordError)) throw error;
    session.say(`the end of this run is not in its journal: ${error.message}`);
  }
  return ended;
}

async function undo(
  session: Session,
  course: Course,
  planned: PlannedStep,
  minutes: Minutes,
  limit: { within?: number; tries?: number },
): Promise<string[]> {
  const { clock } = session;
  const began = clock.monotonic();
  const beginning = { kind: 'undo-began', step: planned.id } as const;
  if (movesTraffic(planned)) minutes.note(beginning);
  else await minutes.write(beginning);
  for (let tries = 1, pause = firstPause; ; tries += 1, pause = Math.min(pause * 2, longestPause)) {
    try {
      await refuseFenced(session, movesTraffic(planned));
      const evidence = (await stepOf(planned).undo?.(undoContextOf(session, course, planned.id))) ?? {};
      await minutes.write({ kind: 'undone', step: planned.id, evidence });
      return [];
    } catch (error) {
      if (error instanceof FencedError) throw error;
      const late = limit.within !== undefined && clock.monotonic() - began + pause > limit.within;
      if (late || (limit.tries !== undefined && tries >= limit.tries)) {
        await minutes.write({ kind: 'undo-failed', step: planned.id, failure: failureOf(error) });
        return [`${planned.title}: ${failureOf(error).message}`];
      }
      session.say(`putting back '${planned.title}' failed, trying again: ${failureOf(error).message}`);
      await clock.sleep(pause);
    }
  }
}

/** A store that can't say who owns the traffic doesn't stop it from going back. */
async function refuseFenced({ ownership, platform }: Session, traffic: boolean): Promise<void> {
  try {
    // A balancer that compares tokens keeps the fenced out by itself; before any other's traffic comes no further call.
    if (traffic && !platform.abilities.compareAndSet && ownership.checkLately) await ownership.checkLately();
    else await ownership.check();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
  }
}

/** Newest first, including the one that failed, and none twice. */
function changesBegun(session: Session, course: Course): PlannedStep[] {
  return course.plan.steps
    .filter((step) => step.kind === 'change' && course.began.includes(step.id) && !session.progress.undone.has(step.id))
    .reverse();
}

function movesTraffic(planned: PlannedStep): boolean {
  return stepOf(planned).movesTraffic === true;
}

function outcomeOf(turning: Turning, changes: number, notBack: number): Outcome {
  if (notBack > 0) return 'rollback-failed';
  // Nothing was changed: by its own failure the run was refused, by somebody's wish it was called off.
  if (changes === 0) return turning.aborted || turning.blamesRelease ? 'aborted' : 'refused';
  return turning.aborted ? 'aborted' : 'rolled-back';
}
