import type { Outcome } from '../contract/event.js';
import { askGates, isForPeople, type Answers, type Refusal } from './ask-gates.js';
import { stopHere, type Course, type Session } from './session.js';

const lookEvery = 2_000;
const sayEvery = 60_000;

/** Why a run does not begin: for good, or for now because only people's decisions are missing. */
export interface NotBegun {
  readonly outcome: Extract<Outcome, 'refused' | 'held'>;
  readonly because: string;
}

/**
 * Asks all gates and waits for people as long as the session says. What the machine can tell is asked again once they
 * have decided: hours may lie between. Undefined: the run may begin. Throws what stopHere() throws.
 */
export async function passGates(session: Session, course: Course): Promise<NotBegun | undefined> {
  const gates = course.plan.steps.filter((step) => step.gate);
  const people = gates.filter(isForPeople);
  const answers: Answers = new Map(session.progress.asked);
  // A run that was parked for people is gone on with again and again: the rest is asked once they have decided.
  const parked = session.progress.ended !== undefined && people.length > 0;
  let refusals = await askGates(session, course, parked ? people : gates, answers);
  let asked = parked ? people : gates;
  const began = session.clock.monotonic();
  let said = -Infinity;
  for (;;) {
    stopHere(session);
    if (refusals.length === 0 && asked === gates) return undefined;
    if (refusals.some(({ waits }) => !waits)) return { outcome: 'refused', because: listed(refusals) };
    if (refusals.length > 0) {
      const waited = session.clock.monotonic() - began;
      if (waited >= (session.waitForPeople ?? 0)) return { outcome: 'held', because: listed(refusals) };
      if (waited - said >= sayEvery) session.say(listed(refusals));
      if (waited - said >= sayEvery) said = waited;
      await pause(session);
    }
    asked = refusals.length === 0 ? gates : people;
    refusals = await askGates(session, course, asked, answers);
  }
}

/** Ends early when the run is turned, interrupted or fenced. */
async function pause({ clock, interrupt, turn, ownership }: Session): Promise<void> {
  const over = AbortSignal.any([interrupt, turn, ownership.lost]);
  await clock.sleep(lookEvery, over).catch((error: unknown) => {
    if (!over.aborted) throw error;
  });
}

function listed(refusals: readonly Refusal[]): string {
  return refusals.map(({ gate, answer, because }) => `${gate}: ${answer}: ${because}`).join('\n');
}
