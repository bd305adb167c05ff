import { z } from 'zod';
import { awsOutputParts } from './aws-outputs.js';
import { colourSchema, type Colour } from './colour.js';
import { parsedServiceSchema } from './service.js';
import { slotInputSchema } from './slot-input.js';

const common = {
  format: z.literal(1),
  environment: z.string().min(1),
  services: z.record(z.string(), parsedServiceSchema.readonly()),
};

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
  database: z
    .strictObject({ host: z.string(), port: z.int(), name: z.string(), user: z.string(), passwordFile: z.string() })
    .nullable(),
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
