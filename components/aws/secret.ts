import { Secret as ManagedSecret } from '@pulumi/aws/secretsmanager/secret.js';
import { SecretRotation } from '@pulumi/aws/secretsmanager/secretRotation.js';
import { SecretVersion } from '@pulumi/aws/secretsmanager/secretVersion.js';
import { getRandomPasswordOutput } from '@pulumi/aws/secretsmanager/getRandomPassword.js';
import * as pulumi from '@pulumi/pulumi';

export interface SecretArgs {
  readonly description: string;
  readonly keyArn: pulumi.Input<string>;
  readonly protect: boolean;
  /** The first value; undefined: a person puts one in. */
  readonly value: pulumi.Input<string> | undefined;
  /** A function that changes the value from time to time. Secrets Manager must be allowed to call it. */
  readonly rotate?: { readonly functionArn: string; readonly afterDays: number } | null;
}

/**
 * An entry in Secrets Manager. It has no name of our own: a deleted secret holds its name for weeks, and consumers
 * know this one by its ARN. The value is written once; whoever changes it later is not undone.
 */
export class Secret extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  /** The first value, the same at every up; undefined where a person puts one in. */
  readonly firstValue: pulumi.Output<string> | undefined;

  constructor(name: string, args: SecretArgs, opts?: pulumi.ComponentResourceOptions) {
    super('crossfade:aws:Secret', name, {}, opts);
    const kept = { parent: this, protect: args.protect };
    const secret = new ManagedSecret(
      name,
      { description: args.description, kmsKeyId: args.keyArn, recoveryWindowInDays: args.protect ? 30 : 7 },
      kept,
    );
    if (args.value === undefined) {
      this.firstValue = undefined;
    } else {
      const value = pulumi.secret(args.value);
      // Read back from the version: `value` itself may be drawn anew at every up.
      const opts = { parent: this, ignoreChanges: ['secretString'] };
      const version = new SecretVersion(name, { secretId: secret.id, secretString: value }, opts);
      this.firstValue = pulumi.secret(version.secretString).apply((text) => text ?? '');
    }
    if (args.rotate) {
      const { functionArn: rotationLambdaArn, afterDays: automaticallyAfterDays } = args.rotate;
      const rotation = { rotationLambdaArn, rotationRules: { automaticallyAfterDays }, rotateImmediately: false };
      // The first turn is at the end of the first period: a release is given versions by number, and takes the next.
      new SecretRotation(name, { secretId: secret.id, ...rotation }, { parent: this });
    }
    this.arn = secret.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

/** Letters and digits only: it survives URLs, shells and connection strings. */
export function randomText(length: number, opts: pulumi.InvokeOutputOptions): pulumi.Output<string> {
  const password = getRandomPasswordOutput({ passwordLength: length, excludePunctuation: true }, opts);
  return pulumi.secret(password.randomPassword);
}
