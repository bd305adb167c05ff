import { z } from 'zod';
import { boundTextSchema } from '../contract/bound.js';
import { itemIdSchema, moments } from '../contract/checklist.js';
import { durationTextSchema } from '../contract/duration.js';
import { ciQuestions, gitQuestions, provingSteps, settingFormats } from '../contract/gate.js';
import { runMoments } from '../contract/message-moment.js';

// Every scalar of an annotation is text.
const text = z.string().min(1);
const number = z
  .string()
  .regex(/^\d+(?:\.\d+)?$/, { error: 'a number' })
  .transform(Number);
const yesNo = z.enum(['true', 'false']).transform((word) => word === 'true');
const list = <Schema extends z.ZodType>(schema: Schema) =>
  z.union([z.array(schema).min(1), schema.transform((one) => [one])]);

/** Of what a foreign answer tells as a plain number. */
const numberBound = boundTextSchema.refine(
  ({ unit, than }) => (unit === 'count' || unit === 'percent') && than === undefined,
  { error: "a limit without a unit of its own, such as 'above 100' or 'below 80%'" },
);

/** What an item, a step, a paragraph, a row or a block of code may say about itself. */
const commonShape = {
  id: itemIdSchema.optional(),
  role: text.optional(),
  environments: list(text).optional(),
  optional: yesNo.optional(),
  due: durationTextSchema.optional(),
  covers: list(text).optional(),
  needs: list(itemIdSchema).optional(),
  moment: z.enum(moments).optional(),
  /** Of a table: which of its rows, counted from 1. */
  row: number.optional(),
};

/** One word may stand for the key that matters most, and nothing at all for no keys. */
function short<Schema extends z.ZodType>(key: string, schema: Schema) {
  return z.preprocess((said) => (typeof said !== 'string' ? said : said === '' ? {} : { [key]: said }), schema);
}

export const proofShape = {
  command: short(
    'run',
    z.strictObject({
      run: text.optional(),
      exit: number.optional(),
      contains: text.optional(),
      timeout: durationTextSchema.optional(),
      shell: z.enum(['sh', 'bash']).optional(),
    }),
  ),
  http: short(
    'ask',
    z.strictObject({
      ask: text,
      status: list(number).optional(),
      contains: text.optional(),
      headers: z.record(text, z.string()).optional(),
      body: z.string().optional(),
      schema: text.optional(),
      within: boundTextSchema.optional(),
      answers: z.record(text, z.string()).optional(),
      values: z.record(text, numberBound).optional(),
      origin: text.optional(),
      calls: number.optional(),
      statistic: z.enum(['p50', 'p90', 'p95', 'p99', 'mean', 'max']).optional(),
      limitedAfter: number.optional(),
      certificate: durationTextSchema.optional(),
      resolvesTo: list(text).optional(),
    }),
  ),
  sql: short(
    'query',
    z.strictObject({ query: text.optional(), equals: z.string().optional(), rows: list(z.string()).optional() }),
  ),
  metric: z
    .strictObject({
      name: text,
      of: text.optional(),
      statistic: z.enum(['p50', 'p90', 'p95', 'p99', 'mean', 'max']).optional(),
      pass: boundTextSchema.optional(),
      alarm: boundTextSchema.optional(),
      rollback: boundTextSchema.optional(),
      over: durationTextSchema.optional(),
    })
    .refine(({ pass, alarm, rollback }) => pass ?? alarm ?? rollback, { error: 'pass, alarm or rollback' }),
  config: short(
    'name',
    z.strictObject({
      name: text,
      equals: z.string().optional(),
      oneOf: list(z.string()).optional(),
      startsWith: text.optional(),
      format: z.enum(settingFormats).optional(),
      differsIn: list(text).optional(),
    }),
  ),
  secret: short(
    'name',
    z.strictObject({
      name: text,
      startsWith: text.optional(),
      format: z.enum(settingFormats).optional(),
      minimumLength: number.optional(),
      minimumBits: number.optional(),
      maximumAge: durationTextSchema.optional(),
      notTheExamples: yesNo.optional(),
      notInGit: yesNo.optional(),
      differsIn: list(text).optional(),
    }),
  ),
  git: short('asks', z.strictObject({ asks: z.enum(gitQuestions), branch: text.optional() })),
  ci: short('asks', z.strictObject({ asks: z.enum(ciQuestions), atLeast: number.optional(), check: text.optional() })),
  window: z.strictObject({
    days: list(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])).optional(),
    from: text.optional(),
    to: text.optional(),
    zone: text.optional(),
    announced: durationTextSchema.optional(),
  }),
  document: short(
    'path',
    z.strictObject({ path: text, contains: text.optional(), touchedWithin: durationTextSchema.optional() }),
  ),
  external: short('service', z.strictObject({ service: text, url: text.optional() })),
  capacity: short('of', z.strictObject({ of: text, free: boundTextSchema.optional() })),
  'on-call': text,
  approval: short(
    'role',
    z.strictObject({
      role: text.optional(),
      count: number.optional(),
      expires: durationTextSchema.optional(),
      otherwise: z.enum(['hold', 'refuse']).optional(),
    }),
  ),
  'sign-off': text,
  message: z.strictObject({
    at: z.enum(runMoments),
    to: list(text),
    template: text.optional(),
  }),
  step: z.enum(provingSteps),
  flag: z.strictObject({ flag: text, percents: list(number), hold: durationTextSchema.optional() }),
  record: list(text),
} as const;

export type ProofKey = keyof typeof proofShape;
export const proofKeys = Object.keys(proofShape) as readonly ProofKey[];

const optionalProofs = Object.fromEntries(
  Object.entries(proofShape).map(([key, schema]) => [key, schema.optional()]),
) as { [Key in ProofKey]: z.ZodOptional<(typeof proofShape)[Key]> };

export const itemAnnotationSchema = z
  .strictObject({ ...commonShape, ...optionalProofs })
  .refine((said) => proofKeys.filter((key) => said[key] !== undefined).length <= 1, {
    error: 'one thing that proves it: write two items, or two annotations with an id each',
  });
export type ItemAnnotation = z.infer<typeof itemAnnotationSchema>;

/** What a heading says holds for all that stands under it. */
export const sectionAnnotationSchema = z.strictObject({
  moment: z.enum(moments).optional(),
  role: text.optional(),
  environments: list(text).optional(),
  due: durationTextSchema.optional(),
});
export type SectionAnnotation = z.infer<typeof sectionAnnotationSchema>;

/** What stands at the top, or beside the title. */
export const documentAnnotationSchema = z.strictObject({
  ...sectionAnnotationSchema.shape,
  roles: z.record(text, z.union([z.array(text), z.literal('').transform((): string[] => [])])).optional(),
  /** `annotated`: nothing counts that has no annotation. Imported documents say so. */
  counts: z.enum(['tasks', 'annotated']).optional(),
});
export type DocumentAnnotation = z.infer<typeof documentAnnotationSchema>;
