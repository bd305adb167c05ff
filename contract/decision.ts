import { z } from 'zod';
import { canonicalJson, digestOf, digestSchema } from './json.js';
import { nameSchema } from './names.js';

export const decisionKindSchema = z.enum(['approved', 'rejected', 'signed', 'waived']);
export type DecisionKind = z.infer<typeof decisionKindSchema>;

/** What somebody vouches for: this about that item of this run, with this plan, and nothing else. */
export const statementSchema = z.strictObject({
  /** What it is, so that a signature for something else is never one for this. */
  says: z.literal('crossfade decision 1'),
  kind: decisionKindSchema,
  environment: z.string().min(1).max(100),
  run: z.string().min(1).max(200),
  plan: digestSchema,
  /** Id of the gate, or of the item of a step, that it answers. */
  item: z.string().min(1).max(300),
  approver: nameSchema,
  at: z.iso.datetime(),
  /** Counts until then. */
  expires: z.iso.datetime().optional(),
  /** Digest of the words, so that they can be left out of an export and the signature still be checked. */
  words: digestSchema,
});
export type Statement = z.infer<typeof statementSchema>;

const identitySchema = z.discriminatedUnion('by', [
  /** ed25519 over `statementText`, base64, by the key that the environment lists for the approver. */
  z.strictObject({ by: z.literal('key'), signature: z.base64().max(200) }),
  /** The operating system's account: counts on the local platform only. */
  z.strictObject({ by: z.literal('account'), account: z.string().min(1).max(300) }),
]);

export const longestWords = 2_000;

/** One line of what people have decided about a run. */
export const decisionSchema = z
  .strictObject({
    format: z.literal(1),
    statement: statementSchema,
    /** Why, or what they saw. */
    words: z.string().min(1).max(longestWords),
    identity: identitySchema,
  })
  .refine(({ statement, words }) => statement.words === digestOf(words), {
    error: 'words with the digest that was signed',
  });
export type Decision = z.infer<typeof decisionSchema>;

/** What is signed: canonical JSON (RFC 8785 for the values used here). */
export function statementText(statement: Statement): string {
  return canonicalJson(statement);
}
