import { z } from 'zod';
import { PlatformError } from '../../contract/errors.js';
import type { AwsOutputs } from '../../contract/outputs.js';
import type { Clock } from '../../pipeline/ports/clock.js';
import type { PostgresAddress } from '../postgres/address.js';
import { describeFailure, openSession, sqlStateOf, type Session } from '../postgres/session.js';
import { readLogin } from './database-login.js';
import { scramVerifier } from './scram-verifier.js';
import type { SecretsApi } from './secrets.js';

/**
 * The program makes the application's secret, not its role: that needs a way to the database. Makes the role once, with
 * the right to what the owner creates, and says so; undefined when it is there.
 */
export async function ensureApplicationRole(
  owner: PostgresAddress,
  database: NonNullable<AwsOutputs['database']>,
  secrets: SecretsApi,
  clock: Clock,
): Promise<string | undefined> {
  if (database.masterSecretArn === null) return undefined;
  const { username, password } = await readLogin(secrets, database.applicationSecretArn, clock);
  return aboutRole(owner, username, async (session) => {
    const found = await session.rows(z.object({ there: z.boolean() }), roleThere, [username]);
    if (found[0]?.there === true) return undefined;
    const [words] = await session.rows(z.object({ sql: z.string() }), statements, [
      username,
      scramVerifier(password),
      owner.database,
    ]);
    await session.run(words?.sql ?? '');
    return `made role ${username}, as which services log in`;
  });
}

/** As `ensureApplicationRole`, and one that is there already is given today's password. */
export async function giveApplicationLogin(
  owner: PostgresAddress,
  database: NonNullable<AwsOutputs['database']>,
  secrets: SecretsApi,
  clock: Clock,
): Promise<string> {
  const made = await ensureApplicationRole(owner, database, secrets, clock);
  if (made !== undefined) return made;
  const { username, password } = await readLogin(secrets, database.applicationSecretArn, clock);
  return aboutRole(owner, username, async (session) => {
    const words = [username, scramVerifier(password)];
    const [found] = await session.rows(z.object({ sql: z.string() }), newPassword, words);
    await session.run(found?.sql ?? '');
    return `gave role ${username} today's password`;
  });
}

/** Throws PlatformError where the server refuses: an owner may change those roles that it made. */
async function aboutRole<Said>(
  owner: PostgresAddress,
  username: string,
  act: (session: Session) => Promise<Said>,
): Promise<Said> {
  const session = await openSession(owner, { applicationName: 'crossfade role', statementTimeoutMilliseconds: 10_000 });
  try {
    return await act(session);
  } catch (error) {
    if (sqlStateOf(error) === undefined) throw error;
    throw new PlatformError(`role ${username} can't be made or changed by ${owner.user}: ${describeFailure(error)}`, {
      hint: `let ${owner.user} make the role, or grant it: GRANT "${username}" TO "${owner.user}" WITH ADMIN OPTION`,
    });
  } finally {
    await session.close();
  }
}

const newPassword = `SELECT format('ALTER ROLE %I PASSWORD %L', $1::text, $2::text) AS sql`;

const roleThere = 'SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1) AS there';

/** Names are quoted by the server: they are data. The password itself is not among the words, which a server may log. */
const statements = `SELECT format(
  'BEGIN;
   CREATE ROLE %1$I LOGIN PASSWORD %2$L;
   GRANT CONNECT ON DATABASE %3$I TO %1$I;
   GRANT USAGE ON SCHEMA public TO %1$I;
   GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO %1$I;
   GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO %1$I;
   ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %1$I;
   ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO %1$I;
   COMMIT', $1::text, $2::text, $3::text) AS sql`;
