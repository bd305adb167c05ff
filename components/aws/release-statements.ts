import { allow, type Statement } from './policy.js';

export interface ReleaseStatementsArgs {
  readonly accountId: string;
  readonly region: string;
  readonly store: { readonly bucket: string; readonly prefix: string };
}

/** What the pipeline calls, in IAM's words. */
export const releaseActions: readonly string[] = [
  'elasticloadbalancing:DescribeRules',
  'elasticloadbalancing:DescribeTargetHealth',
  'elasticloadbalancing:ModifyRule',
  'cloudwatch:GetMetricData',
];

export function releaseStatements(args: ReleaseStatementsArgs): readonly Statement[] {
  const bucket = `arn:aws:s3:::${args.store.bucket}`;
  return [
    allow(releaseActions, ['*'], { StringEquals: { 'aws:RequestedRegion': args.region } }),
    allow(['s3:ListBucket'], [bucket]),
    allow(['s3:GetObject', 's3:PutObject'], [`${bucket}/${args.store.prefix}*`]),
  ];
}
