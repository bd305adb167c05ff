import { z } from 'zod';
import { boundSchema } from './bound.js';
import { runMoments } from './message-moment.js';

const text = z.string().min(1);

/** A script of the team's own, handed to a shell as a file: nothing is put into it by Crossfade. */
const command = z.strictObject({
  kind: z.literal('command'),
  script: text,
  shell: z.enum(['sh', 'bash']),
  exit: z.int().min(0).max(255),
  /** What its output must hold. */
  contains: text.optional(),
  /** Milliseconds. */
  timeout: z.number().positive(),
});

/** A path is asked at the slot, through the route that users don't get; a whole address as it is. */
const http = z.strictObject({
  kind: z.literal('http'),
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']),
  url: text,
  headers: z.record(text, z.string()),
  body: z.string().optional(),
  status: z.array(z.int().min(100).max(599)).min(1),
  contains: text.optional(),
  /** Path of a JSON Schema, in the project's folder. */
  schema: text.optional(),
  /** Headers of the answer, with the text that each must hold. */
  answers: z.record(text, z.string()).optional(),
  /** Numbers that the answer tells, by header or by JSON Pointer into the body: what is left of a quota. */
  values: z.record(text, boundSchema).optional(),
  /** CORS: a page of this origin may read the answer. */
  origin: text.optional(),
  within: boundSchema.optional(),
  /** How often it is asked, one after the other; `within` is of the percentile then. */
  calls: z.int().min(1).max(500).optional(),
  statistic: z.enum(['p50', 'p90', 'p95', 'p99', 'mean', 'max']).optional(),
  /** It is asked until it is answered 429, at most so often. */
  limitedAfter: z.int().min(1).max(1_000).optional(),
  /** Milliseconds that its certificate must still be valid. */
  certificate: z.number().positive().optional(),
  /** Names or addresses that its host must lead to. */
  resolvesTo: z.array(text).min(1).optional(),
});

/** One read-only query. */
const sql = z.strictObject({
  kind: z.literal('sql'),
  query: text,
  /** The one value that it answers. */
  equals: z.string().optional(),
  rows: z.array(z.string()).optional(),
});

/** At `pass` all is well, at `alarm` somebody is told, at `rollback` the release goes back; between them it holds. */
const metric = z.strictObject({
  kind: z.literal('metric'),
  metric: text,
  /** Of which service, endpoint or part; all of them when left out. */
  of: text.optional(),
  statistic: z.enum(['p50', 'p90', 'p95', 'p99', 'mean', 'max']).optional(),
  pass: boundSchema.optional(),
  alarm: boundSchema.optional(),
  rollback: boundSchema.optional(),
  /** Milliseconds that it is watched, or that a bad value must last. */
  over: z.number().positive().optional(),
});

export const settingFormats = [
  'url',
  'https-url',
  'hostname',
  'email',
  'integer',
  'number',
  'boolean',
  'uuid',
] as const;

/** A setting of the product, as the slot is given it. */
const config = z.strictObject({
  kind: z.literal('config'),
  name: text,
  equals: z.string().optional(),
  oneOf: z.array(z.string()).optional(),
  startsWith: text.optional(),
  format: z.enum(settingFormats).optional(),
  differsIn: z.array(text).optional(),
});

const secret = z.strictObject({
  kind: z.literal('secret'),
  name: text,
  startsWith: text.optional(),
  format: z.enum(settingFormats).optional(),
  minimumLength: z.int().positive().optional(),
  /** Bits, by the secret's own mix of characters (Shannon, 1948). */
  minimumBits: z.number().positive().optional(),
  /** Milliseconds since it was changed. */
  maximumAge: z.number().positive().optional(),
  notTheExamples: z.boolean().optional(),
  notInGit: z.boolean().optional(),
  differsIn: z.array(text).optional(),
});

export const gitQuestions = [
  'clean',
  'up-to-date',
  'no-conflict-markers',
  'no-debug-leftovers',
  'release-branch',
  'version',
  'changelog',
  'tag-free',
] as const;
const git = z.strictObject({ kind: z.literal('git'), asks: z.enum(gitQuestions), branch: text.optional() });

export const ciQuestions = ['checks', 'coverage', 'approvals', 'comments-resolved', 'mergeable'] as const;
const ci = z.strictObject({
  kind: z.literal('ci'),
  asks: z.enum(ciQuestions),
  /** Percent for coverage, people for approvals. */
  atLeast: z.number().nonnegative().optional(),
  check: text.optional(),
});

/** Days and hours in which a release may begin, and how long before it is announced. Milliseconds. */
const window = z.strictObject({
  kind: z.literal('window'),
  days: z.array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])).optional(),
  from: text.optional(),
  to: text.optional(),
  zone: text.optional(),
  announced: z.number().positive().optional(),
});

const document = z.strictObject({
  kind: z.literal('document'),
  path: text,
  contains: text.optional(),
  /** Milliseconds since a commit has touched it. */
  touchedWithin: z.number().positive().optional(),
});
const external = z.strictObject({ kind: z.literal('external'), service: text, url: text.optional() });
const capacity = z.strictObject({ kind: z.literal('capacity'), of: text, free: boundSchema.optional() });
const onCall = z.strictObject({ kind: z.literal('on-call'), role: text });

const approval = z.strictObject({
  kind: z.literal('approval'),
  role: text,
  count: z.int().min(1).max(20),
  /** Milliseconds that it is valid, and that it is waited for. */
  expires: z.number().positive().optional(),
  /** What becomes of a run on which nobody has decided by then; it holds when left out. */
  otherwise: z.enum(['hold', 'refuse']).optional(),
});
const signOff = z.strictObject({ kind: z.literal('sign-off'), role: text });

const message = z.strictObject({
  kind: z.literal('message'),
  at: z.enum(runMoments),
  to: z.array(text).min(1),
  template: text,
});

/** Steps of a deploy that prove an item by being done; each is recorded with its evidence. */
export const provingSteps = [
  'back-up',
  'verify-backup',
  'migrate',
  'verifications',
  'provision',
  'assert-outcome',
  'warm-up',
  'smoke',
  'shift',
  'converge',
  'judge',
  'hand-over',
  'open-routes',
  'quarantine',
] as const;
const step = z.strictObject({ kind: z.literal('step'), step: z.enum(provingSteps) });

const flag = z.strictObject({
  kind: z.literal('flag'),
  flag: text,
  percents: z.array(z.number().min(0).max(100)).min(1),
  /** Milliseconds between two shares. */
  hold: z.number().positive().optional(),
});
const record = z.strictObject({ kind: z.literal('record'), of: z.array(text).min(1) });

/** What says whether an item of a checklist holds. */
export const checkSchema = z.discriminatedUnion('kind', [
  command,
  http,
  sql,
  metric,
  config,
  secret,
  git,
  ci,
  window,
  document,
  external,
  capacity,
  onCall,
  approval,
  signOff,
  message,
  step,
  flag,
  record,
]);
export type Check = z.infer<typeof checkSchema>;
export type CheckKind = Check['kind'];

/** Those that only a person can answer. */
export function isAsked({ kind }: Pick<Check, 'kind'>): boolean {
  return kind === 'approval' || kind === 'sign-off';
}
