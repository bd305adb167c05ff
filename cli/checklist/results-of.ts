import { z } from 'zod';
import type { ItemResult } from '../../checklist/render.js';
import type { Checklist, ChecklistItem } from '../../contract/checklist.js';
import { answerSchema } from '../../contract/verdict.js';
import type { RunState, StepState } from '../../journal/run-state.js';
import { stepIdOf, watchedIn } from '../../pipeline/item-of.js';
import { askedIn } from '../../pipeline/people/askings-of.js';
import { decidedBy } from './decided-by.js';

type Said = Pick<ItemResult, 'answer' | 'because'>;

/** What a run's journal says of each item: by the step that asked it, or by those that prove it by being done. */
export function resultsOf({ items }: Checklist, state: RunState): ItemResult[] {
  return items.map((item) => {
    const watched = watchedResult(item, state);
    if (watched) return watched;
    const steps = state.steps.filter(({ planned }) => provesIt(item, planned) || asksPeople(item, planned));
    const worst = steps.toSorted((one, other) => rank(one) - rank(other))[0];
    if (worst === undefined)
      return { id: item.id, answer: 'open', because: '', by: undefined, at: undefined, evidence: undefined };
    const { answer, because } = answerOf(worst);
    const decided = decidedBy(item.id, { ...worst.evidence, ...worst.verdict?.evidence });
    return {
      ...resultBy(item, state, worst, { answer, because: decided?.said ?? because }),
      by: worst.waived?.by ?? decided?.by ?? state.plan.requestedBy,
      at: decided?.at ?? worst.ended ?? worst.began,
    };
  });
}

/** Beside what else that step does. */
function asksPeople({ id }: ChecklistItem, planned: StepState['planned']): boolean {
  return planned.use !== 'approved' && planned.use !== 'signed' && askedIn(planned).some(({ item }) => item === id);
}

function resultBy({ id }: ChecklistItem, { run, plan }: RunState, step: StepState, said: Said): ItemResult {
  return {
    id,
    ...said,
    by: step.waived?.by ?? plan.requestedBy,
    at: step.ended ?? step.began,
    evidence: { text: `${run} › ${step.planned.id}`, link: `crossfade-report-${run}.html` },
  };
}

/** By the newest judgement that says something of it; one that the balancer's counters tell shares its step's. */
function watchedResult(item: ChecklistItem, state: RunState): ItemResult | undefined {
  const steps = state.steps.filter(({ planned }) => watchedIn(planned).includes(item.id));
  const newest = steps.findLast(({ verdict }) => verdict !== undefined) ?? steps[0];
  if (newest === undefined) return undefined;
  const { data } = itemsSchema.safeParse(newest.verdict?.evidence['items']);
  const own = data?.[item.id];
  return resultBy(item, state, newest, own ?? answerOf(newest));
}

const itemsSchema = z.record(z.string(), z.object({ answer: answerSchema, because: z.string() }));

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

function answerOf({ status, because, waived, verdict }: StepState): Said {
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
