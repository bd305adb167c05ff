import { z } from 'zod';

const step = z.object({
  op: z.string(),
  urn: z.string(),
  type: z.string(),
  new: z.object({ outputs: z.record(z.string(), z.unknown()).nullish() }).nullish(),
});

/** One line of `pulumi up --json`, as far as it is read here. */
export const engineEventSchema = z.object({
  resourcePreEvent: z.object({ metadata: step }).optional(),
  resOutputsEvent: z.object({ metadata: step }).optional(),
  resOpFailedEvent: z.object({ metadata: step }).optional(),
  diagnosticEvent: z.object({ severity: z.string(), message: z.string(), urn: z.string().optional() }).optional(),
  summaryEvent: z
    .object({ resourceChanges: z.record(z.string(), z.number()).nullish(), durationSeconds: z.number() })
    .optional(),
});

export type EngineEvent = z.infer<typeof engineEventSchema>;

/** Undefined for a line that is none: what a program prints comes among the events. */
export function readEngineEvent(line: string): EngineEvent | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return engineEventSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

const doing: Readonly<Record<string, string>> = {
  create: 'creating',
  update: 'updating',
  delete: 'deleting',
  replace: 'replacing',
  'create-replacement': 'creating',
  'delete-replaced': 'deleting',
};

/** What people read while it runs; undefined for what changes nothing. */
export function describeEngineEvent(event: EngineEvent): string | undefined {
  const begun = event.resourcePreEvent?.metadata;
  if (begun !== undefined && doing[begun.op] !== undefined && !begun.type.startsWith('pulumi:')) {
    return `${doing[begun.op] ?? begun.op} ${nameOf(begun.urn)}`;
  }
  const failed = event.resOpFailedEvent?.metadata;
  return failed === undefined || failed.type.startsWith('pulumi:')
    ? undefined
    : `failed: ${failed.op} ${nameOf(failed.urn)}`;
}

export function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf('::') + 2);
}
