import { z } from 'zod';
import { digestOf } from '../../contract/json.js';

const deploymentSchema = z.object({
  resources: z
    .array(
      z.object({
        urn: z.string(),
        type: z.string(),
        outputs: z.record(z.string(), z.unknown()).nullish(),
      }),
    )
    .nullish()
    .transform((resources) => resources ?? []),
  pending_operations: z
    .array(z.object({ type: z.string(), resource: z.object({ urn: z.string(), type: z.string() }) }))
    .nullish()
    .transform((operations) => operations ?? []),
});

const exportSchema = z.object({ version: z.number(), deployment: deploymentSchema.nullish() });

/** A stack as `pulumi stack export` gives it. */
export interface ExportedState {
  readonly text: string;
  readonly digest: string;
  /** Undefined before the first up and after a destroy. */
  readonly outputs: Readonly<Record<string, unknown>> | undefined;
  readonly resources: readonly { readonly urn: string; readonly type: string }[];
  /** What an engine had begun when it was killed. */
  readonly pending: readonly { readonly operation: string; readonly urn: string; readonly type: string }[];
}

/** Undefined when the text is no export. */
export function readExportedState(text: string): ExportedState | undefined {
  const parsed = exportSchema.safeParse(jsonOf(text));
  if (!parsed.success) return undefined;
  const deployment = parsed.data.deployment ?? { resources: [], pending_operations: [] };
  const stack = deployment.resources.find(({ type }) => type === 'pulumi:pulumi:Stack');
  const outputs = stack?.outputs ?? {};
  return {
    text,
    digest: digestOf(text),
    outputs: Object.keys(outputs).length === 0 ? undefined : outputs,
    resources: deployment.resources,
    pending: deployment.pending_operations.map(({ type, resource }) => ({ operation: type, ...resource })),
  };
}

/** The same export without what an engine had begun; only for resources whose creation may be done again. */
export function withoutPending(state: ExportedState): string {
  const whole = z.looseObject({ deployment: z.looseObject({}) }).parse(JSON.parse(state.text));
  return JSON.stringify({ ...whole, deployment: { ...whole.deployment, pending_operations: [] } });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
