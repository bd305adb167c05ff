import type { Approvers } from '../../contract/approver.js';
import type { Plan } from '../../contract/plan.js';
import type { Asking } from './asking.js';
import { askingsOf } from './askings-of.js';
import { ownBecause } from './own.js';
import type { Listed } from './vouch.js';

/** Everything that a plan asks of people and that nobody could ever answer, with file and line where there is one. Pure. */
export function impossibleAskings(plan: Plan, listed: Listed): string[] {
  const optional = new Set(plan.checklist?.items.filter((item) => item.optional).map(({ id }) => id));
  return askingsOf(plan)
    .filter(({ item }) => !optional.has(item))
    .flatMap((asking) => {
      const says = impossibleBecause(asking, plan, listed);
      return says === undefined ? [] : [`${placeOf(plan, asking)}${says}`];
    });
}

function impossibleBecause({ role, holders, count, asks }: Asking, plan: Plan, listed: Listed): string | undefined {
  if (holders.length === 0) return `nobody holds the role ${role}`;
  const { approvers, accountsCount } = listed;
  const gone = accountsCount ? [] : holders.filter((holder) => !(holder in approvers));
  if (gone.length > 0) return `${gone.join(' and ')} held the role ${role} and is no approver of ${plan.environment}`;
  const own = asks === 'approval' ? holders.filter((holder) => ownBecause(holder, approvers, plan) !== undefined) : [];
  const able = holders.length - own.length;
  if (able >= count) return undefined;
  const but = reasons(own, approvers, plan);
  return `${count} approvals by ${role} are asked for, and ${able === 0 ? 'nobody' : `only ${able}`} could give one${but}`;
}

function reasons(own: readonly string[], approvers: Approvers, plan: Plan): string {
  const said = own.map((holder) => ownBecause(holder, approvers, plan) ?? '');
  return said.length === 0 ? '' : `: ${said.join(', ')}, and nobody approves what is their own`;
}

function placeOf({ checklist }: Plan, { item }: Asking): string {
  const place = checklist?.items.find(({ id }) => id === item)?.place;
  return place === undefined ? `${item}: ` : `${place.file}:${place.line}: ${item}: `;
}
