import { OperatorError } from '../../contract/errors.js';
import type { StoreBucket } from '../../contract/store-bucket.js';
import type { BucketInspection } from '../../journal/s3-inspection.js';
import { fine, wrong, type Check } from './check.js';

export interface InspectedBucket {
  readonly bucket: string;
  readonly configured: StoreBucket;
  readonly found: BucketInspection;
  /** Whether a replacement that named something else was refused. */
  readonly refusesMismatch: boolean;
}

/** What a bucket needs so that records in it stay, and stay private. Pure. */
export function checkBucket({ bucket, configured, found, refusesMismatch }: InspectedBucket): Check[] {
  return [
    refusesMismatch
      ? fine('bucket match', 'nothing is replaced that was changed in between')
      : wrong(
          'bucket match',
          `${bucket} replaces what it was told not to (If-Match)`,
          'use AWS itself, or a service that honours conditional writes',
        ),
    judged('bucket access', found.private, (isPrivate) =>
      isPrivate
        ? fine('bucket access', `${bucket} blocks all public access`)
        : wrong(
            'bucket access',
            `${bucket} doesn't block public access`,
            `aws s3api put-public-access-block --bucket ${bucket} --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true`,
          ),
    ),
    judged('bucket copies', found.versioned, (versioned) =>
      versioned
        ? fine('bucket copies', `${bucket} keeps what is replaced or deleted`)
        : wrong(
            'bucket copies',
            `${bucket} keeps no versions: what is deleted is gone`,
            `aws s3api put-bucket-versioning --bucket ${bucket} --versioning-configuration Status=Enabled`,
          ),
    ),
    judged('bucket key', found.encryption, (encryption) =>
      fine('bucket key', configured.kmsKeyArn === null ? encryption : `aws:kms ${configured.kmsKeyArn}`),
    ),
    checkLock(bucket, configured, found.locks),
  ];
}

function checkLock(bucket: string, { lock }: StoreBucket, locks: boolean | Error): Check {
  if (lock === null) return fine('bucket lock', 'none is configured: who may delete in the bucket may delete journals');
  return judged('bucket lock', locks, (enabled) =>
    enabled
      ? fine('bucket lock', `journals are kept for ${lock.days} days (${lock.mode})`)
      : wrong(
          'bucket lock',
          `${bucket} has no object lock, and storeBucket.lock is configured: journals can't be written`,
          `aws s3api put-object-lock-configuration --bucket ${bucket} --object-lock-configuration ObjectLockEnabled=Enabled`,
        ),
  );
}

/** What may not be looked at is neither right nor wrong. */
function judged<Answer>(name: string, found: Answer | Error, judge: (answer: Answer) => Check): Check {
  if (!(found instanceof Error)) return judge(found);
  const hint = found instanceof OperatorError ? found.hint : undefined;
  return { name, answer: 'unknown', because: found.message, ...(hint === undefined ? {} : { mend: hint }) };
}
