import { z } from 'zod';
import { canonicalJson, digestOf, digestSchema } from './json.js';

/** What an `up` would do to a resource. `unprotect`: nothing but its protection is taken off; `other`: a word we don't know. */
export const changeOperationSchema = z.enum([
  'create',
  'update',
  'replace',
  'delete',
  'unprotect',
  'import',
  'read',
  'refresh',
  'forget',
  'other',
]);

export type ChangeOperation = z.infer<typeof changeOperationSchema>;

/** One change as it was reviewed. It holds no value: `content` is a digest of the new ones, secrets left out by Pulumi. */
export const reviewedChangeSchema = z.strictObject({
  urn: z.string().min(1),
  operation: changeOperationSchema,
  /** Sorted; empty for what is created or deleted as a whole. */
  paths: z.array(z.string()),
  content: digestSchema,
});

export type ReviewedChange = z.infer<typeof reviewedChangeSchema>;

export const reviewedStackSchema = z.strictObject({
  stack: z.string().min(1),
  hash: digestSchema,
  changes: z.array(reviewedChangeSchema),
});

export type ReviewedStack = z.infer<typeof reviewedStackSchema>;

/** What `crossfade preview --save` writes and `crossfade up --reviewed` compares with. */
export const reviewedPreviewSchema = z.strictObject({
  format: z.literal(1),
  environment: z.string().min(1),
  madeAt: z.iso.datetime(),
  stacks: z.array(reviewedStackSchema),
});

export type ReviewedPreview = z.infer<typeof reviewedPreviewSchema>;

/** The same for the same changes, whatever order the engine found them in. */
export function changesHash(changes: readonly ReviewedChange[]): string {
  return digestOf(canonicalJson(inOrder(changes)));
}

export function changeDigest(change: ReviewedChange): string {
  return digestOf(canonicalJson(change));
}

export function inOrder(changes: readonly ReviewedChange[]): ReviewedChange[] {
  const key = ({ urn, operation }: ReviewedChange): string => `${urn}\n${operation}`;
  return [...changes].sort((one, other) => (key(one) < key(other) ? -1 : 1));
}
