import { z } from 'zod';
import { approversSchema } from './approver.js';
import { hotfixConfigurationSchema } from './hotfix.js';
import { localDatabaseConfigurationSchema } from './local-database-configuration.js';
import { dutiesConfigurationSchema } from './duty.js';
import { flagsConfigurationSchema } from './flags-configuration.js';
import { nameSchema } from './names.js';
import { notifySchema } from './notify.js';
import { rulesSchema } from './rules.js';
import { servicesSchema } from './service.js';
import { sourcesSchema } from './sources.js';
import { settingSecretsSchema, settingValuesSchema } from './settings.js';
import { awsConfigurationSchema } from './aws-configuration.js';

const common = {
  product: nameSchema,
  /** Pulumi's backend of this environment and its slots, such as file://~/.crossfade or s3://bucket. */
  backend: z
    .string()
    .regex(/^(file|s3|gs|azblob|https):\/\/\S*$/, { error: 'a backend URL such as file://… or s3://…' }),
  /** Pulumi's secrets provider, such as passphrase or awskms://alias/…. */
  secretsProvider: z.string().min(1),
  /** Where journals, leases and releases live: a folder, relative to this file, or s3://bucket/prefix. */
  store: z.string().min(1),
  services: servicesSchema,
  settings: settingValuesSchema.default({}),
  secrets: settingSecretsSchema.default({}),
  rules: rulesSchema.prefault({}),
  /** The service that keeps the product's flags, which a release may ramp. */
  flags: flagsConfigurationSchema.optional(),
  duties: dutiesConfigurationSchema.prefault({}),
  /** Who is told what runs do. */
  notify: notifySchema.prefault({}),
  /** `none`: each request is balanced alone. `cohort`: a visitor stays with one slot for all services. */
  affinity: z.enum(['none', 'cohort']).default('none'),
  /** The team's checklist in Markdown, relative to this file; a deploy carries it out. */
  checklist: z.string().min(1).optional(),
  /** Where the checklist's items get their answers. */
  sources: sourcesSchema.prefault({}),
  /** Releases are tried here before they go to production: items of the moment `staging` are asked here, and only here. */
  staging: z.boolean().default(false),
  /** Who may decide: approve runs, sign what they saw, and sign exceptions for dangerous changes. */
  approvers: approversSchema.default({}),
  /** Left out: there is no fast lane. */
  hotfix: hotfixConfigurationSchema.optional(),
};

export const localConfigurationSchema = z.strictObject({
  ...common,
  platform: z.literal('local'),
  /** Port of the balancer on 127.0.0.1; 0 lets the system choose one at the first up. */
  port: z.int().min(0).max(65_535).default(8080),
  /** Where processes, logs, database and sockets live, relative to this file. */
  directory: z.string().min(1).default('.crossfade/local'),
  database: localDatabaseConfigurationSchema.nullable().default(null),
});

export const cloudConfigurationSchema = awsConfigurationSchema.extend(common);

/** The value of `crossfade:environment` in Pulumi.<environment>.yaml. */
export const environmentConfigurationSchema = z.discriminatedUnion('platform', [
  localConfigurationSchema,
  cloudConfigurationSchema,
]);

export type EnvironmentConfiguration = z.infer<typeof environmentConfigurationSchema>;
export type LocalConfiguration = z.infer<typeof localConfigurationSchema>;
export type AwsConfiguration = z.infer<typeof cloudConfigurationSchema>;
