import { z } from 'zod';

const stateSchema = z.object({
  type: z.string(),
  /** False for components, which exist in Pulumi only. */
  custom: z.boolean().nullish(),
  inputs: z.record(z.string(), z.unknown()).nullish(),
  protect: z.boolean().nullish(),
  retainOnDelete: z.boolean().nullish(),
});

const stepSchema = z.object({
  op: z.string(),
  urn: z.string().min(1),
  oldState: stateSchema.nullish(),
  newState: stateSchema.nullish(),
  replaceReasons: z.array(z.string()).nullish(),
  diffReasons: z.array(z.string()).nullish(),
  detailedDiff: z.record(z.string(), z.object({ kind: z.string() })).nullish(),
});

/** What `pulumi preview --json` prints, as far as it is read here. Values are in clear: none may be printed unseen. */
const previewSchema = z.object({
  steps: z.array(stepSchema).nullish(),
  diagnostics: z.array(z.object({ severity: z.string(), message: z.string(), urn: z.string().nullish() })).nullish(),
});

export type EngineStep = z.infer<typeof stepSchema>;
export type EngineState = z.infer<typeof stateSchema>;

export interface EnginePreview {
  readonly steps: readonly EngineStep[];
  /** Of severity `error`: what a provider, the program or a policy refused. */
  readonly errors: readonly { readonly message: string; readonly urn: string | undefined }[];
}

/** Undefined when the text is no preview: an engine that failed before it began prints none. */
export function readEnginePreview(text: string): EnginePreview | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = previewSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const errors = (parsed.data.diagnostics ?? []).filter(({ severity }) => severity === 'error');
  return {
    steps: parsed.data.steps ?? [],
    errors: errors.map(({ message, urn }) => ({
      message: message.replace(/^error: /, '').trim(),
      urn: urn ?? undefined,
    })),
  };
}
