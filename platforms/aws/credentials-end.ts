import { STSClient } from '@aws-sdk/client-sts';
import { z } from 'zod';
import { PlatformError } from '../../contract/errors.js';
import { clientOptions, type Place } from './place.js';

const credentialsSchema = z.object({
  expiration: z.date().optional(),
  sessionToken: z.string().optional(),
  /** Where the SDK has them from. */
  $source: z.record(z.string(), z.unknown()).optional(),
});

export interface CredentialsEnd {
  /** When they end for good; undefined: never, or newer ones can be fetched, or they don't say. */
  readonly at: Date | undefined;
  readonly because: string;
}

/** Asks nobody but the SDK's own chain. Throws PlatformError when there are none. */
export async function credentialsEnd(place: Place): Promise<CredentialsEnd> {
  const client = new STSClient(clientOptions(place));
  try {
    const found = await client.config.credentials().catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      throw new PlatformError(`no credentials of AWS were found: ${why}`, { hint: 'log in, or take on a role' });
    });
    return endOf(credentialsSchema.parse(found));
  } finally {
    client.destroy();
  }
}

/** Those of the environment are as old as whoever has put them there: the chain finds no newer ones. */
export function endOf({ expiration, sessionToken, $source = {} }: z.infer<typeof credentialsSchema>): CredentialsEnd {
  const given = 'CREDENTIALS_ENV_VARS' in $source;
  if (!given) return { at: undefined, because: 'newer ones are fetched when they end' };
  if (expiration) return { at: expiration, because: `those of the environment end at ${expiration.toISOString()}` };
  const because =
    sessionToken === undefined
      ? 'those of the environment do not end'
      : 'those of the environment are of a session, and do not say when it ends (AWS_CREDENTIAL_EXPIRATION)';
  return { at: undefined, because };
}
