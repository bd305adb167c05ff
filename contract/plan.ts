import { z } from 'zod';
import { plannedChecklistSchema } from './checklist.js';
import { colourSchema } from './colour.js';
import { canonicalJson, digestOf, digestSchema, jsonObjectSchema } from './json.js';
import { plannedHotfixSchema } from './hotfix.js';
import { environmentOutputsSchema } from './outputs.js';
import { releaseSchema } from './release.js';
import { slotInputSchema } from './slot-input.js';
import { weightsSchema } from './weights.js';

/** `look` touches nothing, `change` can be put back, `one-way` cannot and says why. */
export const stepKindSchema = z.enum(['look', 'change', 'one-way']);
export type StepKind = z.infer<typeof stepKindSchema>;

export const plannedStepSchema = z.strictObject({
  id: z.string().min(1),
  /** The name under which the pipeline finds the code of this step. */
  use: z.string().min(1),
  kind: stepKindSchema,
  title: z.string().min(1),
  arguments: jsonObjectSchema,
  parents: z.array(z.string()),
  /** Gates are asked together, and all refusals shown together. */
  gate: z.boolean().default(false),
  /** Why a one-way step cannot be put back. */
  oneWayBecause: z.string().optional(),
});

export type PlannedStep = z.infer<typeof plannedStepSchema>;

/** Rules as a plan carries them: durations in milliseconds. */
export const plannedRulesSchema = z.strictObject({
  weights: z.array(z.number()),
  hold: z.number(),
  minimumRequests: z.number(),
  unknownFor: z.number(),
  falseAlarmPercent: z.number(),
  limits: z.record(
    z.enum(['errorPercent', 'p50Milliseconds', 'p95Milliseconds', 'p99Milliseconds']),
    z.strictObject({
      pass: z.number().optional(),
      fail: z.number().optional(),
      failWorseByPercent: z.number().optional(),
    }),
  ),
  bake: z.number(),
  deadMansSwitch: z.number(),
  convergeWithin: z.number(),
  /** Stand in the arguments of their gate. */
  migrations: z.never().optional(),
  /** Stands in the arguments of what asks people. */
  decideWithin: z.never().optional(),
  database: z.never().optional(),
});

export type PlannedRules = z.infer<typeof plannedRulesSchema>;

export const runActionSchema = z.enum(['deploy', 'rollback', 'restore', 'create', 'retire', 'drill']);

/** Event 0 of every run: all that it will do, and all that this was computed from. */
export const planSchema = z.strictObject({
  format: z.literal(1),
  run: z.string().min(1),
  action: runActionSchema,
  environment: z.string().min(1),
  /** The slot that is live when the run begins; null before the first release. */
  from: colourSchema.nullable(),
  to: colourSchema,
  weightsBefore: weightsSchema.nullable(),
  /** What the target slot is to run; null where the run provisions nothing. */
  input: slotInputSchema.nullable(),
  release: releaseSchema.pick({ version: true }).nullable(),
  previous: releaseSchema.pick({ version: true }).nullable(),
  rules: plannedRulesSchema,
  affinity: z.enum(['none', 'cohort']),
  outputs: environmentOutputsSchema,
  /** Absent: nobody has written one, or the run is one that asks none. */
  checklist: plannedChecklistSchema.optional(),
  /** Absent: the usual lane. */
  hotfix: plannedHotfixSchema.optional(),
  requestedBy: z.string().min(1),
  because: z.string(),
  createdAt: z.iso.datetime(),
  steps: z.array(plannedStepSchema).min(1),
});

export type Plan = z.infer<typeof planSchema>;

/** What people approve. Run id and time are left out, so that the same intent has the same hash. */
export function planHash(plan: Plan): string {
  const { run: _run, createdAt: _createdAt, input, ...intent } = plan;
  const { run: _inputRun, ...lasting } = input ?? { run: '' };
  return digestOf(canonicalJson({ ...intent, input: input === null ? null : lasting }));
}

export const planHashSchema = digestSchema;

/** What a run is about: a deploy of a release, a rollback to one. */
export function describeAction(action: Plan['action'], version: string | undefined): string {
  return `${action} ${action === 'rollback' ? 'to' : 'of'} ${version ?? '?'}`;
}
