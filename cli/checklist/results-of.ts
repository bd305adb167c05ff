import type { ItemResult } from '../../checklist/render.js';
import type { Checklist, ChecklistItem } from '../../contract/checklist.js';
import { askedIn } from '../../pipeline/people/askings-of.js';
import { stepIdOf } from '../../pipeline/item-of.js';
import { decidedBy } from './decided-by.js';
import type { RunState, StepState } from '../../journal/run-state.js';

/** What a run's journal says of each item: by the step that asked it, or by those that prove it by being done. */
export function resultsOf({ items }: Checklist, state: RunState): ItemResult[] {
  return items.map((item) => {
    const steps = state.steps.filter(({ planned }) => provesIt(item, planned) || asksPeople(item, planned));
    const worst = steps.toSorted((one, other) => rank(one) - rank(other))[0];
    if (worst === undefined)
      return { id: item.id, answer: 'open', because: '', by: undefined, at: undefined, evidence: undefined };
    const { answer, because } = answerOf(worst);
    const decided = decidedBy(item.id, { ...worst.evidence, ...worst.verdict?.evidence });
    return {
      id: item.id,
      answer,
      because: decided?.said ?? because,
      by: worst.waived?.by ?? decided?.by ?? state.plan.requestedBy,
      at: decided?.at ?? worst.ended ?? worst.began,
      evidence: { text: `${state.run} › ${worst.planned.id}`, link: `crossfade-report-${state.run}.html` },
    };
  });
}

/** Beside what else that step does. */
function asksPeople({ id }: ChecklistItem, planned: StepState['planned']): boolean {
  return planned.use !== 'approved' && planned.use !== 'signed' && askedIn(planned).some(({ item }) => item === id);
}

function provesIt({ id, check }: ChecklistItem, planned: StepState['planned']): boolean {
  return planned.id === stepIdOf(id) || (check.kind === 'step' && planned.use === check.step);
}

const order: readonly StepState['status'][] = [
  'failed',
  'undo-failed',
  'undone',
  'undoing',
  'began',
  'pending',
  'passed',
  'skipped',
];

function rank({ status }: StepState): number {
  return order.indexOf(status);
}

function answerOf({ status, because, waived, verdict }: StepState): Pick<ItemResult, 'answer' | 'because'> {
  if (waived) return { answer: 'waived', because: waived.because };
  switch (status) {
    case 'passed':
      return { answer: 'yes', because: because || (verdict?.because ?? '') };
    case 'skipped':
      return { answer: 'skipped', because };
    case 'failed':
    case 'undo-failed':
      return { answer: verdict?.answer === 'unknown' ? 'unknown' : 'no', because };
    case 'undone':
    case 'undoing':
      return { answer: 'no', because: because === '' ? 'was put back' : `was put back: ${because}` };
    case 'began':
    case 'pending':
      return { answer: 'open', because: '' };
  }
}
