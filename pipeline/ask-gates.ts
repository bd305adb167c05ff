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
  /** Nothing but somebody's decision is missing. */
  readonly waits: boolean;
}

/** The newest answer that stands in the journal, by gate. */
export type Answers = Map<string, Pick<Verdict, 'answer' | 'because'>>;

/** Asks these gates, each after its parents, then gives all refusals together. What was waived is not asked again. */
export async function askGates(
  session: Session,
  course: Course,
  gates: readonly PlannedStep[],
  recorded: Answers,
): Promise<readonly Refusal[]> {
  const due = gates.filter(({ id }) => !session.progress.waived.has(id));
  const over = new AbortController();
  const refusals: Refusal[] = [];
  try {
    const answers = startAsking(session, course, due, over.signal);
    for (const planned of due) {
      const verdict = await answers.get(planned.id);
      if (verdict === undefined) continue;
      await recordAnswer(session, planned, verdict, recorded);
      const refusal = await refusalOf(session, course, planned, verdict);
      // What comes after somebody's decision waits for it too.
      const after = refusals.some(({ gate, waits }) => waits && planned.parents.includes(gate));
      if (refusal) refusals.push(after && refusal.answer === 'unknown' ? { ...refusal, waits: true } : refusal);
    }
    return refusals;
  } finally {
    over.abort();
  }
}

async function recordAnswer(
  session: Session,
  planned: PlannedStep,
  verdict: Verdict,
  recorded: Answers,
): Promise<void> {
  const { answer, because } = verdict;
  const before = recorded.get(planned.id);
  // People are asked every few seconds, perhaps for hours: what is news is recorded.
  const known = isForPeople(planned) && before?.answer === answer && before.because === because;
  if (!known) await session.record({ kind: 'asked', step: planned.id, ...verdict });
  recorded.set(planned.id, { answer, because });
}

async function refusalOf(
  session: Session,
  course: Course,
  planned: PlannedStep,
  { answer, because }: Verdict,
): Promise<Refusal | undefined> {
  if (answer === 'yes') return undefined;
  const waiver = waiverOf(session.waivers, planned);
  const people = isForPeople(planned);
  if (waiver && !people) {
    const { gate: _gate, ...waived } = waiver;
    await session.record({ kind: 'waived', step: planned.id, ...waived });
    return undefined;
  }
  if (isOptional(course, planned)) return undefined;
  const refusal = { gate: planned.id, answer, because };
  if (waiver === undefined) return { ...refusal, waits: people && answer === 'unknown' };
  // Else whoever deploys could give themselves what others are to decide.
  return { ...refusal, because: `${because}; a decision is given, never waived`, waits: false };
}

export function isForPeople(planned: PlannedStep): boolean {
  return gateOf(planned).waitsForPeople === true;
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
  const waived = !isForPeople(planned) && waiverOf(session.waivers, planned) !== undefined;
  return answer === 'yes' || isOptional(course, planned) || waived;
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
