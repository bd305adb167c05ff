import { parse } from '../../contract/parse.js';
import type { Verdict } from '../../contract/verdict.js';
import { askingSchema } from '../people/asking.js';
import { askPeople } from '../people/ask-people.js';
import type { Gate } from '../step.js';

/** Those who hold a role have approved the run, or signed what they saw. */
export const peopleDecided: Gate = {
  waitsForPeople: true,
  ask(context): Promise<Verdict> {
    const planned = context.plan.steps.find(({ id }) => id === context.step);
    return askPeople(context, parse(askingSchema, planned?.arguments, `gate ${context.step}`));
  },
};
