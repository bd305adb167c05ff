import type { S3Place } from '../../journal/s3-bucket.js';

const bucket = 'shop-releases';

/** Makes a bucket in moto as doctor wants it; with `lock` one that keeps what is locked. */
export async function makeMotoBucket(
  url: string,
  { lock = false, name = bucket } = {},
): Promise<(prefix: string, endpoint?: string) => S3Place> {
  const sdk = await import('@aws-sdk/client-s3');
  const client = new sdk.S3Client({ region: 'eu-central-1', endpoint: url, forcePathStyle: true });
  await client.send(
    new sdk.CreateBucketCommand({
      Bucket: name,
      CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' },
      ObjectLockEnabledForBucket: lock,
    }),
  );
  await client.send(
    new sdk.PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration: { Status: 'Enabled' } }),
  );
  await client.send(
    new sdk.PutPublicAccessBlockCommand({
      Bucket: name,
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        IgnorePublicAcls: true,
        BlockPublicPolicy: true,
        RestrictPublicBuckets: true,
      },
    }),
  );
  client.destroy();
  return (prefix, endpoint = url) => ({
    bucket: name,
    prefix,
    region: 'eu-central-1',
    endpoint,
    kmsKeyArn: null,
    lock: null,
  });
}
