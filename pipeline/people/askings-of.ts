import type { Plan, PlannedStep } from '../../contract/plan.js';
import { parse } from '../../contract/parse.js';
import { awaitPeopleArguments } from '../steps/await-people-arguments.js';
import { judgeArguments } from '../steps/judge-arguments.js';
import { askingSchema, type Asking } from './asking.js';

/** Everything that a plan asks of people, in its order. */
export function askingsOf({ steps }: Plan): Asking[] {
  return steps.flatMap(askedIn);
}

/** What one step of a plan asks of people. */
export function askedIn(step: PlannedStep): readonly Asking[] {
  const where = `step ${step.id}`;
  if (step.use === 'approved' || step.use === 'signed') return [parse(askingSchema, step.arguments, where)];
  if (step.use === 'judge') return parse(judgeArguments, step.arguments, where).people?.asked ?? [];
  if (step.use === 'await-people') return parse(awaitPeopleArguments, step.arguments, where).asked;
  return [];
}
