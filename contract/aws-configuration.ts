import { z } from 'zod';
import { awsAlarmsSchema } from './aws-alarms-configuration.js';
import { awsDatabaseSchema, awsSnapshotsSchema } from './aws-database-configuration.js';
import { awsNetworkSchema } from './aws-network-configuration.js';
import { cidrSchema } from './cidr.js';
import { durationTextSchema } from './duration.js';
import { nameSchema } from './names.js';
import { productionExceptionSchema } from './production-rules.js';
import { storeBucketSchema } from './store-bucket.js';

export const regionSchema = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, { error: 'a region such as eu-central-1' });

const accountSchema = z.string().regex(/^\d{12}$/, { error: 'an account number of 12 digits, in quotes' });

const certificateSchema = z
  .string()
  .regex(/^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[0-9a-f-]+$/, { error: 'the ARN of an ACM certificate' });

const retentions = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653];

const retentionDays = z.int().refine((days) => retentions.includes(days), {
  error: `a retention that CloudWatch Logs knows: ${retentions.join(', ')}`,
});

/** Of those that AWS has, the ones that refuse everything below TLS 1.2. */
const tlsPolicySchema = z.string().regex(/^ELBSecurityPolicy-(TLS13-1-[23]|TLS-1-2|FS-1-2)-[\w-]+$/, {
  error: 'a policy without TLS 1.0 and 1.1, such as ELBSecurityPolicy-TLS13-1-2-2021-06',
});

const second = 1_000;
const week = 7 * 24 * 3_600 * second;

/** A cookie of a load balancer lives so long. */
const cookieSchema = durationTextSchema.refine((duration) => duration >= second && duration <= week, {
  error: 'from 1s to 7d, as load balancers have it',
});

const balancerSchema = z.strictObject({
  /** Null: plain HTTP, which production refuses. */
  certificateArn: certificateSchema.nullable(),
  tlsPolicy: tlsPolicySchema.default('ELBSecurityPolicy-TLS13-1-2-2021-06'),
  /** Reachable from inside the network only. */
  internal: z.boolean().default(false),
  deletionProtection: z.boolean().default(true),
  accessLogDays: z.int().min(1).max(3_650).default(90),
  /** Who may reach the test listener, besides the network itself: the runner, never users. */
  testFrom: z.array(cidrSchema).default([]),
  /** Names that point at the balancer; null: somebody else keeps the DNS. */
  domain: z
    .strictObject({ name: z.string().min(3), zoneId: z.string().min(1) })
    .nullable()
    .default(null),
  /** How long a visitor stays with a slot, where affinity is `cohort`. */
  cohortFor: cookieSchema.prefault('10m'),
  /** How long a visitor stays with one replica within a slot; null: each request is balanced alone. */
  stickyFor: cookieSchema.nullable().default(null),
  /** In which a new replica's share grows to a full one; 0s: it has it at once. */
  slowStart: durationTextSchema
    .refine((duration) => duration === 0 || (duration >= 30 * second && duration <= 900 * second), {
      error: '0s, or from 30s to 15m, as load balancers have it',
    })
    .prefault('0s'),
});

const lambdaArn = z
  .string()
  .regex(/^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[\w-]+$/, { error: 'the ARN of a Lambda function' });

/** A function of the team's own changes the value, as Secrets Manager asks such functions to; null: by hand. */
const rotate = z
  .strictObject({ functionArn: lambdaArn, afterDays: z.int().min(1).max(1_000).default(90) })
  .nullable()
  .default(null);

const secretEntrySchema = z.discriminatedUnion('kind', [
  /** Made here, once: nobody ever types it. */
  z.strictObject({ kind: z.literal('generated'), length: z.int().min(50).max(4_096).default(64), rotate }),
  /** A person puts the value in. What it has to be, and SHA-256 digests that it may not have, such as the example's: for whoever checks. */
  z.strictObject({
    kind: z.literal('given'),
    minimumLength: z.int().min(1).default(8),
    refusedDigests: z.array(z.string().regex(/^[0-9a-f]{64}$/, { error: '64 hex digits' })).default([]),
    rotate,
  }),
]);

export type SecretEntry = z.infer<typeof secretEntrySchema>;

const pipelineSchema = z.strictObject({
  /** `owner/name` of the repository on GitHub whose workflows may deploy; null: no roles are made. */
  repository: z
    .string()
    .regex(/^[\w.-]+\/[\w.-]+$/, { error: 'owner/name' })
    .nullable()
    .default(null),
  /** The account has GitHub's provider already. */
  githubProviderArn: z.string().startsWith('arn:').nullable().default(null),
  /** Jobs of GitHub's environment `<environment>-due` may release too: it asks nobody, so let it take protected branches only. */
  due: z.boolean().default(false),
  approvals: z.int().min(0).max(10).default(1),
  deadMansSwitch: z.boolean().default(true),
});

/** What is particular to an environment on AWS; the rest is in configuration.ts. */
export const awsConfigurationSchema = z.strictObject({
  platform: z.literal('aws'),
  /** What production enforces holds for `production` only; nothing else differs by this word. */
  tier: z.enum(['staging', 'production']),
  region: regionSchema,
  /** Every up and every run refuses any other account. */
  accountId: accountSchema,
  tags: z.record(z.string().min(1).max(128), z.string().max(256)).default({}),
  network: awsNetworkSchema,
  balancer: balancerSchema,
  database: awsDatabaseSchema.nullable().default(null),
  snapshots: awsSnapshotsSchema.prefault({}),
  secretEntries: z.record(nameSchema, secretEntrySchema).default({}),
  alarms: awsAlarmsSchema.prefault({}),
  logDays: retentionDays.default(90),
  /** Data and routes can't be deleted by Pulumi while this is true; set false and `up` before a `destroy`. */
  protect: z.boolean().default(true),
  /** Services that no release carries any more, and whose routes may go. Until named here a removed service keeps its route. */
  droppedRoutes: z.array(nameSchema).default([]),
  /** Accounts besides this one whose ECR may hold images, such as one that both environments deploy from. */
  imagesFrom: z.array(accountSchema).default([]),
  /** Managed policies that say what the services themselves may do on AWS, such as writing to one bucket. */
  taskPolicyArns: z
    .array(z.string().regex(/^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/\S+$/, { error: 'the ARN of a policy' }))
    .default([]),
  architecture: z.enum(['X86_64', 'ARM64']).default('X86_64'),
  /** A stand-in for AWS that answers all its services at one address; for tests. */
  endpoint: z.url().nullable().default(null),
  /** Replicas of a service may grow to so many times their configured number; 1 switches autoscaling off. */
  scaleUpTo: z.int().min(1).max(20).default(4),
  pipeline: pipelineSchema.prefault({}),
  storeBucket: storeBucketSchema.prefault({}),
  exceptions: z.array(productionExceptionSchema).default([]),
});
