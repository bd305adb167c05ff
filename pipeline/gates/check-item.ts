import type { ChecklistItem } from '../../contract/checklist.js';
import type { Verdict } from '../../contract/verdict.js';
import { itemOf } from '../item-of.js';
import type { Context, Gate } from '../step.js';

const usually = 60_000;
/** For what a command leaves behind, once its own time is over. */
const afterwards = 10_000;

/** An item of the checklist, asked by whoever knows how. */
export const checkItem: Gate = {
  within(context) {
    const item = itemFor(context);
    return item?.check.kind === 'command' ? item.check.timeout + afterwards : usually;
  },
  ask(context) {
    const { plan, platform, questions, signal } = context;
    const item = itemFor(context);
    if (item === undefined) return unknown('the plan has no such item');
    if (questions === undefined) return unknown('nobody here can ask it');
    const about = { item: item.id, environment: plan.environment, colour: plan.to, plan, platform };
    return questions.ask(item.check, about, signal);
  },
};

export function itemFor({ plan, step }: Context): ChecklistItem | undefined {
  const planned = plan.steps.find(({ id }) => id === step);
  return planned && itemOf(plan, planned);
}

function unknown(because: string): Promise<Verdict> {
  return Promise.resolve({ answer: 'unknown', because, evidence: {} });
}
