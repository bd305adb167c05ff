import type { ChecklistItem } from '../../contract/checklist.js';
import { isAsked, type CheckKind } from '../../contract/gate.js';
import type { RunState } from '../../journal/run-state.js';
import type { Duty } from './duty.js';
import type { DutyFacts } from './duty-facts.js';
import { doneBy, dutyOf, openStatus } from './duty-of.js';
import { retirementOf } from './retirement-of.js';
import { taggingOf } from './tagging-of.js';

/** Of an item that says only that it comes after the release. Milliseconds. */
const usuallyDue = 86_400_000;
/** Told, sent, recorded or done by the run itself: no duty of anybody. */
const noDuties: readonly CheckKind[] = ['message', 'step', 'record', 'flag'];

/** All that is to be done after this run's release went live; nothing of a run that put none live. Pure. */
export function dutiesOf(facts: DutyFacts): Duty[] {
  const { state } = facts;
  const promoted = promotedAt(state);
  if (promoted === undefined) return [];
  const items = (state.plan.checklist?.items ?? []).filter(isDuty);
  const duties = items.map((item) => ofItem(item, promoted, facts));
  return [...duties, ...taggingOf(promoted, facts), ...retirementOf(promoted, duties, facts)];
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
    ...dutyOf(state, due, own),
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
