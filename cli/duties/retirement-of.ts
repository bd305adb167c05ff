import { describeDuration } from '../../contract/duration.js';
import type { Duty } from './duty.js';
import type { DutyFacts } from './duty-facts.js';
import { dutyOf } from './duty-of.js';
import { isOpen } from './is-open.js';

/** A retirement that has waited so long is late. Milliseconds. */
const patience = 86_400_000;

/** The other slot goes once what would send traffic back to it has had its time. */
export function retirementOf(promoted: number, others: readonly Duty[], facts: DutyFacts): Duty[] {
  const { state, standing, configuration, besideCosts, besideHolds, lines, now } = facts;
  const { from, environment } = state.plan;
  if (from === null || standing !== 'live') return [];
  const id = `retire-${from}`;
  const due = promoted + configuration.retireAfter;
  const own = lines.filter(({ duty }) => duty === id);
  const before = state.plan.previous?.version;
  // A release that went back has taken the place of the one before.
  const title =
    besideHolds === undefined || besideHolds === before
      ? `retire ${from}, the way back to ${before ?? 'what was live before'}`
      : `retire ${from}, which holds ${besideHolds} and is no way back to ${before ?? 'what was live before'}`;
  const common = {
    ...dutyOf(state, due, own),
    id,
    title,
    owner: configuration.retire === 'tick' ? 'crossfade tick' : 'whoever releases',
    kind: 'retirement',
    item: undefined,
  } as const;
  if (besideCosts === undefined) return [{ ...common, status: 'done', because: `nothing stands in ${from}` }];
  const kept = own.findLast((line) => line.kind === 'done');
  if (kept) return [{ ...common, status: 'done', because: `kept standing: ${kept.because}`, by: kept.by }];
  const first = others.filter(({ status, due: when }) => isOpen(status) && Date.parse(when) <= due);
  const since = describeDuration(Math.max(0, now.getTime() - promoted));
  const costs = `it stands beside for ${since}: ${besideCosts}`;
  if (now.getTime() < due) return [{ ...common, status: 'later', because: costs }];
  if (first.length > 0) {
    return [
      { ...common, status: 'waiting', because: `waits for ${first.map((each) => each.id).join(', ')}; ${costs}` },
    ];
  }
  const late = now.getTime() > due + patience;
  return [
    { ...common, status: late ? 'late' : 'due', because: `'crossfade slot destroy ${environment} ${from}'; ${costs}` },
  ];
}
