import type { PlannedRules } from '../contract/plan.js';
import type { Rules } from '../contract/rules.js';

/** What is judged while a run lasts; the rules of a gate stand in its own arguments. */
export function plannedRules(all: Rules): PlannedRules {
  const { migrations: _migrations, database: _database, decideWithin: _decideWithin, ...rules } = all;
  return { ...rules, limits: rules.limits };
}
