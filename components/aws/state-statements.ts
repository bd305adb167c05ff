import { allow, type Statement } from './policy.js';

export interface StatePlace {
  readonly accountId: string;
  readonly region: string;
  /** Where stacks are kept, and what encrypts their secrets, as the stack file has it. */
  readonly backend: string;
  readonly secretsProvider: string;
}

/**
 * Pulumi's own, of slots and of the environment whose outputs they read; a lock is a file that is deleted again. A
 * preview takes no lock and writes nothing.
 */
export function stateStatements(place: StatePlace, how: 'read' | 'write'): readonly Statement[] {
  const { backend, secretsProvider, region, accountId } = place;
  const [, bucket] = backendParts(backend);
  const alias = /^awskms:\/\/\/?(alias\/[^?]+)/.exec(secretsProvider)?.[1];
  const state = stateObjects(backend);
  const writes = how === 'write';
  return [
    ...(bucket === undefined
      ? []
      : [
          allow(['s3:GetBucketLocation', 's3:ListBucket'], [`arn:aws:s3:::${bucket}`]),
          allow(writes ? ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'] : ['s3:GetObject'], [state]),
        ]),
    ...(alias === undefined
      ? []
      : [
          allow(
            writes ? ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'] : ['kms:Decrypt'],
            [`arn:aws:kms:${region}:${accountId}:key/*`],
            { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': alias } },
          ),
        ]),
  ];
}

function backendParts(backend: string): readonly string[] {
  return /^s3:\/\/([^/?]+)(?:\/([^?]*?))?\/?(?:\?.*)?$/.exec(backend) ?? [];
}

/** All that Pulumi keeps in a backend that is a bucket. */
export function stateObjects(backend: string): string {
  const [, bucket = '', folder = ''] = backendParts(backend);
  return `arn:aws:s3:::${bucket}/${folder === '' ? '' : `${folder}/`}.pulumi/*`;
}

/** What a store's objects begin with. */
export function storeObjects({ bucket, prefix }: { readonly bucket: string; readonly prefix: string }): string {
  return `arn:aws:s3:::${bucket}/${prefix === '' ? '' : `${prefix}/`}`;
}
