import type { ChecklistItem } from '../../contract/checklist.js';
import { describeDuration } from '../../contract/duration.js';
import type { DutiesConfiguration, DutyLine } from '../../contract/duty.js';
import { isAsked, type CheckKind } from '../../contract/gate.js';
import type { RunState } from '../../journal/run-state.js';
import type { Duty, DutyStatus, Standing } from './duty.js';

/** Of an item that says only that it comes after the release. Milliseconds. */
const usuallyDue = 86_400_000;
/** A check may wait so long for a tick, or for an answer other than yes and no, before it is late. Milliseconds. */
const patience = 1_800_000;

/** Told, sent, recorded or done by the run itself: no duty of anybody. */
const noDuties: readonly CheckKind[] = ['message', 'step', 'record', 'flag'];

export interface DutyFacts {
  readonly state: RunState;
  readonly lines: readonly DutyLine[];
  readonly standing: Standing;
  readonly configuration: DutiesConfiguration;
  /** What it costs that the slot which was live before still stands; undefined: it is gone. 'unknown' where it can't be seen. */
  readonly besideCosts: string | undefined;
  /** Version of the release that stands in that slot; undefined where it can't be seen. */
  readonly besideHolds?: string | undefined;
  readonly now: Date;
}

/** All that is to be done after this run's release went live; nothing of a run that put none live. Pure. */
export function dutiesOf(facts: DutyFacts): Duty[] {
  const { state } = facts;
  const promoted = promotedAt(state);
  if (promoted === undefined) return [];
  const items = (state.plan.checklist?.items ?? []).filter(isDuty);
  const duties = items.map((item) => ofItem(item, promoted, facts));
  return [...duties, ...retirement(promoted, duties, facts)];
}

/** When the release had all the traffic and its run was over. */
function promotedAt({ plan, ended }: RunState): number | undefined {
  return plan.action === 'deploy' && ended?.outcome === 'completed' ? Date.parse(ended.at) : undefined;
}

export function isDuty({ moment, due, check }: ChecklistItem): boolean {
  return (due !== undefined || moment === 'after') && moment !== 'rollback' && !noDuties.includes(check.kind);
}

function ofItem(item: ChecklistItem, promoted: number, facts: DutyFacts): Duty {
  const { lines, standing, now, state } = facts;
  const due = promoted + (item.due ?? usuallyDue);
  const kind = isAsked(item.check) ? 'person' : 'check';
  const own = lines.filter(({ duty }) => duty === item.id);
  const common = {
    ...base(state, due, own),
    id: item.id,
    title: item.title,
    owner: ownerOf(item),
    kind,
    item,
  } as const;
  const done = doneBy(own);
  if (done) return { ...common, status: 'done', ...done };
  // A check of what is live lapses with it; what a person owes lapses only with the release.
  if (standing === 'gone' || (standing === 'replaced' && kind === 'check')) {
    const because = standing === 'gone' ? 'the release went back' : 'another release is live';
    return { ...common, status: 'lapsed', because };
  }
  const answer = own.findLast((line) => line.kind === 'asked');
  const because = answer === undefined ? '' : `${answer.answer}: ${answer.because}`;
  return { ...common, status: openStatus(kind, due, answer?.answer, now), because };
}

function ownerOf({ role, check }: ChecklistItem): string {
  return 'role' in check ? check.role : role;
}

function openStatus(
  kind: 'check' | 'person',
  due: number,
  answer: 'yes' | 'no' | 'unknown' | undefined,
  now: Date,
): DutyStatus {
  if (now.getTime() < due) return 'later';
  if (answer === 'no') return 'late';
  return now.getTime() > due + (kind === 'check' ? patience : 0) ? 'late' : 'due';
}

function base({ run, plan }: RunState, due: number, own: readonly DutyLine[]) {
  return {
    run,
    version: plan.release?.version,
    due: new Date(due).toISOString(),
    because: '',
    by: undefined,
    escalated: own.filter((line) => line.kind === 'escalated').length,
  };
}

function doneBy(own: readonly DutyLine[]): Pick<Duty, 'because' | 'by'> | undefined {
  const done = own.find((line) => line.kind === 'done' || (line.kind === 'asked' && line.answer === 'yes'));
  return done && 'because' in done ? { because: done.because, by: done.by } : undefined;
}

/** The other slot goes once what would send traffic back to it has had its time. */
function retirement(promoted: number, others: readonly Duty[], facts: DutyFacts): Duty[] {
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
    ...base(state, due, own),
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
  const late = now.getTime() > due + usuallyDue;
  return [
    { ...common, status: late ? 'late' : 'due', because: `'crossfade slot destroy ${environment} ${from}'; ${costs}` },
  ];
}

export function isOpen(status: DutyStatus): boolean {
  return status !== 'done' && status !== 'lapsed';
}
