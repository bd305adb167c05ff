import { z } from 'zod';

const key = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:(key|alias)\/[A-Za-z0-9/_-]+$/;

/** How what Crossfade writes into a store in S3 is kept. The bucket itself is made and guarded by somebody else. */
export const storeBucketSchema = z.strictObject({
  /** What encrypts it; null: whatever the bucket does by itself. */
  kmsKeyArn: z.string().regex(key, { error: 'the ARN of a KMS key' }).nullable().default(null),
  /** Nobody can destroy a journal's line for so many days (`governance`: but who may bypass it); null: no lock. */
  lock: z
    .strictObject({ mode: z.enum(['governance', 'compliance']), days: z.int().min(1).max(36_500) })
    .nullable()
    .default(null),
});

export type StoreBucket = z.infer<typeof storeBucketSchema>;
