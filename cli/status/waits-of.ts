import { isOver, type RunState, type StepState } from '../../journal/run-state.js';
import type { Store } from '../../journal/store.js';
import { parse } from '../../contract/parse.js';
import type { Asking } from '../../pipeline/people/asking.js';
import { openIn } from '../../pipeline/people/ask-in-order.js';
import { askedIn } from '../../pipeline/people/askings-of.js';
import { yesSayers } from '../../pipeline/people/decide.js';
import type { Listed } from '../../pipeline/people/vouch.js';
import { judgeArguments } from '../../pipeline/steps/judge-arguments.js';
import { StoredPeople } from '../people/stored-people.js';
import type { Waiting } from './status.js';

/**
 * Whose decisions the run waits for now, by the store: what is said at GitHub shows once the run has seen it. Empty for a
 * run that is over or goes back. Throws StoreError.
 */
export async function waitsOf(state: RunState, store: Store, listed: Listed, now: Date): Promise<readonly Waiting[]> {
  if (isOver(state) || state.turned) return [];
  const due = dueSteps(state);
  if (due.every(({ planned }) => askedIn(planned).length === 0)) return [];
  const { plan, run } = state;
  const decisions = await new StoredPeople(store, listed).decisions(plan);
  const circumstances = { plan, approvers: listed.approvers, now };
  const sayers = (asking: Asking) => yesSayers(asking, decisions, circumstances);
  return due.flatMap((step) => {
    const askings = askedIn(step.planned);
    const open = openIn(askings, (id) =>
      askings.some((asking) => asking.item === id && sayers(asking).length >= asking.count),
    );
    return askings.flatMap((asking) => {
      const { item, title, asks, role, count, holders } = asking;
      const said = sayers(asking);
      if ((open.get(item)?.length ?? 0) > 0) return [];
      if (said.length >= count || (step.planned.gate && step.verdict?.answer === 'yes')) return [];
      const able = holders.filter((holder) => !said.includes(holder));
      const type = asks === 'approval' ? `'crossfade approve ${run}'` : `'crossfade sign ${run} ${item} --saw "…"'`;
      const since = step.began ?? state.started;
      const until = untilOf(asking, step, state);
      return [{ item, title, asks, role, count, missing: count - said.length, said, open: able, since, until, type }];
    });
  });
}

/** Before the first change what people are asked as gates, later the step that asks them meanwhile. */
function dueSteps({ steps }: RunState): readonly StepState[] {
  const acts = steps.filter(({ planned }) => !planned.gate);
  const begun = acts.filter(({ status }) => status !== 'pending');
  if (begun.length === 0) return steps.filter(({ planned }) => planned.gate);
  return acts.filter(({ status }) => status === 'began');
}

/** When a run is refused, or goes back, where nobody has decided by then. */
function untilOf({ expiresMilliseconds, otherwise }: Asking, step: StepState, { plan }: RunState): string | null {
  if (step.planned.gate) {
    if (otherwise !== 'refuse' || expiresMilliseconds === undefined) return null;
    return after(plan.createdAt, expiresMilliseconds);
  }
  if (step.planned.use !== 'judge' || step.began === undefined) return null;
  const { holdMilliseconds, people } = parse(judgeArguments, step.planned.arguments, `step ${step.planned.id}`);
  return people === undefined ? null : after(step.began, holdMilliseconds + people.withinMilliseconds);
}

function after(moment: string, milliseconds: number): string {
  return new Date(Date.parse(moment) + milliseconds).toISOString();
}
