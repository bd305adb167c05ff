import { z } from 'zod';
import { regionSchema } from './aws-configuration.js';
import { productionExceptionSchema } from './production-rules.js';
import { parsedServiceSchema } from './service.js';

const arn = z.string().regex(/^arn:aws[a-z-]*:/, { error: 'an ARN' });
const perColour = <Schema extends z.ZodType>(schema: Schema) => z.strictObject({ blue: schema, green: schema });
const perSeverity = z.strictObject({ low: arn, medium: arn, high: arn, critical: arn });

export const awsRouteSchema = z.strictObject({
  path: z.string(),
  host: z.string().nullable(),
  ruleArn: arn,
  targetGroups: perColour(arn),
  /** `targetgroup/name/id`, the dimension that CloudWatch wants. */
  metricDimensions: perColour(z.string()),
  /** One fixed rule per colour that users can't reach. */
  testRules: perColour(arn),
  /** Where among the balancer's rules this one belongs: longer paths come first. */
  priority: z.int().min(1).max(50_000),
});

/** What migrations are rehearsed with, on a copy of the database; users reach nothing of it. */
export const awsRehearsalSchema = z.strictObject({
  /** The application's login at a copy: written by whoever rehearses, read by tasks that work on the copy. */
  loginSecretArn: arn,
  /** Per routed service, where its task is asked; `priority` is its rule's on the test listener. */
  routes: z.record(z.string(), z.strictObject({ targetGroupArn: arn, priority: z.int().min(1).max(50_000) })),
});

export const awsDatabaseOutputSchema = z.strictObject({
  identifier: z.string(),
  endpoint: z.string(),
  port: z.int(),
  name: z.string(),
  /** The application's own role; a JSON object with host, port, dbname, username and password. */
  applicationSecretArn: arn,
  masterSecretArn: arn.nullable(),
  replicaIdentifier: z.string().nullable(),
  /** Roles of a task that migrates: its execution role may read the owner's login, which no slot's may. */
  migration: z.strictObject({ executionRoleArn: arn, taskRoleArn: arn }).nullable(),
  /** What an instance restored from a snapshot is given, so that it can take the old one's place; null for an adopted one. */
  restore: z
    .strictObject({ subnetGroup: z.string(), securityGroupIds: z.array(z.string()), parameterGroup: z.string() })
    .nullable(),
  /** Null: switched off, an adopted database, or made by a version that rehearsed nothing. */
  rehearsal: awsRehearsalSchema.nullable().default(null),
});

export const awsSnapshotPolicySchema = z.strictObject({
  /** Every release snapshot's name begins so. */
  prefix: z.string(),
  keep: z.int().positive(),
  kmsKeyArn: arn,
  vaultArn: arn.nullable(),
  copyTo: regionSchema.nullable(),
  /** What copies are encrypted with, in that region; null: none, or not known to the version that made the stack. */
  copyKeyArn: arn.nullable().default(null),
});

/** What is particular to an environment on AWS; what all platforms give is in outputs.ts. */
export const awsOutputParts = {
  platform: z.literal('aws'),
  tier: z.enum(['staging', 'production']),
  region: regionSchema,
  accountId: z.string().regex(/^\d{12}$/, { error: 'an account number of 12 digits' }),
  tags: z.record(z.string(), z.string()),
  /** A stand-in for AWS, in tests; null: AWS itself. */
  endpoint: z.url().nullable(),
  network: z.strictObject({
    vpcId: z.string(),
    privateSubnetIds: z.array(z.string()).min(1),
    serviceSecurityGroupId: z.string(),
  }),
  cluster: z.strictObject({ arn, name: z.string() }),
  balancer: z.strictObject({
    arn,
    dnsName: z.string(),
    /** Where users come in. */
    url: z.url(),
    /** Where only the runner comes in; `x-crossfade-slot` names the slot. */
    testUrl: z.url(),
    listenerArn: arn,
    testListenerArn: arn,
    maintenanceRuleArn: arn,
    /** `app/name/id`, the dimension that CloudWatch wants. */
    metricDimension: z.string(),
    /** How long a visitor stays with a slot; null: each request is balanced alone. */
    cohortSeconds: z.int().min(1).max(604_800).nullable(),
  }),
  routes: z.record(z.string(), awsRouteSchema),
  /** No longer configured; their routes stand until they are named in droppedRoutes. */
  formerServices: z.record(z.string(), parsedServiceSchema.readonly()),
  database: awsDatabaseOutputSchema.extend({ snapshots: awsSnapshotPolicySchema }).nullable(),
  secrets: z.record(z.string(), arn),
  alarms: z.strictObject({
    topics: perSeverity,
    /** Fired on purpose, to prove that the page reaches someone. */
    testAlarms: z.strictObject({ low: z.string(), medium: z.string(), high: z.string(), critical: z.string() }),
    /** Composite: whether to flee from blue, whether to flee from green. */
    slotBad: perColour(arn),
  }),
  deadMansSwitch: z.strictObject({ functionArn: arn, scheduleGroup: z.string(), scheduleRoleArn: arn }).nullable(),
  slots: z.strictObject({
    executionRoleArn: arn,
    taskRoleArn: arn,
    permissionsBoundaryArn: arn.nullable(),
    /** CloudWatch Logs group per service; both slots write there, in streams of their own. */
    logGroups: z.record(z.string(), z.string()),
    logKeyArn: arn,
    architecture: z.enum(['X86_64', 'ARM64']),
    scaleUpTo: z.int().min(1),
    limits: z.strictObject({ cpuPercent: z.number(), memoryPercent: z.number() }),
  }),
  /** `preview` is not there before the first up of a version that makes it. */
  roles: z.strictObject({ release: arn, provision: arn, preview: arn.optional() }).nullable(),
  approvals: z.int().nonnegative(),
  exceptions: z.array(productionExceptionSchema),
};
