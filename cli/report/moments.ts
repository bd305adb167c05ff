import { describeDuration } from '../../contract/duration.js';
import type { Event, EventBody, Outcome } from '../../contract/event.js';
import type { Plan } from '../../contract/plan.js';
import { describeWeights } from '../../contract/weights.js';
import { weightsIn } from './shares.js';

export type Tone = 'good' | 'bad' | 'warn' | 'plain';

/** One line of the story that a run's journal tells. */
export interface Moment {
  readonly at: number;
  readonly tone: Tone;
  readonly title: string;
  readonly because: string;
}

/** What a reader wants to know who has a minute: shares, verdicts, failures, turns and ends; not every step. */
export function momentsOf(plan: Plan, events: readonly Event[]): Moment[] {
  const moments: Moment[] = [];
  for (const [index, { at, body }] of events.entries()) {
    const told = isPassing(body, events.slice(index + 1)) ? undefined : tell(plan, body);
    if (told === undefined) continue;
    const repeated =
      repeats.includes(body.kind) && moments.some(({ because }) => because !== '' && told.because.endsWith(because));
    // A verdict makes its step fail in the same words.
    if (repeated && body.kind === 'failed') continue;
    moments.push({ at: Date.parse(at), ...told, because: repeated ? '' : told.because });
  }
  return moments;
}

/** These often give a reason that was just given. */
const repeats: readonly EventBody['kind'][] = ['failed', 'turned', 'ended'];

/** Every share is unknown at first; that is worth a line only where it stays so. */
function isPassing(body: EventBody, after: readonly Event[]): boolean {
  if (body.kind !== 'judged' || body.answer !== 'unknown') return false;
  return after.some((event) => event.body.kind === 'judged' && event.body.step === body.step);
}

type Told = Omit<Moment, 'at'> | undefined;

function tell(plan: Plan, body: EventBody): Told {
  switch (body.kind) {
    case 'planned':
      return line('plain', 'Planned', `by ${plan.requestedBy}: ${plan.because}`);
    case 'asked':
      return body.answer === 'yes'
        ? undefined
        : line('bad', `Gate: ${titleOf(plan, body.step)}`, `${body.answer}: ${body.because}`);
    case 'waived':
      return line('warn', `Gate waived: ${titleOf(plan, body.step)}`, `by ${body.by}: ${body.because}`);
    case 'passed':
      return weightsIn(body.evidence) ? line('plain', 'Traffic moved', sharesOf(body.evidence)) : undefined;
    case 'judged':
      return line(toneOf[body.answer], `${capital(titleOf(plan, body.step))}: ${body.answer}`, body.because);
    case 'failed':
      return line('bad', `Failed: ${titleOf(plan, body.step)}`, body.failure.message);
    case 'noted':
      return line('plain', 'Noted', body.message);
    case 'undone':
      return weightsIn(body.evidence) ? line('warn', 'Traffic put back', sharesOf(body.evidence)) : undefined;
    case 'undo-failed':
      return line('bad', `Could not put back: ${titleOf(plan, body.step)}`, body.failure.message);
    case 'turned':
      return line('warn', `${body.aborted ? 'Aborted' : 'Decided to go back'}, by ${body.by}`, body.because);
    case 'resumed':
      return line(
        'plain',
        'Resumed',
        `by ${body.by}, ${body.weights === null ? 'no live slot' : describeWeights(body.weights)}`,
      );
    case 'fired':
      return line('warn', "Dead-man's switch fired", `${describeWeights(body.weights)}: ${body.because}`);
    case 'ended':
      return line(outcomes[body.outcome].tone, outcomes[body.outcome].words, body.because);
    case 'began':
    case 'skipped':
    case 'undo-began':
      return undefined;
  }
}

const toneOf = { yes: 'good', no: 'bad', unknown: 'warn' } as const;

export const outcomes: Readonly<Record<Outcome, { readonly words: string; readonly tone: Tone }>> = {
  completed: { words: 'Completed', tone: 'good' },
  refused: { words: 'Refused', tone: 'warn' },
  'rolled-back': { words: 'Rolled back', tone: 'warn' },
  'rollback-failed': { words: 'Rollback failed', tone: 'bad' },
  held: { words: 'Held', tone: 'warn' },
  interrupted: { words: 'Interrupted', tone: 'warn' },
  aborted: { words: 'Aborted', tone: 'warn' },
};

function line(tone: Tone, title: string, because: string): Told {
  return { tone, title, because };
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

export function titleOf(plan: Plan, step: string): string {
  return plan.steps.find(({ id }) => id === step)?.title ?? step;
}

function sharesOf(evidence: Parameters<typeof weightsIn>[0]): string {
  const weights = weightsIn(evidence);
  const { milliseconds } = evidence;
  const within = typeof milliseconds === 'number' ? `, in ${describeDuration(milliseconds)}` : '';
  return weights === undefined ? '' : describeWeights(weights) + within;
}
