import { Bucket } from '@pulumi/aws/s3/bucket.js';
import { BucketLifecycleConfiguration } from '@pulumi/aws/s3/bucketLifecycleConfiguration.js';
import { BucketPolicy } from '@pulumi/aws/s3/bucketPolicy.js';
import { BucketPublicAccessBlock } from '@pulumi/aws/s3/bucketPublicAccessBlock.js';
import { BucketServerSideEncryptionConfiguration } from '@pulumi/aws/s3/bucketServerSideEncryptionConfiguration.js';
import * as pulumi from '@pulumi/pulumi';
import { policy } from './policy.js';
import { shortForAutonaming } from './short-name.js';

export interface AccessLogsArgs {
  readonly accountId: string;
  readonly days: number;
  readonly protect: boolean;
}

/** Where the balancer keeps a line per request. */
export class AccessLogs extends pulumi.ComponentResource {
  readonly bucket: pulumi.Output<string>;

  constructor(name: string, args: AccessLogsArgs, opts?: pulumi.ComponentResourceOptions) {
    super('crossfade:aws:AccessLogs', name, {}, opts);
    const child = { parent: this };
    const bucket = new Bucket(
      shortForAutonaming(name, 63),
      { forceDestroy: !args.protect },
      { ...child, protect: args.protect },
    );
    const blocked = {
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    };
    new BucketPublicAccessBlock(name, { bucket: bucket.bucket, ...blocked }, child);
    // Balancers write with S3's own keys only.
    const rules = [{ applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }];
    new BucketServerSideEncryptionConfiguration(name, { bucket: bucket.bucket, rules }, child);
    const expiry = { id: 'expire', status: 'Enabled', filter: {}, expiration: { days: args.days } };
    new BucketLifecycleConfiguration(name, { bucket: bucket.bucket, rules: [expiry] }, child);
    const written = new BucketPolicy(
      name,
      {
        bucket: bucket.bucket,
        policy: policy(
          {
            Effect: 'Allow',
            Principal: { Service: 'logdelivery.elasticloadbalancing.amazonaws.com' },
            Action: ['s3:PutObject'],
            Resource: [pulumi.interpolate`${bucket.arn}/AWSLogs/${args.accountId}/*`],
          },
          {
            Effect: 'Deny',
            Principal: '*',
            Action: ['s3:*'],
            Resource: [bucket.arn, pulumi.interpolate`${bucket.arn}/*`],
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ),
      },
      child,
    );
    // A balancer that may not write yet is refused by AWS: whoever uses the bucket waits for its policy.
    this.bucket = pulumi.all([bucket.bucket, written.id]).apply(([name]) => name);
    this.registerOutputs({ bucket: this.bucket });
  }
}
