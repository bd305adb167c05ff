import type { PlannedRules } from '../contract/plan.js';
import type { Rules } from '../contract/rules.js';

/** What is judged while a run lasts; the rules of a gate stand in its own arguments. */
export function plannedRules({ migrations: _migrations, decideWithin: _decideWithin, ...rules }: Rules): PlannedRules {
  return { ...rules, limits: rules.limits };
}
