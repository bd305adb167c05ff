import type { Bound } from '../contract/bound.js';
import { OperatorError } from '../contract/errors.js';
import type { Verdict } from '../contract/verdict.js';
import type { Asked } from '../pipeline/questions.js';
import type { Adapter, CheckOf } from './adapter.js';
import { no, unknown, yes } from './answer.js';
import { describeValue, keepsBound } from './keeps-bound.js';
import { readMetric, type Read } from './metric/read-metric.js';
import { sourceOf } from '../contract/source-of.js';

/**
 * One look at a metric of a source. No at its rollback line, yes at its pass line (or, without one, short of rollback and
 * alarm), unknown between them and where nothing can be read. `alarm` in the evidence says that somebody is to be told.
 */
export const askMetric: Adapter<'metric'> = async (check, about, around, signal) => {
  const source = sourceOf(about.plan.checklist?.sources, check);
  if (!source) return unknown(`no source is configured for ${nameOf(check)}`);
  const read = (colour: Asked['colour']) => readMetric(source, check, colour, about, around, signal);
  const found = await read(about.colour);
  const { from } = about.plan;
  const live =
    comparesWithLive(check) && from !== null && from !== about.colour ? await orUndefined(read(from)) : undefined;
  return judgeReading(check, found, live);
};

function judgeReading(check: CheckOf<'metric'>, found: Read, live: Read | undefined): Verdict {
  const { pass, alarm, rollback } = check;
  const what = nameOf(check);
  for (const bound of [pass, alarm, rollback]) {
    if (bound !== undefined && bound.than === undefined && bound.unit !== found.unit) {
      return unknown(`${what} counts ${found.unit} at its source and ${bound.unit} in the checklist`);
    }
  }
  const worse = live === undefined || live.value === 0 ? undefined : (found.value / live.value - 1) * 100;
  const crosses = (bound: Bound | undefined): boolean | undefined => {
    if (bound === undefined) return false;
    if (bound.than === undefined) return keepsBound(bound, found.value);
    return worse === undefined ? undefined : worse > bound.value;
  };
  const shown = describeValue(found.value, found);
  const evidence = {
    value: found.value,
    unit: found.unit,
    ...(live === undefined ? {} : { live: live.value }),
    alarm: crosses(alarm) === true,
    rollback: crosses(rollback) === true,
  };
  const beyond = crosses(rollback);
  if (beyond === true) return no(`${what} is ${shown}, which goes back`, evidence);
  if (beyond === undefined) return unknown(`${what} is ${shown}; that of the live slot can't be told`, evidence);
  if (pass !== undefined && crosses(pass) === true) return yes(`${what} is ${shown}`, evidence);
  if (pass !== undefined && rollback !== undefined)
    return unknown(`${what} is ${shown}, neither good nor bad enough`, evidence);
  if (pass !== undefined || evidence.alarm) return no(`${what} is ${shown}`, evidence);
  return yes(`${what} is ${shown}`, evidence);
}

function comparesWithLive({ pass, alarm, rollback }: CheckOf<'metric'>): boolean {
  return [pass, alarm, rollback].some((bound) => bound?.than === 'live');
}

function nameOf({ metric, of, statistic }: CheckOf<'metric'>): string {
  return [statistic, metric, of === undefined ? undefined : `of ${of}`].filter((word) => word !== undefined).join(' ');
}

async function orUndefined(reading: Promise<Read>): Promise<Read | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return undefined;
  }
}
