import type { Colour } from '../contract/colour.js';
import type { Event, EventBody } from '../contract/event.js';
import type { JsonObject } from '../contract/json.js';
import type { Plan, PlannedStep } from '../contract/plan.js';
import type { Verdict } from '../contract/verdict.js';
import type { Weights } from '../contract/weights.js';

type Body<Kind extends EventBody['kind']> = Omit<Extract<EventBody, { kind: Kind }>, 'kind'>;

export type StepStatus = 'pending' | 'began' | 'passed' | 'skipped' | 'failed' | 'undoing' | 'undone' | 'undo-failed';

/** How far one planned step, or one gate, has come. */
export interface StepState {
  readonly planned: PlannedStep;
  readonly status: StepStatus;
  /** Why it passed, was skipped or failed. */
  readonly because: string;
  readonly evidence: JsonObject;
  /** Wall time, for people; undefined: not yet. */
  readonly began: string | undefined;
  readonly ended: string | undefined;
  /** More than one: a later process did it again. */
  readonly times: number;
  /** A gate's answer, or the newest judgement. */
  readonly verdict: Verdict | undefined;
  readonly waived: { readonly because: string; readonly by: string } | undefined;
}

/** All that a run's journal says about it. */
export interface RunState {
  readonly run: string;
  readonly plan: Plan;
  readonly hash: string;
  readonly steps: readonly StepState[];
  /** What was begun, or is being put back, without a word on how it ended. */
  readonly open: StepState | undefined;
  readonly turned: (Body<'turned'> & { readonly at: string }) | undefined;
  readonly fired: (Body<'fired'> & { readonly at: string }) | undefined;
  /** Undefined while the run goes on, and again after it was resumed. */
  readonly ended: (Body<'ended'> & { readonly at: string }) | undefined;
  /** As last recorded. The truth is what the balancer says. */
  readonly weights: Weights | null;
  /** When a slot got all the traffic that did not have it before, by whom. */
  readonly lived: readonly { readonly colour: Colour; readonly at: string; readonly by: string }[];
  readonly started: string;
  readonly last: string;
  /** Of the newest event; runs of one environment are ordered by it, not by clocks. */
  readonly token: number;
  /** Everybody who wrote or asked, in order of appearance. */
  readonly people: readonly string[];
  readonly resumed: number;
}

/** Whether it is over for good: held and interrupted runs can be resumed. */
export function isOver({ ended }: RunState): boolean {
  return ended !== undefined && ended.outcome !== 'held' && ended.outcome !== 'interrupted';
}

/** Milliseconds by the writers' clocks, which may have been changed in between; undefined: not both ends are known. */
export function lasted({ began, ended }: Pick<StepState, 'began' | 'ended'>): number | undefined {
  return began === undefined || ended === undefined ? undefined : between(began, ended);
}

export function between(began: Event['at'], ended: Event['at']): number {
  return Math.max(0, Date.parse(ended) - Date.parse(began));
}
