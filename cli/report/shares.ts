import type { Event } from '../../contract/event.js';
import type { JsonObject } from '../../contract/json.js';
import type { Plan } from '../../contract/plan.js';
import { weightsSchema, type Weights } from '../../contract/weights.js';

/** Weights as they were seen at one moment; null: no slot was open to users. */
export interface Share {
  readonly at: number;
  readonly weights: Weights | null;
}

/** Weights over time, as the balancer was read; one entry for each change, and one for the end. */
export function sharesOf(plan: Plan, events: readonly Event[]): Share[] {
  const shares: Share[] = [];
  for (const { at, body } of events) {
    const seen = body.kind === 'planned' ? plan.weightsBefore : weightsAfter(body);
    if (seen === undefined) continue;
    const last = shares.at(-1);
    if (last && same(last.weights, seen) && body.kind !== 'ended') continue;
    shares.push({ at: Date.parse(at), weights: seen });
  }
  return shares;
}

/** The weights that a step's evidence tells, as those of shifts and their undoing do. */
export function weightsIn(evidence: JsonObject): Weights | undefined {
  return weightsSchema.safeParse(evidence['weights']).data;
}

/** Undefined: the event tells nothing about weights. */
function weightsAfter(body: Event['body']): Weights | null | undefined {
  switch (body.kind) {
    case 'passed':
      return weightsIn(body.evidence);
    case 'undone':
      return body.evidence['weights'] === null ? null : weightsIn(body.evidence);
    case 'fired':
    case 'resumed':
    case 'ended':
      return body.weights;
    default:
      return undefined;
  }
}

function same(one: Weights | null, other: Weights | null): boolean {
  return one === null || other === null ? one === other : one.blue === other.blue;
}
