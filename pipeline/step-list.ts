import type { JsonObject } from '../contract/json.js';
import type { PlannedStep, StepKind } from '../contract/plan.js';

interface Planned {
  readonly id: string;
  readonly use: string;
  readonly title: string;
  readonly kind?: StepKind;
  readonly arguments?: JsonObject;
  readonly oneWayBecause?: string;
  /** Of a gate: other gates that are asked before it. */
  readonly parents?: readonly string[];
}

/** Builds a plan's steps in order; each has the one before it as its parent, gates those that are said. */
export class StepList {
  readonly steps: PlannedStep[] = [];

  gate({ parents = [], ...planned }: Planned): void {
    this.steps.push({ kind: 'look', arguments: {}, ...planned, parents: [...parents], gate: true });
  }

  add(planned: Planned): void {
    const gates = this.steps.filter((step) => step.gate).map((step) => step.id);
    const last = this.steps.at(-1);
    const parents = last === undefined ? [] : last.gate ? gates : [last.id];
    this.steps.push({ kind: 'look', arguments: {}, ...planned, parents, gate: false });
  }
}
