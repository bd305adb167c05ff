import { z } from 'zod';
import { nameSchema } from './names.js';

const window = z.string().regex(/^\d\d:\d\d-\d\d:\d\d$/, { error: 'hours in UTC such as 03:00-04:00' });
const days = '(mon|tue|wed|thu|fri|sat|sun)';
const weeklyWindow = z.string().regex(new RegExp(`^${days}:\\d\\d:\\d\\d-${days}:\\d\\d:\\d\\d$`), {
  error: 'a time in UTC such as sun:05:00-sun:06:00',
});

const instanceClass = z.string().regex(/^db\.[a-z0-9]+\.[a-z0-9]+$/, { error: 'a class such as db.t4g.medium' });

export const createdDatabaseSchema = z
  .strictObject({
    kind: z.literal('create'),
    name: nameSchema,
    engineVersion: z
      .string()
      .regex(/^\d+(\.\d+)?$/, { error: 'a version of PostgreSQL such as 16 or 16.4' })
      .default('16'),
    class: instanceClass.default('db.t4g.medium'),
    /** GiB. */
    storage: z.int().min(20).max(65_536).default(50),
    /** GiB up to which storage grows by itself. */
    storageUpTo: z.int().min(20).max(65_536).default(200),
    multiAz: z.boolean().default(true),
    deletionProtection: z.boolean().default(true),
    backupRetentionDays: z.int().min(1).max(35).default(14),
    backupWindow: window.default('02:00-03:00'),
    maintenanceWindow: weeklyWindow.default('sun:04:00-sun:05:00'),
    /** Statements that take longer are logged, in milliseconds. */
    slowQueryMilliseconds: z.int().min(10).default(100),
    /** Seconds between samples of the operating system; 0 switches enhanced monitoring off. */
    monitoringSeconds: z
      .union([z.literal(0), z.literal(1), z.literal(5), z.literal(15), z.literal(30), z.literal(60)])
      .default(60),
    /** Of the server; services of both slots share them. */
    maxConnections: z.int().min(20).max(5_000).default(200),
    replica: z.strictObject({ class: instanceClass }).nullable().default(null),
    /** Days after which the application's password is changed, by two roles that take turns; null: by hand. */
    rotateAfterDays: z.int().min(1).max(365).nullable().default(null),
    /** For each routed service a target group and a rule that users can't reach: rehearsals on a copy start releases there. */
    rehearsals: z.boolean().default(false),
  })
  .refine((database) => database.storageUpTo >= database.storage, {
    path: ['storageUpTo'],
    error: 'at least as much as storage',
  });

const adoptedDatabaseSchema = z.strictObject({
  kind: z.literal('adopt'),
  /** Of an instance that stands already and stays in its owner's hands. */
  identifier: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, { error: "an instance's identifier" }),
  name: nameSchema,
  securityGroupId: z.string().regex(/^sg-[0-9a-f]+$/, { error: 'an id such as sg-0123456789abcdef0' }),
  /** Where the application's own role and password lie; never the master's. */
  applicationSecretArn: z.string().regex(/^arn:aws[a-z-]*:secretsmanager:/, { error: "a secret's ARN" }),
});

export const awsDatabaseSchema = z.discriminatedUnion('kind', [createdDatabaseSchema, adoptedDatabaseSchema]);

export type AwsDatabaseConfiguration = z.infer<typeof awsDatabaseSchema>;
export type CreatedDatabase = z.infer<typeof createdDatabaseSchema>;
export type AdoptedDatabase = z.infer<typeof adoptedDatabaseSchema>;

/** How long snapshots taken before releases are kept, and where a second copy lies. */
export const awsSnapshotsSchema = z.strictObject({
  /** So many are kept per environment; one that a standing slot or an open run needs is kept besides. */
  keep: z.int().min(1).max(90).default(10),
  /** Of AWS Backup, independent of releases: a schedule in cron(…) of UTC. */
  schedule: z
    .string()
    .regex(/^cron\([^()]+\)$/, { error: 'a schedule such as cron(0 1 * * ? *)' })
    .default('cron(0 1 * * ? *)'),
  scheduledKeepDays: z.int().min(1).max(3_650).default(35),
  copyTo: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, { error: 'a region such as eu-west-1' })
    .nullable()
    .default(null),
});

export type AwsSnapshotsConfiguration = z.infer<typeof awsSnapshotsSchema>;
