import type { ChecklistItem, PlannedChecklist } from '../contract/checklist.js';
import { isAsked } from '../contract/gate.js';
import type { HotfixConfiguration, PlannedHotfix, Staged } from '../contract/hotfix.js';
import type { Rules } from '../contract/rules.js';
import { partsOf } from './checklist-steps.js';
import type { Asking } from './people/asking.js';
import type { Holders } from './people/people-of-items.js';

/** A deploy that can't wait for everybody: why, by which rules, and where it was tried. */
export interface HotfixFacts extends HotfixConfiguration {
  readonly because: string;
  readonly staged: Staged;
}

/** One person of the role, whatever else the checklist asks of people. */
export function hotfixAsking({ approvedBy }: HotfixFacts, holders: Holders, checklist?: PlannedChecklist): Asking {
  const named = checklist?.roles[approvedBy] ?? [];
  return {
    item: 'hotfix',
    title: `one ${approvedBy} approves the hotfix`,
    asks: 'approval',
    role: approvedBy,
    count: 1,
    holders: [...new Set([...named, ...holders(approvedBy)])],
    otherwise: 'hold',
  };
}

/** The watch at 100 % is shortened, never lengthened; what is judged stays what it is. */
export function hotfixRules(rules: Rules, { bake }: HotfixFacts): Rules {
  return bake < rules.bake ? { ...rules, bake } : rules;
}

/** People and windows don't keep a hotfix waiting: each becomes a duty. What a machine can test is asked as ever. */
export function hotfixChecklist(
  checklist: PlannedChecklist,
  staging: boolean,
  { makeUpWithin }: HotfixFacts,
): { readonly checklist: PlannedChecklist; readonly skipped: readonly string[] } {
  const parts = partsOf(checklist, staging);
  const skips = ({ id, check }: ChecklistItem): boolean =>
    parts.get(id) !== undefined && (isAsked(check) || check.kind === 'window');
  const skipped = checklist.items.filter(skips).map(({ id }) => id);
  const items = checklist.items.map((item): ChecklistItem => {
    // What came after one of them no longer waits for it.
    const parents = item.parents.filter((parent) => !skipped.includes(parent));
    return skips(item) ? { ...item, parents: [], moment: 'after', due: makeUpWithin } : { ...item, parents };
  });
  return { checklist: { ...checklist, items }, skipped };
}

export function plannedHotfix({ because, approvedBy, staged }: HotfixFacts, skipped: readonly string[]): PlannedHotfix {
  return { because, approvedBy, staged, skipped: [...skipped] };
}
