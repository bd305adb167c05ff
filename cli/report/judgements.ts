import { z } from 'zod';
import type { Event } from '../../contract/event.js';
import type { Plan, PlannedRules, PlannedStep } from '../../contract/plan.js';
import { answerSchema, type Answer } from '../../contract/verdict.js';
import { weightsSchema } from '../../contract/weights.js';

const number = z.number().nullable().catch(null);
const sampleSchema = z
  .object({
    requests: number,
    errors: number,
    latency: z.object({ p50: number, p95: number, p99: number }).nullable().catch(null),
  })
  .nullable()
  .catch(null);
const verdictsSchema = z.record(z.string(), z.object({ answer: answerSchema, because: z.string() })).catch({});

/** Of a judgement's evidence, what is shown; a journal of another version may have less. */
const evidenceSchema = z.object({
  services: z.record(z.string(), z.object({ slot: sampleSchema, live: sampleSchema, verdicts: verdictsSchema })),
});

type Sample = z.infer<typeof sampleSchema>;

/** One metric of one service: the slot that is judged beside the live one. */
export interface JudgedMetric {
  readonly name: string;
  readonly unit: '%' | 'ms';
  readonly slot: number | null;
  readonly live: number | null;
  readonly limit: PlannedRules['limits'][keyof PlannedRules['limits']];
  /** Undefined: no rule is about it. */
  readonly verdict: { readonly answer: Answer; readonly because: string } | undefined;
}

export interface JudgedService {
  readonly name: string;
  readonly requests: { readonly slot: number | null; readonly live: number | null };
  readonly errors: number | null;
  readonly metrics: readonly JudgedMetric[];
  /** Verdicts about no single metric, such as a broken circuit. */
  readonly others: readonly { readonly answer: Answer; readonly because: string }[];
}

/** The last verdict on one share of the traffic. */
export interface Judgement {
  readonly step: string;
  readonly title: string;
  /** Percent of the traffic that the judged slot had. */
  readonly percent: number;
  readonly answer: Answer;
  readonly because: string;
  readonly services: readonly JudgedService[];
}

const metrics = [
  ['errorPercent', 'failed', '%', (sample) => percentOf(sample)],
  ['p50Milliseconds', 'p50', 'ms', (sample) => sample?.latency?.p50 ?? null],
  ['p95Milliseconds', 'p95', 'ms', (sample) => sample?.latency?.p95 ?? null],
  ['p99Milliseconds', 'p99', 'ms', (sample) => sample?.latency?.p99 ?? null],
] as const satisfies readonly (readonly [string, string, string, (sample: Sample) => number | null])[];

/** One for each judging step that said anything. */
export function judgementsOf(plan: Plan, events: readonly Event[]): Judgement[] {
  return plan.steps.filter(({ use }) => use === 'judge').flatMap((planned) => judgementOf(plan, planned, events));
}

function judgementOf(plan: Plan, planned: PlannedStep, events: readonly Event[]): Judgement[] {
  const last = events
    .map(({ body }) => body)
    .filter((body) => body.kind === 'judged' || body.kind === 'passed')
    .findLast(({ step }) => step === planned.id);
  if (last === undefined) return [];
  const evidence = evidenceSchema.safeParse(last.evidence).data;
  return [
    {
      step: planned.id,
      title: planned.title,
      percent: weightsSchema.safeParse(planned.arguments['weights']).data?.[plan.to] ?? 100,
      answer: last.kind === 'judged' ? last.answer : 'yes',
      because: last.because,
      services: Object.entries(evidence?.services ?? {}).map(([name, found]) => serviceOf(name, found, plan.rules)),
    },
  ];
}

function serviceOf(
  name: string,
  { slot, live, verdicts }: z.infer<typeof evidenceSchema>['services'][string],
  rules: PlannedRules,
): JudgedService {
  return {
    name,
    requests: { slot: slot?.requests ?? null, live: live?.requests ?? null },
    errors: slot?.errors ?? null,
    metrics: metrics.map(([metric, words, unit, read]) => ({
      name: words,
      unit,
      slot: read(slot),
      live: read(live),
      limit: rules.limits[metric],
      verdict: verdicts[metric],
    })),
    others: Object.entries(verdicts).flatMap(([key, verdict]) => (key in rules.limits ? [] : [verdict])),
  };
}

function percentOf(sample: Sample): number | null {
  if (sample === null || sample.requests === null || sample.errors === null || sample.requests === 0) return null;
  return (100 * sample.errors) / sample.requests;
}
