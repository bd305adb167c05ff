import type { Event } from '../../contract/event.js';
import { describeDuration } from '../../contract/duration.js';
import type { JsonObject } from '../../contract/json.js';
import { describeAction, type Plan } from '../../contract/plan.js';
import { describeWeights } from '../../contract/weights.js';

/** How much an operator wants to see of it. */
export type Mark = 'done' | 'doing' | 'bad' | 'note';

export interface EventLine {
  readonly mark: Mark;
  readonly text: string;
}

/** Answers that were printed in full already, by gate. */
export type Told = ReadonlyMap<string, string>;

/** One line for people; undefined for what only the journal needs. `told` is not said again at the end. */
export function eventLine({ body }: Event, plan: Plan | undefined, told: Told = new Map()): EventLine | undefined {
  switch (body.kind) {
    case 'planned':
      return note(`${titleOf(body.plan)}, ${body.plan.steps.length} steps, plan ${body.hash.slice(7, 19)}`);
    case 'began':
      return { mark: 'doing', text: stepTitle(plan, body.step) };
    case 'passed':
      return { mark: 'done', text: withReason(stepTitle(plan, body.step), body.because) };
    case 'skipped':
      return note(`${stepTitle(plan, body.step)}: not needed, ${body.because}`);
    case 'asked': {
      if (body.answer === 'yes') return undefined;
      return { mark: 'bad', text: `${stepTitle(plan, body.step)}: ${body.answer}, ${body.because}` };
    }
    case 'waived':
      return note(`${stepTitle(plan, body.step)}: waived by ${body.by}, ${body.because}`);
    case 'failed': {
      const hint = body.failure.hint === undefined ? '' : ` (${body.failure.hint})`;
      return { mark: 'bad', text: `${stepTitle(plan, body.step)}: ${body.failure.message}${hint}` };
    }
    case 'judged':
      return body.answer === 'no' ? { mark: 'bad', text: body.because } : note(`${body.answer}: ${body.because}`);
    case 'noted':
      return note(body.message);
    case 'undo-began':
      return undefined;
    case 'undone':
      return { mark: 'done', text: undoneText(stepTitle(plan, body.step), body.evidence) };
    case 'undo-failed':
      return { mark: 'bad', text: `NOT put back: ${stepTitle(plan, body.step)}: ${body.failure.message}` };
    case 'turned':
      return { mark: 'bad', text: `going back: ${firstLine(body.because)}` };
    case 'resumed':
      return note(`${body.by} goes on${body.weights === null ? '' : `; weights are ${describeWeights(body.weights)}`}`);
    case 'fired':
      return { mark: 'bad', text: body.because };
    case 'ended':
      return endedLine(body, told);
  }
}

function endedLine(body: Extract<Event['body'], { kind: 'ended' }>, told: Told): EventLine {
  const back = body.backMilliseconds === undefined ? '' : `, back in ${describeDuration(body.backMilliseconds)}`;
  const words = body.outcome.replace('-', ' ');
  const because = body.outcome === 'completed' ? '' : `: ${becauseOf(body, told)}`;
  return { mark: body.outcome === 'completed' ? 'done' : 'bad', text: `${words}, ${whereText(body)}${back}${because}` };
}

function whereText({ live, weights }: Extract<Event['body'], { kind: 'ended' }>): string {
  if (live !== null) return `${live} is live`;
  return weights === null ? 'no slot is live' : `traffic is ${describeWeights(weights)}`;
}

/** Some undos leave on purpose what harms nobody: to say of that that it was put back would not be true. */
function undoneText(title: string, { left, kept }: JsonObject): string {
  if (typeof left === 'string') return `${title}: ${left}`;
  if (typeof kept === 'string') return `${title}: ${kept} is kept`;
  return `put back: ${title}`;
}

export function titleOf(plan: Plan): string {
  const version = plan.release?.version ?? '?';
  const place = `${plan.environment}, ${plan.from ?? 'nothing'} → ${plan.to}`;
  return `${describeAction(plan.action, version)} (${place}), run ${plan.run}`;
}

function stepTitle(plan: Plan | undefined, id: string): string {
  return plan?.steps.find((step) => step.id === id)?.title ?? id;
}

function withReason(title: string, because: string): string {
  return because === '' ? title : `${title}: ${because}`;
}

/**
 * A run that does not begin lists every gate: in full those that were not printed when they answered, the others by their
 * name. What went wrong in a step was told in full when it did.
 */
function becauseOf({ outcome, because }: { readonly outcome: string; readonly because: string }, told: Told): string {
  if (outcome !== 'refused' && outcome !== 'held') return firstLine(because);
  let rest = because;
  const named: string[] = [];
  for (const [gate, answer] of told) {
    const whole = `${gate}: ${answer}`;
    if (!rest.includes(whole)) continue;
    rest = rest.replace(whole, () => '');
    named.push(gate);
  }
  const others = rest.split('\n').filter((line) => line.trim() !== '');
  return [...(named.length === 0 ? [] : [named.join(', ')]), ...others].join('\n');
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

function note(text: string): EventLine {
  return { mark: 'note', text };
}
