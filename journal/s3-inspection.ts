import { s3ErrorOf, type S3Connection } from './s3-connection.js';

/** What a bucket answers about itself; an Error where it would not say. */
export interface BucketInspection {
  readonly versioned: boolean | Error;
  /** The algorithm and, where there is one of one's own, the key. */
  readonly encryption: string | Error;
  /** Whether all four blocks of public access are on. */
  readonly private: boolean | Error;
  readonly locks: boolean | Error;
}

/** Asks a bucket how it keeps what is written into it. Throws StoreError only when it can't be reached at all. */
export async function inspectBucket(connection: S3Connection, bucket: string): Promise<BucketInspection> {
  const Bucket = bucket;
  const [versioned, encryption, isPrivate, locks] = await Promise.all([
    orError(
      connection.ask('read the versioning of', bucket, async (sdk, client, options) => {
        const { Status } = await client.send(new sdk.GetBucketVersioningCommand({ Bucket }), options);
        return Status === 'Enabled';
      }),
    ),
    orError(
      connection.ask('read the encryption of', bucket, async (sdk, client, options) => {
        const found = await client.send(new sdk.GetBucketEncryptionCommand({ Bucket }), options);
        const rule = found.ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault;
        return [rule?.SSEAlgorithm ?? 'AES256', rule?.KMSMasterKeyID].filter((word) => word !== undefined).join(' ');
      }),
      // S3 encrypts with keys of its own where nothing else was said.
      { ServerSideEncryptionConfigurationNotFoundError: 'AES256' },
    ),
    orError(
      connection.ask('read the public access block of', bucket, async (sdk, client, options) => {
        const found = await client.send(new sdk.GetPublicAccessBlockCommand({ Bucket }), options);
        const block = found.PublicAccessBlockConfiguration ?? {};
        const { BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets } = block;
        return [BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets].every((on) => on === true);
      }),
      { NoSuchPublicAccessBlockConfiguration: false },
    ),
    orError(
      connection.ask('read the object lock of', bucket, async (sdk, client, options) => {
        const found = await client.send(new sdk.GetObjectLockConfigurationCommand({ Bucket }), options);
        return found.ObjectLockConfiguration?.ObjectLockEnabled === 'Enabled';
      }),
      { ObjectLockConfigurationNotFoundError: false },
    ),
  ]);
  return { versioned, encryption, private: isPrivate, locks };
}

/** `meaning`: errors that are answers. */
async function orError<Answer>(
  asked: Promise<Answer>,
  meaning: Readonly<Record<string, Answer>> = {},
): Promise<Answer | Error> {
  try {
    return await asked;
  } catch (error) {
    const said = s3ErrorOf(error);
    if (said === undefined) throw error;
    return meaning[said] ?? (error as Error);
  }
}
