import { z } from 'zod';
import { awsOutputParts } from './aws-outputs.js';
import { colourSchema, type Colour } from './colour.js';
import { parsedDatabaseBackupsSchema, secretPlaceSchema } from './database-backups.js';
import { parsedServiceSchema } from './service.js';
import { slotInputSchema } from './slot-input.js';

const common = {
  format: z.literal(1),
  environment: z.string().min(1),
  services: z.record(z.string(), parsedServiceSchema.readonly()),
};

const served = {
  host: z.string(),
  port: z.int(),
  name: z.string(),
  user: z.string(),
  passwordFile: z.string(),
};

/** A database that somebody else serves: where the URLs lie, never what they are. */
const given = { name: z.string(), url: secretPlaceSchema };

/** What services connect to. */
export const localConnectionSchema = z.union([z.strictObject(served), z.strictObject(given)]).nullable();

export type LocalConnection = z.infer<typeof localConnectionSchema>;

const localDatabaseSchema = z.union([
  z.strictObject({ ...served, backups: parsedDatabaseBackupsSchema.optional() }),
  z.strictObject({
    ...given,
    ownerUrl: secretPlaceSchema,
    readerUrl: secretPlaceSchema,
    backups: parsedDatabaseBackupsSchema,
  }),
]);

export type LocalDatabaseOutputs = z.infer<typeof localDatabaseSchema>;

/** Without how it is backed up: a change of that is none of a running process's business. */
export function connectionOf(database: LocalDatabaseOutputs | null): LocalConnection {
  if (database === null) return null;
  if ('url' in database) return { name: database.name, url: database.url };
  const { host, port, name, user, passwordFile } = database;
  return { host, port, name, user, passwordFile };
}

/** Everything here lies on one machine: sockets and folders are absolute paths. */
export const localOutputsSchema = z.strictObject({
  ...common,
  platform: z.literal('local'),
  directory: z.string().min(1),
  /** Folder of the artifacts, each in a folder named by the hex digits of its digest. */
  artifacts: z.string().min(1),
  balancer: z.strictObject({
    url: z.url(),
    adminSocket: z.string().min(1),
    testSocket: z.string().min(1),
  }),
  database: localDatabaseSchema.nullable(),
});

export const awsOutputsSchema = z.strictObject({ ...common, ...awsOutputParts });

/** What an environment stack gives to its slots and to the pipeline. No secrets among them. */
export const environmentOutputsSchema = z.discriminatedUnion('platform', [localOutputsSchema, awsOutputsSchema]);

export type EnvironmentOutputs = z.infer<typeof environmentOutputsSchema>;
export type LocalOutputs = z.infer<typeof localOutputsSchema>;
export type AwsOutputs = z.infer<typeof awsOutputsSchema>;

/** What a slot stack gives: what runs there, by whom, and the input to make it again. */
export const slotOutputsSchema = z.strictObject({
  format: z.literal(1),
  platform: z.enum(['local', 'aws']),
  environment: z.string().min(1),
  colour: colourSchema,
  input: slotInputSchema,
  /** Per service, what the platform calls it: a folder of pid files, an ECS service's ARN. */
  handles: z.record(z.string(), z.string()),
  /** As they were when the run put them there: a plain up must not bring later definitions in. */
  services: z.record(z.string(), parsedServiceSchema.readonly()),
});

export type SlotOutputs = z.infer<typeof slotOutputsSchema>;

export type PerColour<Value> = Readonly<Record<Colour, Value>>;
