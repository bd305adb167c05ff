import { PlatformError } from '../../contract/errors.js';
import type { AwsOutputs } from '../../contract/outputs.js';
import type { Clock } from '../../pipeline/ports/clock.js';
import type { PostgresAddress } from '../postgres/address.js';
import { reachable } from '../postgres/ask.js';
import { openSession, type Session } from '../postgres/session.js';
import { databaseAddress } from './database-login.js';
import type { InUse } from './instance-in-use.js';
import type { SecretsApi } from './secrets.js';

export interface ReachedDatabase {
  /** Throws PlatformError, saying what for, where this machine has no way to the database. */
  readonly reached: (what: string, role: 'owner' | 'application') => Promise<PostgresAddress>;
  /** Read-only. */
  readonly withOwner: <Answer>(what: string, ask: (session: Session) => Promise<Answer>) => Promise<Answer>;
}

const reachedWithin = 5_000;

/** The way to the instance in use, for whoever has one. */
export function reachedDatabase(parts: {
  readonly secrets: Pick<SecretsApi, 'value'>;
  readonly database: NonNullable<AwsOutputs['database']>;
  readonly clock: Clock;
  readonly inUse: () => Promise<InUse>;
}): ReachedDatabase {
  const { secrets, database, clock, inUse } = parts;

  const reached: ReachedDatabase['reached'] = async (what, role) => {
    const masterSecretArn = role === 'owner' ? (await inUse()).ownerSecretArn : null;
    const address = await databaseAddress(secrets, { ...database, masterSecretArn }, role, clock);
    const { answer, because } = await reachable(address, reachedWithin);
    if (answer === 'yes') return address;
    throw new PlatformError(`${what}: this machine does not reach ${address.host}:${address.port}: ${because}`, {
      hint: 'the database lies in subnets of its own: run this on a runner inside the network, or let the release bring its own tool (release create --migrate)',
    });
  };

  return {
    reached,
    withOwner: async (what, ask) => {
      const address = await reached(what, 'owner');
      const session = await openSession(address, { applicationName: 'crossfade writes', readOnly: true });
      try {
        return await ask(session);
      } finally {
        await session.close();
      }
    },
  };
}
