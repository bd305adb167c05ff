import type { PlannedStep } from '../contract/plan.js';
import type { Verdict } from '../contract/verdict.js';
import { askWithin } from './ask-within.js';
import { itemOf } from './item-of.js';
import { gateOf } from './registry.js';
import { contextOf, stopHere, type Course, type Session } from './session.js';
import { waiverOf } from './waiver-of.js';

const atATime = 8;

export interface Refusal {
  readonly gate: string;
  readonly answer: 'no' | 'unknown';
  readonly because: string;
}

/** Asks every gate that has not been allowed yet, each after its parents, then gives all refusals together. */
export async function askGates(session: Session, course: Course): Promise<readonly Refusal[]> {
  const due = course.plan.steps.filter((step) => step.gate && !session.progress.allowed.has(step.id));
  const over = new AbortController();
  const refusals: Refusal[] = [];
  try {
    const answers = startAsking(session, course, due, over.signal);
    for (const planned of due) {
      const verdict = await answers.get(planned.id);
      if (verdict === undefined) continue;
      await session.record({ kind: 'asked', step: planned.id, ...verdict });
      if (verdict.answer === 'yes') continue;
      const waiver = waiverOf(session.waivers, planned);
      if (waiver) await session.record({ kind: 'waived', step: planned.id, because: waiver.because, by: waiver.by });
      else if (!isOptional(course, planned)) {
        refusals.push({ gate: planned.id, answer: verdict.answer, because: verdict.because });
      }
    }
    return refusals;
  } finally {
    over.abort();
  }
}

/** Some at a time, in order: a parent stands before its children, so whoever waits for one waits for work that goes on. */
function startAsking(
  session: Session,
  course: Course,
  due: readonly PlannedStep[],
  over: AbortSignal,
): ReadonlyMap<string, Promise<Verdict>> {
  const answers = new Map<string, Promise<Verdict>>();
  const askAfterParents = async (planned: PlannedStep): Promise<Verdict> => {
    for (const parent of due.filter(({ id }) => planned.parents.includes(id))) {
      const verdict = await answers.get(parent.id);
      if (verdict === undefined || stands(session, course, parent, verdict)) continue;
      const because = `not asked: it comes after ${parent.id}, which answered ${verdict.answer}`;
      return { answer: 'unknown', because, evidence: {} };
    }
    return ask(session, course, planned, over);
  };
  const queue = due.map((planned) => {
    let begin: () => Promise<void> = () => Promise.resolve();
    const answer = new Promise<Verdict>((resolve, reject) => {
      begin = () => askAfterParents(planned).then(resolve, reject);
    });
    // Looked at later, in the order of the plan.
    answer.catch(() => undefined);
    answers.set(planned.id, answer);
    return begin;
  });
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) await next();
  };
  for (let worker = 0; worker < atATime; worker += 1) void work();
  return answers;
}

function stands(session: Session, course: Course, planned: PlannedStep, { answer }: Verdict): boolean {
  return answer === 'yes' || isOptional(course, planned) || waiverOf(session.waivers, planned) !== undefined;
}

function isOptional({ plan }: Course, planned: PlannedStep): boolean {
  return itemOf(plan, planned)?.optional === true;
}

async function ask(session: Session, course: Course, planned: PlannedStep, over: AbortSignal): Promise<Verdict> {
  over.throwIfAborted();
  stopHere(session);
  try {
    return await askWithin(gateOf(planned), session.clock, (late) =>
      contextOf(session, course, planned.id, AbortSignal.any([over, late])),
    );
  } catch (error) {
    // What an aborted wait throws is its own affair.
    stopHere(session);
    throw error;
  }
}
