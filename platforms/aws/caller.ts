import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { ask } from './ask.js';
import { clientOptions, type Place } from './place.js';

/** Who AWS says is calling: an ARN. Needs no permission. Throws PlatformError. */
export async function caller(place: Place, signal?: AbortSignal): Promise<string | undefined> {
  const client = new STSClient(clientOptions(place));
  try {
    const command = new GetCallerIdentityCommand({});
    return (await ask('GetCallerIdentity', client, (options) => client.send(command, options), signal)).Arn;
  } finally {
    client.destroy();
  }
}
