import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { IdentityApi } from './account.js';
import { ask } from './ask.js';
import { clientOptions, type Place } from './place.js';

export function sdkIdentity(place: Place): IdentityApi {
  const client = new STSClient(clientOptions(place));
  return {
    async caller(signal) {
      const command = new GetCallerIdentityCommand({});
      const found = await ask('GetCallerIdentity', client, (options) => client.send(command, options), signal);
      return { accountId: found.Account ?? '', arn: found.Arn ?? '' };
    },
  };
}
