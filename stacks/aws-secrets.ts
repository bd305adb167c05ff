import type * as pulumi from '@pulumi/pulumi';
import type { EncryptionKey } from '../components/aws/encryption-key.js';
import { randomText, Secret } from '../components/aws/secret.js';
import type { AwsConfiguration } from '../contract/configuration.js';

/** ARNs by entry's name. */
export function awsSecrets(
  name: string,
  { secretEntries, protect }: AwsConfiguration,
  key: EncryptionKey,
  opts: pulumi.ComponentResourceOptions & pulumi.InvokeOutputOptions,
): Record<string, pulumi.Output<string>> {
  return Object.fromEntries(
    Object.entries(secretEntries).map(([entry, kind]) => {
      const value = kind.kind === 'generated' ? randomText(kind.length, opts) : undefined;
      const description = `${entry} of ${name}`;
      const { rotate } = kind;
      const secret = new Secret(`${name}-${entry}`, { description, keyArn: key.arn, protect, value, rotate }, opts);
      return [entry, secret.arn];
    }),
  );
}
