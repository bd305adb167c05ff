import { join } from 'node:path';
import { z } from 'zod';
import { colourSchema, type Colour } from '../../../../contract/colour.js';
import { canonicalJson, digestOf, digestSchema } from '../../../../contract/json.js';
import { localConnectionSchema } from '../../../../contract/outputs.js';
import { settingsSchema } from '../../../../contract/settings.js';

const milliseconds = z.number().nonnegative();

/** One service of one slot on this machine: all that its processes are made from. No secrets. */
export const serviceSpecSchema = z.object({
  directory: z.string().min(1),
  environment: z.string().min(1),
  colour: colourSchema,
  service: z.string().min(1),
  kind: z.enum(['routed', 'background', 'singleton']),
  command: z.array(z.string()).min(1),
  replicas: z.int().nonnegative(),
  stopWithin: milliseconds,
  health: z.object({ path: z.string(), within: milliseconds, every: milliseconds }),
  version: z.string(),
  digest: digestSchema,
  /** Folder of the artifact's files. */
  folder: z.string().min(1),
  settings: settingsSchema,
  database: localConnectionSchema.optional().transform((value) => value ?? null),
});

export type ServiceSpec = z.infer<typeof serviceSpecSchema>;

export function slotFolder(directory: string, colour: Colour): string {
  return join(directory, 'slots', colour);
}

/** Holds the pid files of a service's replicas, and their logs. */
export function serviceFolder(spec: Pick<ServiceSpec, 'directory' | 'colour' | 'service'>): string {
  return join(slotFolder(spec.directory, spec.colour), 'services', spec.service);
}

/** Changes exactly when a running process would have to be another one. */
export function definitionDigest(spec: ServiceSpec): string {
  const { command, kind, folder, database } = spec;
  return digestOf(canonicalJson({ command, kind, folder, database }));
}
