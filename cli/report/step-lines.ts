import type { Event } from '../../contract/event.js';
import type { Json, JsonObject } from '../../contract/json.js';
import type { Plan, PlannedStep } from '../../contract/plan.js';

export type StepState = 'passed' | 'skipped' | 'failed' | 'unfinished' | 'not reached';

/** What became of one planned step. */
export interface StepLine {
  readonly id: string;
  readonly title: string;
  readonly kind: PlannedStep['kind'];
  readonly oneWayBecause: string | undefined;
  readonly state: StepState;
  readonly because: string;
  readonly began: number | undefined;
  readonly ended: number | undefined;
  /** What its undoing did, in words; undefined: it was not undone. */
  readonly undone: string | undefined;
  /** In the order of the journal; empty ones left out. */
  readonly evidence: readonly { readonly event: string; readonly sequence: number; readonly content: Json }[];
}

/** Every planned step but the gates, in the plan's order. */
export function stepLinesOf(plan: Plan, events: readonly Event[]): StepLine[] {
  return plan.steps.filter(({ gate }) => !gate).map((planned) => lineOf(planned, events));
}

function lineOf(planned: PlannedStep, events: readonly Event[]): StepLine {
  const mine = events.filter(({ body }) => 'step' in body && body.step === planned.id);
  const began = mine.find(({ body }) => body.kind === 'began');
  const over = mine.findLast(({ body }) => body.kind === 'passed' || body.kind === 'skipped' || body.kind === 'failed');
  return {
    id: planned.id,
    title: planned.title,
    kind: planned.kind,
    oneWayBecause: planned.oneWayBecause,
    ...stateOf(began, over),
    began: began && Date.parse(began.at),
    ended: over && Date.parse(over.at),
    undone: undoneOf(mine),
    evidence: mine.flatMap((event) => evidenceOf(event)),
  };
}

function stateOf(began: Event | undefined, over: Event | undefined): { state: StepState; because: string } {
  switch (over?.body.kind) {
    case 'passed':
      return { state: 'passed', because: over.body.because };
    case 'skipped':
      return { state: 'skipped', because: over.body.because };
    case 'failed':
      return { state: 'failed', because: over.body.failure.message };
    default:
      return { state: began ? 'unfinished' : 'not reached', because: '' };
  }
}

function undoneOf(mine: readonly Event[]): string | undefined {
  const last = mine.map(({ body }) => body).findLast(({ kind }) => kind === 'undone' || kind === 'undo-failed');
  if (last?.kind === 'undo-failed') return `not put back: ${last.failure.message}`;
  if (last?.kind !== 'undone') return undefined;
  const { left, kept } = last.evidence;
  if (typeof left === 'string') return `left: ${left}`;
  return typeof kept === 'string' ? `kept: ${kept}` : 'put back';
}

function evidenceOf({ sequence, body }: Event): StepLine['evidence'] {
  const content = contentOf(body);
  return content === undefined || Object.keys(content).length === 0 ? [] : [{ event: body.kind, sequence, content }];
}

function contentOf(body: Event['body']): JsonObject | undefined {
  if (body.kind === 'failed' || body.kind === 'undo-failed') {
    const { code, message, hint } = body.failure;
    return hint === undefined ? { code, message } : { code, message, hint };
  }
  return 'evidence' in body ? body.evidence : undefined;
}
