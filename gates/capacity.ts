import { describeBound } from '../contract/bound.js';
import type { Adapter } from './adapter.js';
import { no, unknown, yes } from './answer.js';
import { describeValue, keepsBound } from './keeps-bound.js';
import { readMetric } from './metric/read-metric.js';
import { sourceOf } from '../contract/source-of.js';

/** What is free of something, by the metric `free` of it. */
export const askCapacity: Adapter<'capacity'> = async ({ of, free }, about, around, signal) => {
  const name = { metric: 'free', of };
  const source = sourceOf(about.plan.checklist?.sources, name);
  if (!source) return unknown(`no source is configured for free/${of}`);
  if (!free) return unknown(`how much of ${of} must be free is not said`);
  const found = await readMetric(source, name, about.colour, about, around, signal);
  if (found.unit !== free.unit)
    return unknown(`free ${of} counts ${found.unit} at its source and ${free.unit} in the checklist`);
  const said = `${describeValue(found.value, found)} of ${of} is free`;
  const evidence = { of, value: found.value, unit: found.unit };
  return keepsBound(free, found.value) ? yes(said, evidence) : no(`${said}, expected ${describeBound(free)}`, evidence);
};
