import { OperatorError } from '../contract/errors.js';
import type { PlannedStep } from '../contract/plan.js';
import type { Verdict } from '../contract/verdict.js';
import { gateOf } from './registry.js';
import { contextOf, type Course, type Session } from './session.js';

const gateWithin = 30_000;

export interface Refusal {
  readonly gate: string;
  readonly answer: 'no' | 'unknown';
  readonly because: string;
}

/** Asks every gate that has not been allowed yet, then gives all refusals together. */
export async function askGates(session: Session, course: Course): Promise<readonly Refusal[]> {
  const due = course.plan.steps.filter((step) => step.gate && !session.progress.allowed.has(step.id));
  const answers = await Promise.all(
    due.map(async (planned) => ({ planned, verdict: await ask(session, course, planned) })),
  );
  const refusals: Refusal[] = [];
  for (const { planned, verdict } of answers) {
    await session.record({ kind: 'asked', step: planned.id, ...verdict });
    if (verdict.answer === 'yes') continue;
    const waiver = session.waivers.find(({ gate }) => gate === planned.use || gate === planned.id);
    if (waiver) await session.record({ kind: 'waived', step: planned.id, because: waiver.because, by: waiver.by });
    else refusals.push({ gate: planned.id, answer: verdict.answer, because: verdict.because });
  }
  return refusals;
}

/** A gate that can't be asked, or never ends, is unknown. */
async function ask(session: Session, course: Course, planned: PlannedStep): Promise<Verdict> {
  const over = new AbortController();
  const context = contextOf(session, course, planned.id, over.signal);
  const gate = gateOf(planned);
  const within = gate.withinMilliseconds ?? gateWithin;
  const late = session.clock
    .sleep(within, over.signal)
    .then((): Verdict => ({ answer: 'unknown', because: `no answer within ${within / 1_000} s`, evidence: {} }));
  // Whichever comes second is no longer waited for.
  late.catch(() => undefined);
  try {
    return await Promise.race([gate.ask(context), late]);
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return { answer: 'unknown', because: error.message, evidence: {} };
  } finally {
    over.abort();
  }
}
