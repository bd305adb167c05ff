import { describeDuration } from '../../contract/duration.js';
import { planHash, type Plan, type PlannedStep } from '../../contract/plan.js';
import { itemOf, watchedIn } from '../../pipeline/item-of.js';
import { askingsOf } from '../../pipeline/people/askings-of.js';
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
    ...peopleLines(plan),
    ...checklistLines(plan),
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

function peopleLines(plan: Plan): string[] {
  const asked = askingsOf(plan);
  if (asked.length === 0) return [];
  const lane =
    plan.hotfix === undefined
      ? []
      : [
          `  !  hotfix, tried by run ${plan.hotfix.staged.run}: ${plan.hotfix.because}`,
          `  !  made up for later: ${plan.hotfix.skipped.join(', ') || 'nothing is skipped'}`,
        ];
  const lines = asked.map(({ item, asks, count, role, holders }) => {
    const what = asks === 'approval' ? `${count} approvals` : 'a sign-off';
    return `  @  ${item}: ${what} by ${role} (${holders.join(', ') || 'nobody'})`;
  });
  return ['people', ...lane, ...lines];
}

/** What of the checklist this run does nothing about, so that nobody takes it for done. */
function checklistLines(plan: Plan): string[] {
  const { checklist } = plan;
  if (!checklist) return [];
  const people = askingsOf(plan).map(({ item }) => item);
  const asked = new Set([...plan.steps.flatMap((step) => [itemOf(plan, step)?.id, ...watchedIn(step)]), ...people]);
  const done = new Set(plan.steps.map(({ use }) => use));
  const left = checklist.items.filter(
    ({ id, check }) => !asked.has(id) && !(check.kind === 'step' && done.has(check.step)),
  );
  const count = checklist.items.length - left.length;
  return [
    `checklist ${checklist.file}: ${count} of ${checklist.items.length} items are asked or done by this run`,
    ...left.map(({ id, check, moment }) => `  -  ${id}: ${check.kind}, ${moment}: not by this run`),
  ];
}
