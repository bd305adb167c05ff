import type { Bound } from '../contract/bound.js';
import type { ChecklistItem, PlannedChecklist } from '../contract/checklist.js';
import type { Check } from '../contract/gate.js';
import type { PlannedRules } from '../contract/plan.js';
import { sourceOf } from '../contract/source-of.js';

type Metric = Extract<Check, { kind: 'metric' }>;
type Limits = PlannedRules['limits'];
type LimitName = keyof Limits;

export interface WatchedMetric extends ChecklistItem {
  readonly check: Metric;
}

/** Items that speak of what traffic shows while there is some: criteria of a share, and triggers of the way back. */
export function watchedMetrics({ items }: PlannedChecklist): WatchedMetric[] {
  return items.filter((item): item is WatchedMetric => {
    const { check, moment, due } = item;
    if (check.kind !== 'metric' || due !== undefined) return false;
    return moment === 'during' || moment === 'rollback' || moment === 'always';
  });
}

/** How an item is watched: by the balancer's own counters, by a source of the stack file, or not at all. */
export function watchedBy(item: WatchedMetric, { sources }: PlannedChecklist): 'balancer' | 'source' | undefined {
  const { check } = item;
  if (sourceOf(sources, check)) return 'source';
  const onlyAlarms = (check.pass ?? check.rollback) === undefined;
  const told = onlyAlarms ? ownAlarmOf(check) : limitOf(check);
  return told === undefined ? undefined : 'balancer';
}

/** The alarm line of an item that the balancer's own counters can tell. */
export function ownAlarmOf({ metric, of, statistic, alarm }: Metric) {
  const name = of === undefined ? nameOf(metric, statistic) : undefined;
  if (name === undefined || alarm === undefined || alarm.than !== undefined) return undefined;
  const { comparison, value: line, unit } = alarm;
  if (unit !== unitOf(name) || (comparison !== 'above' && comparison !== 'at least')) return undefined;
  const isCrossedBy = (value: number): boolean => (comparison === 'above' ? value > line : value >= line);
  return { name, isCrossedBy, words: statistic === undefined ? metric : `${statistic} ${metric}` };
}

function unitOf(name: LimitName): Bound['unit'] {
  return name === 'errorPercent' ? 'percent' : 'milliseconds';
}

/** The rules with every line of the checklist that is stricter than theirs and that the balancer's counters can tell. */
export function withLimitsOf(rules: PlannedRules, checklist: PlannedChecklist): PlannedRules {
  const limits: Limits = { ...rules.limits };
  for (const item of watchedMetrics(checklist)) {
    const limit = limitOf(item.check);
    if (limit === undefined || watchedBy(item, checklist) !== 'balancer') continue;
    const before = limits[limit.name];
    const fail = least(before.fail, limit.fail);
    const pass = least(before.pass, limit.pass);
    limits[limit.name] = {
      ...defined({ fail, failWorseByPercent: least(before.failWorseByPercent, limit.failWorseByPercent) }),
      // A success beyond the line of the way back would contradict it.
      ...defined({ pass: pass === undefined ? undefined : least(pass, fail) }),
    };
  }
  return { ...rules, limits };
}

interface OwnLimit {
  readonly name: LimitName;
  readonly pass: number | undefined;
  readonly fail: number | undefined;
  readonly failWorseByPercent: number | undefined;
}

/** What the rules call it, where all of its lines are of a kind that they have. */
function limitOf({ metric, of, statistic, pass, rollback }: Metric): OwnLimit | undefined {
  const name = of === undefined ? nameOf(metric, statistic) : undefined;
  if (name === undefined || (pass ?? rollback) === undefined) return undefined;
  const unit = unitOf(name);
  const isUpper = (bound: Bound, comparisons: readonly Bound['comparison'][]) =>
    bound.than === undefined && bound.unit === unit && comparisons.includes(bound.comparison);
  if (pass && !isUpper(pass, ['below', 'at most'])) return undefined;
  const relative = rollback?.than === 'live';
  if (rollback && !relative && !isUpper(rollback, ['above', 'at least'])) return undefined;
  return {
    name,
    pass: pass?.value,
    fail: relative ? undefined : rollback?.value,
    failWorseByPercent: relative ? rollback.value : undefined,
  };
}

function nameOf(metric: string, statistic: Metric['statistic']): LimitName | undefined {
  if (metric === 'error-rate' && statistic === undefined) return 'errorPercent';
  if (metric !== 'latency') return undefined;
  return statistic === 'p50' || statistic === 'p95' || statistic === 'p99' ? `${statistic}Milliseconds` : undefined;
}

function least(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Math.min(one, other);
}

function defined<Value>(entries: Readonly<Record<string, Value | undefined>>): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(entries).filter((entry): entry is [string, Value] => entry[1] !== undefined),
  );
}
