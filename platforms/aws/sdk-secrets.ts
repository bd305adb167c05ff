import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { ask, serviceErrorOf } from './ask.js';
import { clientOptions, type Place } from './place.js';
import type { SecretsApi } from './secrets.js';

export function sdkSecrets(place: Place): SecretsApi {
  const client = new SecretsManagerClient(clientOptions(place));
  return {
    async describe(arn, signal) {
      const command = new DescribeSecretCommand({ SecretId: arn });
      try {
        const found = await ask('DescribeSecret', client, (options) => client.send(command, options), signal);
        return { arn: found.ARN ?? arn, deletedAt: found.DeletedDate, stages: found.VersionIdsToStages ?? {} };
      } catch (error) {
        if (serviceErrorOf(error) === 'ResourceNotFoundException') return undefined;
        throw error;
      }
    },

    async value(arn, signal) {
      const command = new GetSecretValueCommand({ SecretId: arn });
      const found = await ask('GetSecretValue', client, (options) => client.send(command, options), signal);
      return found.SecretString ?? '';
    },

    async put(arn, SecretString, signal) {
      const command = new PutSecretValueCommand({ SecretId: arn, SecretString });
      const made = await ask('PutSecretValue', client, (options) => client.send(command, options), signal);
      return made.VersionId ?? '';
    },
  };
}
