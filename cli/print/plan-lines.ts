import { describeDuration } from '../../contract/duration.js';
import { planHash, type Plan, type PlannedStep } from '../../contract/plan.js';
import { titleOf } from './event-line.js';

/** A plan for people: what will happen, what cannot be put back, and how long traffic waits. */
export function planLines(plan: Plan): string[] {
  const gates = plan.steps.filter((step) => step.gate);
  const steps = plan.steps.filter((step) => !step.gate);
  const oneWay = steps.filter((step) => step.kind === 'one-way');
  const holds = steps.reduce((sum, step) => sum + holdOf(step), 0);
  return [
    titleOf(plan),
    `  plan      ${planHash(plan)}`,
    `  waits     at least ${describeDuration(holds)} with traffic on ${plan.to}`,
    ...oneWay.map((step) => `  one way   ${step.title}: ${step.oneWayBecause ?? 'cannot be put back'}`),
    '',
    'gates',
    ...gates.map((gate) => `  ?  ${gate.title}`),
    'steps',
    ...steps.map((step) => `  ${markOf(step)}  ${step.title}`),
  ];
}

function markOf(step: PlannedStep): string {
  if (step.kind === 'look') return '·';
  return step.kind === 'change' ? '±' : '!';
}

function holdOf(step: PlannedStep): number {
  const hold = step.arguments['holdMilliseconds'];
  return typeof hold === 'number' ? hold : 0;
}
