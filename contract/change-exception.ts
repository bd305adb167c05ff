import { z } from 'zod';
import { canonicalJson, digestSchema } from './json.js';
import { nameSchema } from './names.js';
import { changeOperationSchema } from './planned-change.js';

/** That a dangerous change may be made, once and as it was previewed: a file in `exceptions/`, signed by an approver. */
export const changeExceptionSchema = z.strictObject({
  format: z.literal(1),
  environment: nameSchema,
  urn: z.string().min(1).max(2_000),
  operation: changeOperationSchema,
  /** Digest of the change with its paths and new values: another change of the same resource needs another signature. */
  change: digestSchema,
  because: z.string().min(10, { error: 'a reason that a stranger would accept, of at least 10 characters' }).max(500),
  expires: z.iso.datetime(),
  /** Whose key, as `approvers` of the environment's configuration names it. */
  approver: nameSchema,
  /** ed25519 over the canonical JSON of all the rest, base64. */
  signature: z.base64(),
});

export type ChangeException = z.infer<typeof changeExceptionSchema>;

/** What is signed. */
export function exceptionText({
  signature: _signature,
  ...rest
}: Omit<ChangeException, 'signature'> & { signature?: string }): string {
  return canonicalJson(rest);
}
