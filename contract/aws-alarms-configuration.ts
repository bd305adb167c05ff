import { z } from 'zod';
import { nameSchema } from './names.js';
import { severities, severitySchema, type Severity } from './severity.js';

/** Hears of this severity and of all above it. */
const from = severitySchema.default('low');

const receiverSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('email'), from, address: z.email() }),
  z.strictObject({
    kind: z.literal('pagerduty'),
    from,
    /** Of a secret that holds the integration's URL: whoever has the URL can page. */
    urlSecretArn: z.string().regex(/^arn:aws[a-z-]*:secretsmanager:/, { error: "a secret's ARN" }),
  }),
  z.strictObject({
    kind: z.literal('slack'),
    from,
    teamId: z.string().regex(/^T[A-Z0-9]+$/, { error: "a workspace's id such as T0123ABCD" }),
    channelId: z.string().regex(/^[CG][A-Z0-9]+$/, { error: "a channel's id such as C0123ABCD" }),
  }),
]);

export type Receiver = z.infer<typeof receiverSchema>;

const percent = z.number().positive().max(100);

const customAlarmSchema = z.strictObject({
  namespace: z.string().min(1).max(255),
  metric: z.string().min(1).max(255),
  dimensions: z.record(z.string(), z.string()).default({}),
  statistic: z.enum(['Average', 'Sum', 'Minimum', 'Maximum', 'p50', 'p95', 'p99']).default('Average'),
  is: z.enum(['above', 'below']),
  threshold: z.number(),
  /** Minutes in a row. */
  minutes: z.int().min(1).max(60).default(5),
  severity: severitySchema.default('medium'),
  /** Silence of a job that should report is itself an alarm. */
  silence: z.enum(['alarm', 'quiet']).default('quiet'),
});

export type CustomAlarm = z.infer<typeof customAlarmSchema>;

export const awsAlarmsSchema = z.strictObject({
  receivers: z.array(receiverSchema).default([]),
  /** Above (free storage: below) these, somebody is told. */
  limits: z
    .strictObject({
      errorPercent: percent.default(2),
      p95Milliseconds: z.number().positive().default(500),
      p99Milliseconds: z.number().positive().default(1_000),
      databaseCpuPercent: percent.default(70),
      connectionsPercent: percent.default(80),
      freeStoragePercent: percent.default(20),
      replicationLagSeconds: z.number().positive().default(5),
      cpuPercent: percent.default(70),
      memoryPercent: percent.default(80),
    })
    .refine((limits) => limits.p95Milliseconds <= limits.p99Milliseconds, {
      path: ['p99Milliseconds'],
      error: 'at least p95Milliseconds',
    })
    .prefault({}),
  /** Fewer requests a minute say nothing about a share of errors. */
  minimumRequestsPerMinute: z.int().min(1).default(20),
  custom: z.record(nameSchema, customAlarmSchema).default({}),
});

export type AwsAlarmsConfiguration = z.infer<typeof awsAlarmsSchema>;

/** Severities that this receiver hears of. */
export function heardBy(receiver: Receiver): readonly Severity[] {
  return severities.slice(severities.indexOf(receiver.from));
}
