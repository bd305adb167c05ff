import { z } from 'zod';
import { PlatformError } from '../../contract/errors.js';
import type { AwsOutputs } from '../../contract/outputs.js';
import { parse } from '../../contract/parse.js';
import type { Clock } from '../../pipeline/ports/clock.js';
import type { PostgresAddress } from '../postgres/address.js';
import { persist } from './persist.js';
import type { SecretsApi } from './secrets.js';

type DatabaseOutputs = NonNullable<AwsOutputs['database']>;

/** RDS keeps the first two of the master it looks after itself; ours name the place too. */
const loginSchema = z.object({
  username: z.string().min(1),
  password: z.string().min(1),
  host: z.string().min(1).optional(),
  port: z.coerce.number().int().optional(),
  dbname: z.string().min(1).optional(),
  sslmode: z.enum(['disable', 'require', 'verify-full']).optional(),
});

export type Login = z.infer<typeof loginSchema>;

const patience = 30_000;

/** Read at the moment of use, and kept nowhere. Throws PlatformError, which never shows what the secret says. */
export async function readLogin(api: Pick<SecretsApi, 'value'>, arn: string, clock: Clock): Promise<Login> {
  const text = await persist(() => api.value(arn), { clock, within: patience });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new PlatformError(`secret ${arn} is no JSON object`, {
      hint: 'a login has username and password, and may have host, port and dbname',
    });
  }
  return parse(loginSchema, value, `secret ${arn}`);
}

/** The same login for another place; whatever else stands in it stays. Throws PlatformError, which never shows it. */
export function loginText(text: string, at: { readonly host: string; readonly port: number }, arn: string): string {
  const login = parse(z.record(z.string(), z.unknown()), JSON.parse(text), `secret ${arn}`);
  return JSON.stringify({ ...login, host: at.host, port: at.port });
}

/**
 * Where slots connect to: what the application's own secret says, so that a switch of it counts here too. `owner` is
 * whoever may change the schema: the master, or of an adopted instance the application's role. `at` is another instance
 * of the same database.
 */
export async function databaseAddress(
  api: Pick<SecretsApi, 'value'>,
  database: DatabaseOutputs,
  role: 'owner' | 'application',
  clock: Clock,
  at?: { readonly host: string; readonly port: number },
): Promise<PostgresAddress> {
  const application = await readLogin(api, database.applicationSecretArn, clock);
  const master = role === 'owner' ? database.masterSecretArn : null;
  const login = master === null ? application : await readLogin(api, master, clock);
  return {
    host: at?.host ?? application.host ?? database.endpoint,
    port: at?.port ?? application.port ?? database.port,
    database: application.dbname ?? database.name,
    user: login.username,
    password: () => Promise.resolve(login.password),
    tls: tlsOf(application.sslmode),
  };
}

/** RDS's authorities are not among the system's: with AWS's bundle in NODE_EXTRA_CA_CERTS the certificate is checked. */
function tlsOf(mode: Login['sslmode']): PostgresAddress['tls'] {
  if (mode === 'disable') return 'off';
  return mode === 'verify-full' || process.env['NODE_EXTRA_CA_CERTS'] !== undefined ? 'verify' : 'encrypt';
}
