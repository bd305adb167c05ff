import { Alias } from '@pulumi/aws/kms/alias.js';
import { Key } from '@pulumi/aws/kms/key.js';
import * as pulumi from '@pulumi/pulumi';
import { policy, type Statement } from './policy.js';

export interface EncryptionKeyArgs {
  readonly description: string;
  readonly accountId: string;
  /** Services of AWS that encrypt with it on their own behalf, such as logs.eu-central-1.amazonaws.com. */
  readonly services: readonly string[];
  readonly protect: boolean;
  /** What is encrypted with it outlives the program: then the key has to as well. */
  readonly keep?: boolean;
  /** Another than the provider's. */
  readonly region?: string;
}

/** A KMS key that turns every year. Whoever deletes it deletes everything that was encrypted with it. */
export class EncryptionKey extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: EncryptionKeyArgs, opts?: pulumi.ComponentResourceOptions) {
    super('crossfade:aws:EncryptionKey', name, {}, opts);
    const place = args.region === undefined ? {} : { region: args.region };
    const key = new Key(
      name,
      {
        ...place,
        description: args.description,
        enableKeyRotation: true,
        deletionWindowInDays: 30,
        policy: policy(accountStatement(args.accountId), ...args.services.map(serviceStatement)),
      },
      { parent: this, protect: args.protect, retainOnDelete: args.keep ?? false },
    );
    new Alias(name, { ...place, targetKeyId: key.keyId }, { parent: this });
    this.arn = key.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

/** Who may use the key is then said by IAM. */
function accountStatement(accountId: string): Statement {
  const principal = { AWS: `arn:aws:iam::${accountId}:root` };
  return { Sid: 'Account', Effect: 'Allow', Principal: principal, Action: ['kms:*'], Resource: ['*'] };
}

function serviceStatement(service: string): Statement {
  const actions = ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'];
  return { Effect: 'Allow', Principal: { Service: service }, Action: actions, Resource: ['*'] };
}
