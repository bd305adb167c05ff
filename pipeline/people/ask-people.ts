import type { Verdict } from '../../contract/verdict.js';
import type { Context } from '../step.js';
import type { Asking } from './asking.js';
import { decide } from './decide.js';

/** What those who are asked have said by now. */
export async function askPeople(context: Context, asking: Asking): Promise<Verdict> {
  const { people, plan, clock, signal } = context;
  if (people === undefined) {
    return { answer: 'unknown', because: "nobody's decisions can be read here", evidence: { item: asking.item } };
  }
  const said = await people.decisions(plan, signal);
  return decide(asking, said, { plan, approvers: people.approvers, now: clock.now() });
}
