import { z } from 'zod';
import type { JsonObject } from '../../contract/json.js';

const decidedSchema = z.object({
  item: z.string(),
  by: z.array(z.object({ approver: z.string(), kind: z.string(), at: z.string(), said: z.string() })),
});
const severalSchema = z.object({ people: z.array(decidedSchema) });

export interface Decided {
  readonly by: string;
  readonly at: string;
  readonly said: string;
}

/** Who has decided about an item, when, and what they said, by the evidence of the step that asked them. */
export function decidedBy(item: string, evidence: JsonObject): Decided | undefined {
  const one = decidedSchema.safeParse(evidence).data;
  const several = severalSchema.safeParse(evidence).data?.people ?? [];
  const found = [...(one ? [one] : []), ...several].find((each) => each.item === item);
  if (found === undefined || found.by.length === 0) return undefined;
  return {
    by: found.by.map(({ approver }) => approver).join(', '),
    at: found.by.map(({ at }) => at).reduce((one, other) => (one > other ? one : other)),
    said: found.by.map(({ approver, kind, said }) => `${kind} by ${approver}: ${said}`).join('; '),
  };
}
