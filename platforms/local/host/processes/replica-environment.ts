import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { PlatformError } from '../../../../contract/errors.js';
import type { LocalConnection } from '../../../../contract/outputs.js';
import type { Settings } from '../../../../contract/settings.js';

// What a program needs of the operator's environment; the rest (credentials, Pulumi's passphrase) is none of its business.
const inherited = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'USER'];

export interface ReplicaEnvironment {
  readonly variables: Readonly<Record<string, string>>;
  /** The values that no message may carry. */
  readonly secrets: readonly string[];
}

/**
 * Settings, and secrets as they are now: `file:PATH` (relative to the environment's directory) or `env:NAME`. With a
 * database also libpq's variables and DATABASE_URL, where the settings don't have them. Throws PlatformError.
 */
export async function resolveReplicaEnvironment(options: {
  settings: Settings;
  directory: string;
  database: LocalConnection;
}): Promise<ReplicaEnvironment> {
  const base = Object.fromEntries(inherited.flatMap((name) => entryOf(name, process.env[name])));
  const database = await databaseVariables(options.database, options.directory);
  const secrets: Record<string, string> = {};
  for (const [name, { reference }] of Object.entries(options.settings.secrets)) {
    secrets[name] = await resolveSecret(name, reference, options.directory);
  }
  return {
    variables: { ...base, ...database.variables, ...options.settings.values, ...secrets },
    secrets: [...Object.values(secrets), ...database.secrets],
  };
}

/** `file:PATH` or `env:NAME`. Throws PlatformError where there is none. */
export async function resolveSecret(setting: string, reference: string, directory: string): Promise<string> {
  const [kind, where] = [reference.slice(0, reference.indexOf(':')), reference.slice(reference.indexOf(':') + 1)];
  if (kind === 'env') {
    const value = process.env[where];
    if (value !== undefined) return value;
    throw new PlatformError(`secret ${setting}: there is no environment variable ${where}`);
  }
  if (kind === 'file') {
    const file = isAbsolute(where) ? where : join(directory, where);
    const text = await readFile(file, 'utf8').catch((cause: unknown) => {
      throw new PlatformError(`secret ${setting}: ${file} can't be read`, { cause });
    });
    return text.replace(/\r?\n$/, '');
  }
  throw new PlatformError(`secret ${setting}: on the local platform a reference is file:PATH or env:NAME`);
}

async function databaseVariables(
  database: LocalConnection,
  directory: string,
): Promise<{ variables: Record<string, string>; secrets: string[] }> {
  if (database === null) return { variables: {}, secrets: [] };
  if ('url' in database) return givenVariables(await resolveSecret('database.url', database.url, directory));
  const { host, port, name, user, passwordFile } = database;
  const password = (await readFile(passwordFile, 'utf8')).replace(/\r?\n$/, '');
  const url = `postgresql://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${host}:${port}/${name}`;
  return {
    variables: {
      PGHOST: host,
      PGPORT: String(port),
      PGDATABASE: name,
      PGUSER: user,
      PGPASSWORD: password,
      DATABASE_URL: url,
    },
    secrets: [password, url],
  };
}

/** Of a server of somebody else's. */
async function givenVariables(url: string): Promise<{ variables: Record<string, string>; secrets: string[] }> {
  // Status and rollback load this file, and must not pay for what few environments have.
  const { readPostgresUrl } = await import('../../../postgres/address.js');
  const { host, port, database, user, password } = readPostgresUrl(url, 'database.url');
  const secret = await password();
  const parts = { PGHOST: host, PGPORT: String(port), PGDATABASE: database, PGUSER: user, PGPASSWORD: secret };
  return { variables: { ...parts, DATABASE_URL: url }, secrets: [secret, url] };
}

function entryOf(name: string, value: string | undefined): [string, string][] {
  return value === undefined ? [] : [[name, value]];
}
